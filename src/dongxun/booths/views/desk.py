"""Stamps by hand: at the booth by roll, and from paper cards, corrected when entered again."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.activities.api import RollState
from dongxun.booths.contracts import CardState
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries import cards as queries
from dongxun.booths.queries import standing
from dongxun.booths.services import stamping
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kit.forms import BOTH
from dongxun.kit.offline import keep_offline
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonState

A_DAY_H = 24
Line = tuple[UUID, str, str]


def _branches(card: StampCard) -> list[Node]:
    node = organisations.node(card.organisation_id)
    return organisations.branches_under(node.interval)


def _lines(request: Request, card: StampCard, branch: Node | None) -> list[Line]:
    """Return whom the roll of a booth shows: who came to the session, or a branch."""
    if branch is not None:
        found = people.people_under(branch.interval, by=request.actor)
        return [(one.id, one.name, one.branch_name) for one in found]
    if card.session_id is None:
        return []
    roll = activities.paper_roll(card.session_id, by=request.actor)
    here = [row.person for row in roll if row.state in {RollState.PRESENT, RollState.OTHER}]
    return [(one.id, one.name, one.branch_name) for one in here]


@access.organiser_required
@keep_offline(hours=A_DAY_H)
@require_http_methods(BOTH)
def roll(request: Request, booth_id: UUID) -> HttpResponse:
    """Show whom a booth can stamp, and stamp; a phone without network keeps each stamp."""
    row = queries.booth(booth_id, by=request.actor)
    branches = _branches(row.card)
    wanted = read_id(request.GET.get("branch") or request.POST.get("branch"))
    if wanted is None and row.card.session_id is None and len(branches) == 1:
        wanted = branches[0].id
    branch = next((one for one in branches if one.id == wanted), None)
    if wanted is not None and branch is None:
        raise NotFound
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
    lines = _lines(request, row.card, branch)
    found = standing.stamps_of([row], person_ids=[key for key, _name, _branch in lines])
    context = {
        "card": row.card,
        "booth": row,
        "branches": branches,
        "branch": branch,
        "lines": [(*one, found.get(one[0], {}).get(row.id)) for one in lines],
        "stamped": len(found),
        "is_open": row.card.state == CardState.OPEN and row.card.season.state != SeasonState.CLOSED,
        "error": error,
    }
    return render(request, "booths/roll.html", context, status=error.status if error else 200)


@access.organiser_required
@require_http_methods(BOTH)
def paper(request: Request, card_id: UUID, person_id: UUID) -> HttpResponse:
    """Enter the paper card of one person, or correct what was entered."""
    row = queries.card(card_id, by=request.actor)
    person = people.cards([person_id], by=request.actor).get(person_id)
    spots = standing.spots(row, standing.own_stamps(row.booths.all(), person_id))
    if person is None and not any(one.got for one in spots):
        raise NotFound
    error: DomainError | None = None
    if request.method == "POST":
        try:
            stamping.enter_paper(
                by=request.actor,
                card_id=row.id,
                person_id=person_id,
                booth_ids=read_ids(request.POST.getlist("booth")),
            )
        except NotFound:
            raise
        except DomainError as refused:
            error = refused
        else:
            messages.success(request, _("Saved."))
            return redirect("booths:card", row.id)
    context = {
        "card": row,
        "person": person or people.names([person_id])[person_id],
        "spots": spots,
        "stamps": sum(one.got is not None for one in spots),
        "error": error,
    }
    return render(request, "booths/paper.html", context, status=error.status if error else 200)
