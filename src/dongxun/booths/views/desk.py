"""Stamps by hand: at the booth by roll, and from paper cards, corrected when entered again."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.activities.api import RollState
from dongxun.booths.contracts import CardState, Got, Source, Spot
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries import cards as queries
from dongxun.booths.queries import standing
from dongxun.booths.services import stamping
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kit.forms import BOTH
from dongxun.kit.offline import keep_offline
from dongxun.kit.shown import Shown, Word
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import Card, RollLine
from dongxun.seasons.contracts import SeasonState

A_DAY_H = 24
Line = Card | RollLine
LONGEST_SEARCH = 200
PER_PAGE = 100


def _branches(card: StampCard) -> list[Node]:
    node = organisations.node(card.organisation_id)
    return organisations.branches_under(node.interval)


def _branch(request: Request, card: StampCard, branches: list[Node]) -> Node | None:
    """Return the branch that was chosen, or the only one there is; None for who came."""
    wanted = read_id(request.GET.get("branch") or request.POST.get("branch"))
    if wanted is None and card.session_id is None and len(branches) == 1:
        return branches[0]
    branch = next((one for one in branches if one.id == wanted), None)
    if wanted is not None and branch is None:
        raise NotFound
    return branch


def _cards(request: Request, card: StampCard, branch: Node | None) -> list[Line]:
    """Return whom the roll of a booth shows: who came to the session, or a branch."""
    if branch is not None:
        return [*people.people_under(branch.interval, by=request.actor)]
    if card.session_id is None:
        return []
    roll = activities.paper_roll(card.session_id, by=request.actor)
    return [row.person for row in roll if row.state in {RollState.PRESENT, RollState.OTHER}]


@access.organiser_required
@keep_offline(hours=A_DAY_H)
@require_http_methods(BOTH)
def roll(request: Request, booth_id: UUID) -> HttpResponse:
    """Show whom a booth can stamp, and stamp; a phone without network keeps each stamp."""
    row = queries.booth(booth_id, by=request.actor)
    branches = _branches(row.card)
    branch = _branch(request, row.card, branches)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            ids = read_ids(request.POST.getlist("person"))
            n = stamping.stamp(by=request.actor, booth_id=row.id, person_ids=ids)
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
        else:
            words = ngettext("%(n)d new stamp.", "%(n)d new stamps.", n) % {"n": n}
            messages.success(request, words)
            return redirect(request.get_full_path())
    return _roll(request, row, branches, branch, error)


def _roll(
    request: Request,
    row: Booth,
    branches: list[Node],
    branch: Node | None,
    error: DomainError | None,
) -> HttpResponse:
    cards = _cards(request, row.card, branch)
    found = standing.stamps_of([row], person_ids=[one.id for one in cards])
    context = {
        "card": row.card,
        "booth": row,
        "branches": branches,
        "branch": branch,
        "lines": [(one, found.get(one.id, {}).get(row.id)) for one in cards],
        "stamped": len(found),
        "is_open": row.card.state == CardState.OPEN and row.card.season.state != SeasonState.CLOSED,
        "error": error,
    }
    return render(request, "booths/roll.html", context, status=error.status if error else 200)


@access.organiser_required
@require_safe
def papers(request: Request, card_id: UUID) -> HttpResponse:
    """List people whose paper card may be entered: who came, a branch, or whoever is called so."""
    row = queries.card(card_id, by=request.actor)
    branches = _branches(row)
    branch = _branch(request, row, branches)
    typed = request.GET.get("name", "").strip()[:LONGEST_SEARCH]
    error: DomainError | None = None
    cards = _cards(request, row, branch)
    if typed:
        try:
            cards = _called(typed, cards, by=request.actor)
        except Invalid as refused:
            error, cards = refused, []
    page = Paginator(cards, PER_PAGE).get_page(request.GET.get("page"))
    booths = list(row.booths.all())
    found = standing.stamps_of(booths, person_ids=[one.id for one in page])
    context = {
        "card": row,
        "branches": branches,
        "branch": branch,
        "typed": typed,
        "error": error,
        "page": page,
        "lines": [(one, _sources(found.get(one.id, {}))) for one in page],
        "entered": standing.on_paper(row),
        "may": row.state != CardState.DRAFT and row.season.state != SeasonState.CLOSED,
    }
    return render(request, "booths/papers.html", context, status=error.status if error else 200)


def _called(typed: str, cards: list[Line], *, by: Actor) -> list[Line]:
    """Return who is called so: of the list first, where others than their own may stand."""
    here = [one for one in cards if one.name == typed]
    return here or [*people.find(typed, people.reach_of(by), where="name")]


def _sources(got: Mapping[UUID, Got]) -> tuple[int, bool]:
    """Return how many stamps somebody has, and whether any was entered from paper."""
    return len(got), any(one.source == Source.PAPER for one in got.values())


@access.organiser_required
@require_http_methods(BOTH)
def paper(request: Request, card_id: UUID, person_id: UUID) -> HttpResponse:
    """Enter the paper card of one person, or correct what was entered; then go on in the list."""
    row = queries.card(card_id, by=request.actor)
    person = queries.stampable(row, [person_id], by=request.actor).get(person_id)
    spots = standing.spots(row, standing.own_stamps(row.booths.all(), person_id))
    if person is None and not any(one.got for one in spots):
        raise NotFound
    ticked = {one.id for one in spots if one.got}
    error: DomainError | None = None
    shown = Shown({str(one.id): _mark(one.got) for one in spots})
    if request.method == "POST":
        shown = Shown.posted(request.POST)
        ticked = _ticked(shown, spots, set(read_ids(request.POST.getlist("booth"))))
        try:
            stamping.enter_paper(
                by=request.actor, card_id=row.id, person_id=person_id, booth_ids=list(ticked)
            )
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
        else:
            return _entered(request, row, person_id)
    context = {
        "card": row,
        "person": person or people.names([person_id])[person_id],
        "spots": spots,
        "ticked": ticked,
        "stamps": sum(one.got is not None for one in spots),
        "was": shown.text,
        "error": error,
    }
    return render(request, "booths/paper.html", context, status=error.status if error else 200)


def _mark(got: object) -> tuple[str]:
    return ("1" if got else "",)


def _ticked(shown: Shown, spots: Iterable[Spot], typed: set[UUID]) -> set[UUID]:
    """Return what is stamped: ticks changed on the page, and what stands by now for the others."""
    found: set[UUID] = typed - {one.id for one in spots}
    for one in spots:
        word = shown.weigh(str(one.id), _mark(one.id in typed), _mark(one.got))
        if one.id in typed if word is Word.COUNTS else one.got:
            found.add(one.id)
    return found


def _entered(request: Request, card: StampCard, person_id: UUID) -> HttpResponse:
    """Say what the card of somebody shows now, and go to the next one's."""
    name = people.names([person_id])[person_id].name
    n = len(standing.own_stamps(card.booths.all(), person_id))
    words = ngettext("%(name)s now has %(n)d stamp.", "%(name)s now has %(n)d stamps.", n)
    messages.success(request, words % {"name": name, "n": n})
    branch = read_id(request.GET.get("branch"))
    there = reverse("booths:papers", args=[card.id])
    return redirect(f"{there}?branch={branch}" if branch else there)
