"""Pages for lecturers and the public: 我的课, 附近的活动."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.sessions import bookings
from dongxun.activities.sessions.bookings import LECTURER
from dongxun.activities.sessions.listing import as_card, rows_for_cards
from dongxun.kernel import beside, clock
from dongxun.kernel.errors import Invalid, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.organisations import api as organisations

DAYS_AHEAD = 30
MOST = 60


@require_GET
def lessons(request: Request) -> HttpResponse:
    """Show a lecturer their bookings: first what awaits an answer."""
    if not request.actor.linked(LECTURER):
        raise SignInNeeded
    return _lessons(request)


def _lessons(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    found = bookings.my_lessons(by=request.actor)
    waiting = sum(x.awaits_answer for x in found)
    own = beside.lines("lecturer", request.actor.linked(LECTURER), by=request.actor)
    context = {
        "said": [line for lines in own.values() for line in lines],
        "lessons": [lesson for lesson in found if not lesson.is_over],
        "past": [lesson for lesson in found if lesson.is_over],
        "waiting": waiting,
        **more,
    }
    return render(request, "activities/lessons.html", context, status=status)


@require_POST
def answer(request: Request, booking_id: UUID) -> HttpResponse:
    """Confirm or decline a booking."""
    if not request.actor.linked(LECTURER):
        raise SignInNeeded
    try:
        bookings.answer_booking(
            by=request.actor,
            booking_id=booking_id,
            confirmed=request.POST.get("answer") == "yes",
            reason=request.POST.get("reason", ""),
        )
    except Invalid as error:
        words = [str(message) for _where, message in error.details]
        return _lessons(request, 422, refused=booking_id, refusal="".join(words))
    messages.success(request, _("Your answer is noted."))
    return redirect("activities:lessons")


@require_GET
def nearby(request: Request) -> HttpResponse:
    """Show anybody the sessions that are open to all, by town."""
    now = clock.now()
    rows = Session.objects.filter(
        open_to_all=True,
        state=SessionState.PUBLISHED,
        ends_at__gte=now,
        starts_at__lte=now + timedelta(days=DAYS_AHEAD),
    )
    found = [as_card(row) for row in rows_for_cards(rows).order_by("starts_at")[:MOST]]
    towns: dict[UUID, str] = {}
    of: dict[UUID, UUID] = {}
    for card in found:
        town = _town(card.host_id)
        if town:
            towns[town.id], of[card.id] = town.short_name, town.id
    chosen = read_id(request.GET.get("town"))
    shown = [c for c in found if chosen in {None, of.get(c.id)}]
    said = beside.lines("place", {c.place_id for c in shown if c.place_id}, by=request.actor)
    context = {
        "cards": [(card, said.get(card.place_id, []) if card.place_id else []) for card in shown],
        "towns": towns,
        "chosen": chosen,
        "days": DAYS_AHEAD,
        "as_of": now,
    }
    return render(request, "activities/nearby.html", context)


def _town(host_id: UUID) -> Any:
    path = organisations.ancestors(host_id)
    return next((n for n in path if n.type_code in {"town", "street", "farm", "agency"}), None)
