"""On the phone: a secretary receives parcels and hands them on; a courier hands over."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.offline import keep_offline
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.packs.contracts import LineKind, LineState, ReceiptHow
from dongxun.packs.forms.packs import SignForm
from dongxun.packs.queries import lists as queries
from dongxun.packs.views.shared import season_of
from dongxun.packs.views.signing import sign

_BULK = frozenset({LineKind.PARCEL, LineKind.BRANCH})
"""Lines that are received for others."""
HOWS = [(how.value, how.label) for how in ReceiptHow if how != ReceiptHow.SHEET]
"""How somebody shows at a door that they received it."""


@access.organiser_required
@keep_offline(hours=16)
@require_GET
def branch(request: Request) -> HttpResponse:
    """Show a secretary what came for the branch and who has not got theirs."""
    season = season_of(request)
    own = _own_branches(request)
    node = own.get(read_id(request.GET.get("branch", "")), next(iter(own.values()), None))
    blocks = []
    if season and node:
        for card in queries.lists(season.id, by=request.actor, within_unit=node.interval):
            rows = queries.lines_of(card.id, by=request.actor).filter(branch_id=node.id)
            if card.state != "issued":
                continue
            views = queries.as_views(rows)
            bulk = [v for v in views if v.kind in _BULK]
            people = [v for v in views if v.kind not in _BULK]
            waiting = [v for v in people if v.state in {LineState.OPEN, LineState.CARRIED}]
            done = [v for v in people if v.state == LineState.RECEIVED]
            blocks.append((card, bulk, waiting, done))
    context = {
        "node": node,
        "own": own.values(),
        "blocks": blocks,
        "hows": HOWS,
        "waiting": sum(len(waiting) for _card, _bulk, waiting, _done in blocks),
        "parcels": sum(
            v.state != LineState.RECEIVED for _card, bulk, _w, _d in blocks for v in bulk
        ),
        "as_of": clock.now(),
    }
    return render(request, "packs/branch.html", context)


def _own_branches(request: Request) -> dict[UUID | None, Node]:
    """Return the branches of a secretary, else the unit at the top of the own ones."""
    own = [g.organisation_id for g in request.actor.grants if g.role is Role.SECRETARY]
    found = [organisations.node(key) for key in dict.fromkeys(own)]
    return {node.id: node for node in found or organisations.roots_of(request.actor)[:1]}


@keep_offline(hours=16)
@require_GET
def deliveries(request: Request) -> HttpResponse:
    """Show a courier what to take to whom.

    Raises:
        SignInNeeded: neither an account nor a phone on which the own link was opened.
    """
    _known(request)
    views = queries.own_deliveries(by=request.actor)
    waiting = [v for v in views if v.state == LineState.CARRIED]
    done = [v for v in views if v.state == LineState.RECEIVED]
    context = {"waiting": waiting, "done": done, "hows": HOWS, "as_of": clock.now()}
    return render(request, "packs/deliveries.html", context)


def _known(request: Request) -> None:
    if not (request.actor.is_account or request.actor.owned):
        raise SignInNeeded


@require_http_methods(BOTH)
def hand_over(request: Request, line_id: UUID) -> HttpResponse:
    """Take a receipt on the phone: one tap as signed, or with who took it instead.

    Raises:
        SignInNeeded, NotFound.
    """
    _known(request)
    view = _line(request, line_id)
    is_bulk = view.kind in _BULK
    how = ReceiptHow.CONFIRMED if is_bulk else ReceiptHow.SIGNED
    form = SignForm(sent(request), initial={"how": how})

    status = attempt(form, lambda: sign(request, line_id, form.cleaned_data))
    if status == DONE:
        return redirect(_way_back(request, view))
    context = {
        "line": view,
        "form": form,
        "back": _way_back(request, view),
        "next": request.POST.get("next", request.GET.get("next", "")),
    }
    return render(request, "packs/hand_over.html", context, status=status)


def _way_back(request: Request, line: queries.LineView) -> str:
    """Return where a receipt leads back to: the page of the line's branch or the courier's."""
    if request.POST.get("next", request.GET.get("next")) == "branch":
        return f"{reverse('packs:branch')}?branch={line.branch_id}"
    return reverse("packs:deliveries")


def _line(request: Request, line_id: UUID) -> queries.LineView:
    for view in queries.own_deliveries(by=request.actor):
        if view.id == line_id:
            return view
    row = queries.line(line_id, by=request.actor)
    if row is None:
        raise NotFound
    return queries.as_views([row])[0]
