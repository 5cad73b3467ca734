"""送学上门 in the console: who is owed a visit, and a round for those chosen."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules
from dongxun.visits import queries, services
from dongxun.visits.contracts import RoundState
from dongxun.visits.forms import RoundForm, guests_in

PER_PAGE = 30
COMING_PER_PAGE = 60
PAST_PER_PAGE = 10
MOST_CHOICES = 500


@dataclass(frozen=True, slots=True)
class Desk:
    """Season, organisation and topic that a page is about."""

    rules: SeasonRules
    node: Node
    nodes: list[Node]
    topic_id: UUID | None
    by: Actor

    @property
    def address(self) -> str:
        """The filters as a query string."""
        given = {"node": self.node.id, "topic": self.topic_id or ""}
        return urlencode({key: value for key, value in given.items() if value})


def desk_of(request: Request) -> Desk | None:
    """Return what a page is about; None while there is no season.

    Raises:
        NotFound: the organisation is absent or outside.
    """
    by, data = request.actor, request.POST if request.method == "POST" else request.GET
    season = seasons.current_season(by)
    if season is None:
        return None
    raw = data.get("node", "")
    if raw:
        asked = read_id(raw)
        if asked is None:
            raise NotFound
        node = organisations.node_in_scope(asked, by=by)
    else:
        roots = organisations.roots_of(by)
        if not roots:
            raise NotFound
        node = roots[0]
    above = [up for up in organisations.ancestors(node.id) if by.reaches(up.interval.lft)]
    nodes = [*above, *organisations.children(node.id)]
    rules = seasons.rules(season.id)
    topic_id = read_id(data.get("topic", ""))
    return Desk(rules, node, nodes, topic_id, by)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def rounds(request: Request) -> HttpResponse:
    """Show who is owed a visit and the rounds to come; open a round for those chosen (422)."""
    desk = desk_of(request)
    if desk is None:
        return no_season(request, "visits")
    form = RoundForm(request.POST if request.method == "POST" else None, rules=desk.rules)
    if request.method == "POST" and (opened := _open(request, desk, form)):
        held = form.is_bound and request.POST.get("paper") and not request.POST.get("into")
        return redirect("visits:sheet" if held else "visits:round", opened)
    return _page(request, desk, form)


def _chosen(request: Request) -> tuple[UUID, ...]:
    given = (read_id(raw) for raw in request.POST.getlist("people"))
    return tuple(one for one in given if one)


def _open(request: Request, desk: Desk, form: RoundForm) -> UUID | None:
    """Open the round or add to one, or put the refusal into the form."""
    by, into = desk.by, read_id(request.POST.get("into", ""))
    lines = request.POST.get("others", "")
    try:
        named = people.find(lines, [desk.node.interval], where="others", counted=True)
        chosen = (*_chosen(request), *(one.id for one in named))
        guests = guests_in(request.POST.get("guests", ""))
        if into is not None:
            services.add_stops(by=by, round_id=into, person_ids=chosen, guests=guests)
            messages.success(request, _("Added to the round."))
            return into
        if not form.is_valid():
            return None
        draft = form.draft(desk.rules.id, desk.node.id, chosen, guests)
        return services.open_round(by=by, draft=draft)
    except NotFound:
        raise
    except DomainError as error:
        form.is_valid()
        form.add_error(error.where if error.where in form.fields else None, str(error))
        return None


def _page(request: Request, desk: Desk, form: RoundForm) -> HttpResponse:
    by, season_id, today = desk.by, desk.rules.id, clock.today()
    interval = desk.node.interval
    owed = queries.waiting(by=by, rules=desk.rules, interval=interval, topic_id=desk.topic_id)
    homes = Paginator(owed, PER_PAGE).get_page(request.GET.get("page"))
    shown = queries.owed_homes(
        by=by, rules=desk.rules, interval=interval, topic_id=desk.topic_id, only=list(homes)
    )
    coming = queries.rounds_of(by=by, season_id=season_id, interval=interval)
    past = queries.rounds_of(by=by, season_id=season_id, interval=interval, past=True)
    ahead = Paginator(coming, COMING_PER_PAGE).get_page(request.GET.get("coming"))
    before = Paginator(past, PAST_PER_PAGE).get_page(request.GET.get("before"))
    context = {
        "desk": desk,
        "form": form,
        "homes": homes,
        "shown": shown,
        "owed": len(owed),
        "alone": sum(not one.has_visitor for one in owed),
        "ahead": ahead,
        "coming": [queries.as_line(row) for row in ahead],
        "open_rounds": coming.values_list("id", "day", "title")[:MOST_CHOICES],
        "today_count": coming.filter(day=today).count(),
        "before": before,
        "past": [queries.as_line(row) for row in before],
        "loads": queries.loads(by=by, season_id=season_id, interval=interval, day=today),
        "disputes": len(queries.disputed(by=by, interval=interval))
        + len(queries.two_bodies(by=by, interval=interval))
        + len(queries.refused(by=by, interval=interval)),
        "chosen": {*request.POST.getlist("people"), *request.GET.getlist("person")},
        "topics": [topic for topic in desk.rules.topics if topic.opens_on <= today],
        "open_state": RoundState.OPEN,
        "beside": beside.lines("homes", [desk.node.id], by=by).get(desk.node.id, ()),
        "as_of": clock.now(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "visits/rounds.html", context, status=status)
