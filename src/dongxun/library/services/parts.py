"""What a lesson is made of: its chapters and its short check."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Overtaken, Text
from dongxun.library.contracts import (
    MOST_CHAPTERS,
    MOST_OPTIONS,
    MOST_QUESTIONS,
    PLAYS,
    ChapterDraft,
    Form,
    QuestionDraft,
)
from dongxun.library.models import Chapter, Lesson, Media, Question
from dongxun.library.queries import marks
from dongxun.library.services.lessons import lesson_to_write, note, touch


@transaction.atomic
def write_chapters(
    *,
    by: Actor,
    lesson_id: UUID,
    drafts: Sequence[tuple[UUID | None, ChapterDraft]],
    known: Collection[UUID] | None = None,
    version: str | None = None,
) -> None:
    """Bring the chapters of a lesson to what is given, in this order; safe to repeat.

    A chapter named by its id stays the same for those who have heard it. With ``known``, what
    the writer did not know of stays, at the end: somebody else has added it meanwhile.
    ``version`` is the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Invalid: each line with what it lacks, as ``chapters.0.title``.
    """
    lesson = lesson_to_write(lesson_id, by=by)
    rows = {chapter.id: chapter for chapter in lesson.chapters.all()}
    now, typed = marks.of_chapters([*rows.values()]), [draft for _key, draft in drafts]
    if version not in {None, now}:
        if marks.of_chapters(typed) == now:
            return
        raise Overtaken
    media = Media.objects.in_bulk([draft.media_id for _id, draft in drafts if draft.media_id])
    theirs = {chapter.media_id for chapter in rows.values()}
    bad: list[tuple[str, Text]] = []
    for number, (_key, draft) in enumerate(drafts):
        bad += [
            (f"chapters.{number}.{spot}", words)
            for spot, words in _lacks(draft, lesson, media, theirs)
        ]
    kept, added = _standing([key for key, _draft in drafts], rows, known)
    if len(drafts) + len(added) > MOST_CHAPTERS:
        bad.append(("chapters", _("At most %(n)d chapters.") % {"n": MOST_CHAPTERS}))
    if bad:
        raise Invalid(details=bad)
    _clear(lesson.chapters.all(), kept, added, behind=len(drafts))
    for number, (key, draft) in enumerate(drafts):
        chapter = rows[key] if key else Chapter(lesson=lesson)
        chapter.order, chapter.title, chapter.text = number, draft.title.strip(), draft.text
        chapter.media_id = draft.media_id
        chapter.save()
    touch(lesson)
    note("library.write_chapters", by, lesson)


def _standing(
    given: Sequence[UUID | None], rows: Collection[UUID], known: Collection[UUID] | None
) -> tuple[set[UUID], list[UUID]]:
    """Return which parts are written again, and which the writer did not know of.

    Raises:
        NotFound: one that is written again is not there.
    """
    kept = {key for key in given if key}
    if not kept <= set(rows):
        raise NotFound
    return kept, [] if known is None else [key for key in rows if key not in {*kept, *known}]


def _clear(rows: QuerySet[Any], kept: set[UUID], added: Sequence[UUID], *, behind: int) -> None:
    """Remove what is not written again; put what the writer did not know of at the end."""
    rows.exclude(id__in=[*kept, *added]).delete()
    for number, other in enumerate(added, behind):
        rows.filter(id=other).update(order=number)


def _lacks(
    draft: ChapterDraft,
    lesson: Lesson,
    media: dict[UUID, Media],
    theirs: Collection[UUID | None],
) -> list[tuple[str, Text]]:
    """Return what a chapter lacks; ``theirs`` came with the lesson from another unit, and stay."""
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if draft.media_id:
        found = media.get(draft.media_id)
        here = found and (found.organisation_id == lesson.organisation_id or found.id in theirs)
        if found is None or not here:
            bad.append(("played", _("There is no such file here.")))
        elif found.kind and found.kind != PLAYS[Form(lesson.form)]:
            bad.append(("played", _("This file does not fit the kind of lesson.")))
    return bad


@transaction.atomic
def write_questions(
    *,
    by: Actor,
    lesson_id: UUID,
    drafts: Sequence[tuple[UUID | None, QuestionDraft]],
    known: Collection[UUID] | None = None,
    version: str | None = None,
) -> None:
    """Bring the short check of a lesson to what is given, in this order; safe to repeat.

    ``known`` and ``version`` are as with :func:`write_chapters`.

    Raises:
        NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Invalid: each line with what it lacks, as ``questions.0.text``.
    """
    lesson = lesson_to_write(lesson_id, by=by)
    rows = {question.id: question for question in lesson.questions.all()}
    now, typed = marks.of_questions([*rows.values()]), [draft for _key, draft in drafts]
    if version not in {None, now}:
        if marks.of_questions(typed) == now:
            return
        raise Overtaken
    bad: list[tuple[str, Text]] = []
    for number, (_key, draft) in enumerate(drafts):
        bad += [(f"questions.{number}.{spot}", words) for spot, words in _unfit(draft)]
    kept, added = _standing([key for key, _draft in drafts], rows, known)
    if len(drafts) + len(added) > MOST_QUESTIONS:
        bad.append(("questions", _("At most %(n)d questions.") % {"n": MOST_QUESTIONS}))
    if bad:
        raise Invalid(details=bad)
    _clear(lesson.questions.all(), kept, added, behind=len(drafts))
    for number, (key, draft) in enumerate(drafts):
        question = rows[key] if key else Question(lesson=lesson)
        question.order, question.text, question.why = number, draft.text.strip(), draft.why.strip()
        question.options = [option.strip() for option in draft.options]
        question.right = draft.right
        question.save()
    touch(lesson)
    note("library.write_questions", by, lesson)


def _unfit(draft: QuestionDraft) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    options = [option.strip() for option in draft.options]
    if not draft.text.strip():
        bad.append(("text", _("Write the question.")))
    if not 2 <= len(options) <= MOST_OPTIONS or not all(options):
        words = _("Between %(low)s and %(high)s.") % {"low": 2, "high": MOST_OPTIONS}
        bad.append(("options", words))
    elif len(set(options)) < len(options):
        bad.append(("options", _("Two answers are the same.")))
    if not 0 <= draft.right < len(options):
        bad.append(("right", _("Choose the right answer.")))
    if not draft.why.strip():
        bad.append(("why", _("Say why; it is shown after the answer.")))
    return bad
