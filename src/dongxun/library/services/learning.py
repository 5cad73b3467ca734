"""What phones say of learning: places, chapters ended, answers; and what it is worth.

Each statement only moves a row's sums (`Progress`): the latest place, the earliest end, the
earliest right answer. So any order, split and repetition of the same statements ends alike.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.ledger import api as ledger
from dongxun.library import facts
from dongxun.library.contracts import Step
from dongxun.library.models import Lesson, Progress
from dongxun.library.queries.elsewhere import counted_elsewhere
from dongxun.library.queries.learning import lessons_open_to
from dongxun.library.queries.published import Parts, as_published, parts_of
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonState

AHEAD_S = 600


@transaction.atomic
def note_steps(*, by: Actor, steps: Sequence[Step]) -> list[tuple[SyncAnswer, str]]:
    """Take what a phone says of lessons and answer each statement, in order.

    Safe to repeat, in any order, split or together. A statement about a person the phone
    does not speak for, or a lesson not open to them, reads as not there.
    """
    meant = {step.lesson_id for step in steps}
    open_to = {
        person_id: {
            key: as_published(lesson)
            for key, lesson in lessons_open_to(person_id, by=by).in_bulk(meant).items()
        }
        for person_id in {step.person_id for step in steps}
        if person_id in by.persons
    }
    lessons = {key: one for known in open_to.values() for key, one in known.items()}
    chapters = {key: {part.id for part in parts_of(one).chapters} for key, one in lessons.items()}
    answers: list[tuple[SyncAnswer, str]] = []
    told: defaultdict[tuple[UUID, UUID], list[Step]] = defaultdict(list)
    for step in steps:
        lesson = open_to.get(step.person_id, {}).get(step.lesson_id)
        reason = _why_not(step, lesson, chapters.get(step.lesson_id, set()))
        answers.append((SyncAnswer.REJECTED if reason else SyncAnswer.STORED, reason))
        if not reason:
            told[step.person_id, step.lesson_id].append(step)
    for (person_id, lesson_id), said in sorted(told.items()):
        _take(open_to[person_id][lesson_id], person_id, said, by)
    return answers


def _why_not(step: Step, lesson: Lesson | None, chapters: Collection[UUID]) -> str:
    if lesson is None:
        return "not_found"
    if lesson.season.state == SeasonState.CLOSED:
        return "season_is_closed"
    if (step.occurred_at - clock.now()).total_seconds() > AHEAD_S:
        return "clock_impossible"
    if clock.day_of(step.occurred_at) < lesson.season.starts_on:
        return "before_season"
    if step.chapter_id is not None and step.chapter_id not in chapters:
        return "chapter_gone"
    return ""


def _take(lesson: Lesson, person_id: UUID, said: Sequence[Step], by: Actor) -> None:
    first = min(step.occurred_at for step in said)
    row, _new = Progress.objects.get_or_create(
        lesson=lesson, person_id=person_id, defaults={"begun_at": first, "touched_at": first}
    )
    row = Progress.objects.select_for_update().get(id=row.id)
    parts = parts_of(lesson)
    right = {str(question.id): question.right for question in parts.questions}
    for step in said:
        _add(row, step, right)
    row.edition = max(row.edition, _edition_of(said, lesson))
    finished = finished_at(row, parts)
    newly = row.finished_at is None and finished is not None
    if row.finished_at is None or (finished and finished < row.finished_at):
        row.finished_at = finished
    row.save()
    tell_ledger(row, lesson, by=by)
    if newly:
        audit.write(
            "library.finish_lesson",
            by=by,
            subject=("lesson", lesson.id),
            organisation_id=lesson.organisation_id,
        )


def _edition_of(said: Sequence[Step], lesson: Lesson) -> int:
    """Return the newest edition that steps were made on; one not named is the last of its day."""
    known = [step.edition for step in said if step.edition is not None]
    moments = [step.occurred_at for step in said if step.edition is None]
    if moments:
        out = lesson.editions.filter(published_at__lte=max(moments)).first()
        known.append(out.number if out else 1)
    return max(1, min(max(known), lesson.edition))


def _add(row: Progress, step: Step, right: dict[str, int]) -> None:
    moment = step.occurred_at.isoformat()
    row.begun_at = min(row.begun_at, step.occurred_at)
    row.touched_at = max(row.touched_at, step.occurred_at)
    if step.chapter_id is not None:
        key = str(step.chapter_id)
        last = row.places.get(key, [0, ""])
        if not last[1] or (_at(last[1]), last[0]) < (step.occurred_at, step.at):
            row.places[key] = [step.at, moment]
        if step.ended:
            _earliest(row.ended, key, step.occurred_at)
    for question, chosen in step.answers.items():
        if right.get(str(question)) == chosen:
            _earliest(row.answered, str(question), step.occurred_at)


def _earliest(kept: dict[str, str], key: str, at: datetime) -> None:
    if key not in kept or at < _at(kept[key]):
        kept[key] = at.isoformat()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def finished_at(row: Progress, parts: Parts) -> datetime | None:
    """Return when the last piece of evidence was there, None while one is missing."""
    wanted: list[str | None] = [row.ended.get(str(one.id)) for one in parts.chapters]
    wanted += [row.answered.get(str(one.id)) for one in parts.questions]
    moments = [_at(text) for text in wanted if text]
    return max(moments) if wanted and len(moments) == len(wanted) else None


def tell_ledger(row: Progress, lesson: Lesson, *, by: Actor) -> None:
    """Record a finished lesson once; strike what no longer stands. Safe to repeat.

    Nothing is recorded for who has the credit of what the lesson repeats already.
    """
    home = people.branches_of({row.person_id}).get(row.person_id)
    if home is None:
        return
    is_counted = row.finished_at is not None and counted_elsewhere(lesson.id, row.person_id)
    struck = ledger.times_struck(row.id, facts.SOURCE, facts.COUNTED)
    wanted = facts.studied_online(row, lesson, branch_id=home.branch_id, struck=struck)
    if is_counted:
        wanted = []
    live = set(ledger.live_about([row.id], facts.SOURCE))
    if gone := live - {fact.id for fact in wanted}:
        reason = facts.COUNTED if is_counted else "record corrected"
        ledger.void(gone, by=by, reason=reason)
    if new := [fact for fact in wanted if fact.id not in live]:
        ledger.record(new, by=by)


@transaction.atomic
def settle(*, by: Actor, lesson_ids: Collection[UUID], person_ids: Collection[UUID]) -> None:
    """Bring the ledger to what finished lessons of these people are worth now. Safe to repeat."""
    rows = Progress.objects.select_for_update(of=("self",)).filter(
        lesson__in=list(lesson_ids), person__in=list(person_ids), finished_at__isnull=False
    )
    for row in rows.select_related("lesson").order_by("id"):
        tell_ledger(row, as_published(row.lesson), by=by)
