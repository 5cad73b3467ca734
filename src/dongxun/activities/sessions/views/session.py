"""活动详情: is it ready, how is it going, what came of it?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.activities.attendance.contracts import Doubt
from dongxun.activities.attendance.expected import doubts
from dongxun.activities.attendance.recredit import recredit_session
from dongxun.activities.models import Booking, RunStep, Session
from dongxun.activities.presence import is_attended, people_at
from dongxun.activities.sessions import bookings, changes, planning, remarks, sign_ups, venues
from dongxun.activities.sessions.clashes import warnings
from dongxun.activities.sessions.expected import expected_by_branch
from dongxun.activities.sessions.page_forms import (
    ClashForm,
    MoveForm,
    OnlineForm,
    PublicForm,
    ReasonForm,
    RecreditForm,
    RemarkForm,
    VenueForm,
    others_words,
)
from dongxun.activities.sessions.rows import plan_of, subs_of
from dongxun.activities.sessions.shapes import SessionPlan, Warnings, phase
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.visible import said_beside, seen
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import put_error
from dongxun.notices import api as notices
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

PAGE = "activities/session.html"


@access.organiser_required
@require_GET
def session(request: Request, session_id: UUID) -> HttpResponse:
    """Show one session by its phase."""
    return _page(request, seen(session_id, by=request.actor))


def _page(
    request: Request,
    row: Session,
    forms: dict[str, Form] | None = None,
    status: int = 200,
    **more: Any,
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
        "steps": timed(row),
        "asked": _asked(request.actor, row),
        "bookings": list(row.bookings.select_related("lecturer").order_by("id")),
        "branches": own,
        "hidden": len(branches) - len(own),
        "expected": sum(b.expected for b in branches),
        "present": len(people_at([row.id])),
        "notices": notices.notices(by=request.actor, object_ids=[row.id]),
        "forms": _forms(row, request.actor) | (forms or {}),
        "open_form": next(iter(forms), "") if forms else "",
        "organisations_url": reverse("activities:organisations"),
        "links": {name: _link(name, row.id) for name in ("roll", "screen", "sheet")},
        "beside": _beside(row, request.actor),
        "as_of": clock.now(),
        **more,
    }
    if stage in {"running", "over", "archived"}:
        context |= _said(row, request.actor) | {"doubts": _doubts(row, request.actor)}
    context["is_attended"] = is_attended(row)
    if may_plan and context["is_attended"] and not row.main_session_id:
        context["forms"].setdefault("recredit", _recredit(row))
    if found := venues.venues(row, by=request.actor):
        context["venues"] = found
        if row.main_session_id is None:
            context |= {"present": found.present, "expected": found.expected}
    if may_plan and stage in {"draft", "coming"}:
        context["warnings"] = _warnings(row, plan_of(row), request.actor)
    return render(request, PAGE, context, status=status)


def _recredit(row: Session, data: Any = None) -> RecreditForm:
    return RecreditForm(data, rules=seasons.rules(row.season_id), row=row, prefix="recredit")


def _beside(row: Session, by: Actor) -> Any:
    key = row.main_session_id or row.id
    return said_beside(key, state=row.state, starts_at=row.starts_at, by=by)


def _warnings(row: Session, plan: SessionPlan, by: Actor) -> Warnings:
    """Return what clashes with a plan for this session, or with the places of its sub-venues."""
    also = [sub.place_id for sub in subs_of(row) if not sub.went_online_reason]
    return warnings(plan, by=by, session_id=row.id, also=also)


def _said(row: Session, by: Actor) -> dict[str, Any]:
    """Return what was noted, each with the reason it would be for a change of the plan."""
    found = remarks.feedback(row)
    for remark in found.remarks:
        said = {"kind": remark.get_kind_display(), "title": row.title, "words": remark.words}
        reason = _("%(kind)s, %(title)s: %(words)s") % said
        remark.because = urlencode({"reason": reason[:200]})  # type: ignore[attr-defined]
    return {"said": found, "may_change_season": seasons.may_manage(row.season_id, by=by)}


def _asked(by: Actor, row: Session) -> list[tuple[sign_ups.Asking, bool]]:
    """Return who was asked for delegates, and whether the actor names them."""
    return [(asking, by.reaches(asking.lft)) for asking in sign_ups.quotas(row)]


def _doubts(row: Session, by: Actor) -> list[Doubt]:
    try:
        return doubts(row, by=by)
    except NotFound:
        return []


def timed(row: Session) -> list[tuple[RunStep, datetime | None]]:
    """Return the run-sheet with the moment each step begins, as long as the minutes are known."""
    found: list[tuple[RunStep, datetime | None]] = []
    at: datetime | None = row.starts_at
    for step in row.steps.all():
        found.append((step, at))
        at = at + timedelta(minutes=step.minutes) if at and step.minutes else None
    return found


def _own(request: Request, branches: list[Any]) -> list[Any]:
    """Return the branches that the actor organises; others are counted only."""
    nodes = organisations.nodes([b.branch_id for b in branches])
    return [b for b in branches if request.actor.reaches(nodes[b.branch_id].interval.lft)]


def _forms(row: Session, by: Actor) -> dict[str, Form]:
    local = row.starts_at.astimezone(clock.zone())
    minutes = int((row.ends_at - row.starts_at).total_seconds() // 60)
    return {
        "move": MoveForm(
            initial={"day": local.date(), "start": local.time(), "minutes": minutes},
            prefix="move",
        ),
        "online": OnlineForm(initial={"online_url": row.online_url}, prefix="online"),
        "cancel": ReasonForm(prefix="cancel"),
        "publish": ClashForm(initial={"clash_reason": row.clash_reason}),
        "public": PublicForm(
            initial={
                "public_count": row.public_count,
                "minors_count": row.minors_count,
                "others": others_words(row.others_count),
            },
            prefix="public",
        ),
        "remark": RemarkForm(prefix="remark"),
        "venue": VenueForm(by=by, prefix="venue"),
    }


def _link(name: str, session_id: UUID) -> str:
    try:
        return reverse(f"activities:{name}", args=[session_id])
    except NoReverseMatch:
        return ""


def do(
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
    """Publish a draft; where something is wanted twice, with the reason why it stays."""
    row = seen(session_id, by=request.actor)
    found = _warnings(row, plan_of(row), request.actor)
    form = ClashForm(request.POST, needed=row.state == "draft" and bool(found.clashes))

    def act() -> None:
        reason = form.cleaned_data["clash_reason"]
        planning.publish_session(by=request.actor, session_id=session_id)
        planning.keep_clash_reason(by=request.actor, session_id=session_id, reason=reason)

    words = _("Published; those concerned are told.")
    return do(request, session_id, words, act, {"publish": form})


@access.organiser_required
@require_POST
def move(request: Request, session_id: UUID) -> HttpResponse:
    """Move a session, with a reason; what would clash is shown first."""
    form = MoveForm(request.POST, prefix="move")
    if form.is_valid() and not form.cleaned_data["anyway"]:
        row = seen(session_id, by=request.actor)
        starts_at, ends_at = form.moments()
        plan = replace(plan_of(row), starts_at=starts_at, ends_at=ends_at)
        if elsewhere := form.cleaned_data["place_text"]:
            plan = replace(plan, place_id=None, place_text=elsewhere)
        found = _warnings(row, plan, request.actor)
        if found.clashes and starts_at < ends_at:
            form.add_error("anyway", _("Something would be wanted twice then."))
            return _page(request, row, {"move": form}, 422, move_warnings=found)

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

    return do(request, session_id, _("Moved; those concerned are told."), act, {"move": form})


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
    return do(request, session_id, words, act, {"online": form})


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
    return do(request, session_id, words, act, {"cancel": form})


@access.organiser_required
@require_POST
def recredit(request: Request, session_id: UUID) -> HttpResponse:
    """Correct what a session is worth for everybody who came."""
    row = seen(session_id, by=request.actor)
    form = _recredit(row, request.POST)

    def act() -> None:
        recredit_session(
            by=request.actor,
            session_id=session_id,
            topics=form.topics(),
            format=form.cleaned_data["format"],
            reason=form.cleaned_data["reason"],
        )

    words = _("Changed; the hours of everybody who came follow within moments.")
    return do(request, session_id, words, act, {"recredit": form})


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
            others=form.cleaned_data["others"],
        )

    return do(request, session_id, _("Saved."), act, {"public": form})


@access.organiser_required
@require_POST
def add_venue(request: Request, session_id: UUID) -> HttpResponse:
    """Open a sub-venue."""
    form = VenueForm(request.POST, by=request.actor, prefix="venue")

    def act() -> None:
        data = form.cleaned_data
        venues.add_sub_venue(
            by=request.actor,
            session_id=session_id,
            host_id=UUID(data["host_id"]),
            place_id=read_id(data["place_id"]),
            place_text=data["place_text"],
            capacity=data["capacity"],
        )

    return do(request, session_id, _("The sub-venue is there."), act, {"venue": form})


@access.organiser_required
@require_POST
def archive(request: Request, session_id: UUID) -> HttpResponse:
    """Put a session that was held away."""
    return do(
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
    return do(
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
