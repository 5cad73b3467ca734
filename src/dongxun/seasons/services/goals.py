"""Campaigns, study days, cascade tasks, cohorts: what a plan is made of beside topics."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonClosed, SeasonState, StudyDayLine
from dongxun.seasons.models import Campaign, CascadeTask, Cohort, Season, StudyDay, Topic
from dongxun.seasons.queries.season import season_row
from dongxun.seasons.services.versions import open_season


def _below(season_id: UUID, organisation_id: UUID, *, by: Actor) -> tuple[Season, Node]:
    """Return season and organisation when ``by`` plans there."""
    season = season_row(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("seasons.plan_below", by, node.interval.lft)
    return season, node


@transaction.atomic
def add_campaign(*, by: Actor, season_id: UUID, name: str, theme: str = "") -> UUID:
    """Add a campaign, a theme that many sessions share; the same name is the same campaign.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: no name.
    """
    season = open_season(season_id, by=by)
    if not name.strip():
        raise Invalid(details=[("name", _("Give the campaign a name."))])
    row, _created = Campaign.objects.get_or_create(
        season=season, name=name.strip()[:120], defaults={"theme": theme}
    )
    audit.write(
        "seasons.add_campaign",
        by=by,
        subject=("campaign", row.id),
        organisation_id=season.root_id,
    )
    return row.id


@transaction.atomic
def set_study_day(*, by: Actor, season_id: UUID, organisation_id: UUID, line: StudyDayLine) -> UUID:
    """Let a study day return each week or month for an organisation's subtree.

    Safe to repeat: the same title at the same organisation is changed.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field.
    """
    season, node = _below(season_id, organisation_id, by=by)
    bad: list[tuple[str, Text]] = []
    if not line.title.strip():
        bad.append(("title", _("Give the study day a title.")))
    if line.every == "week":
        if line.weekday is None or not 0 <= line.weekday <= 6:
            bad.append(("weekday", _("Choose the day of the week.")))
    elif line.every == "month":
        if line.day is None or not 1 <= line.day <= 31:
            bad.append(("day", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 31}))
    else:
        bad.append(("every", _("Every week or every month.")))
    if not 1 <= line.minutes <= 600:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 600}))
    if bad:
        raise Invalid(details=bad)
    row, _created = StudyDay.objects.update_or_create(
        season=season,
        organisation_id=node.id,
        title=line.title.strip()[:80],
        defaults={
            "every": line.every,
            "weekday": line.weekday if line.every == "week" else None,
            "day": line.day if line.every == "month" else None,
            "at": line.at,
            "minutes": line.minutes,
        },
    )
    audit.write(
        "seasons.set_study_day", by=by, subject=("study_day", row.id), organisation_id=node.id
    )
    return row.id


@transaction.atomic
def add_cascade_task(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    title: str,
    due_on: date,
    level: str = "branch",
    activity_type: str = "lecture",
    topic_id: UUID | None = None,
    minutes: int = 60,
    is_first_lesson: bool = False,
) -> UUID:
    """Ask every organisation of a level below to hold its own session; return the task.

    Safe to repeat: the same title and organisation are the same task.

    Args:
        level: the type code of those who hold it: ``town``, ``village``, ``branch``.
        is_first_lesson: 第一课, taught by the secretary.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field.
    """
    season, node = _below(season_id, organisation_id, by=by)
    bad: list[tuple[str, Text]] = []
    if not title.strip():
        bad.append(("title", _("Say what is to be held.")))
    if not season.starts_on <= due_on <= season.ends_on:
        bad.append(("due_on", _("A day of the season is needed.")))
    if not 1 <= minutes <= 600:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 600}))
    if topic_id and not Topic.objects.filter(id=topic_id, season=season).exists():
        bad.append(("topic_id", _("This topic is not one of the season's.")))
    if bad:
        raise Invalid(details=bad)
    row, _created = CascadeTask.objects.get_or_create(
        season=season,
        organisation_id=node.id,
        title=title.strip()[:160],
        defaults={
            "level": level[:24],
            "activity_type": activity_type[:24],
            "topic_id": topic_id,
            "minutes": minutes,
            "due_on": due_on,
            "is_first_lesson": is_first_lesson,
            "created_at": clock.now(),
        },
    )
    audit.write(
        "seasons.add_cascade_task",
        by=by,
        subject=("cascade_task", row.id),
        organisation_id=node.id,
    )
    return row.id


@transaction.atomic
def write_cohort(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    name: str,
    person_ids: Collection[UUID],
) -> UUID:
    """Name a group of people of an organisation's subtree; the same name is changed.

    Raises:
        NotAllowed, SeasonClosed.
        NotFound: season, organisation or somebody is absent or outside.
        Invalid: no name.
    """
    season, node = _below(season_id, organisation_id, by=by)
    if not name.strip():
        raise Invalid(details=[("name", _("Give the cohort a name."))])
    homes = people.branches_of(person_ids)
    if len(homes) != len(set(person_ids)) or any(
        home.lft not in node.interval for home in homes.values()
    ):
        raise NotFound
    row, _created = Cohort.objects.get_or_create(
        season=season, organisation_id=node.id, name=name.strip()[:80]
    )
    _set_people(row, set(person_ids))
    audit.write(
        "seasons.write_cohort",
        by=by,
        subject=("cohort", row.id),
        organisation_id=node.id,
        people=len(homes),
    )
    return row.id


def _set_people(row: Cohort, wanted: set[UUID]) -> None:
    members = Cohort.people.through.objects
    have = set(members.filter(cohort_id=row.id).values_list("person_id", flat=True))
    members.filter(cohort_id=row.id, person_id__in=have - wanted).delete()
    members.bulk_create(
        [Cohort.people.through(cohort_id=row.id, person_id=key) for key in wanted - have],
        ignore_conflicts=True,
    )
