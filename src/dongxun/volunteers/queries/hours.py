"""志愿时长: what waits, what hangs out, what a sheet and a certificate say."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.volunteers.contracts import (
    PUBLISHED_DAYS,
    CertificateLine,
    CertificateView,
    HoursLine,
    HoursState,
    RosterLine,
    Source,
)
from dongxun.volunteers.models import Certificate, Handover, Shift, Turn, Volunteer
from dongxun.volunteers.reach import arranged


@dataclass(frozen=True, slots=True)
class Person:
    """What one volunteer has: approved, still hanging out, and what a certificate could say."""

    person_id: UUID
    name: str
    branch: str
    approved: Decimal
    ripe: Decimal
    certified: Decimal

    @property
    def is_due(self) -> bool:
        """Whether there is something new to certify."""
        return self.ripe > self.certified


def turns(by: Actor) -> QuerySet[Turn]:
    """Return the turns at what the actor arranges."""
    rows = Turn.objects.filter(arranged(by), given_back_at=None)
    return rows.select_related(
        "person__branch", "shift__post", "service", "errand", "organisation", "branch"
    )


def waiting(season_id: UUID, *, by: Actor) -> QuerySet[Turn]:
    """Return the turns whose hours wait for approval, oldest first."""
    found = turns(by).filter(season_id=season_id, hours_state=HoursState.WAITING)
    return found.order_by("off_at", "id")


def waiting_elsewhere(season_id: UUID, *, by: Actor) -> list[tuple[UUID, str, int]]:
    """Return in which other seasons turns wait, the latest first: id, name and how many."""
    found = turns(by).filter(hours_state=HoursState.WAITING).exclude(season_id=season_id)
    named = found.order_by("-season__starts_on").values("season_id", "season__name")
    return list(named.annotate(n=Count("id")).values_list("season_id", "season__name", "n"))


def waiting_ids(season_id: UUID, *, by: Actor, until: datetime) -> list[UUID]:
    """Return the turns that were over at ``until`` and wait for approval."""
    rows = waiting(season_id, by=by).filter(off_at__lte=until)
    return list(rows.values_list("id", flat=True))


def hanging(season_id: UUID, *, by: Actor) -> QuerySet[Turn]:
    """Return the approved turns that hang out inside the unit now."""
    return turns(by).filter(hanging_now(season_id)).order_by("-published_on", "person__name", "id")


def hanging_now(season_id: UUID) -> Q:
    """Return the condition on turns whose approved hours hang out today."""
    since = clock.today() - timedelta(days=PUBLISHED_DAYS)
    return Q(season_id=season_id, hours_state=HoursState.APPROVED, published_on__gt=since)


def people(season_id: UUID, *, by: Actor) -> list[Person]:
    """Return every volunteer with approved hours, those first who are due a certificate."""
    until = clock.today() - timedelta(days=PUBLISHED_DAYS)
    sums = _approved(season_id, by=by).order_by().values(*_WHO)
    sums = sums.annotate(
        approved=Sum("hours"),
        ripe=Sum("hours", filter=Q(published_on__lte=until)),
        certified=Sum("hours", filter=Q(certified_at__isnull=False)),
    )
    rows = sums.values_list(*_WHO, "approved", "ripe", "certified")
    found = [
        Person(key, name, branch, *(hours or Decimal(0) for hours in three))
        for key, name, branch, *three in rows
    ]
    return sorted(found, key=lambda one: (not one.is_due, one.branch, one.name))


_WHO = ("person_id", "person__name", "person__branch__short_name")


def _approved(season_id: UUID, *, by: Actor) -> QuerySet[Turn]:
    """Return the turns whose hours count; whoever has one is a volunteer wherever we count them."""
    return Turn.objects.filter(
        arranged(by), given_back_at=None, season_id=season_id, hours_state=HoursState.APPROVED
    )


def line(turn: Turn, number: str = "") -> HoursLine:
    """Return a turn as the hours sheet lists it."""
    return HoursLine(
        turn_id=turn.id,
        person_id=turn.person_id,
        name=turn.person.name,
        number=number,
        what=what_of(turn),
        on_at=turn.on_at,
        off_at=turn.off_at,
        hours=turn.hours,
        source=str(Source(turn.off_source or turn.on_source).label) if turn.on_source else "",
        state=str(HoursState(turn.hours_state).label),
        confirmed_by=turn.decided_by if turn.hours_state == HoursState.APPROVED else "",
        branch=turn.person.branch.short_name,
    )


def what_of(turn: Turn) -> str:
    """Return what a turn was at."""
    if turn.shift is not None:
        return turn.shift.post.name
    if turn.service is not None:
        return turn.service.title
    return "跑腿"


def hours_lines(
    season_id: UUID, interval: Interval, *, by: Actor, first: date, last: date
) -> list[HoursLine]:
    """Return the hours sheet of a subtree for some days: everybody who came."""
    begin, end = clock.moment(first), clock.moment(last + timedelta(days=1))
    inside = organisations.within([interval], "organisation__lft")
    rows = turns(by).filter(inside, season_id=season_id, on_at__gte=begin, on_at__lt=end)
    listed = list(rows.order_by("on_at", "person__name", "id"))
    numbers = dict(
        Volunteer.objects.filter(person_id__in={t.person_id for t in listed}).values_list(
            "person_id", "number"
        )
    )
    return [line(turn, numbers.get(turn.person_id, "")) for turn in listed]


def roster_lines(
    season_id: UUID,
    interval: Interval,
    *,
    by: Actor,
    first: date,
    last: date,
    post_id: UUID | None = None,
) -> list[RosterLine]:
    """Return the shift table of a subtree for some days; each empty place is a line."""
    begin, end = clock.moment(first), clock.moment(last + timedelta(days=1))
    rows = Shift.objects.filter(
        arranged(by, "post__organisation"),
        organisations.within([interval], "post__organisation__lft"),
        post__season_id=season_id,
        cancelled_at=None,
        starts_at__gte=begin,
        starts_at__lt=end,
    )
    if post_id is not None:
        rows = rows.filter(post_id=post_id)
    found: list[RosterLine] = []
    order = ("post__organisation__lft", "post__name", "post_id", "starts_at", "id")
    for shift in rows.select_related("post").order_by(*order):
        found += _lines_of(shift)
    return found


def _lines_of(shift: Shift) -> list[RosterLine]:
    notes = {note.turn_id: note for note in Handover.objects.filter(shift=shift)}
    live = shift.turns.filter(given_back_at=None).select_related("person")
    lines = []
    for turn in live.order_by("taken_at", "id"):
        note = notes.get(turn.id)
        lines.append(
            RosterLine(
                shift.post.name,
                shift.starts_at,
                shift.ends_at,
                shift.needed,
                turn.person.name,
                handed_at=note.occurred_at if note else None,
                handover=note.words if note else "",
                person_id=turn.person_id,
            )
        )
    free = max(shift.needed - len(lines), 0)
    empty = RosterLine(shift.post.name, shift.starts_at, shift.ends_at, shift.needed)
    return lines + [empty] * free


def certificates(season_id: UUID, *, by: Actor) -> QuerySet[Certificate]:
    """Return the certificates in force of what the actor arranges, newest first."""
    rows = Certificate.objects.filter(arranged(by, "issuer"), season_id=season_id)
    found = rows.filter(replaced_by=None).select_related("person", "issuer", "season")
    return found.order_by("-issued_on", "-sequence")


def certificate(certificate_id: UUID, *, by: Actor) -> CertificateView:
    """Return a certificate, for its issuer and for the person's own phone.

    Raises:
        NotFound: absent, or neither.
    """
    row = wanted_row(
        Certificate.objects.select_related("person", "issuer", "season").filter(id=certificate_id)
    )
    if not (by.reaches(row.issuer.lft) or row.person_id in by.owned):
        raise NotFound
    number = Volunteer.objects.filter(person_id=row.person_id).values_list("number", flat=True)
    return CertificateView(
        id=row.id,
        number=f"{row.issuer.short_name}志证〔{row.year}〕{row.sequence}号",
        person_id=row.person_id,
        name=row.person.name,
        volunteer_number=number.first() or "",
        issuer=row.issuer.name,
        issuer_id=row.issuer_id,
        responsible=row.responsible,
        handler=row.handler,
        phone=row.phone,
        issued_on=row.issued_on,
        hours=row.hours,
        lines=tuple(
            CertificateLine(
                one["what"],
                date.fromisoformat(one["first"]),
                date.fromisoformat(one["last"]),
                one["times"],
                Decimal(one["hours"]),
            )
            for one in row.lines
        ),
        season=row.season.name,
        replaced=row.replaced_by_id is not None,
    )


def hours_total(
    season_id: UUID, interval: Interval | None = None, *, by: Actor
) -> tuple[int, Decimal]:
    """Return how many people have approved hours, and their sum; the one count of volunteers.

    Args:
        interval: a subtree whose posts are meant; all that the actor arranges without one.
    """
    rows = _approved(season_id, by=by)
    if interval is not None:
        rows = rows.filter(organisations.within([interval], "organisation__lft"))
    found = rows.aggregate(n=Count("person_id", distinct=True), hours=Sum("hours"))
    return found["n"], found["hours"] or Decimal(0)
