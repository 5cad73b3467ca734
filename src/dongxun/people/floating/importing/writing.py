"""Rows into the register, and back out again while nobody wrote later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files.contracts import Change
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.people.contracts import TAG_FLOATING, ContactWay, StayStep
from dongxun.people.floating.importing.wishes import DAYS
from dongxun.people.floating.standing import note, save
from dongxun.people.models import PersonTag, Stay

KIND = "stay"


@dataclass(frozen=True, slots=True)
class Task:
    """One row to write: ``stay_id`` of the line it changes, None for a new one."""

    person_id: UUID
    name: str
    values: dict[str, Any]
    stay_id: UUID | None = None


def write(tasks: Sequence[Task], *, by: Actor) -> tuple[list[Change], list[UUID]]:
    """Write rows; return the changes and who lives elsewhere from today."""
    fresh = _still_at_home([task for task in tasks if task.stay_id is None])
    return [*_create(fresh, by), *_change(tasks, by)], [task.person_id for task in fresh]


def _still_at_home(tasks: Sequence[Task]) -> list[Task]:
    """Return whose line is still to be opened: somebody may have been quicker than the file."""
    people = [task.person_id for task in tasks]
    known = Stay.objects.filter(person_id__in=people, back_on=None)
    away = set(known.values_list("person_id", flat=True))
    return [task for task in tasks if task.person_id not in away]


def _create(tasks: Sequence[Task], by: Actor) -> list[Change]:
    now, people = clock.now(), [task.person_id for task in tasks]
    tags = PersonTag.objects.filter(person_id__in=people, tag=TAG_FLOATING)
    tagged = set(tags.values_list("person_id", flat=True))
    rows = [
        Stay(id=new_id(), person_id=task.person_id, created_at=now, updated_at=now, **task.values)
        for task in tasks
    ]
    Stay.objects.bulk_create(rows)
    PersonTag.objects.bulk_create(
        [PersonTag(person_id=key, tag=TAG_FLOATING) for key in people if key not in tagged]
    )
    changes = []
    for task, row in zip(tasks, rows, strict=True):
        note(row, StayStep.REGISTERED, by, place=row.direction)
        _note_contact(row, by)
        after = {"tagged": row.person_id not in tagged}
        changes.append(Change(KIND, row.id, {}, after, row.version, task.name))
    return changes


def _change(tasks: Sequence[Task], by: Actor) -> list[Change]:
    wanted = {task.stay_id: task for task in tasks if task.stay_id}
    rows = Stay.objects.select_for_update().filter(id__in=wanted, back_on=None)
    changes = []
    for row in rows:
        task = wanted[row.id]
        before = {name: _json(getattr(row, name)) for name in task.values}
        for name, value in task.values.items():
            setattr(row, name, value)
        save(row)
        note(row, StayStep.CHANGED, by)
        if "contacted_on" in task.values:
            _note_contact(row, by)
        changes.append(Change(KIND, row.id, before, {}, row.version, task.name))
    return changes


def _note_contact(row: Stay, by: Actor) -> None:
    if row.contacted_on:
        way = ContactWay(row.contacted_by).label if row.contacted_by else ""
        moment = clock.moment(row.contacted_on)
        note(row, StayStep.CONTACTED, by, at=moment, place=way)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def take_back(changes: Sequence[Change], *, by: Actor) -> tuple[list[Change], list[UUID]]:
    """Undo changes nobody wrote over; return those left alone, and who lives at home again."""
    ids = [change.target_id for change in changes]
    rows = Stay.objects.select_for_update().in_bulk(ids)
    later, home, gone = [], [], []
    for change in changes:
        row = rows.get(change.target_id)
        if row is None or row.version != change.version:  # absent: joined to another since
            later.append(change)
        elif change.before:
            _restore(row, change, by)
        else:
            gone.append(row.id)
            if change.after.get("tagged"):
                home.append(row.person_id)
    Stay.objects.filter(id__in=gone).delete()
    PersonTag.objects.filter(person_id__in=home, tag=TAG_FLOATING).delete()
    return later, home


def _restore(row: Stay, change: Change, by: Actor) -> None:
    for name, value in change.before.items():
        setattr(row, name, date.fromisoformat(value) if name in DAYS and value else value)
    save(row)
    note(row, StayStep.CHANGED, by, words=_("import taken back"))
