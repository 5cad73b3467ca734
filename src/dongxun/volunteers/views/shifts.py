"""One shift, and what becomes of one person's turn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number
from dongxun.kernel.rows import wanted_row
from dongxun.volunteers.forms import ServedForm
from dongxun.volunteers.models import Turn
from dongxun.volunteers.queries import hours
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.roster import shift_card
from dongxun.volunteers.services import hours as deciding
from dongxun.volunteers.services import posts, turns
from dongxun.volunteers.views.shared import REFUSABLE

PAGE = "volunteers/shift.html"


@access.organiser_required
@require_safe
def shift(request: Request, shift_id: UUID) -> HttpResponse:
    """Show who is on a shift, and what it leaves to the next."""
    return _page(request, shift_id)


def _page(request: Request, shift_id: UUID, *, refusal: DomainError | None = None) -> HttpResponse:
    post, card = shift_card(shift_id, by=request.actor)
    context: dict[str, Any] = {
        "post": post,
        "shift": card,
        "names": suggestions(request.actor),
        "refusal": refusal,
        "typed": request.POST.get("person", ""),
        "as_of": clock.now(),
    }
    return render(request, PAGE, context, status=refusal.status if refusal else 200)


@access.organiser_required
@require_POST
def do_shift(request: Request, shift_id: UUID) -> HttpResponse:
    """Put somebody on a shift, change how many it needs, or call it off."""
    post, _card = shift_card(shift_id, by=request.actor)
    what = request.POST.get("what", "")
    try:
        if what == "assign":
            person_id = person_named(request.POST.get("person", ""), by=request.actor)
            turns.take_shift(by=request.actor, shift_id=shift_id, person_id=person_id)
            messages.success(request, _("They are on the shift."))
        elif what == "needed":
            needed = read_number(request.POST.get("needed", ""), 999) or 0
            posts.set_needed(by=request.actor, shift_id=shift_id, needed=needed)
            messages.success(request, _("Saved."))
        elif what == "cancel":
            reason = request.POST.get("reason", "")
            posts.cancel_shift(by=request.actor, shift_id=shift_id, reason=reason)
            messages.success(request, _("The shift is called off."))
            return redirect("volunteers:post", post.id)
        else:
            raise NotFound
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _page(request, shift_id, refusal=error)
    return redirect("volunteers:shift", shift_id)


@access.organiser_required
@require_safe
def turn(request: Request, turn_id: UUID) -> HttpResponse:
    """Show one person's turn with every step of it."""
    return _turn_page(request, _turn(request, turn_id))


def _turn(request: Request, turn_id: UUID) -> Turn:
    return wanted_row(hours.turns(request.actor).filter(id=turn_id))


def _turn_page(
    request: Request,
    row: Turn,
    *,
    form: ServedForm | None = None,
    refusal: DomainError | None = None,
) -> HttpResponse:
    zone = clock.zone()
    begin, end = row.on_at or row.starts_at, row.off_at or row.ends_at
    first = {
        "day": clock.day_of(begin),
        "start": begin.astimezone(zone).time(),
        "end": end.astimezone(zone).time(),
        "way": row.travel_minutes,
    }
    bad = bool(refusal) or bool(form and form.errors)
    context = {
        "turn": row,
        "line": hours.line(row),
        "claims": list(row.claims.all()),
        "form": form or ServedForm(initial=first),
        "refusal": refusal,
        "back": _back(row),
        "as_of": clock.now(),
    }
    return render(request, "volunteers/turn.html", context, status=422 if bad else 200)


def _back(row: Turn) -> tuple[str, UUID | None]:
    if row.shift_id is not None:
        return "volunteers:shift", row.shift_id
    if row.service_id is not None:
        return "volunteers:service", row.service_id
    return "volunteers:errand", row.errand_id


@access.organiser_required
@require_POST
def do_turn(request: Request, turn_id: UUID) -> HttpResponse:
    """Note coming or going, put times right, take somebody off, or refuse their hours."""
    row = _turn(request, turn_id)
    what, by = request.POST.get("what", ""), request.actor
    form = None
    try:
        if what == "on":
            turns.go_on_duty(by=by, turn_id=row.id, at=clock.now())
        elif what == "off":
            turns.go_off_duty(by=by, turn_id=row.id, at=clock.now())
        elif what == "back":
            turns.give_back(by=by, turn_id=row.id, reason=request.POST.get("reason", ""))
            messages.success(request, _("Taken off; the place is open again."))
            name, key = _back(row)
            return redirect(name, key)
        elif what == "refuse":
            deciding.refuse_hours(by=by, turn_id=row.id, reason=request.POST.get("reason", ""))
        elif what == "correct":
            form = ServedForm(request.POST)
            if not form.is_valid():
                return _turn_page(request, row, form=form)
            begin, end = form.moments()
            way = form.cleaned_data["way"] or 0
            turns.correct_turn(by=by, turn_id=row.id, on_at=begin, off_at=end, travel_minutes=way)
        else:
            raise NotFound
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _turn_page(request, _turn(request, turn_id), form=form, refusal=error)
    messages.success(request, _("Saved."))
    return redirect("volunteers:turn", turn_id)
