"""Two rows, one person: the survivor keeps both records."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.people import queries
from dongxun.people.contracts import PersonId, Status
from dongxun.people.floating.joining import join_lines
from dongxun.people.floating.standing import keep_lost
from dongxun.people.models import (
    LecturerProfile,
    Membership,
    Person,
    PersonPrivate,
    PersonTag,
    Stay,
)
from dongxun.people.services.persons import say_changed

_FILLED = ("sex", "joined_on", "full_on", "duty")
_SEALED = ("id_number", "birth_year", "birth_month", "health_code", "address")


@transaction.atomic
def merge_people(*, by: Actor, survivor_id: UUID, duplicate_id: UUID) -> PersonId:
    """Fold a duplicate into the survivor. Safe to repeat.

    The duplicate's row stays, points to the survivor and counts no more; gaps
    of the survivor are filled from it. Rooms hear ``PersonMerged`` and move
    their records (docs/adr/0010); two lecturer profiles become one.

    Raises:
        NotFound: one of them is absent or outside.
        Invalid: both are the same row.
    """
    gone = Person.objects.filter(id=duplicate_id).first()
    if gone and gone.merged_into_id == survivor_id:
        return queries.card(survivor_id, by=by).id
    kept, other = queries.row(survivor_id, by=by), queries.row(duplicate_id, by=by)
    if kept.id == other.id:
        raise Invalid(_("These are the same row already."), where="duplicate")
    require("people.manage", by, kept.branch)
    require("people.manage", by, other.branch)
    _fill(kept, other)
    Membership.objects.filter(person=other, until=None).update(until=clock.today())
    LecturerProfile.objects.filter(person=other).update(person=kept)
    _take_over_stays(kept, other, by)
    words = PersonTag.objects.filter(person=other).values_list("tag", flat=True)
    PersonTag.objects.bulk_create(
        [PersonTag(person=kept, tag=word) for word in words], ignore_conflicts=True
    )
    now = clock.now()
    Person.objects.filter(merged_into=other).update(merged_into=kept)
    Person.objects.filter(id=other.id).update(
        merged_into=kept, status=Status.TRANSFERRED, version=F("version") + 1, updated_at=now
    )
    announce("PersonMerged", kept_id=str(kept.id), merged_id=str(other.id))
    say_changed([kept.id, other.id])
    audit.write(
        "people.merge_people",
        by=by,
        subject=("person", kept.id),
        organisation_id=kept.branch_id,
        duplicate=str(other.id),
    )
    return PersonId(kept.id)


def _take_over_stays(kept: Person, other: Person, by: Actor) -> None:
    """Give the survivor the lines of the register; of two open ones comes one, the survivor's."""
    open_ones = Stay.objects.select_for_update().filter(back_on=None)
    own, theirs = open_ones.filter(person=kept).first(), open_ones.filter(person=other).first()
    if own is not None and theirs is not None:
        join_lines(own, theirs, by)
    Stay.objects.filter(person=other).update(person=kept)
    for line in open_ones.filter(person=kept):
        keep_lost(line)


def _fill(kept: Person, other: Person) -> None:
    for field in _FILLED:
        if not getattr(kept, field):
            setattr(kept, field, getattr(other, field))
    kept.version += 1
    kept.updated_at = clock.now()
    kept.save()
    ours, _made = PersonPrivate.objects.get_or_create(person=kept)
    theirs = PersonPrivate.objects.filter(person=other).first()
    if theirs is None:
        return
    for field in _SEALED:
        if not getattr(ours, field):
            setattr(ours, field, getattr(theirs, field))
    ours.id_hash = ours.id_hash or theirs.id_hash
    if not ours.phone:
        ours.phone, ours.phone_hash, ours.match = theirs.phone, theirs.phone_hash, theirs.match
    ours.save()
    PersonPrivate.objects.filter(person=other).delete()
