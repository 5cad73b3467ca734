"""Draw up a season, start it, copy it, close it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people.contracts import Category
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
    Requirement,
    Season,
    SeasonOrganisation,
)
from dongxun.seasons.queries.rules import credit_table
from dongxun.seasons.queries.season import as_card
from dongxun.seasons.services import topics as topic_services
from dongxun.seasons.services.versions import need_reason, open_season, record, snapshot

LONGEST_DAYS = 400


def _check_dates(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Invalid(details=[("ends_on", _("The season ends after it starts."))])
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Invalid(details=[("ends_on", _("A season lasts at most 400 days."))])


def _check_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid(details=[("name", _("Give the season a name."))])
    return name[:80]


def _parts(root: Node, chosen: Sequence[UUID]) -> list[Node]:
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
    name = _check_name(name)
    _check_dates(starts_on, ends_on)
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
    _write_parts(season, _parts(root, organisation_ids))
    write_credit_defaults(season)
    for category in (Category.FULL, Category.PROBATIONARY):
        Requirement.objects.create(
            season=season,
            category=category,
            season_hours=typed.season_hours,
            year_hours=typed.member_hours_year,
        )
    topic_services.write_topics(season, topics)
    audit.write(
        "seasons.create_season",
        by=by,
        subject=("season", season.id),
        organisation_id=root_id,
        topics=len(topics),
    )
    return as_card(season)


def _write_parts(season: Season, parts: Sequence[Node]) -> None:
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
    organisation_ids: Sequence[UUID] | None = None,
    parameters: Mapping[str, Any] | None = None,
    credit: Sequence[CreditTable] | None = None,
    zones: tuple[UUID | None, UUID | None] | None = None,
) -> SeasonCard:
    """Change a season's frame; a running one wants a reason and keeps a version.

    Args:
        zones: the zone sets of 片区 and 联创区, in this order.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field.
    """
    season = open_season(season_id, by=by)
    reason = need_reason(season, reason)
    season.name = season.name if name is None else _check_name(name)
    season.starts_on, season.ends_on = starts_on or season.starts_on, ends_on or season.ends_on
    _check_dates(season.starts_on, season.ends_on)
    if parameters is not None:
        base = settings.parameters_of(season.parameters)
        season.parameters = settings.write(settings.checked(parameters, base=base))
    if zones is not None:
        season.geo_zones_id, season.joint_zones_id = zones
    season.save()
    if organisation_ids is not None:
        _write_parts(season, _parts(organisations.node(season.root_id), organisation_ids))
    if credit is not None:
        _write_credit(season, credit)
    record(season, by=by, reason=reason)
    audit.write(
        "seasons.edit_season",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
    )
    return as_card(season)


def _write_credit(season: Season, rows: Sequence[CreditTable]) -> None:
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
    season.state = SeasonState.RUNNING
    season.save(update_fields=["state"])
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
    season = Season.objects.select_related("root").filter(id=season_id).first()
    if season is None:
        raise NotFound
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


def a_year_on(day: date) -> date:
    """Return the same weekday 52 weeks later, so study days stay on their day."""
    return day + timedelta(weeks=52)


@transaction.atomic
def copy_season(*, by: Actor, season_id: UUID, name: str) -> SeasonCard:
    """Draw up next year's season like this one, 52 weeks on, with no people.

    Safe to repeat: the same name is the same season.

    Raises:
        NotAllowed, NotFound.
        Invalid: the name is empty or the season's own.
    """
    source = Season.objects.select_related("root").filter(id=season_id).first()
    if source is None:
        raise NotFound
    require("seasons.manage", by, source)
    if _check_name(name) == source.name:
        raise Invalid(details=[("name", _("Give the copy a name of its own."))])
    copied = create_season(
        by=by,
        root_id=source.root_id,
        name=name,
        starts_on=a_year_on(source.starts_on),
        ends_on=a_year_on(source.ends_on),
        organisation_ids=list(source.organisations.values_list("organisation_id", flat=True)),
        parameters=source.parameters,
        topics=[
            TopicLine(
                name=topic.name,
                short_name=topic.short_name,
                minutes=topic.minutes,
                opens_on=a_year_on(topic.opens_on),
                due_on=a_year_on(topic.due_on),
                target=topic.target,
                required=topic.required,
                tags=tuple(topic.tags),
            )
            for topic in source.topics.all()
        ],
        geo_zones_id=source.geo_zones_id,
        joint_zones_id=source.joint_zones_id,
    )
    row = Season.objects.get(id=copied.id)
    if row.copied_from_id is None:
        row.copied_from_id = source.id
        row.save(update_fields=["copied_from"])
        _write_credit(row, [credit_table(r) for r in source.credit_rules.order_by("id")])
        topic_services.copy_courses(source, row)
    return copied
