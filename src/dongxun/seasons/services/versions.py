"""Each change of the plan: checked, numbered, explained, announced."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.events import announce
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun.seasons.models import Course, PlanVersion, Season, Topic
from dongxun.seasons.parameters import USUAL_FORMATS
from dongxun.seasons.queries.versions import differences


def open_season(season_id: UUID, *, by: Actor, rule: str = "seasons.manage") -> Season:
    """Return the season's row, locked, when ``by`` may change it.

    Raises:
        NotFound: there is none.
        NotAllowed: the rule says no.
        SeasonClosed: it is over.
    """
    season = wanted_row(
        Season.objects.select_for_update(of=("self",)).select_related("root").filter(id=season_id)
    )
    require(rule, by, season)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return season


def need_reason(season: Season, reason: str) -> str:
    """Return the reason; a running season is not changed without one.

    Raises:
        Invalid: it is missing.
    """
    reason = reason.strip()
    if season.state == SeasonState.RUNNING and not reason:
        raise Invalid(details=[("reason", _("Say why the plan changes; it is kept."))])
    return reason[:200]


NOT_COUNTED = frozenset({"zones", "campaigns", "timetables"})
"""Parts of the plan that decide nobody's standing; nor do the courses of a topic or the name of a row of credit."""


def snapshot(season: Season) -> dict[str, Any]:
    """Return the plan as JSON values: dates, settings, topics, credit, who takes part."""
    parts = season.organisations.order_by("order", "id")
    accepted = {"timetables": season.timetables} if season.timetables else {}
    return accepted | {
        "name": season.name,
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
        "parameters": season.parameters,
        "topics": _topics(season),
        "credit": [
            {
                "format": rule.format,
                "method": rule.method,
                "hours": str(rule.hours.normalize()),
                "minutes_an_hour": rule.minutes_an_hour,
                "steps": rule.steps,
            }
            | ({} if rule.format in USUAL_FORMATS else {"label": [rule.label_zh, rule.label_en]})
            for rule in season.credit_rules.order_by("id")
        ],
        "requirements": [
            {
                "category": row.category,
                "season_hours": f"{row.season_hours.normalize():f}",
                "year_hours": f"{row.year_hours.normalize():f}",
            }
            for row in season.requirements.order_by("category")
        ],
        "organisations": [str(key) for key in parts.values_list("organisation_id", flat=True)],
        "zones": [_zones(season.geo_zones), _zones(season.joint_zones)],
        "campaigns": sorted(season.campaigns.values_list("name", flat=True)),
    }


def _topics(season: Season) -> list[dict[str, Any]]:
    courses: dict[UUID, list[str]] = {}
    for course in Course.objects.filter(topic__season=season).order_by("order", "title", "id"):
        courses.setdefault(course.topic_id, []).append(f"{course.title} {course.minutes}′")
    return [
        {
            "id": str(topic.id),
            "number": topic.number,
            "name": topic.name,
            "minutes": topic.minutes,
            "required": topic.required,
            "opens_on": topic.opens_on.isoformat(),
            "due_on": topic.due_on.isoformat(),
            "target": topic.target,
            "courses": courses.get(topic.id, []),
        }
        for topic in Topic.objects.filter(season=season)
    ]


def _zones(zone_set: Any) -> list[str]:
    return [str(zone_set.id), zone_set.name] if zone_set else []


def _counted(plan: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a plan decides standings."""
    found = {key: value for key, value in plan.items() if key not in NOT_COUNTED}
    topics = [{k: v for k, v in row.items() if k != "courses"} for row in plan["topics"]]
    credit = [{k: v for k, v in row.items() if k != "label"} for row in plan["credit"]]
    return found | {"topics": topics, "credit": credit}


def record(season: Season, *, by: Actor, reason: str) -> dict[str, list[str]]:
    """Note the plan as it now stands, if it changed, and let coverage know if that counts.

    Return what changed, as the audit has it: (before, after) by what it is called.

    While a season is drawn up only its version rises; from its start on each
    change keeps a snapshot with its reason.
    """
    last = season.versions.order_by("-number").first()
    now = snapshot(season)
    if last is not None and last.snapshot == now:
        return {}
    counts = last is None or _counted(last.snapshot) != _counted(now)
    if counts:
        season.definition_version += 1
        season.save(update_fields=["definition_version"])
    if season.state != SeasonState.DRAFT:
        PlanVersion.objects.create(
            season=season,
            number=last.number + 1 if last else 1,
            reason=reason,
            snapshot=now,
            created_at=clock.now(),
            created_by=by.label[:120],
        )
    if counts:
        announce("RequirementChanged", season_id=str(season.id))
    found: dict[str, list[str]] = {}
    for line in differences(last.snapshot, now) if last else ():
        before, after = found.get(str(line.what), ["", ""])
        found[str(line.what)] = [joined(before, line.before), joined(after, line.after)]
    return found


def joined(one: str, other: str) -> str:
    """Return two words as one, where a part of the plan changed twice at once."""
    return "、".join(word for word in (one, str(other)) if word)
