"""活动详情: is it ready, how is it going, what came of it?"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.activities.models import Booking, CheckIn, Session
from dongxun.activities.sessions import bookings, changes, planning, sign_ups
from dongxun.activities.sessions.clashes import warnings
from dongxun.activities.sessions.expected import expected_by_branch
from dongxun.activities.sessions.forms import MoveForm, OnlineForm, PublicForm, ReasonForm
from dongxun.activities.sessions.shapes import phase
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.views.shared import put_error
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows
from dongxun.notices import api as notices
from dongxun.organisations import api as organisations

PAGE = "activities/session.html"


@access.organiser_required
@require_GET
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Show one session by its phase."""
    return _page(request, seen(session_id, by=request.actor))


def _page(
    request: Request, row: Session, forms: dict[str, Form] | None = None, status: int = 200
) -> HttpResponse:
    may_plan = allows("activities.plan_session", request.actor, row.host.lft)
    stage = phase(row.state, row.starts_at, row.ends_at)
    branches = expected_by_branch(row)
    own = _own(request, branches)
    context: dict[str, Any] = {
        "session": row,
        "stage": stage,
        "place": place_words(row),
        "may_plan": may_plan,
        "parts": list(row.parts.select_related("organisation").order_by("id")),
        "topics": list(row.topics.select_related("topic").order_by("topic__number")),
        "steps": list(row.steps.all()),
        "bookings": list(row.bookings.select_related("lecturer").order_by("id")),
        "subs": list(row.sub_sessions.select_related("host", "place").order_by("host__lft")),
        "branches": own,
        "hidden": len(branches) - len(own),
        "expected": sum(b.expected for b in branches),
        "present": _present(row),
        "owing_names": sign_ups.quotas_open(row),
        "notices": notices.notices(by=request.actor, object_ids=[row.id]),
        "forms": _forms(row) | (forms or {}),
        "open_form": next(iter(forms), "") if forms else "",
        "links": {name: _link(name, row.id) for name in ("roll", "screen", "sheet")},
        "as_of": clock.now(),
    }
    if may_plan and stage in {"draft", "coming"}:
        context["warnings"] = warnings(planning.plan_of(row), by=request.actor, session_id=row.id)
    return render(request, PAGE, context, status=status)


def _own(request: Request, branches: list[Any]) -> list[Any]:
    """Return the branches that the actor organises; others are counted only."""
    nodes = organisations.nodes([b.branch_id for b in branches])
    return [b for b in branches if request.actor.reaches(nodes[b.branch_id].interval.lft)]


def _present(row: Session) -> int:
    return CheckIn.objects.filter(session=row, voided_at=None, confirmed=True).count()


def _forms(row: Session) -> dict[str, Form]:
    local = row.starts_at.astimezone(clock.zone())
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return {
        "move": MoveForm(
            initial={"day": local.date(), "start": local.time(), "minutes": minutes},
            prefix="move",
        ),
        "online": OnlineForm(initial={"online_url": row.online_url}, prefix="online"),
        "cancel": ReasonForm(prefix="cancel"),
        "public": PublicForm(
            initial={"public_count": row.public_count, "minors_count": row.minors_count},
            prefix="public",
        ),
    }


def _link(name: str, session_id: UUID) -> str:
    try:
        return reverse(f"activities:{name}", args=[session_id])
    except NoReverseMatch:
        return ""


def _do(
    request: Request,
    session_id: UUID,
    done: str,
    act: Callable[[], object],
    forms: dict[str, Form] | None = None,
) -> HttpResponse:
    """Call one service; come back with its refusal in the form it is about."""
    row = seen(session_id, by=request.actor)
    name, form = next(iter(forms.items())) if forms else ("", None)
    if form is not None and not form.is_valid():
        return _page(request, row, {name: form}, status=422)
    try:
        act()
    except DomainError as error:
        if form is None or error.status not in {409, 422}:
            raise
        put_error(form, error)
        return _page(request, seen(session_id, by=request.actor), {name: form}, error.status)
    messages.success(request, done)
    return redirect("activities:session", session_id)


@access.organiser_required
@require_POST
def publish(request: Request, session_id: UUID) -> HttpResponse:
    """Publish a draft."""
    return _do(
        request,
        session_id,
        _("Published; those concerned are told."),
        lambda: planning.publish_session(by=request.actor, session_id=session_id),
    )


@access.organiser_required
@require_POST
def move(request: Request, session_id: UUID) -> HttpResponse:
    """Move a session, with a reason."""
    form = MoveForm(request.POST, prefix="move")

    def act() -> None:
        starts_at, ends_at = form.moments()
        changes.move_session(
            by=request.actor,
            session_id=session_id,
            starts_at=starts_at,
            ends_at=ends_at,
            place_text=form.cleaned_data["place_text"],
            reason=form.cleaned_data["reason"],
        )

    return _do(request, session_id, _("Moved; those concerned are told."), act, {"move": form})


@access.organiser_required
@require_POST
def online(request: Request, session_id: UUID) -> HttpResponse:
    """Hold a session online instead."""
    form = OnlineForm(request.POST, prefix="online")

    def act() -> None:
        changes.go_online(
            by=request.actor,
            session_id=session_id,
            url=form.cleaned_data["online_url"],
            reason=form.cleaned_data["reason"],
        )

    words = _("It is online now; those concerned are told.")
    return _do(request, session_id, words, act, {"online": form})


@access.organiser_required
@require_POST
def cancel(request: Request, session_id: UUID) -> HttpResponse:
    """Call a session off."""
    form = ReasonForm(request.POST, prefix="cancel")

    def act() -> None:
        changes.cancel_session(
            by=request.actor, session_id=session_id, reason=form.cleaned_data["reason"]
        )

    words = _("Cancelled; those concerned are told.")
    return _do(request, session_id, words, act, {"cancel": form})


@access.organiser_required
@require_POST
def public(request: Request, session_id: UUID) -> HttpResponse:
    """Note the public and minors as counts."""
    form = PublicForm(request.POST, prefix="public")

    def act() -> None:
        changes.count_public(
            by=request.actor,
            session_id=session_id,
            public=form.cleaned_data["public_count"],
            minors=form.cleaned_data["minors_count"],
        )

    return _do(request, session_id, _("Saved."), act, {"public": form})


@access.organiser_required
@require_POST
def archive(request: Request, session_id: UUID) -> HttpResponse:
    """Put a session that was held away."""
    return _do(
        request,
        session_id,
        _("Archived; its credit stays."),
        lambda: changes.archive_session(by=request.actor, session_id=session_id),
    )


@access.organiser_required
@require_POST
def booking(request: Request, session_id: UUID, booking_id: UUID) -> HttpResponse:
    """Note a lecturer's answer that came by phone."""
    if not Booking.objects.filter(id=booking_id, session_id=session_id).exists():
        raise NotFound
    confirmed = request.POST.get("answer") == "yes"
    return _do(
        request,
        session_id,
        _("Saved."),
        lambda: bookings.answer_booking(
            by=request.actor,
            booking_id=booking_id,
            confirmed=confirmed,
            reason=request.POST.get("reason", "") or ("" if confirmed else _("by phone")),
        ),
    )
