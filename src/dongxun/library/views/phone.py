"""学习: what to learn next, a lesson by ear or eye, and its short check."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.files.contracts import MediaKind
from dongxun.kernel import clock, tickets, video
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number, wanted_id
from dongxun.kit.offline import keep_offline
from dongxun.library.contracts import MOST_EDITION, SYNC_REASONS, Step
from dongxun.library.models import Chapter, Lesson, Media, Progress, Question
from dongxun.library.queries import learning as reading
from dongxun.library.queries.elsewhere import counted_elsewhere
from dongxun.library.queries.published import parts_of
from dongxun.library.services.learning import note_steps
from dongxun.library.services.media import KIND
from dongxun.people.contracts import Card
from dongxun.quizzes import api as quizzes
from dongxun.seasons.contracts import SeasonClosed, SeasonState

A_WEEK_H = 7 * 24
A_DAY_S = 24 * 3600
TICKET_S = 4 * 3600


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def learn(request: Request) -> HttpResponse:
    """Show what there is to learn, and what to go on with."""
    card, switch = access.person_of(request)
    parts = reading.learning(card.id, by=request.actor)
    wanted = {name: request.GET.get(name, "") for name in ("track", "form")}
    context = {
        "person": card,
        "switch": switch,
        "parts": reading.narrowed(parts, **wanted),
        "filters": _filters(parts, wanted, card),
        "next": reading.next_lesson(parts),
        "finished": sum(part.finished for part in parts),
        "whole": sum(len(part.lines) for part in parts),
        "quizzes": quizzes.own_quizzes(card.id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "library/learn.html", context)


def _filters(
    parts: Sequence[reading.TopicPart], wanted: Mapping[str, str], card: Card
) -> list[list[tuple[str, str, bool]]]:
    """Return the rows of chips that narrow the list, each with more than one thing to choose."""
    lessons = [line.lesson for part in parts for line in part.lines]
    there = {
        "form": {one.form: one.get_form_display() for one in lessons},
        "track": {one.track: one.track for one in lessons if one.track},
    }
    rows = []
    for name, found in there.items():
        if len(found) < 2 and not wanted[name]:
            continue
        choices = {"": _("All"), **dict(sorted(found.items()))}
        rows.append(
            [
                (
                    words,
                    f"?{urlencode({**wanted, 'person': card.id, name: key})}",
                    key == wanted[name],
                )
                for key, words in choices.items()
            ]
        )
    return rows


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def course(request: Request, course_id: UUID) -> HttpResponse:
    """Show the episodes of a course, how far somebody is, and which comes next."""
    card, switch = access.person_of(request)
    topic, part = reading.own_course(course_id, card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "topic": topic,
        "course": part,
        "next": reading.next_lesson([replace(topic, lines=part.lines)]),
        "as_of": clock.now(),
    }
    return render(request, "library/course.html", context)


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def lesson(request: Request, lesson_id: UUID) -> HttpResponse:
    """Show a lesson where its reader or listener left it."""
    card, _others = access.person_of(request)
    row, progress = reading.own_lesson(lesson_id, card.id, by=request.actor)
    return render(request, "library/lesson.html", _context(request, card, row, progress))


@access.phone_required
@keep_offline(hours=A_WEEK_H)
@require_safe
def kept(request: Request) -> HttpResponse:
    """Show what lies on this phone; the phone itself says what that is."""
    card, _others = access.person_of(request)
    return render(request, "library/kept.html", {"person": card})


def _context(
    request: Request, card: Card, row: Lesson, progress: Progress | None
) -> dict[str, Any]:
    at = reading.places(row, card.id, progress)
    kept = parts_of(row)
    chapters = [as_shown(chapter, progress, at) for chapter in kept.chapters]
    parts = reading.learning(card.id, by=request.actor)
    topic = next((part for part in parts if part.id == row.topic_id), None)
    mates = topic.lines if topic else ()
    if row.course_id and topic:
        mates = next(part.lines for part in topic.courses if part.id == row.course_id)
    questions = kept.questions
    answered = progress.answered if progress else {}
    return {
        "person": card,
        "lesson": row,
        "chapters": chapters,
        "now": next((one for one in chapters if not one["ended"]), None),
        "all_ended": all(one["ended"] for one in chapters),
        "questions": questions,
        "left": sum(str(one.id) not in answered for one in questions),
        "progress": progress,
        "is_counted": _is_counted(row, card, progress),
        "news": reading.news_of(row, progress),
        "still": _still(row),
        "mates": mates,
        "parts": " ".join(one["src"] for one in chapters if one["src"]),
        "size": sum(one["size"] for one in chapters),
        "following": reading.after(mates, row),
        "edge": settings.EDGE,
        "ticket": tickets.mint("lesson", row.id, card.id, seconds=TICKET_S)
        if settings.EDGE
        else "",
        "as_of": clock.now(),
    }


def _still(row: Lesson) -> str:
    """Return why nothing learned counts today: the season is ``over`` or ``ahead``; else ""."""
    if row.season.state == SeasonState.CLOSED:
        return "over"
    return "ahead" if clock.today() < row.season.starts_on else ""


def _is_counted(row: Lesson, card: Card, progress: Progress | None) -> bool:
    """Return whether a finished lesson adds nothing, for its class was attended."""
    return bool(progress and progress.finished_at and counted_elsewhere(row.id, card.id))


def of_nginx(media: Media) -> str:
    """Return where nginx hands out the ladder of a video; empty where we do."""
    if media.kind != MediaKind.VIDEO or not media.made or not video.is_handed_out():
        return ""
    return video.address(KIND, media.id, seconds=A_DAY_S) + media.made


def as_shown(
    chapter: Chapter, progress: Progress | None, at: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Return a chapter as a page shows it, with how far somebody is; ``at`` by chapter.

    ``ways`` are the addresses of a video, the first that answers is played: a page may be kept on
    the phone for longer than nginx lets its address be used.
    """
    key = str(chapter.id)
    media = chapter.media
    src = reverse("library:play", args=[media.id, media.made]) if media and media.made else ""
    return {
        "chapter": chapter,
        "lines": reading.transcript(chapter),
        "at": (at or {}).get(key, 0),
        "ended": bool(progress and key in progress.ended),
        "src": src,
        "ways": f"{of_nginx(media)} {src}".strip() if media else "",
        "poster": reverse("library:play", args=[media.id, media.poster])
        if media and media.poster
        else "",
        "is_sound": bool(media and media.made and media.kind == MediaKind.AUDIO),
        "seconds": media.seconds if media else 0,
        "size": media.made_size if media else 0,
    }


@access.phone_required
@require_POST
def step(request: Request, lesson_id: UUID) -> HttpResponse:
    """Note that a chapter was read or heard, or what is new seen; for phones without script."""
    card, _others = access.person_of(request)
    seen = request.POST.get("what") == "seen"
    chapter = None if seen else wanted_id(request.POST.get("chapter"))
    shown = _edition(request)
    _note(request, Step(lesson_id, card.id, clock.now(), chapter, ended=not seen, edition=shown))
    return redirect(f"{reverse('library:learn_lesson', args=[lesson_id])}?person={card.id}")


def _edition(request: Request) -> int | None:
    """Return the edition that a form was on; None when it did not say."""
    return read_number(request.POST.get("edition", ""), MOST_EDITION)


def _note(request: Request, step: Step) -> None:
    """Take one step; a refusal is a page, for nothing was typed.

    Raises:
        NotFound, SeasonClosed.
        Conflict: the lesson has changed since the page was opened, or its season has not begun.
    """
    [(answer, reason)] = note_steps(by=request.actor, steps=[step])
    if answer == SyncAnswer.STORED:
        return
    if reason == "season_is_closed":
        raise SeasonClosed
    if reason in SYNC_REASONS:
        raise Conflict(str(SYNC_REASONS[reason]))
    raise NotFound


@access.phone_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: Request, lesson_id: UUID) -> HttpResponse:
    """Ask one question a screen, say why, let it be tried again; the last one ends the lesson."""
    card, _others = access.person_of(request)
    row, progress = reading.own_lesson(lesson_id, card.id, by=request.actor)
    questions = parts_of(row).questions
    if not questions or (request.method != "POST" and _still(row)):
        return redirect(f"{reverse('library:learn_lesson', args=[lesson_id])}?person={card.id}")
    if request.method == "POST":
        return _answer(request, card, row, questions)
    return _ask(request, card, row, progress, _open_question(questions, progress))


def _open_question(questions: list[Question], progress: Progress | None) -> Question | None:
    answered = progress.answered if progress else {}
    return next((one for one in questions if str(one.id) not in answered), None)


def _answer(request: Request, card: Card, row: Lesson, questions: list[Question]) -> HttpResponse:
    asked = wanted_id(request.POST.get("question"))
    question = next((one for one in questions if one.id == asked), None)
    if question is None:
        raise Conflict(_("This lesson has changed; open it again."))
    typed = request.POST.get("option", "")
    chosen = read_number(typed, len(question.options) - 1)
    if chosen is None:
        return _ask(request, card, row, None, question, status=422)
    answers = {question.id: chosen}
    shown = _edition(request)
    _note(request, Step(row.id, card.id, clock.now(), answers=answers, edition=shown))
    progress = Progress.objects.get(lesson=row, person_id=card.id)
    return _ask(request, card, row, progress, question, chosen=chosen)


def _ask(
    request: Request,
    card: Card,
    row: Lesson,
    progress: Progress | None,
    question: Question | None,
    *,
    chosen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    questions = parts_of(row).questions
    context = {
        "person": card,
        "lesson": row,
        "question": question,
        "number": questions.index(question) + 1 if question else len(questions),
        "whole": len(questions),
        "chosen": chosen,
        "is_right": question is not None and chosen == question.right,
        "nothing_chosen": status == 422,
        "left": _open_question(questions, progress),
        "progress": progress,
        "is_counted": _is_counted(row, card, progress),
    }
    return render(request, "library/check.html", context, status=status)
