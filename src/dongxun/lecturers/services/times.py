"""When a lecturer can teach: said on their own phone, or by the desk."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rules import require
from dongxun.lecturers.contracts import DayPart
from dongxun.lecturers.models import Away, FreePart, UnwantedPart
from dongxun.lecturers.queries import profiles
from dongxun.people import api as people

MOST_AWAY = 30
Part = TypeVar("Part", FreePart, UnwantedPart)


def _place(lecturer_id: UUID, *, by: Actor) -> UUID:
    """Return the unit of a lecturer whose times the actor may write.

    Raises:
        NotFound, NotAllowed.
    """
    found = profiles.lecturer(lecturer_id, by=by)
    require("lecturers.set_times", by, (lecturer_id, people.homes_of_lecturer(lecturer_id)))
    return found.organisation_id


def _note(name: str, by: Actor, lecturer_id: UUID, place_id: UUID) -> None:
    about = ("lecturer", lecturer_id)
    audit.write(f"lecturers.{name}", by=by, subject=about, organisation_id=place_id)


@transaction.atomic
def set_free_parts(
    *,
    by: Actor,
    lecturer_id: UUID,
    parts: Iterable[tuple[int, str]],
    rather_not: Iterable[tuple[int, str]] | None = None,
    version: str | None = None,
) -> None:
    """Write at which parts of the week a lecturer can usually teach; none means nothing said.

    Safe to repeat.

    Args:
        rather_not: parts at which they would rather not; without it these stay as they are.
        version: the mark of the week that the writer had before them (``Week.mark``).

    Raises:
        NotFound, NotAllowed.
        Invalid: no such day or part.
        Overtaken: the lecturer, or the desk, wrote something else in the meantime.
    """
    place_id = _place(lecturer_id, by=by)
    people.hold_lecturer(lecturer_id)
    was = profiles.week(lecturer_id)
    week = profiles.Week(
        frozenset(parts), was.rather_not if rather_not is None else frozenset(rather_not)
    )
    require_seen(version, was.mark, week.mark)
    changed = _write(FreePart, lecturer_id, "parts", week.parts)
    changed |= _write(UnwantedPart, lecturer_id, "rather_not", week.rather_not)
    if changed:
        _note("set_free_parts", by, lecturer_id, place_id)


def _write(
    kind: type[Part],
    lecturer_id: UUID,
    where: str,
    parts: Iterable[tuple[int, str]],
) -> bool:
    """Write parts of one kind; return whether any was changed."""
    wanted = set(parts)
    if any(not 0 <= day <= 6 or part not in DayPart.values for day, part in wanted):
        raise Invalid(details=[(where, _("Choose parts of the week."))])
    rows: QuerySet[Part] = kind.objects.filter(lecturer_id=lecturer_id)
    if {*rows.values_list("weekday", "part")} == wanted:
        return False
    rows.delete()
    kind.objects.bulk_create(
        kind(lecturer_id=lecturer_id, weekday=day, part=part) for day, part in sorted(wanted)
    )
    return True


@transaction.atomic
def add_away(*, by: Actor, lecturer_id: UUID, first: date, last: date, words: str = "") -> None:
    """Note days on which a lecturer cannot come. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: days that cannot be.
        Conflict: too many already.
    """
    place_id = _place(lecturer_id, by=by)
    if last < first:
        raise Invalid(details=[("last", _("The last day is not before the first."))])
    if last < clock.today():
        raise Invalid(details=[("last", _("These days are over."))])
    if len(profiles.away([lecturer_id]).get(lecturer_id, [])) >= MOST_AWAY:
        raise Conflict(_("At most %(n)d lines; take old ones away first.") % {"n": MOST_AWAY})
    try:
        with transaction.atomic():
            Away.objects.create(
                lecturer_id=lecturer_id, first=first, last=last, words=words.strip()[:60]
            )
    except IntegrityError:
        return
    _note("add_away", by, lecturer_id, place_id)


@transaction.atomic
def remove_away(*, by: Actor, lecturer_id: UUID, away_id: UUID) -> None:
    """Take days away again. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
    """
    place_id = _place(lecturer_id, by=by)
    gone, _each = Away.objects.filter(id=away_id, lecturer_id=lecturer_id).delete()
    if gone:
        _note("remove_away", by, lecturer_id, place_id)
