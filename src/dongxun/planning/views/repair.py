"""修补课表: what fell through, a repair with few changes, accepted with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_number
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.planning import queries, seats
from dongxun.planning.contracts import RunKind
from dongxun.planning.forms import ReasonForm
from dongxun.planning.rules import DESK
from dongxun.planning.services import repairing
from dongxun.planning.snapshots import missed, published
from dongxun.planning.views.shared import desk_required, season_of, units
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

MOST_MAKEUPS = 20


@desk_required
@require_http_methods(BOTH)
@never_cache
def new_repair(request: Request) -> HttpResponse:
    """Show what fell through in a unit; seek a repair."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "planning")
    season, by = season_of(request), request.actor
    asked = read_id(request.POST.get("unit") or request.GET.get("unit", ""))
    tops = organisations.own_tops(by, DESK)
    if not tops:
        raise NotFound
    node = organisations.node_in_scope(asked, by=by) if asked else tops[0]
    if not by.reaches(node.interval.lft, DESK):
        raise NotFound
    status, error, makeups = 200, "", _makeups(request)
    if request.method == "POST" and makeups is None:
        status, wrong = 422, _("Write how many new sessions there may be, from 0 to %(most)d.")
        error = wrong % {"most": MOST_MAKEUPS}
    elif request.method == "POST":
        try:
            row = repairing.ask_repair(
                by=by,
                season_id=season.id,
                organisation_id=node.id,
                topic_id=_topic(request),
                makeups=published.MAKEUPS if makeups is None else makeups,
            )
        except Invalid as refusal:
            status, error = refusal.status, str(refusal)
        else:
            return redirect("planning:repair", row.id)
    context = _asked(request, season, node) | {"error": error, "wrong": makeups is None}
    return render(request, "planning/new_repair.html", context, status=status)


def _asked(request: Request, season: SeasonCard, node: Node) -> dict[str, object]:
    """Return what a repair of a unit would be about."""
    by, asked = request.actor, _topic(request)
    sessions = published.ahead(season.id, node, by=by)
    signed = activities.signed_ahead(season.id)
    without = missed.missed(season.id, node, sessions, signed, topic_id=asked)
    return {
        "season": season,
        "node": node,
        "units": units(request, node),
        "lost": list(published.hit(sessions, by=by, node=node).values()),
        "total": len(sessions),
        "topic": next((t for t in seasons.rules(season.id).topics if t.id == asked), None),
        "missed": without,
        "people": sum(one.people for one in without),
        "makeups": request.POST.get("makeups", published.MAKEUPS),
        "most_makeups": MOST_MAKEUPS,
        "as_of": clock.now(),
    }


def _makeups(request: Request) -> int | None:
    """Return how many sessions more may be proposed; None where what was typed is no such number."""
    typed = request.POST.get("makeups", str(published.MAKEUPS))
    return read_number(typed, MOST_MAKEUPS)


def _topic(request: Request) -> UUID | None:
    """Return the topic that somebody missed, if the page was opened about one."""
    return read_id(request.POST.get("topic") or request.GET.get("topic", ""))


def _names(places: seats.Seating, shown: str) -> list[tuple[str, list[str]]]:
    """Return the names behind one number, by branch."""
    found: dict[str, tuple[seats.Group, ...]] = {one.key: one.groups for one in places.offers}
    found |= {one.key: one.groups for one in places.left}
    groups = found.get(shown, ())
    cards = people.names(person for group in groups for person in group.people)
    return [
        (group.name, [cards[key].name for key in group.people if key in cards]) for group in groups
    ]


@desk_required
@require_http_methods(BOTH)
@never_cache
def repair(request: Request, run_id: UUID) -> HttpResponse:
    """Show the moves of a repair; accept them."""
    row = queries.whole(run_id, by=request.actor)
    if row.kind != RunKind.REPAIR:
        raise NotFound
    form = ReasonForm(sent(request))

    def save() -> None:
        reason = form.cleaned_data["reason"]
        repairing.accept_repair(by=request.actor, run_id=row.id, reason=reason)

    status = attempt(form, save)
    if status == DONE:
        row.refresh_from_db()
        if row.about.get("sent"):
            words = _("Written. %(n)d people who missed a topic have their seats and are told.")
            messages.success(request, words % {"n": row.about["sent"]})
        else:
            messages.success(request, _("Moved; their people are told."))
        return redirect("planning:repair", row.id)
    found, places = repairing.moves(row), seats.seating(row)
    shown = request.GET.get("who", "")
    context = {
        "row": row,
        "seating": places,
        "shown": shown,
        "names": _names(places, shown),
        "makeups": row.settings.get("makeups", 0),
        "topic": row.settings.get("topic", ""),
        "moves": found,
        "movable": sum(move.now is not None for move in found),
        "stuck": sum(move.now is None for move in found),
        "fallen": [] if row.plan else repairing.fallen(row),
        "by_hand": repairing.by_hand(row),
        "form": form,
        "season": row.season,
    }
    return render(request, "planning/repair.html", context, status=status)
