"""Draw up a season, start it, close it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, Text
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import parameters as settings
from dongxun.seasons.contracts import (
    CreditTable,
    SeasonCard,
    SeasonState,
    TopicLine,
)
from dongxun.seasons.models import (
    CreditRule,
    PlanVersion,
    Season,
    SeasonOrganisation,
)
from dongxun.seasons.queries.season import as_card
from dongxun.seasons.services import requirements
from dongxun.seasons.services import topics as topic_services
from dongxun.seasons.services.versions import need_reason, open_season, record, snapshot

LONGEST_DAYS = 400


def check_dates(starts_on: date, ends_on: date) -> None:
    """Refuse days that are no season."""
    if ends_on <= starts_on:
        raise Invalid(details=[("ends_on", _("The season ends after it starts."))])
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Invalid(details=[("ends_on", _("A season lasts at most 400 days."))])


def check_name(name: str) -> str:
    """Return the name as it is kept; raises ``Invalid`` without one."""
    name = name.strip()
    if not name:
        raise Invalid(details=[("name", _("Give the season a name."))])
    return name[:80]


def chosen_parts(root: Node, chosen: Sequence[UUID]) -> list[Node]:
    """Return the organisations that take part: those chosen, or the root alone."""
    found = organisations.nodes(chosen)
    bad: list[tuple[str, Text]] = [
        ("organisations", _("An organisation of another district cannot take part."))
        for key in chosen
        if key not in found or found[key].interval.lft not in root.interval
    ]
    if bad:
        raise Invalid(details=bad[:1])
    return [found[key] for key in dict.fromkeys(chosen)] or [root]


@transaction.atomic
def create_season(
    *,
    by: Actor,
    root_id: UUID,
    name: str,
    starts_on: date,
    ends_on: date,
    organisation_ids: Sequence[UUID] = (),
    parameters: Mapping[str, Any] | None = None,
    topics: Sequence[TopicLine] = (),
    geo_zones_id: UUID | None = None,
    joint_zones_id: UUID | None = None,
) -> SeasonCard:
    """Draw up a season with its topics, settings and the usual credit table.

    Safe to repeat: a second season of the same root and name is the first.

    Raises:
        NotAllowed: ``by`` is not the training office of the root.
        Invalid: what does not fit, by field; topics as ``topics.<n>.<field>``.
    """
    root = organisations.node(root_id)
    require("seasons.create", by, root.interval.lft)
    name = check_name(name)
    check_dates(starts_on, ends_on)
    if row := Season.objects.filter(root_id=root_id, name=name).select_related("root").first():
        return as_card(row)
    typed = settings.checked(parameters or {})
    season = Season.objects.create(
        root_id=root_id,
        name=name,
        starts_on=starts_on,
        ends_on=ends_on,
        parameters=settings.write(typed),
        geo_zones_id=geo_zones_id,
        joint_zones_id=joint_zones_id,
        created_at=clock.now(),
    )
    write_parts(season, chosen_parts(root, organisation_ids))
    write_credit_defaults(season)
    requirements.write(season, requirements.usual(typed))
    topic_services.write_topics(season, topics)
    audit.write(
        "seasons.create_season",
        by=by,
        subject=("season", season.id),
        organisation_id=root_id,
        topics=len(topics),
    )
    return as_card(season)


def write_parts(season: Season, parts: Sequence[Node]) -> None:
    """Let exactly these organisations take part, in this order."""
    SeasonOrganisation.objects.filter(season=season).exclude(
        organisation_id__in=[part.id for part in parts]
    ).delete()
    for order, part in enumerate(parts):
        SeasonOrganisation.objects.update_or_create(
            season=season, organisation_id=part.id, defaults={"order": order}
        )


def write_credit_defaults(season: Season) -> None:
    """Give the season the credit table every season begins with."""
    CreditRule.objects.bulk_create(
        [
            CreditRule(
                season=season,
                format=code,
                label_zh=zh,
                label_en=en,
                method=row.method,
                hours=row.hours,
                minutes_an_hour=row.minutes_an_hour,
                steps=[[minutes, str(hours)] for minutes, hours in row.steps],
            )
            for code, zh, en, row in settings.FORMATS
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def edit_season(
    *,
    by: Actor,
    season_id: UUID,
    reason: str = "",
    name: str | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
    parameters: Mapping[str, Any] | None = None,
    credit: Sequence[CreditTable] | None = None,
) -> SeasonCard:
    """Change a season's name, days, settings; a running one wants a reason, keeps a version.

    Hours among the settings reach every category that owed just these hours before.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field.
    """
    season = open_season(season_id, by=by)
    reason = need_reason(season, reason)
    season.name = season.name if name is None else check_name(name)
    season.starts_on, season.ends_on = starts_on or season.starts_on, ends_on or season.ends_on
    check_dates(season.starts_on, season.ends_on)
    if parameters is not None:
        base = settings.parameters_of(season.parameters)
        typed = settings.checked(parameters, base=base)
        season.parameters = settings.write(typed)
        requirements.follow(season, base, typed)
    season.save()
    if credit is not None:
        write_credit(season, credit)
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.edit_season",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
    )
    return as_card(season)


def write_credit(season: Season, rows: Sequence[CreditTable]) -> None:
    """Write rows of the credit table; raises ``Invalid`` where one cannot be applied."""
    settings.check_credit(rows)
    for row in rows:
        CreditRule.objects.update_or_create(
            season=season,
            format=row.format,
            defaults={
                "method": row.method,
                "hours": row.hours,
                "minutes_an_hour": row.minutes_an_hour,
                "steps": [[minutes, str(hours)] for minutes, hours in row.steps],
            },
            create_defaults={
                "method": row.method,
                "hours": row.hours,
                "minutes_an_hour": row.minutes_an_hour,
                "steps": [[minutes, str(hours)] for minutes, hours in row.steps],
                "label_zh": row.format,
                "label_en": row.format,
            },
        )


@transaction.atomic
def start_season(*, by: Actor, season_id: UUID) -> SeasonCard:
    """Begin: the first version of the plan is kept. Safe to repeat.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: there is no topic yet.
    """
    season = open_season(season_id, by=by)
    if season.state == SeasonState.RUNNING:
        return as_card(season)
    if not season.topics.exists():
        raise Invalid(details=[("topics", _("Add at least one topic first."))])
    season.state, season.definition_version = SeasonState.RUNNING, 1
    season.save(update_fields=["state", "definition_version"])
    PlanVersion.objects.get_or_create(
        season=season,
        number=1,
        defaults={
            "reason": str(_("The season begins.")),
            "snapshot": snapshot(season),
            "created_at": clock.now(),
            "created_by": by.label[:120],
        },
    )
    audit.write(
        "seasons.start_season",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
    )
    return as_card(season)


@transaction.atomic
def close_season(*, by: Actor, season_id: UUID) -> SeasonCard:
    """Freeze a season: it can be read and printed, not changed. Safe to repeat.

    Raises:
        NotAllowed, NotFound.
    """
    season = wanted_row(Season.objects.select_related("root").filter(id=season_id))
    require("seasons.manage", by, season)
    if season.state == SeasonState.CLOSED:
        return as_card(season)
    season.state, season.closed_at = SeasonState.CLOSED, clock.now()
    season.save(update_fields=["state", "closed_at"])
    audit.write(
        "seasons.close_season",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
    )
    return as_card(season)
