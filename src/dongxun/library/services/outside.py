"""What was learned on outside platforms: platforms named, records kept, changed, struck out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.ledger import api as ledger
from dongxun.library import facts
from dongxun.library.models import OutsideRecord, Platform, PlatformCourse
from dongxun.library.queries import outside as reading
from dongxun.organisations import api as organisations

Key = tuple[UUID, str, date]


@dataclass(frozen=True, slots=True)
class Learned:
    """One line of a platform's workbook, understood."""

    person_id: UUID
    branch_id: UUID
    season_id: UUID
    topic_id: UUID
    course: str
    learned_on: date
    seconds: int
    score: Decimal | None

    @property
    def key(self) -> Key:
        """What makes it the same line when it comes again."""
        return self.person_id, self.course, self.learned_on


@transaction.atomic
def add_platform(*, by: Actor, organisation_id: UUID, name: str) -> UUID:
    """Name a platform that a unit and those below learn on. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: no name.
    """
    node = organisations.node(organisation_id)
    require("library.import_outside", by, node.id)
    if not name.strip():
        raise Invalid(details=[("name", _("Write a name."))])
    row, is_new = Platform.objects.get_or_create(
        organisation_id=organisation_id,
        name=name.strip()[:40],
        defaults={"created_at": clock.now()},
    )
    if is_new:
        _note("library.add_platform", by, row)
    return row.id


@transaction.atomic
def remove_platform(*, by: Actor, platform_id: UUID) -> None:
    """Forget a platform that nothing was brought in from.

    Raises:
        NotFound, NotAllowed.
        Conflict: there are records of it.
    """
    row = reading.platform(platform_id, by=by)
    require("library.import_outside", by, row.organisation_id)
    if row.records.exists():
        raise Conflict(_("Records were brought in from it; it stays."))
    _note("library.remove_platform", by, row)
    row.delete()


def _note(act: str, by: Actor, row: Platform) -> None:
    audit.write(
        act, by=by, subject=("platform", row.id), organisation_id=row.organisation_id, name=row.name
    )


def remember(platform: Platform, season_id: UUID, chosen: Mapping[str, UUID]) -> None:
    """Keep to which topic courses of a platform belong, for its next workbook."""
    for words, topic_id in chosen.items():
        PlatformCourse.objects.update_or_create(
            platform=platform, season_id=season_id, words=words, defaults={"topic_id": topic_id}
        )


@transaction.atomic
def map_course(*, by: Actor, platform_id: UUID, course_id: int, topic_id: UUID) -> None:
    """Say to which topic a course belongs from now on; what came in before stays as it is.

    Raises:
        NotFound: no such course or topic.
        NotAllowed: the platform is of a unit above.
    """
    row = reading.platform(platform_id, by=by)
    require("library.import_outside", by, row.organisation_id)
    course = wanted_row(row.courses.filter(id=course_id, season__topics=topic_id))
    course.topic_id = topic_id
    course.save(update_fields=["topic"])
    _note("library.map_course", by, row)


def known(platform: Platform, learned: Sequence[Learned]) -> dict[Key, OutsideRecord]:
    """Return the records that these lines speak of, those struck out included."""
    people = {one.person_id for one in learned}
    rows = OutsideRecord.objects.filter(platform=platform, person__in=people)
    return {(row.person_id, row.course, row.learned_on): row for row in rows}


def keep(
    learned: Sequence[Learned], platform: Platform, *, by: Actor
) -> list[tuple[Key, OutsideRecord, dict[str, Any]]]:
    """Keep lines and tell the ledger; return each record with what it was before, {} when new.

    What is known and says the same is passed over, so a file brought twice counts once.
    """
    there = known(platform, learned)
    written: list[tuple[Key, OutsideRecord, dict[str, Any]]] = []
    for one in learned:
        record, before = there.get(one.key), dict[str, Any]()
        if record is None:
            record = _new(one, platform)
        elif record.struck_at is None:
            if _content(record) == _content(one):
                continue
            before = _content(record)
        record.struck_at = None
        _change(record, _content(one), is_new=one.key not in there)
        there[one.key] = record
        written.append((one.key, record, before))
    ledger.void(
        _live([record for _key, record, before in written if before]),
        by=by,
        reason="record corrected",
    )
    ledger.record([facts.learned_outside(record) for _key, record, _before in written], by=by)
    return written


def said_by(record: OutsideRecord, into: OutsideRecord) -> Learned:
    """Return what a record says, as a line about the person of another."""
    return Learned(
        into.person_id,
        into.branch_id,
        record.season_id,
        record.topic_id,
        record.course,
        record.learned_on,
        record.seconds,
        record.score,
    )


def _new(one: Learned, platform: Platform) -> OutsideRecord:
    at = clock.moment(one.learned_on)
    return OutsideRecord(
        id=derived_id(at, facts.OUTSIDE, platform.id, one.person_id, one.course),
        platform=platform,
        season_id=one.season_id,
        person_id=one.person_id,
        branch_id=one.branch_id,
        course=one.course,
        learned_on=one.learned_on,
        version=0,
        stored_at=clock.now(),
    )


def _content(one: Learned | OutsideRecord) -> dict[str, Any]:
    """Return what a later workbook may change, as JSON."""
    marked = None if one.score is None else str(one.score)
    return {"topic_id": str(one.topic_id), "seconds": one.seconds, "score": marked}


def _change(record: OutsideRecord, content: Mapping[str, Any], *, is_new: bool = False) -> None:
    record.topic_id, record.seconds = UUID(content["topic_id"]), content["seconds"]
    record.score = None if content["score"] is None else Decimal(content["score"])
    record.version += 1
    record.save(force_insert=is_new)


def _live(records: Sequence[OutsideRecord]) -> set[UUID]:
    return ledger.live_about([record.id for record in records], facts.OUTSIDE)


def put_back(record: OutsideRecord, before: Mapping[str, Any], *, by: Actor) -> None:
    """Let a record say again what it said before a change."""
    gone = _live([record])
    _change(record, before)
    ledger.void(gone, by=by, reason="import taken back")
    ledger.record([facts.learned_outside(record)], by=by)


def strike(record: OutsideRecord, *, by: Actor, reason: str) -> None:
    """Let a record count no more. Safe to repeat."""
    if record.struck_at is None:
        record.struck_at = clock.now()
        record.save(update_fields=["struck_at"])
        ledger.void(_live([record]), by=by, reason=reason)


@transaction.atomic
def strike_record(*, by: Actor, record_id: UUID) -> None:
    """Strike a record of one of the actor's people out; a later workbook may bring it again.

    Raises:
        NotFound: absent, or somebody else's.
    """
    rows = OutsideRecord.objects.select_for_update(of=("self",)).select_related("person__branch")
    record = rows.filter(id=record_id).first()
    if record is None or not by.reaches(record.person.branch.lft):
        raise NotFound
    strike(record, by=by, reason="record corrected")
    audit.write(
        "library.strike_outside",
        by=by,
        subject=("outside", record.id),
        organisation_id=record.person.branch_id,
    )
