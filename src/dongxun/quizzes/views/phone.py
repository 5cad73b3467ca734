"""答题: one question a screen with why after it; each answer is kept as soon as it is given."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import beside, clock
from dongxun.kernel.errors import Conflict, DomainError, Invalid, LinkNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number
from dongxun.kit.forms import BOTH
from dongxun.kit.offline import keep_offline
from dongxun.quizzes import judging
from dongxun.quizzes.contracts import Given, Kind
from dongxun.quizzes.models import Asked, Attempt
from dongxun.quizzes.queries import answering as reading
from dongxun.quizzes.services import answering as services

A_DAY_H = 24


@access.phone_required
@require_safe
def quizzes(request: Request) -> HttpResponse:
    """Show what can be answered, and how one stands in it."""
    card, switch = access.person_of(request)
    lines = reading.own_quizzes(card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "lines": lines,
        "passed": sum(line.is_passed for line in lines),
        "as_of": clock.now(),
    }
    return render(request, "quizzes/own.html", context)


@access.phone_required
@require_http_methods(BOTH)
def quiz(request: Request, quiz_id: UUID) -> HttpResponse:
    """Say what a quiz is; begin a try, or go on with the one that is open."""
    card, _others = access.person_of(request)
    error: DomainError | None = None
    if request.method == "POST":
        try:
            key = services.begin(by=request.actor, quiz_id=quiz_id, person_id=card.id)
        except (Conflict, Invalid, LinkNeeded) as refused:
            error = refused
        else:
            return redirect("quizzes:attempt", key)
    line, tries = reading.own_quiz(quiz_id, card.id, by=request.actor)
    hidden = reading.needs_link(line.quiz, card.id, by=request.actor)
    context = {"person": card, "line": line, "tries": [] if hidden else tries, "error": error}
    context["needs_link"] = hidden
    status = error.status if error else 200
    return render(request, "quizzes/take.html", context, status=status)


@access.phone_required
@keep_offline(hours=A_DAY_H)
@require_safe
def attempt(request: Request, attempt_id: UUID) -> HttpResponse:
    """Show the question that is next, or the one asked for; after handing in, what it came to."""
    row = reading.own_attempt(attempt_id, by=request.actor)
    return _page(request, row, read_number(request.GET.get("q", ""), 999) or 0)


def _page(
    request: Request,
    row: Attempt,
    place: int = 0,
    *,
    error: DomainError | None = None,
    typed: Given | None = None,
) -> HttpResponse:
    asked = reading.paper_of(row)
    open_places = [one.place for one in asked if one.answered_at is None]
    if row.handed_in_at is None:
        first = open_places[0] if open_places else 0
        shown = place if 1 <= place <= len(asked) else first
        template = "quizzes/attempt.html"
    else:
        shown, template = 0, "quizzes/result.html"
    context: dict[str, Any] = {
        "attempt": row,
        "quiz": row.quiz,
        "questions": [_question(one, typed if one.place == shown else None) for one in asked],
        "shown": shown,
        "answered": len(asked) - len(open_places),
        "whole": len(asked),
        "error": error,
        "is_over": bool(row.quiz.closes_at and row.quiz.closes_at <= clock.now()),
        "as_of": clock.now(),
    }
    if row.handed_in_at is not None:
        lines = beside.lines("quiz", [row.quiz_id], by=request.actor)
        context["beside"] = lines.get(row.quiz_id, [])
    return render(request, template, context, status=error.status if error else 200)


def _question(asked: Asked, typed: Given | None = None) -> dict[str, Any]:
    """Return one question as it is drawn; what is right only once it was answered."""
    version, is_done = asked.version, asked.answered_at is not None
    given = asked.given or []
    chosen = set(typed.options if typed else ()) if not is_done else set(given)
    return {
        "asked": asked,
        "version": version,
        "is_done": is_done,
        "is_many": version.kind == Kind.MULTIPLE,
        "is_fill": version.kind == Kind.FILL,
        "options": [
            (place, label, place in chosen, is_done and place in version.right)
            for place, label in enumerate(judging.labels(version.kind, version.options))
        ],
        "words": (given[0] if given else "") if is_done else (typed.words if typed else ""),
        "accepted": version.right if is_done and version.kind == Kind.FILL else [],
        "next": asked.place + 1 if asked.place < asked.attempt.whole else 0,
    }


@access.phone_required
@require_POST
def answer(request: Request, attempt_id: UUID) -> HttpResponse:
    """Keep one answer, and show whether it is right and why."""
    place = read_number(request.POST.get("place", ""), 999) or 0
    chosen = tuple(int(one) for one in request.POST.getlist("option") if one in "01234567" and one)
    given = Given(chosen, request.POST.get("words", ""))
    try:
        asked = services.answer(by=request.actor, attempt_id=attempt_id, place=place, given=given)
    except (Conflict, Invalid) as error:
        return _refused(request, attempt_id, place, given, error)
    if request.htmx:
        return render(request, "quizzes/attempt.html#question", _one(asked))
    return _page(request, asked.attempt, place)


def _one(asked: Asked) -> dict[str, Any]:
    context = {"one": _question(asked), "attempt": asked.attempt}
    return context | {"whole": asked.attempt.whole, "shown": asked.place}


def _refused(
    request: Request, attempt_id: UUID, place: int, given: Given, error: DomainError
) -> HttpResponse:
    row = reading.own_attempt(attempt_id, by=request.actor)
    if not request.htmx:
        return _page(request, row, place, error=error, typed=given)
    asked = row.asked.select_related("version", "attempt").filter(place=place).first()
    if asked is None:
        return _page(request, row, place, error=error)
    context = _one(asked) | {"one": _question(asked, given), "error": error}
    return render(request, "quizzes/attempt.html#question", context, status=error.status)


@access.phone_required
@require_POST
def hand_in(request: Request, attempt_id: UUID) -> HttpResponse:
    """Hand a try in; questions left open count as not known."""
    services.hand_in(by=request.actor, attempt_id=attempt_id)
    return redirect(reverse("quizzes:attempt", args=[attempt_id]))
