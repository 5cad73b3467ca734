"""Pages for lecturers and the public: 我的课, 附近的活动."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.activities.sessions import bookings, near
from dongxun.activities.sessions.bookings import LECTURER
from dongxun.kernel import beside
from dongxun.kernel.errors import Invalid, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_number


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
    """Show anybody the sessions that are open to all, by town and by distance from a place."""
    data = request.GET
    asked = near.OpenSessions(
        town_id=read_id(data.get("town")),
        near=read_id(data.get("near")),
        km=read_number(data.get("km", ""), max(near.REACHES)),
    )
    found = asked.page(read_number(data.get("page", ""), 99_999) or 1)
    places = {one.card.place_id for one in found if one.card.place_id}
    said = beside.lines("place", places, by=request.actor)
    chosen = {"near": asked.near.id, "km": asked.km or ""} if asked.near else {}
    context = {
        "found": found,
        "cards": [
            (one, said.get(one.card.place_id, []) if one.card.place_id else []) for one in found
        ],
        "towns": asked.towns.values(),
        "town": asked.town,
        "spots": asked.spots,
        "near": asked.near,
        "km": asked.km,
        "reaches": near.REACHES,
        "spot_query": urlencode({key: value for key, value in chosen.items() if value}),
        "days": near.DAYS_AHEAD,
    }
    return render(request, "activities/nearby.html", context)
