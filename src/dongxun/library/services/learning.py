"""What phones say of learning: places, chapters ended, answers; and what it is worth.

Each statement only moves a row's sums (`Progress`): the latest place, the earliest end, the
earliest right answer. So any order, split and repetition of the same statements ends alike.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import NewFact
from dongxun.library import facts
from dongxun.library.contracts import Step
from dongxun.library.models import Lesson, Progress
from dongxun.library.queries.elsewhere import counted_elsewhere
from dongxun.library.queries.evidence import Asked, asked_by, stood_open
from dongxun.library.queries.learning import lessons_open_to
from dongxun.library.queries.published import as_published
from dongxun.people import api as people
from dongxun.people.contracts import Belonged
from dongxun.seasons.contracts import was_closed


@transaction.atomic
def note_steps(*, by: Actor, steps: Sequence[Step]) -> list[tuple[SyncAnswer, str]]:
    """Take what a phone says of lessons and answer each statement, in order.

    Safe to repeat, in any order, split or together. What was learned on an edition counts for
    it, also when it comes after the next one is out, the lesson is withdrawn, the season closed
    or the person moved. What a fast clock puts ahead of now was done by now. A statement about a
    person the phone does not speak for, or a lesson that was not open to them, reads as not there.
    """
    now = clock.now()
    steps = [replace(step, occurred_at=min(step.occurred_at, now)) for step in steps]
    reach = {
        person_id: _Reach.of(person_id, {step.lesson_id for step in steps}, by)
        for person_id in {step.person_id for step in steps}
        if person_id in by.persons
    }
    asked: dict[UUID, Asked] = {}
    answers: list[tuple[SyncAnswer, str]] = []
    told: defaultdict[tuple[UUID, UUID], list[Step]] = defaultdict(list)
    for step in steps:
        lesson = reach[step.person_id].lesson(step) if step.person_id in reach else None
        if lesson is not None and lesson.id not in asked:
            asked[lesson.id] = asked_by(lesson)
        reason = _why_not(step, lesson, asked.get(step.lesson_id))
        answers.append((SyncAnswer.REJECTED if reason else SyncAnswer.STORED, reason))
        if not reason:
            told[step.person_id, step.lesson_id].append(step)
    for (person_id, lesson_id), said in sorted(told.items()):
        lesson = reach[person_id].known[lesson_id]
        _take(lesson, person_id, said, asked[lesson_id], by)
    return answers


@dataclass(frozen=True, slots=True)
class _Reach:
    """The lessons that somebody's steps may be about; those not ``open`` were so once."""

    known: Mapping[UUID, Lesson]
    open: Collection[UUID]
    homes: Sequence[Belonged]

    @classmethod
    def of(cls, person_id: UUID, meant: set[UUID], by: Actor) -> "_Reach":
        found = lessons_open_to(person_id, by=by).in_bulk(meant)
        gone = Lesson.objects.none()
        if others := meant - set(found):
            gone = Lesson.objects.select_related("organisation", "season", "topic")
            gone = gone.filter(id__in=others)
        known = found | {lesson.id: lesson for lesson in gone}
        homes = people.branches_ever(person_id) if len(known) > len(found) else []
        return cls({key: as_published(one) for key, one in known.items()}, set(found), homes)

    def lesson(self, step: Step) -> Lesson | None:
        """Return the lesson of a step, if it was open to them when they made it."""
        lesson = self.known.get(step.lesson_id)
        if lesson is None or lesson.id in self.open or stood_open(lesson, step, self.homes):
            return lesson
        return None


def _why_not(step: Step, lesson: Lesson | None, asked: Asked | None) -> str:
    if lesson is None or asked is None:
        return "not_found"
    if was_closed(lesson.season, step.occurred_at):
        return "season_is_closed"
    if clock.day_of(step.occurred_at) < lesson.season.starts_on:
        return "before_season"
    if step.chapter_id is not None and not asked.has_chapter(step):
        return "chapter_gone"
    return ""


def _take(lesson: Lesson, person_id: UUID, said: Sequence[Step], asked: Asked, by: Actor) -> None:
    first = min(step.occurred_at for step in said)
    row, _new = Progress.objects.get_or_create(
        lesson=lesson, person_id=person_id, defaults={"begun_at": first, "touched_at": first}
    )
    row = Progress.objects.select_for_update().get(id=row.id)
    for step in said:
        _add(row, step, asked)
    finished = asked.finished_at(row)
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


def _add(row: Progress, step: Step, asked: Asked) -> None:
    moment, edition = step.occurred_at.isoformat(), asked.edition_of(step)
    row.begun_at = min(row.begun_at, step.occurred_at)
    row.touched_at = max(row.touched_at, step.occurred_at)
    row.edition = max(row.edition, edition)
    done: list[tuple[dict[str, str], str]] = []
    if step.chapter_id is not None:
        key = str(step.chapter_id)
        last = row.places.get(key, [0, ""])
        if not last[1] or (_at(last[1]), last[0]) < (step.occurred_at, step.at):
            row.places[key] = [step.at, moment]
        if step.ended:
            done.append((row.ended, key))
    right = asked.right_on(edition)
    for question, chosen in step.answers.items():
        if right.get(str(question)) == chosen:
            done.append((row.answered, str(question)))
    for kept, key in done:
        row.made_on[key] = min(row.made_on.get(key, edition), edition)
        _earliest(kept, key, step.occurred_at)


def _earliest(kept: dict[str, str], key: str, at: datetime) -> None:
    if key not in kept or at < _at(kept[key]):
        kept[key] = at.isoformat()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def tell_ledger(row: Progress, lesson: Lesson, *, by: Actor, was: int = 0) -> None:
    """Record a finished lesson once; strike what no longer stands. Safe to repeat.

    Nothing is recorded for who has the credit of what the lesson repeats already. Whoever finished
    an earlier edition keeps what it was worth, under the topics of today.

    Args:
        was: the minutes that are worth what the lesson is worth now.
    """
    home = people.branches_of({row.person_id}).get(row.person_id)
    if home is None:
        return
    is_counted = row.finished_at is not None and counted_elsewhere(lesson.id, row.person_id)
    struck = ledger.times_struck(row.id, facts.SOURCE, facts.COUNTED)
    about = ledger.facts_about(row.id).filter(source=facts.SOURCE)
    rows = list(about.values_list("pk", "topic_id", "seconds"))
    live = {key: (topic_id, seconds) for key, topic_id, seconds in rows}
    if row.finished_at is not None:
        _keep_worth(row, lesson, has=sum(seconds for *_about, seconds in rows), was=was)

    def worth() -> list[NewFact]:
        moved = sum(
            ledger.times_struck(row.id, facts.SOURCE, reason)
            for reason in (facts.MOVED, facts.REWEIGHED)
        )
        return facts.studied_online(
            row,
            lesson,
            branch_id=home.branch_id,
            seconds=row.seconds or 0,
            struck=struck,
            moved=moved,
        )

    wanted = [] if is_counted else worth()
    if live and wanted and (reason := _why_anew(live.values(), wanted)):
        ledger.void(live, by=by, reason=reason)
        live, wanted = {}, worth()
    if gone := set(live) - {fact.id for fact in wanted}:
        reason = facts.COUNTED if is_counted else "record corrected"
        ledger.void(gone, by=by, reason=reason)
    if new := [fact for fact in wanted if fact.id not in live]:
        ledger.record(new, by=by)


def _keep_worth(row: Progress, lesson: Lesson, *, has: int, was: int) -> None:
    """Keep what finishing a lesson is worth: as it was then, or what the ledger ``has`` of it."""
    worth = row.seconds or has
    if worth in {0, was * 60}:
        worth = lesson.minutes * 60
    if worth != row.seconds:
        row.seconds = worth
        row.save(update_fields=["seconds"])


def _why_anew(live: Collection[tuple[Any, int]], wanted: Sequence[NewFact]) -> str:
    """Return why what stands in the ledger is struck and stated anew; empty where it stays."""
    if {topic_id for topic_id, _seconds in live} != {fact.topic_id for fact in wanted}:
        return facts.MOVED
    is_other = set(live) != {(fact.topic_id, fact.seconds) for fact in wanted}
    return facts.REWEIGHED if is_other else ""


@transaction.atomic
def settle(
    *,
    by: Actor,
    lesson_ids: Collection[UUID],
    person_ids: Collection[UUID],
    was: int = 0,
) -> None:
    """Bring the ledger to what finished lessons of these people are worth now. Safe to repeat.

    ``was`` is as with :func:`tell_ledger`.
    """
    rows = Progress.objects.select_for_update(of=("self",)).filter(
        lesson__in=list(lesson_ids), person__in=list(person_ids), finished_at__isnull=False
    )
    for row in rows.select_related("lesson").order_by("id"):
        tell_ledger(row, as_published(row.lesson), by=by, was=was)
