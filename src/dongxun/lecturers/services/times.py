"""When a lecturer can teach: said on their own phone, or by the desk."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rules import require
from dongxun.lecturers.contracts import DayPart
from dongxun.lecturers.models import Away, FreePart
from dongxun.lecturers.queries import profiles
from dongxun.organisations import api as organisations

MOST_AWAY = 30


def _place(lecturer_id: UUID, *, by: Actor) -> UUID:
    """Return the unit of a lecturer whose times the actor may write.

    Raises:
        NotFound, NotAllowed.
    """
    found = profiles.lecturer(lecturer_id, by=by)
    lft = organisations.node(found.organisation_id).interval.lft
    require("lecturers.set_times", by, (lecturer_id, lft))
    return found.organisation_id


def _note(name: str, by: Actor, lecturer_id: UUID, place_id: UUID) -> None:
    about = ("lecturer", lecturer_id)
    audit.write(f"lecturers.{name}", by=by, subject=about, organisation_id=place_id)


@transaction.atomic
def set_free_parts(*, by: Actor, lecturer_id: UUID, parts: Iterable[tuple[int, str]]) -> None:
    """Write at which parts of the week a lecturer can usually teach; none means nothing said.

    Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: no such day or part.
    """
    place_id = _place(lecturer_id, by=by)
    wanted = set(parts)
    if any(not 0 <= day <= 6 or part not in DayPart.values for day, part in wanted):
        raise Invalid(details=[("parts", _("Choose parts of the week."))])
    if profiles.free_parts([lecturer_id]).get(lecturer_id, set()) == wanted:
        return
    FreePart.objects.filter(lecturer_id=lecturer_id).delete()
    FreePart.objects.bulk_create(
        FreePart(lecturer_id=lecturer_id, weekday=day, part=part) for day, part in sorted(wanted)
    )
    _note("set_free_parts", by, lecturer_id, place_id)


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
