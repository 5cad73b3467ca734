"""The volunteer's phone: my shifts, take one, on and off duty, hand over, the register."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, wanted_id
from dongxun.kit.offline import keep_offline
from dongxun.seasons import api as seasons
from dongxun.volunteers.contracts import EntryDraft
from dongxun.volunteers.models import Turn
from dongxun.volunteers.queries import own
from dongxun.volunteers.services import duty, turns
from dongxun.volunteers.services.turns import OPENS
from dongxun.volunteers.views.shared import REFUSABLE

MINE = "volunteers/mine.html"


@access.phone_required
@keep_offline(hours=12)
@require_safe
def mine(request: Request) -> HttpResponse:
    """Show a volunteer's turns, and what else is wanted nearby."""
    return _mine(request)


def _mine(request: Request, *, refusal: DomainError | None = None) -> HttpResponse:
    card, switch = access.person_of(request)
    by, season = request.actor, seasons.season_at(card.branch_lft)
    context = {
        "person": card,
        "switch": switch,
        "season": season,
        "turns": own.my_turns(card.id, by=by),
        "running": own.own_errands(card.id, by=by),
        "open": own.open_shifts(card.id, by=by),
        "services": own.open_services(card.id, by=by),
        "errands": len(own.near_errands(card.id, by=by)),
        "hours": own.own_hours(card.id, season.id, by=by) if season else None,
        "item": new_id(),
        "refusal": refusal,
        "now": clock.now(),
        "as_of": clock.now(),
    }
    return render(request, MINE, context, status=refusal.status if refusal else 200)


@access.phone_required
@require_POST
def take(request: Request) -> HttpResponse:
    """Take a shift or join an activity for one person of the phone."""
    card, _switch = access.person_of(request)
    shift, service = request.POST.get("shift", ""), request.POST.get("service", "")
    key = {"person_id": card.id}
    item = _item(request)
    try:
        if shift:
            turns.take_shift(by=request.actor, shift_id=wanted_id(shift), item_id=item, **key)
            messages.success(request, _("The shift is yours."))
        else:
            turns.join_service(by=request.actor, service_id=wanted_id(service), item_id=item, **key)
            messages.success(request, _("Signed up."))
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _mine(request, refusal=error)
    return redirect(f"{reverse('volunteers:mine')}?person={card.id}")


def _item(request: Request) -> UUID | None:
    try:
        return UUID(request.POST.get("item", ""))
    except ValueError:
        return None


@access.phone_required
@keep_offline(hours=12)
@require_safe
def turn(request: Request, turn_id: UUID) -> HttpResponse:
    """Show one turn: on and off duty, what the last shift left, what this one leaves."""
    return _turn(request, own.my_turn(turn_id, by=request.actor))


def _turn(request: Request, row: Turn, *, refusal: DomainError | None = None) -> HttpResponse:
    now = clock.now()
    context = {
        "turn": row,
        "post": row.shift.post if row.shift else None,
        "beside": own.beside(row),
        "left": own.left_for(row),
        "notes": own.own_notes(row),
        "may_begin": row.on_at is None and row.starts_at - OPENS <= now < row.ends_at,
        "is_ahead": row.starts_at > now,
        "on_duty": row.on_at is not None and row.off_at is None,
        "item": new_id(),
        "words": request.POST.get("words", ""),
        "refusal": refusal,
        "as_of": now,
    }
    status = refusal.status if refusal else 200
    return render(request, "volunteers/my_turn.html", context, status=status)


@access.phone_required
@require_POST
def do_turn(request: Request, turn_id: UUID) -> HttpResponse:
    """Go on or off duty, hand over, read a note, offer or give back a turn."""
    row = own.my_turn(turn_id, by=request.actor)
    what = request.POST.get("what", "")
    try:
        words = _do(request, row, what)
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _turn(request, own.my_turn(turn_id, by=request.actor), refusal=error)
    messages.success(request, words)
    if what == "back":
        return redirect(f"{reverse('volunteers:mine')}?person={row.person_id}")
    return redirect("volunteers:my_turn", row.id)


def _do(request: Request, row: Turn, what: str) -> str:
    by, data = request.actor, request.POST
    if what == "on":
        turns.go_on_duty(by=by, turn_id=row.id)
        return _("You are on duty.")
    if what == "off":
        turns.go_off_duty(by=by, turn_id=row.id)
        return _("You are off duty; the hours wait for approval.")
    if what == "back":
        turns.give_back(by=by, turn_id=row.id, reason=data.get("reason", ""))
        return _("Given back; the place is open for others.")
    if what in {"offer", "keep"}:
        turns.offer_turn(by=by, turn_id=row.id, offered=what == "offer")
        return (
            _("Offered; it stays yours until somebody takes it.") if what == "offer" else _("Kept.")
        )
    if what == "hand":
        key = _item(request) or new_id()
        duty.write_handover(by=by, handover_id=key, turn_id=row.id, words=data.get("words", ""))
        return _("The next shift reads it.")
    if what == "read":
        duty.read_handover(by=by, handover_id=wanted_id(data.get("note", "")), turn_id=row.id)
        return _("Noted that you have read it.")
    raise NotFound


@access.phone_required
@keep_offline(hours=16)
@require_safe
def register(request: Request, post_id: UUID) -> HttpResponse:
    """Show the register of a post to whoever is on duty there; it works without network."""
    return _register(request, post_id)


def _register(request: Request, post_id: UUID, *, reason: str = "") -> HttpResponse:
    post, row = own.post_on_duty(post_id, by=request.actor)
    context = {
        "post": post,
        "turn": row,
        "lines": own.own_lines(post, row),
        "kept": seasons.rules(post.season_id).parameters.duty_register_days,
        "item": new_id(),
        "reason": reason,
        "typed": request.POST,
        "on_duty": row.on_at is not None,
        "as_of": clock.now(),
    }
    status = 422 if reason else 200
    return render(request, "volunteers/my_register.html", context, status=status)


@access.phone_required
@never_cache
@require_POST
def write_line(request: Request, post_id: UUID) -> HttpResponse:
    """Write one line, for phones whose page runs no script."""
    own.post_on_duty(post_id, by=request.actor)
    data = request.POST
    entry = EntryDraft(
        id=_item(request) or new_id(),
        post_id=post_id,
        occurred_at=clock.now(),
        plate=data.get("plate", ""),
        person_note=data.get("person_note", ""),
        remark=data.get("remark", ""),
        direction="out" if data.get("direction") == "out" else "in",
    )
    [answer] = duty.write_entries(by=request.actor, entries=[entry])
    if answer.answer == SyncAnswer.REJECTED:
        return _register(request, post_id, reason=answer.reason)
    messages.success(request, _("Written."))
    return redirect("volunteers:my_register", post_id)
