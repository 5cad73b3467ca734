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
from dongxun.kernel import bulk
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.ledger import api as ledger
from dongxun.library import api as library
from dongxun.live import facts
from dongxun.live.contracts import ClassState, NoCheck
from dongxun.live.models import LiveClass, Presence
from dongxun.live.queries import SYSTEM, live_class
from dongxun.people import api as people
from dongxun.quizzes import api as quizzes

AT_ONCE = 500
Said = tuple[UUID, UUID | None, int, datetime]
"""What a fact of a class says: of whom, of which topic, how many seconds, when."""


@transaction.atomic
def begin_check(*, by: Actor, session_id: UUID, person_id: UUID) -> UUID:
    """Begin the short check of a class for somebody who watched it live; return the try.

    Safe to repeat: a try that is open is gone on with.

    Raises:
        NotFound: not a class or a person of this phone.
        NoCheck: the class is not over or was called off, has no check, or they did not watch it
            live.
        NoTryLeft, QuizOver, PaperShort.
    """
    row, airing = live_class(session_id, by=by)
    if person_id not in by.persons:
        raise NotFound
    watched = airing.is_held and row.presences.filter(person_id=person_id).exists()
    if row.state != ClassState.OVER or row.quiz_id is None or not watched:
        raise NoCheck
    quizzes.invite(by=SYSTEM, quiz_id=row.quiz_id, person_ids=[person_id])
    return quizzes.begin(by=by, quiz_id=row.quiz_id, person_id=person_id)


@transaction.atomic
def settle(*, season_id: UUID, person_ids: Collection[UUID]) -> None:
    """Bring what the ledger holds of classes and replays of these people to what stands now."""
    rows = LiveClass.objects.filter(session__season_id=season_id)
    checked = rows.filter(quiz__isnull=False).exclude(state=ClassState.READY)
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
        ledger.void(told.values_list("pk", flat=True), by=SYSTEM, reason=facts.CORRECTED)
        _settle(row, [kept_id], merged_id)


def settle_class(row: LiveClass) -> None:
    """Settle a class for everybody it has credited or would, after it or its session changed."""
    if row.quiz_id is None:
        return
    told = ledger.facts_about(row.id).filter(source=facts.SOURCE)
    known = set(told.values_list("person_id", flat=True))
    known |= {key for _quiz, key, _at in quizzes.passes([row.quiz_id])}
    for part in bulk.chunks(sorted(known), AT_ONCE):
        present = row.presences.select_for_update(of=("self",)).filter(person__in=part)
        _settle(row, list(present.order_by("id").values_list("person_id", flat=True)))


def _settle(row: LiveClass, person_ids: Collection[UUID], merged_id: UUID | None = None) -> None:
    """Settle a class for these people; ``merged_id`` is a row that became the only one of them."""
    airing = activities.airing(row.session_id, by=SYSTEM)
    is_worth = row.state == ClassState.OVER and airing.is_held
    here = activities.people_at_venues(row.session_id, person_ids)
    homes = people.branches_of(person_ids)
    due = {
        key: when
        for key, when in (_passed(row, person_ids, merged_id) if is_worth else {}).items()
        if key in homes and key not in here
    }
    wanted = {
        (key, topic_id, minutes * 60, when)
        for key, when in due.items()
        for topic_id, minutes in airing.shares
    }
    stands = _strike(row, homes, wanted, here)
    missing = sorted({said[0] for said in wanted - stands})
    if not missing:
        return
    struck = ledger.struck_of(row.id, facts.SOURCE, facts.COME_BACK, missing)
    new = [
        fact
        for key in missing
        for fact in facts.watched(
            row, airing, key, due[key], branch_id=homes[key].branch_id, struck=struck[key]
        )
        if (key, fact.topic_id, fact.seconds, fact.occurred_at) not in stands
    ]
    ledger.record(new, by=SYSTEM)


def _strike(
    row: LiveClass, person_ids: Collection[UUID], wanted: Collection[Said], here: Collection[UUID]
) -> set[Said]:
    """Strike what a class told of these people and should not have; return what stands.

    A fact is known by what it says: its id only says how often it was struck before.
    """
    told = ledger.facts_about(row.id, person_ids).filter(source=facts.SOURCE).order_by("pk")
    stands: set[Said] = set()
    gone: defaultdict[str, list[UUID]] = defaultdict(list)
    lines = told.values_list("pk", "person_id", "topic_id", "seconds", "occurred_at")
    for key, person_id, topic_id, seconds, when in lines:
        said = (person_id, topic_id, seconds, when)
        if said in wanted and said not in stands:
            stands.add(said)
        else:
            gone[facts.COUNTED if person_id in here else facts.CORRECTED].append(key)
    for reason, ids in gone.items():
        ledger.void(ids, by=SYSTEM, reason=reason)
    return stands


def _passed(
    row: LiveClass, person_ids: Collection[UUID], merged_id: UUID | None
) -> dict[UUID, datetime]:
    """Return when these people first passed the short check, the merged row for the one it became."""
    checks = [row.quiz_id] if row.quiz_id else []
    asked = [*person_ids, *([merged_id] if merged_id else [])]
    passed: dict[UUID, datetime] = {}
    for _quiz, key, when in quizzes.passes(checks, asked):
        owner = next(iter(person_ids)) if key == merged_id else key
        passed[owner] = min(when, passed.get(owner, when))
    return passed


def is_credited(lesson_id: UUID, person_id: UUID) -> bool:
    """Return whether somebody has the credit of the class that a lesson repeats."""
    row = LiveClass.objects.filter(replay_id=lesson_id).first()
    if row is None:
        return False
    if ledger.facts_about(row.id, [person_id]).filter(source=facts.SOURCE).exists():
        return True
    return person_id in activities.people_at_venues(row.session_id, [person_id])
