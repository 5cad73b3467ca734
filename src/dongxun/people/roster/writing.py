"""Rows into tables, a thousand at a time, and back out again while nobody wrote later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from dongxun.files.contracts import Change
from dongxun.kernel import bulk, clock, secret
from dongxun.kernel.ids import new_id
from dongxun.people import removal, sealing
from dongxun.people.contracts import Category, Status
from dongxun.people.models import Membership, Person, PersonPrivate, PersonTag
from dongxun.people.roster.wishes import PLAIN, Wish

KIND = "person"
_PRIVATE = (
    "phone",
    "phone_hash",
    "match",
    "id_number",
    "id_hash",
    "birth_year",
    "birth_month",
    "address",
)
_COLUMNS = ("name", "pinyin", "branch_id", *PLAIN)


@dataclass(slots=True)
class Task:
    """One row to write: ``person_id`` of whom it changes, None for somebody new."""

    wish: Wish
    branch_id: UUID
    person_id: UUID | None = None
    version: int = 0


@dataclass(slots=True)
class _Batch:
    """Rows gathered for the database."""

    now: datetime = field(default_factory=clock.now)
    today: date = field(default_factory=clock.today)
    changes: list[Change] = field(default_factory=list)
    tags_on: list[tuple[UUID, str]] = field(default_factory=list)
    tags_off: dict[UUID, frozenset[str]] = field(default_factory=dict)
    touched: list[UUID] = field(default_factory=list)


def write(tasks: Sequence[Task]) -> tuple[list[Change], list[UUID]]:
    """Write rows; return the changes and who was touched."""
    batch = _Batch()
    _create([task for task in tasks if task.person_id is None], batch)
    _change([task for task in tasks if task.person_id is not None], batch)
    bulk.insert(PersonTag, ("person_id", "tag"), batch.tags_on, on_conflict="DO NOTHING")
    for person_id, words in batch.tags_off.items():
        PersonTag.objects.filter(person_id=person_id, tag__in=words).delete()
    return batch.changes, batch.touched


_DEFAULTS: dict[str, Any] = {
    "sex": "",
    "category": Category.FULL.value,
    "status": Status.ACTIVE.value,
    "joined_on": None,
    "full_on": None,
    "duty": "",
    "is_secretary": False,
}
_PERSON = ("id", "name", "pinyin", "branch_id", *_DEFAULTS, "order", "version", "created_at")
_PERSON_COLUMNS = (*_PERSON, "updated_at")


def _create(tasks: Sequence[Task], batch: _Batch) -> None:
    """Insert people without an object for each: a roster may have 50,000."""
    people, privates, memberships = [], [], []
    for task in tasks:
        wish, key = task.wish, new_id()
        plain = _DEFAULTS | wish.plain
        lead = (key, wish.name, sealing.initials(wish.name), task.branch_id)
        people.append((*lead, *plain.values(), 0, 1, batch.now, batch.now))
        privates.append((key, *_private_values(wish), ""))
        since = min(plain["joined_on"] or batch.today, batch.today)
        memberships.append((key, task.branch_id, since))
        batch.tags_on += [(key, word) for word in wish.tags]
        batch.touched.append(key)
        batch.changes.append(Change(KIND, key, {}, {}, 1, wish.name))
    bulk.insert(Person, _PERSON_COLUMNS, people)
    bulk.insert(PersonPrivate, ("person_id", *_PRIVATE, "health_code"), privates)
    bulk.insert(Membership, ("person_id", "branch_id", "since"), memberships)


def _private_values(wish: Wish) -> tuple[Any, ...]:
    year, month = wish.birth or (None, None)
    return (
        secret.seal(wish.phone, sealing.PHONE),
        wish.phone_hash,
        sealing.match_hash(wish.name, wish.phone),
        secret.seal(wish.id_number, sealing.ID_NUMBER),
        wish.id_hash,
        year,
        month,
        secret.seal(wish.address, sealing.ADDRESS),
    )


def _change(tasks: Sequence[Task], batch: _Batch) -> None:
    if not tasks:
        return
    people = Person.objects.select_for_update().in_bulk([task.person_id for task in tasks])
    privates = PersonPrivate.objects.in_bulk([task.person_id for task in tasks])
    _add_missing(privates, people)
    worn = _tags_of(people)
    moved: list[tuple[Person, UUID]] = []
    for task in tasks:
        person = people.get(task.person_id) if task.person_id else None
        if person is None or person.merged_into_id:
            continue
        private = privates[person.id]
        before = _snapshot(person, private)
        if task.branch_id != person.branch_id:
            moved.append((person, person.branch_id))
        _apply(task, person, private, batch)
        after = _snapshot(person, private)
        changed = {name: value for name, value in before.items() if after[name] != value}
        had = worn.get(person.id, set())
        changed["tags_on"] = sorted(task.wish.tags - had)
        changed["tags_off"] = sorted(task.wish.tags_off & had)
        batch.changes.append(Change(KIND, person.id, changed, {}, person.version, person.name))
        batch.touched.append(person.id)
    Person.objects.bulk_update(
        list(people.values()), [*_COLUMNS, "version", "updated_at"], batch_size=200
    )
    PersonPrivate.objects.bulk_update(list(privates.values()), _PRIVATE, batch_size=200)
    _move([(person.id, person.branch_id) for person, _old in moved], batch.today)


def _tags_of(people: Iterable[UUID]) -> dict[UUID, set[str]]:
    """Return the words that stand on these people; those without any are left out."""
    found: dict[UUID, set[str]] = {}
    rows = PersonTag.objects.filter(person_id__in=list(people)).values_list("person_id", "tag")
    for person_id, word in rows:
        found.setdefault(person_id, set()).add(word)
    return found


def _apply(task: Task, person: Person, private: PersonPrivate, batch: _Batch) -> None:
    wish = task.wish
    person.name, person.pinyin = wish.name, sealing.initials(wish.name)
    person.branch_id = task.branch_id
    for name, value in wish.plain.items():
        setattr(person, name, value)
    person.version += 1
    person.updated_at = batch.now
    _fill_private(private, wish)
    batch.tags_on += [(person.id, word) for word in wish.tags]
    if wish.tags_off:
        batch.tags_off[person.id] = wish.tags_off


def _fill_private(row: PersonPrivate, wish: Wish) -> None:
    if wish.phone:
        row.phone = secret.seal(wish.phone, sealing.PHONE)
        row.phone_hash = wish.phone_hash
        row.match = sealing.match_hash(wish.name, wish.phone)
    elif row.phone:
        row.match = sealing.match_hash(wish.name, sealing.phone_of(row))
    if wish.id_number:
        row.id_number = secret.seal(wish.id_number, sealing.ID_NUMBER)
        row.id_hash = wish.id_hash
    if wish.birth:
        row.birth_year, row.birth_month = wish.birth
    if wish.address:
        row.address = secret.seal(wish.address, sealing.ADDRESS)


def _add_missing(privates: dict[UUID, PersonPrivate], people: Iterable[UUID]) -> None:
    fresh = [
        PersonPrivate(person_id=person_id) for person_id in people if person_id not in privates
    ]
    PersonPrivate.objects.bulk_create(fresh)
    privates.update((row.person_id, row) for row in fresh)


def _move(moves: Sequence[tuple[UUID, UUID]], day: date) -> None:
    """Close the open memberships of these people and open new ones."""
    if not moves:
        return
    people = [person_id for person_id, _branch in moves]
    open_rows = Membership.objects.filter(person_id__in=people, until=None)
    open_rows.update(until=day)
    Membership.objects.bulk_create(
        [
            Membership(person_id=person_id, branch_id=branch, since=day)
            for person_id, branch in moves
        ]
    )


def _snapshot(person: Person, private: PersonPrivate) -> dict[str, Any]:
    """Return a person as JSON; what is private as it lies in the table, sealed."""
    plain = {name: getattr(person, name) for name in _COLUMNS}
    sealed = {f"private.{name}": getattr(private, name) for name in _PRIVATE}
    return {
        name: value.isoformat() if isinstance(value, date) else _json(value)
        for name, value in (plain | sealed).items()
    }


def _json(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


@transaction.atomic
def take_back(changes: Sequence[Change]) -> tuple[list[Change], list[UUID], list[UUID]]:
    """Undo changes nobody wrote over; return (left alone, touched, kept as transferred out)."""
    ids = [change.target_id for change in changes]
    people = Person.objects.select_for_update().in_bulk(ids)
    later: list[Change] = []
    created: list[Person] = []
    touched: list[UUID] = []
    for change in changes:
        person = people.get(change.target_id)
        if person is None:
            continue
        if person.version != change.version or person.merged_into_id:
            later.append(change)
        elif not change.before:
            created.append(person)
        else:
            _restore(person, change.before)
            touched.append(person.id)
    kept = _remove(created)
    return later, touched + kept, kept


def _restore(person: Person, before: Any) -> None:
    """Write back what a change says was there before.

    ``tags_on`` are words that it put on, ``tags_off`` those it took away; older changes name
    there every word of their row, and are taken at their word.
    """
    private = PersonPrivate.objects.get(person_id=person.id)
    for name, value in before.items():
        if name.startswith("private."):
            setattr(private, name.removeprefix("private."), value)
        elif name in {"joined_on", "full_on"}:
            setattr(person, name, date.fromisoformat(value) if value else None)
        elif name == "branch_id":
            _move_back(person.id, UUID(value))
            person.branch_id = UUID(value)
        elif not name.startswith("tags"):
            setattr(person, name, value)
    person.version += 1
    person.updated_at = clock.now()
    person.save()
    private.save()
    PersonTag.objects.filter(person=person, tag__in=before.get("tags_on", ())).delete()
    PersonTag.objects.bulk_create(
        [PersonTag(person=person, tag=word) for word in before.get("tags_off", ())],
        ignore_conflicts=True,
    )


def _move_back(person_id: UUID, branch_id: UUID) -> None:
    rows = Membership.objects.filter(person_id=person_id)
    rows.filter(until=None).delete()
    last = rows.filter(branch_id=branch_id).order_by("-until", "-id").first()
    if last:
        last.until = None
        last.save(update_fields=["until"])
    else:
        Membership.objects.create(person_id=person_id, branch_id=branch_id, since=clock.today())


def _remove(people: Sequence[Person]) -> list[UUID]:
    """Delete new people; those that records already refer to leave as transferred out."""
    if not people:
        return []
    try:
        with transaction.atomic():
            ids = [person.id for person in people]
            removal.clear(ids)
            Person.objects.filter(id__in=ids).delete()
    except ProtectedError:
        if len(people) == 1:
            _retire(people[0])
            return [people[0].id]
        half = len(people) // 2
        return _remove(people[:half]) + _remove(people[half:])
    return []


def _retire(person: Person) -> None:
    person.status = Status.TRANSFERRED
    person.version += 1
    person.updated_at = clock.now()
    person.save()
