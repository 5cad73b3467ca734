"""Two rows were one person: what either has learned, the survivor has."""

from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from dongxun.kernel.actors import Actor
from dongxun.ledger import api as ledger
from dongxun.library.facts import SOURCE
from dongxun.library.models import OutsideRecord, Place, Progress
from dongxun.library.queries.evidence import asked_by
from dongxun.library.queries.published import as_published
from dongxun.library.services import outside
from dongxun.library.services.learning import tell_ledger

SYSTEM = Actor.system("library")
Places = dict[str, list[Any]]
"""``{chapter: [second, moment]}``, as ``Progress`` keeps it."""
Sortable = TypeVar("Sortable", str, int)


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give the progress of the merged row to the survivor. Safe to repeat.

    A lesson finished by both counts once, at the earlier moment; two halves make a whole. Where
    both were in a chapter, the later place stands.
    """
    _give_places(kept_id, merged_id)
    _give_outside(kept_id, merged_id)
    own = {row.lesson_id: row for row in _of(kept_id)}
    for row in _of(merged_id):
        stays = own.get(row.lesson_id)
        if stays is None:
            row.person_id = kept_id
            row.save(update_fields=["person"])
            continue
        stays.places = _later(stays.places, row.places)
        stays.ended = _earlier(stays.ended, row.ended)
        stays.answered = _earlier(stays.answered, row.answered)
        stays.made_on = _earlier(stays.made_on, row.made_on)
        stays.edition = max(stays.edition, row.edition)
        stays.begun_at = min(stays.begun_at, row.begun_at)
        lesson = as_published(stays.lesson)
        finished = [at for at in (stays.finished_at, row.finished_at) if at]
        stays.seconds = _worth(stays, row)
        stays.finished_at = min(finished, default=None) or asked_by(lesson).finished_at(stays)
        stays.save()
        gone = ledger.live_about([row.id], SOURCE)
        row.delete()
        ledger.void(gone, by=SYSTEM, reason="record corrected")
        tell_ledger(stays, lesson, by=SYSTEM)


def _worth(stays: Progress, row: Progress) -> int | None:
    """Return what it was worth to finish what either finished first; None if neither has."""
    done = [(one.finished_at, one) for one in (stays, row) if one.finished_at]
    if not done:
        return None
    _at, first = min(done, key=lambda pair: pair[0])
    about = ledger.facts_about(first.id).filter(source=SOURCE)
    return first.seconds or sum(about.values_list("seconds", flat=True)) or None


def _give_places(kept_id: UUID, merged_id: UUID) -> None:
    own = {place.chapter_id: place for place in Place.objects.filter(person_id=kept_id)}
    for place in Place.objects.select_for_update().filter(person_id=merged_id):
        there = own.get(place.chapter_id)
        if there is not None and there.moment >= place.moment:
            place.delete()
            continue
        if there is not None:
            there.delete()
        place.person_id = kept_id
        place.save(update_fields=["person"])


def _give_outside(kept_id: UUID, merged_id: UUID) -> None:
    """Give records of outside platforms over; the same line of both counts once.

    One struck out of the survivor's row counts again where the merged row still had it.
    """
    rows = OutsideRecord.objects.select_for_update(of=("self",)).filter(person_id=merged_id)
    own = {_line(one): one for one in OutsideRecord.objects.filter(person_id=kept_id)}
    for record in rows.select_related("platform"):
        stays = own.get(_line(record))
        if stays is None:
            record.person_id = kept_id
            record.save(update_fields=["person"])
            continue
        if stays.struck_at and record.struck_at is None:
            outside.keep([outside.said_by(record, stays)], record.platform, by=SYSTEM)
        outside.strike(record, by=SYSTEM, reason="record corrected")


def _line(record: OutsideRecord) -> tuple[UUID, str, date]:
    return record.platform_id, record.course, record.learned_on


def _of(person_id: UUID) -> QuerySet[Progress]:
    rows = Progress.objects.select_for_update(of=("self",)).filter(person_id=person_id)
    return rows.select_related("lesson").order_by("lesson_id")


def _later(one: Places, other: Places) -> Places:
    """Return the latest place in each chapter; of two at one moment the farther."""
    return {
        key: max(
            (kept[key] for kept in (one, other) if key in kept),
            key=lambda place: (datetime.fromisoformat(place[1]), place[0]),
        )
        for key in one | other
    }


def _earlier(one: dict[str, Sortable], other: dict[str, Sortable]) -> dict[str, Sortable]:
    return {key: min(kept[key] for kept in (one, other) if key in kept) for key in one | other}
