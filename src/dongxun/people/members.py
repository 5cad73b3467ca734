"""Who is a member where, as plain rows: for rooms that count, not for lists people see."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations.api import within
from dongxun.people.contracts import COUNTED_CATEGORIES, NOT_ELIGIBLE
from dongxun.people.models import Person, PersonPrivate, PersonTag

_BATCH = 800
_COUNTING = (
    "id",
    "branch_id",
    "branch__lft",
    "category",
    "is_secretary",
    "status",
    "merged_into_id",
)


class MemberRow(NamedTuple):
    """A person, the branch, its position, whether the person counts, as whom."""

    person_id: UUID
    branch_id: UUID
    branch_lft: int
    counts: bool
    category: str
    is_secretary: bool


class PaperLine(NamedTuple):
    """A person as rosters print them."""

    id: UUID
    name: str
    category: str
    duty: str
    joined_on: date | None
    is_secretary: bool
    branch_id: UUID
    branch: str


def paper_lines(interval: Interval, *, by: Actor) -> list[PaperLine]:
    """Return the actor's people of a subtree in roster order, for printed lists."""
    rows = Person.objects.filter(within([interval], "branch__lft"), merged_into=None)
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "branch__lft"))
    columns = ("id", "name", "category", "duty", "joined_on", "is_secretary", "branch_id")
    found = rows.order_by("branch__lft", "order", "name", "id")
    return [PaperLine(*row) for row in found.values_list(*columns, "branch__short_name")]


def _counted() -> QuerySet[Person]:
    return Person.objects.filter(merged_into=None, category__in=COUNTED_CATEGORIES).exclude(
        status__in=NOT_ELIGIBLE
    )


def members_within(intervals: Iterable[Interval]) -> list[MemberRow]:
    """Return everybody who counts in these subtrees."""
    rows = _counted().filter(within(intervals, "branch__lft"))
    return [
        MemberRow(person_id, branch_id, lft, counts=True, category=category, is_secretary=leads)
        for person_id, branch_id, lft, category, leads in rows.values_list(
            "id", "branch_id", "branch__lft", "category", "is_secretary"
        )
    ]


def member_rows(ids: Collection[UUID]) -> dict[UUID, MemberRow]:
    """Return these people by id, those who do not count included; unknown ids are left out."""
    found: dict[UUID, MemberRow] = {}
    every = list(ids)
    for start in range(0, len(every), _BATCH):
        rows = Person.objects.filter(id__in=every[start : start + _BATCH])
        for person_id, branch_id, lft, category, leads, status, merged in rows.values_list(
            *_COUNTING
        ):
            counts = (
                merged is None and category in COUNTED_CATEGORIES and status not in NOT_ELIGIBLE
            )
            found[person_id] = MemberRow(person_id, branch_id, lft, counts, category, leads)
    return found


def people_tagged(tags: Collection[str]) -> dict[UUID, set[str]]:
    """Return who carries one of ``tags``, and which."""
    found: dict[UUID, set[str]] = {}
    for person_id, tag in PersonTag.objects.filter(tag__in=tags).values_list("person_id", "tag"):
        found.setdefault(person_id, set()).add(tag)
    return found


def without_phone(ids: Collection[UUID]) -> set[UUID]:
    """Return those of ``ids`` for whom the roster has no phone number."""
    every = list(ids)
    reached: set[UUID] = set()
    for start in range(0, len(every), _BATCH):
        reached.update(
            PersonPrivate.objects.filter(person_id__in=every[start : start + _BATCH])
            .exclude(phone_hash="")
            .values_list("person_id", flat=True)
        )
    return set(every) - reached
