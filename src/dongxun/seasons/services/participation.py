"""Who takes part in a season, and how: enrolment in bulk, and one by one."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.events import announce
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.people import api as people
from dongxun.people.contracts import TAG_FLOATING, TAG_HOME_STUDY
from dongxun.seasons.contracts import HomeReason, SeasonCard, SeasonClosed, SeasonState, StudyMode
from dongxun.seasons.models import Participation, Season
from dongxun.seasons.queries.season import season
from dongxun.seasons.services.requirements import category_of
from dongxun.seasons.services.season import create_season, start_season
from dongxun.seasons.services.topics import default_topics
from dongxun.seasons.services.versions import open_season

EVENT_SIZE = 1000
_COLUMNS = (
    "id",
    "season_id",
    "person_id",
    "branch_id",
    "mode",
    "reason",
    "category",
    "valid_from",
    "excluded_reason",
)
FLOATING_TAGS = frozenset({TAG_FLOATING, "流动党员"})
HOME_TAGS = {
    TAG_HOME_STUDY: "",
    "送学上门": "",
    "高龄": HomeReason.AGED,
    "年老体弱": HomeReason.AGED,
    "行动不便": HomeReason.MOBILITY,
    "重病": HomeReason.ILL,
    "失能": HomeReason.DISABLED,
}


def announce_people(season_id: UUID, person_ids: Iterable[UUID]) -> None:
    """Say whose part changed, at most a thousand people an event."""
    ids = [str(person_id) for person_id in person_ids]
    for start in range(0, len(ids), EVENT_SIZE):
        announce(
            "ParticipationChanged",
            season_id=str(season_id),
            person_ids=ids[start : start + EVENT_SIZE],
        )


def intervals_of(season: Season) -> list[Interval]:
    """Return the subtrees that take part."""
    rows = season.organisations.values_list("organisation__lft", "organisation__rgt")
    return [Interval(lft, rgt) for lft, rgt in rows]


def modes_from_tags() -> dict[UUID, tuple[StudyMode, str]]:
    """Return the mode and reason that a roster's tags say; floating goes before home."""
    found: dict[UUID, tuple[StudyMode, str]] = {}
    for person_id, tags in people.people_tagged([*FLOATING_TAGS, *HOME_TAGS]).items():
        if tags & FLOATING_TAGS:
            found[person_id] = (StudyMode.FLOATING, "")
        elif tags & {TAG_HOME_STUDY, "送学上门"}:
            reasons = sorted(HOME_TAGS[tag] for tag in tags if HOME_TAGS.get(tag))
            found[person_id] = (StudyMode.HOME, reasons[0] if reasons else "")
    return found


@transaction.atomic
def enrol_season(*, by: Actor, season_id: UUID) -> int:
    """Let everybody who counts in the organisations taking part take part; return how many.

    They count from the season's first day. Safe to repeat: who has a part
    already keeps it as it is.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
    """
    season = open_season(season_id, by=by)
    have = set(Participation.objects.filter(season=season).values_list("person_id", flat=True))
    modes = modes_from_tags()
    default = (StudyMode.GROUP, "")
    new = [
        member
        for member in people.members_within(intervals_of(season))
        if member.person_id not in have
    ]
    rows = (
        (
            *(new_id(), season.id, m.person_id, m.branch_id),
            *modes.get(m.person_id, default),
            category_of(m),
        )
        for m in new
    )
    bulk.insert(Participation, _COLUMNS, ((*row, season.starts_on, "") for row in rows))
    announce_people(season.id, (member.person_id for member in new))
    audit.write(
        "seasons.enrol_season",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        people=len(new),
    )
    return len(new)


@transaction.atomic
def set_up_season(
    *,
    by: Actor,
    root_id: UUID,
    name: str,
    starts_on: date,
    ends_on: date,
    topic_names: Sequence[str],
    parameters: Mapping[str, Any] | None = None,
) -> SeasonCard:
    """Draw up a season, start it and let everybody take part, in one go. Safe to repeat.

    Raises: as ``create_season`` and ``start_season``.
    """
    drawn = create_season(
        by=by,
        root_id=root_id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        parameters=parameters,
        topics=default_topics(starts_on, ends_on, topic_names) if starts_on < ends_on else (),
    )
    begin_season(by=by, season_id=drawn.id)
    return season(drawn.id, by=by)


@transaction.atomic
def begin_season(*, by: Actor, season_id: UUID) -> int:
    """Start a season that was drawn up and let everybody take part; return how many joined.

    Raises: as ``start_season``.
    """
    start_season(by=by, season_id=season_id)
    return enrol_season(by=by, season_id=season_id)


def _open_rows(season_id: UUID, person_ids: Collection[UUID]) -> list[Participation]:
    """Return the open parts of these people, locked, their branch selected.

    Raises:
        NotFound: somebody has none.
        SeasonClosed: the season is over.
    """
    season = wanted_row(Season.objects.filter(id=season_id))
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    rows = list(
        Participation.objects.select_for_update(of=("self",))
        .select_related("branch")
        .filter(season_id=season_id, person_id__in=person_ids, valid_to=None)
    )
    if len(rows) != len(set(person_ids)):
        raise NotFound
    return rows


def succeed(row: Participation, day: date, **changes: object) -> Participation:
    """Let ``row`` hold until ``day`` and a changed copy from then on.

    A row that begins on ``day`` or later is changed in place, so no row is
    ever empty and a second change on the same day leaves one.
    """
    if row.valid_from >= day:
        for name, value in changes.items():
            setattr(row, name, value)
        row.save()
        return row
    row.valid_to = day
    row.save(update_fields=["valid_to"])
    values: dict[str, object] = {
        "season_id": row.season_id,
        "person_id": row.person_id,
        "branch_id": row.branch_id,
        "mode": row.mode,
        "reason": row.reason,
        "category": row.category,
        "excluded_reason": row.excluded_reason,
        "valid_from": day,
    }
    return Participation.objects.create(**(values | changes))


@transaction.atomic
def set_mode(
    *,
    by: Actor,
    season_id: UUID,
    person_ids: Collection[UUID],
    mode: StudyMode,
    reason: str = "",
    from_day: date | None = None,
) -> int:
    """Say how people learn from a day on; return how many changed.

    Args:
        reason: a ``HomeReason`` code, for study at home only, and needed there.
        from_day: today unless given; never later than today.

    Raises:
        NotFound: somebody takes no part, or lies outside the actor's scope.
        Invalid: the reason does not fit the mode.
        SeasonClosed.
    """
    _check_mode(mode, reason)
    day = min(from_day or clock.today(), clock.today())
    changed: list[UUID] = []
    for row in _allowed(by, season_id, person_ids):
        if (row.mode, row.reason) != (mode, reason):
            succeed(row, day, mode=mode, reason=reason)
            changed.append(row.person_id)
    announce_people(season_id, changed)
    audit.write(
        "seasons.set_mode",
        by=by,
        subject=("season", season_id),
        mode=mode,
        reason=reason,
        persons=[str(key) for key in changed],
    )
    return len(changed)


def _check_mode(mode: str, reason: str) -> None:
    bad: list[tuple[str, Text]] = []
    if mode not in StudyMode.values:
        bad.append(("mode", _("Choose how this person learns.")))
    elif mode == StudyMode.HOME and reason not in HomeReason.values:
        bad.append(("reason", _("Choose a reason for study at home.")))
    elif mode != StudyMode.HOME and reason:
        bad.append(("reason", _("Only study at home has a reason.")))
    if bad:
        raise Invalid(details=bad)


def _allowed(by: Actor, season_id: UUID, person_ids: Collection[UUID]) -> list[Participation]:
    """Return the open parts when ``by`` organises every branch; else as if absent."""
    rows = _open_rows(season_id, person_ids)
    for row in rows:
        if not by.is_system and not by.reaches(row.branch.lft):
            raise NotFound
        require("seasons.edit_participation", by, row.branch.lft)
    return rows


@transaction.atomic
def set_excluded(*, by: Actor, season_id: UUID, person_ids: Collection[UUID], reason: str) -> int:
    """Take people out of the count from today, with a reason; an empty reason takes them back.

    Raises:
        NotFound: somebody takes no part, or lies outside the actor's scope.
        SeasonClosed.
    """
    reason = reason.strip()[:80]
    changed: list[UUID] = []
    for row in _allowed(by, season_id, person_ids):
        if row.excluded_reason != reason:
            succeed(row, clock.today(), excluded_reason=reason)
            changed.append(row.person_id)
    announce_people(season_id, changed)
    audit.write(
        "seasons.set_excluded",
        by=by,
        subject=("season", season_id),
        excluded=bool(reason),
        persons=[str(key) for key in changed],
    )
    return len(changed)
