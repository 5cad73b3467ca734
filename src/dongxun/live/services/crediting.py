"""A class counts once for each person: by a roll, else by its short check, else by its replay.

Nothing is added up: what each person has is worked out anew from rolls, presence and quizzes,
so any order and any repetition of what is told ends alike.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.activities import api as activities
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import NewFact
from dongxun.library import api as library
from dongxun.live import facts
from dongxun.live.contracts import ClassState, NoCheck
from dongxun.live.models import LiveClass, Presence
from dongxun.live.queries import SYSTEM, live_class
from dongxun.people import api as people
from dongxun.quizzes import api as quizzes


@transaction.atomic
def begin_check(*, by: Actor, session_id: UUID, person_id: UUID) -> UUID:
    """Begin the short check of a class for somebody who watched it live; return the try.

    Safe to repeat: a try that is open is gone on with.

    Raises:
        NotFound: not a class or a person of this phone.
        NoCheck: the class is not over, has no check, or they did not watch it live.
        NoTryLeft, QuizOver, PaperShort.
    """
    row, _airing = live_class(session_id, by=by)
    if person_id not in by.persons:
        raise NotFound
    watched = row.presences.filter(person_id=person_id).exists()
    if row.state != ClassState.OVER or row.quiz_id is None or not watched:
        raise NoCheck
    quizzes.invite(by=SYSTEM, quiz_id=row.quiz_id, person_ids=[person_id])
    return quizzes.begin(by=by, quiz_id=row.quiz_id, person_id=person_id)


@transaction.atomic
def settle(*, season_id: UUID, person_ids: Collection[UUID]) -> None:
    """Bring what the ledger holds of classes and replays of these people to what stands now."""
    rows = LiveClass.objects.filter(session__season_id=season_id)
    checked = rows.filter(state=ClassState.OVER, quiz__isnull=False)
    present = Presence.objects.select_for_update(of=("self",)).filter(
        live__in=checked, person__in=list(person_ids)
    )
    by_class: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for live_id, person_id in present.order_by("id").values_list("live_id", "person_id"):
        by_class[live_id].append(person_id)
    for row in checked.filter(id__in=list(by_class)):
        _settle(row, by_class[row.id])
    if replays := [key for key in rows.values_list("replay_id", flat=True) if key]:
        library.settle(by=SYSTEM, lesson_ids=replays, person_ids=person_ids)


def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Credit the survivor with the classes that either row watched, once. Safe to repeat.

    The quizzes of the merged row may or may not have been handed over by now.
    """
    for row in LiveClass.objects.filter(quiz__isnull=False, presences__person_id=kept_id):
        told = ledger.facts_about(row.id, [merged_id]).filter(source=facts.SOURCE)
        ledger.void(told.values_list("pk", flat=True), by=SYSTEM, reason="record corrected")
        _settle(row, [kept_id], merged_id)


def _settle(row: LiveClass, person_ids: Collection[UUID], merged_id: UUID | None = None) -> None:
    """Settle a class for these people; ``merged_id`` is a row that became the only one of them."""
    airing = activities.airing(row.session_id, by=SYSTEM)
    checks = [row.quiz_id] if row.quiz_id else []
    asked = [*person_ids, *([merged_id] if merged_id else [])]
    passed: dict[UUID, datetime] = {}
    for _quiz, key, when in quizzes.passes(checks, asked):
        owner = next(iter(person_ids)) if key == merged_id else key
        passed[owner] = min(when, passed.get(owner, when))
    here = activities.people_at_venues(row.session_id, person_ids)
    homes = people.branches_of(person_ids)
    for key in person_ids:
        if key in homes:
            at = None if key in here else passed.get(key)
            _tell(row, airing, key, at, homes[key].branch_id)


def _tell(
    row: LiveClass,
    airing: activities.Airing,
    person_id: UUID,
    passed_at: datetime | None,
    branch_id: UUID,
) -> None:
    wanted: list[NewFact] = []
    if passed_at is not None:
        struck = ledger.times_struck(row.id, facts.SOURCE, facts.COUNTED, person_id)
        wanted = facts.watched(
            row, airing, person_id, passed_at, branch_id=branch_id, struck=struck
        )
    told = ledger.facts_about(row.id, [person_id]).filter(source=facts.SOURCE)
    live = set(told.values_list("pk", flat=True))
    if gone := live - {fact.id for fact in wanted}:
        ledger.void(gone, by=SYSTEM, reason="record corrected" if wanted else facts.COUNTED)
    if new := [fact for fact in wanted if fact.id not in live]:
        ledger.record(new, by=SYSTEM)


def is_credited(lesson_id: UUID, person_id: UUID) -> bool:
    """Return whether somebody has the credit of the class that a lesson repeats."""
    row = LiveClass.objects.filter(replay_id=lesson_id).first()
    if row is None:
        return False
    if ledger.facts_about(row.id, [person_id]).filter(source=facts.SOURCE).exists():
        return True
    return person_id in activities.people_at_venues(row.session_id, [person_id])
