"""修补课表: what fell through, a repair with few changes, accepted with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.planning import queries
from dongxun.planning.contracts import RunKind
from dongxun.planning.forms import ReasonForm
from dongxun.planning.rules import DESK
from dongxun.planning.services import repairing
from dongxun.planning.snapshots import missed, published
from dongxun.planning.views.shared import desk_required, season_of, units
from dongxun.seasons import api as seasons


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
    status, error = 200, ""
    if request.method == "POST":
        try:
            row = repairing.ask_repair(by=by, season_id=season.id, organisation_id=node.id)
        except Invalid as refusal:
            status, error = refusal.status, str(refusal)
        else:
            return redirect("planning:repair", row.id)
    topic = next((t for t in seasons.rules(season.id).topics if t.id == _topic(request)), None)
    without = missed.missed(season.id, topic.id, node, by=by) if topic else []
    sessions = published.ahead(season.id, node, by=by)
    lost = published.hit(sessions, by=by, node=node)
    context = {
        "season": season,
        "node": node,
        "units": units(request),
        "lost": list(lost.values()),
        "total": len(sessions),
        "topic": topic,
        "missed": without,
        "people": sum(one.people for one in without),
        "error": error,
        "as_of": clock.now(),
    }
    return render(request, "planning/new_repair.html", context, status=status)


def _topic(request: Request) -> UUID | None:
    """Return the topic that somebody missed, if the page was opened about one."""
    return read_id(request.POST.get("topic") or request.GET.get("topic", ""))


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
        messages.success(request, _("Moved; their people are told."))
        return redirect("planning:repair", row.id)
    found = repairing.moves(row)
    context = {
        "row": row,
        "moves": found,
        "movable": sum(move.now is not None for move in found),
        "stuck": sum(move.now is None for move in found),
        "fallen": [] if row.plan else repairing.fallen(row),
        "by_hand": repairing.by_hand(row),
        "form": form,
        "season": row.season,
    }
    return render(request, "planning/repair.html", context, status=status)
