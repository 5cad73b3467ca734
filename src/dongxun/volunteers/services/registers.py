"""Reading a duty register: what strangers left is opened for whoever keeps the post, and noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.volunteers.models import SEALED, DutyEntry, Errand, Post


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of a register, opened."""

    id: UUID
    occurred_at: datetime
    direction: str
    plate: str
    person_note: str
    remark: str
    written_by: str
    skewed: bool


def line(row: DutyEntry, *, notes: bool = True) -> EntryLine:
    """Return a line, with or without what it says of persons."""
    return EntryLine(
        row.id,
        row.occurred_at,
        row.direction,
        secret.unseal(row.plate, SEALED),
        secret.unseal(row.person_note, SEALED) if notes else "",
        row.remark,
        row.person.name if row.person else row.written_by,
        row.skewed,
    )


def register_rows(post: Post, day: date) -> QuerySet[DutyEntry]:
    """Return one day of a register, newest first, still closed; the reader may see the post."""
    begin, end = clock.day_bounds(day)
    rows = post.entries.filter(occurred_at__gte=begin, occurred_at__lt=end)
    return rows.select_related("person").order_by("-occurred_at", "-id")


def counts_by_day(post: Post, first: date, days: int) -> dict[date, int]:
    """Return how many lines each day has."""
    begin = clock.moment(first)
    end = clock.moment(first + timedelta(days=days))
    found: dict[date, int] = {}
    rows = post.entries.filter(occurred_at__gte=begin, occurred_at__lt=end)
    for at in rows.values_list("occurred_at", flat=True):
        day = clock.day_of(at)
        found[day] = found.get(day, 0) + 1
    return found


@transaction.atomic
def take_out_register(
    *, by: Actor, post_id: UUID, first: date, last: date, notes: bool
) -> tuple[Post, Sequence[EntryLine]]:
    """Return some days of a register to be exported; every time is written down.

    Raises:
        NotFound: not the actor's post.
    """
    post = wanted_row(Post.objects.select_related("organisation").filter(id=post_id))
    if not allows("volunteers.manage", by, post.organisation.lft):
        raise NotFound
    begin, end = clock.moment(first), clock.moment(last + timedelta(days=1))
    rows = post.entries.filter(occurred_at__gte=begin, occurred_at__lt=end)
    lines = [
        line(row, notes=notes)
        for row in rows.select_related("person").order_by("occurred_at", "id")
    ]
    audit.write(
        "volunteers.take_out_register",
        by=by,
        subject=("post", post.id),
        organisation_id=post.organisation_id,
        lines=len(lines),
        notes=notes,
    )
    return post, lines


@dataclass(frozen=True, slots=True)
class Address:
    """Where an errand goes and whom to call, opened for whoever handles it."""

    for_name: str
    address: str
    phone: str
    asker_name: str
    asker_phone: str


@transaction.atomic
def open_errand(*, by: Actor, errand: Errand) -> Address:
    """Open where an errand goes, for its runner or organiser; the looking is written down.

    Raises:
        NotFound: neither.
    """
    manages = allows("volunteers.manage", by, errand.organisation.lft)
    runs = errand.runner_id is not None and allows("volunteers.see_addresses", by, errand.runner_id)
    if not manages and not runs:
        raise NotFound
    audit.write(
        "volunteers.open_errand",
        by=by,
        subject=("errand", errand.id),
        organisation_id=errand.organisation_id,
    )
    return Address(
        *(
            secret.unseal(box, SEALED)
            for box in (
                errand.for_name,
                errand.address,
                errand.phone,
                errand.asker_name,
                errand.asker_phone,
            )
        )
    )
