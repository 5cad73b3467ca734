"""志愿服务 at a glance: what is not staffed today, what waits for somebody."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.volunteers.contracts import ErrandState, HoursState, TeamState
from dongxun.volunteers.models import Errand, Service, ServiceResult, ServiceType, Team, Turn
from dongxun.volunteers.queries.hours import hours_total
from dongxun.volunteers.queries.roster import PostCard, posts, with_days
from dongxun.volunteers.reach import arranged


@dataclass(frozen=True, slots=True)
class Overview:
    """Today's posts, and what waits."""

    posts: tuple[PostCard, ...]
    empty: int
    holes: int
    teams_waiting: int
    hours_waiting: int
    errands_open: int
    services: tuple[Service, ...]
    volunteers: int
    hours: Decimal


def overview(season_id: UUID, *, by: Actor) -> Overview:
    """Return the first page of a season's volunteers for what the actor arranges."""
    today = clock.today()
    open_posts = posts(by).filter(
        season_id=season_id, closed_at=None, from_day__lte=today, until_day__gte=today
    )
    cards = tuple(with_days(open_posts, today, 1))
    coming = services(by).filter(season_id=season_id, cancelled_at=None, ends_at__gt=clock.now())
    turns = Turn.objects.filter(arranged(by), season_id=season_id, given_back_at=None)
    volunteers, hours = hours_total(season_id, by=by)
    return Overview(
        posts=cards,
        empty=sum(card.today.empty for card in cards),
        holes=sum(len(card.today.holes) for card in cards),
        teams_waiting=teams(by).filter(state=TeamState.ASKED).count(),
        hours_waiting=turns.filter(hours_state=HoursState.WAITING).count(),
        errands_open=errands(by)
        .filter(state__in=[ErrandState.WAITING, ErrandState.TAKEN, ErrandState.DONE])
        .count(),
        services=tuple(coming.order_by("starts_at", "id")[:5]),
        volunteers=volunteers,
        hours=hours,
    )


def services(by: Actor) -> QuerySet[Service]:
    """Return the activities that the actor arranges or takes part in arranging."""
    rows = Service.objects.filter(arranged(by) | arranged(by, "partners"))
    return rows.select_related("organisation", "type", "team").distinct()


def service_row(service_id: UUID, *, by: Actor) -> Service:
    """Return one of them.

    Raises:
        NotFound: absent or another's.
    """
    return wanted_row(services(by).filter(id=service_id))


def types() -> QuerySet[ServiceType]:
    """Return the kinds of service on offer."""
    return ServiceType.objects.filter(closed_at=None).order_by("order", "name")


def type_named(name: str) -> UUID:
    """Return the kind of service of this name, for commands and the demo.

    Raises:
        NotFound: there is none.
    """
    found = wanted_row(types().filter(name=name))
    return found.id


def teams(by: Actor) -> QuerySet[Team]:
    """Return the teams of the actor's organisations, with how many are in them."""
    rows = Team.objects.filter(arranged(by)).select_related("organisation", "leader")
    live = Count("members", filter=Q(members__left_at=None))
    return rows.annotate(heads=live).order_by("organisation__lft", "name", "id")


def team_row(team_id: UUID, *, by: Actor) -> Team:
    """Return one of them.

    Raises:
        NotFound: absent or another's.
    """
    return wanted_row(teams(by).filter(id=team_id))


def errands(by: Actor) -> QuerySet[Errand]:
    """Return the errands of the actor's organisations."""
    rows = Errand.objects.filter(arranged(by)).select_related("organisation", "runner")
    return rows.order_by("-asked_at", "-id")


def errand_row(errand_id: UUID, *, by: Actor) -> Errand:
    """Return one of them.

    Raises:
        NotFound: absent or another's.
    """
    return wanted_row(errands(by).filter(id=errand_id))


def results(service: Service) -> list[ServiceResult]:
    """Return what a service task found."""
    return list(service.results.filter(withdrawn_at=None).order_by("created_at", "id"))
