"""点名: the roll on an organiser's or secretary's phone; it works without network."""

from collections.abc import Sequence
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.activities.attendance import claims, expected, leave, rolls
from dongxun.activities.attendance.contracts import Presence, RollRow, RollState
from dongxun.activities.attendance.views.check_in import REFUSALS
from dongxun.activities.contracts import Method
from dongxun.activities.models import Session
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id, read_ids, wanted_id
from dongxun.kernel.rules import allows
from dongxun.kit.offline import keep_offline

PAGE = "activities/roll.html"
UNFOLDED = 60
"""Rows of several branches that are shown without a fold for each."""


def session_for(request: Request, session_id: UUID) -> Session:
    """Return a session whose roll this request may read.

    Raises:
        SignInNeeded: nobody is signed in and no helper's link is open.
        NotFound: absent, or nothing of it is theirs.
    """
    if not request.actor.is_account and not request.actor.links:
        raise SignInNeeded
    session = rolls.session_row(session_id)
    if not allows("activities.open_roll", request.actor, session):
        raise NotFound
    return session


def branch_of(request: Request) -> UUID | None:
    """Return the branch that ``?branch=`` narrows a roll to."""
    return read_id(request.GET.get("branch"))


@keep_offline(hours=16)
@require_GET
def roll(request: Request, session_id: UUID) -> HttpResponse:
    """Show the roll, by branch, with what is still open at the top."""
    session = session_for(request, session_id)
    rows = expected.roll(session, by=request.actor)
    chosen = branch_of(request)
    branches = {row.person.branch_id: row.person.branch_name for row in rows if not row.is_guest}
    shown = [row for row in rows if chosen in {None, row.person.branch_id}]
    counted = [r for r in shown if not r.is_guest and r.state != RollState.AWAY]
    return render(
        request,
        PAGE,
        {
            "session": session,
            "rows": shown,
            "groups": _groups(shown),
            "folded": len(shown) > UNFOLDED and len({r.person.branch_id for r in shown}) > 1,
            "branches": branches,
            "chosen": chosen,
            "present": sum(r.state == RollState.PRESENT for r in counted),
            "expected": len(counted),
            "declared": [r for r in shown if r.state == RollState.DECLARED],
            "is_open": rolls.window_holds(session, clock.now()),
            "may_confirm": allows("activities.run_check_in", request.actor, session),
            "as_of": clock.now(),
        },
    )


def _groups(rows: Sequence[RollRow]) -> list[dict[str, object]]:
    """Return the roll by branch, each with how many of its own are here."""
    found = []
    for name, group in groupby(rows, key=lambda row: row.person.branch_name):
        own = list(group)
        counted = [row for row in own if not row.is_guest and row.state != RollState.AWAY]
        present = sum(row.state == RollState.PRESENT for row in counted)
        found.append({"name": name, "rows": own, "present": present, "expected": len(counted)})
    return found


@require_POST
def mark(request: Request, session_id: UUID) -> HttpResponse:
    """Mark one person: here, entered by somebody else, on leave, or taken back."""
    session = session_for(request, session_id)
    person_id = wanted_id(request.POST.get("person"))
    _mark(request.actor, session, person_id, request)
    if not request.htmx:
        return redirect(f"{reverse('activities:roll', args=[session.id])}#p{person_id}")
    row = _row(session, person_id, request.actor)
    context = {"session": session, "row": row, "is_open": True}
    return render(request, f"{PAGE}#line", context)


def _row(session: Session, person_id: UUID, by: Actor) -> RollRow:
    for row in expected.roll(session, by=by):
        if row.person.id == person_id:
            return row
    raise NotFound


def _mark(by: Actor, session: Session, person_id: UUID, request: Request) -> None:
    what, reason = request.POST.get("what", ""), request.POST.get("reason", "")
    if what == "leave":
        leave.grant_leave(by=by, session_id=session.id, person_id=person_id, reason=reason)
    elif what == "unleave":
        leave.withdraw_leave(by=by, session_id=session.id, person_id=person_id)
    elif what == "void":
        claims.void_person(by=by, session_id=session.id, person_id=person_id, reason=reason)
    elif what in {Method.ROLL, Method.PROXY}:
        item = Presence(_item_id(request), person_id, Method(what), clock.now(), reason=reason)
        [answer] = claims.claim_presence(by=by, session_id=session.id, items=[item])
        if answer.answer == SyncAnswer.REJECTED:
            raise Invalid(REFUSALS.get(answer.reason), where="person", code=answer.reason)
        if answer.answer == SyncAnswer.CONFLICT:
            raise Conflict(code=answer.reason)
    else:
        raise Invalid(where="what")


def _item_id(request: Request) -> UUID:
    return read_id(request.POST.get("item")) or new_id()


@require_POST
def confirm(request: Request, session_id: UUID) -> HttpResponse:
    """Confirm all chosen people who declared themselves by the printed code."""
    session = session_for(request, session_id)
    ids = read_ids(request.POST.getlist("person"))
    count = claims.confirm_declared(by=request.actor, session_id=session.id, person_ids=ids)
    messages.success(request, _("%(n)d confirmed.") % {"n": count})
    return redirect("activities:roll", session.id)
