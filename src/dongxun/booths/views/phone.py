"""摊位 on the phone: the own cards, a booth by its code, and the sheet of a guest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.booths import guests
from dongxun.booths.contracts import CardState, Got
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries import cards as queries
from dongxun.booths.queries import standing
from dongxun.booths.queries.standing import Who
from dongxun.booths.services import stamping
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH
from dongxun.kit.offline import keep_offline
from dongxun.people.contracts import Card
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Given, Kind, Question

A_DAY_H = 24
AN_HOUR_S = 3600
SHEETS_AN_HOUR = 6000
"""Of one address: a fair is behind one."""
FORGED_AN_HOUR = 60
TRIES_A_SHEET = 100
"""Whoever opens a list of questions in one second has the same sheet."""


def _person(request: Request) -> tuple[Card | None, list[tuple[str, str, bool]]]:
    """Return whose card a page shows, None for a guest, and the choice between several."""
    if not request.actor.persons:
        return None, []
    return access.person_of(request)


def _shown(card: StampCard, own: Mapping[UUID, Got], prize_at: datetime | None) -> dict[str, Any]:
    """Return a card as a phone draws it."""
    return {
        "card": card,
        "spots": standing.spots(card, own),
        "stamps": len(own),
        "left": max(card.needed - len(own), 0),
        "full_at": standing.full_at(own, card.needed),
        "prize_at": prize_at,
    }


def _card_of(card: StampCard, who: Who | None) -> dict[str, Any]:
    """Return the card of one, or of nobody yet."""
    own = standing.own_stamps(card.booths.all(), who)
    given = standing.prizes_of([card.id], who) if who and own else {}
    return _shown(card, own, given.get(card.id))


@access.phone_required
@keep_offline(hours=A_DAY_H)
@require_safe
def own(request: Request) -> HttpResponse:
    """Show the stamp cards of a person."""
    person, switch = _person(request)
    if person is None:
        raise NotFound
    also = read_id(request.GET.get("card"))
    if also:
        switch = [(name, f"{href}&card={also}", chosen) for name, href, chosen in switch]
    cards = queries.own_cards(person.id, also)
    given = standing.prizes_of([row.id for row, _own in cards], person.id)
    shown = [_shown(row, own, given.get(row.id)) for row, own in cards]
    context = {
        "person": person,
        "switch": switch,
        "cards": shown,
        "full": sum(one["full_at"] is not None for one in shown),
        "as_of": clock.now(),
    }
    return render(request, "booths/own.html", context)


@never_cache
@require_safe
def enter(request: Request) -> HttpResponse:
    """Ask for the digits of a booth, and go there."""
    typed = request.GET.get("code", "").strip()
    if typed:
        try:
            return redirect("booths:booth", queries.booth_with(typed).code)
        except NotFound:
            return render(request, "booths/enter.html", {"typed": typed[:20]}, status=404)
    return render(request, "booths/enter.html")


@never_cache
@require_safe
def booth(request: Request, code: str) -> HttpResponse:
    """Show a booth and the card of whoever stands there."""
    return _booth(request, queries.booth_with(code))


def _booth(request: Request, row: Booth, error: DomainError | None = None) -> HttpResponse:
    person, switch = _person(request)
    who: Who | None = person.id if person else guests.guest_of(request) or None
    shown = _card_of(row.card, who)
    got = next((one.got for one in shown["spots"] if one.id == row.id), None)
    context = {
        "booth": row,
        "person": person,
        "switch": switch,
        "guest": "" if person else who,
        "one": shown,
        "got": got,
        "is_open": row.card.state == CardState.OPEN,
        "error": error,
    }
    return render(request, "booths/booth.html", context, status=error.status if error else 200)


@access.phone_required
@require_POST
def begin(request: Request, code: str) -> HttpResponse:
    """Begin the quiz of a booth; its answers are kept on the phone like those of any quiz."""
    person, _switch = _person(request)
    if person is None:
        raise NotFound
    try:
        key = stamping.begin(by=request.actor, code=code, person_id=person.id)
    except NotFound:
        raise
    except DomainError as error:
        return _booth(request, queries.booth_with(code), error)
    return redirect("quizzes:attempt", key)


@never_cache
@require_http_methods(BOTH)
def guest(request: Request, code: str) -> HttpResponse:
    """Ask somebody without a name, say what the answers came to, and stamp a pass."""
    row = queries.booth_with(code)
    if row.quiz_id is None:
        raise NotFound
    here, sheet = access.client_address(request), request.POST.get("sheet", "")
    number = guests.guest_of(request) or guests.new_guest()
    if request.method != "POST":
        access.throttle(f"booth:{here}", SHEETS_AN_HOUR, AN_HOUR_S)
        return _sheet(request, row, row.quiz_id)
    try:
        keys = guests.unsealed(sheet, row.id)
        access.throttle(f"booth-sheet:{sheet}", TRIES_A_SHEET, AN_HOUR_S)
        marked = stamping.answer_as_guest(
            by=request.actor,
            code=row.code,
            guest=number,
            answers={key: _given(request, place) for place, key in enumerate(keys)},
        )
    except Invalid:
        access.throttle(f"booth-forged:{here}", FORGED_AN_HOUR, AN_HOUR_S)
        words = _("This sheet is no longer valid; here is a new one.")
        return _sheet(request, row, row.quiz_id, Invalid(words))
    except DomainError as error:
        return _booth(request, row, error)
    context = {"booth": row, "marked": marked, "guest": number, "one": _card_of(row.card, number)}
    answer = render(request, "booths/marked.html", context)
    return guests.remember(request, answer, number) if marked.passed else answer


def _given(request: Request, place: int) -> Given:
    chosen = request.POST.getlist(f"q{place}")
    options = tuple(int(one) for one in chosen if len(one) == 1 and one in "01234567")
    return Given(options, request.POST.get(f"w{place}", "")[:200])


def _sheet(
    request: Request, row: Booth, quiz_id: UUID, error: DomainError | None = None
) -> HttpResponse:
    try:
        questions = quizzes.sheet(quiz_id)
    except NotFound:
        raise
    except DomainError as refused:
        return _booth(request, row, refused)
    context = {
        "booth": row,
        "questions": [_question(one, place) for place, one in enumerate(questions)],
        "sheet": guests.sealed(row.id, [one.id for one in questions]),
        "error": error,
    }
    return render(request, "booths/guest.html", context, status=error.status if error else 200)


def _question(one: Question, place: int) -> dict[str, Any]:
    return {
        "place": place,
        "number": place + 1,
        "text": one.text,
        "is_many": one.kind == Kind.MULTIPLE,
        "is_fill": one.kind == Kind.FILL,
        "options": list(enumerate(one.options)),
    }
