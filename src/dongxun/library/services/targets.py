"""What units mean to have made: tracks of their own, and how many lessons by when."""

from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.marks import keep_mark
from dongxun.kernel.rules import require
from dongxun.library.contracts import MOST_WANTED, TRACKS, TargetDraft
from dongxun.library.models import Lesson, Target, Track
from dongxun.library.queries import marks, tracks
from dongxun.library.services.held import held, meant
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState


@transaction.atomic
def add_track(*, by: Actor, organisation_id: UUID, name: str) -> None:
    """Give a unit, and all below it, a track of its own. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: no name, or one that all have.
    """
    node = organisations.node(organisation_id)
    require("library.write_lesson", by, node.interval.lft)
    name = name.strip()[:30]
    if not name:
        raise Invalid(details=[("name", _("Write a name."))])
    if name in TRACKS:
        raise Invalid(details=[("name", _("Every unit has this track already."))])
    row, is_new = Track.objects.get_or_create(organisation_id=organisation_id, name=name)
    if is_new:
        _note("library.add_track", by, "track", row.id, organisation_id)


@transaction.atomic
def remove_track(*, by: Actor, track_id: UUID) -> None:
    """Offer a track no more; lessons that carry its name keep it.

    Raises:
        NotFound: absent, or not theirs.
    """
    row = Track.objects.select_related("organisation").filter(id=track_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    _note("library.remove_track", by, "track", row.id, row.organisation_id)
    row.delete()


def _note(act: str, by: Actor, kind: str, key: UUID, organisation_id: UUID) -> None:
    audit.write(act, by=by, subject=(kind, key), organisation_id=organisation_id)


@transaction.atomic
def write_target(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: TargetDraft,
    target_id: UUID | None = None,
    fresh_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Write how many lessons a unit means to have made, or change that. Safe to repeat.

    ``fresh_id`` and ``version`` are as with :func:`lessons.write_lesson`.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: the unit has another aim of this title.
        Overtaken: somebody else has written something else since ``version``.
        Invalid: each field with what it lacks.
    """
    if seasons.season(season_id, by=by).state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("library.write_lesson", by, node.interval.lft)
    if bad := _faults(draft, season_id, node.interval.lft):
        raise Invalid(details=bad)
    values = asdict(draft) | {"title": draft.title.strip()}
    mates = Target.objects.filter(season_id=season_id, organisation_id=organisation_id)
    twin = mates.filter(title=values["title"]).first()
    row = meant(twin, target_id, fresh_id, _taken(), kind=Target, by=by)
    if row is None:
        row = Target(id=fresh_id or new_id(), season_id=season_id, created_at=clock.now())
    was = marks.of_target(row)
    for name, value in (values | {"organisation_id": organisation_id}).items():
        setattr(row, name, value)
    now = marks.of_target(row)
    keep_mark(row, was, now, version=version, is_fresh=fresh_id is not None)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # two at once: the other one was first
        raise _taken() from error
    _note("library.write_target", by, "target", row.id, organisation_id)
    return row.id


def _taken() -> Conflict:
    return Conflict(_("This unit has another one of this name."), where="title")


def _faults(draft: TargetDraft, season_id: UUID, lft: int) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if not 1 <= draft.wanted <= MOST_WANTED:
        bad.append(("wanted", _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_WANTED}))
    known = {one.id for lines in seasons.courses(season_id).values() for one in lines}
    if draft.course_id and draft.course_id not in known:
        bad.append(("course_id", _("This course is not of this season.")))
    there = Lesson.objects.filter(
        season_id=season_id, track=draft.track, organisation__lft__gte=lft
    )
    if draft.track and draft.track not in tracks.known_at(lft) and not there.exists():
        bad.append(("track", _("This unit has no such track.")))
    return bad


@transaction.atomic
def remove_target(*, by: Actor, target_id: UUID) -> None:
    """Give an aim up; the lessons stay.

    Raises:
        NotFound, SeasonClosed.
    """
    row = held(Target, target_id, by=by)
    _note("library.remove_target", by, "target", row.id, row.organisation_id)
    row.delete()
