"""Each change of the plan: checked, numbered, explained, announced."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.events import announce
from dongxun.kernel.rules import require
from dongxun.seasons.contracts import SeasonClosed, SeasonState
from dongxun.seasons.models import PlanVersion, Season, Topic


def open_season(season_id: UUID, *, by: Actor, rule: str = "seasons.manage") -> Season:
    """Return the season's row, locked, when ``by`` may change it.

    Raises:
        NotFound: there is none.
        NotAllowed: the rule says no.
        SeasonClosed: it is over.
    """
    season = (
        Season.objects.select_for_update(of=("self",))
        .select_related("root")
        .filter(id=season_id)
        .first()
    )
    if season is None:
        raise NotFound
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


def snapshot(season: Season) -> dict[str, Any]:
    """Return the plan as JSON values: dates, settings, topics, credit, who takes part."""
    return {
        "name": season.name,
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
        "parameters": season.parameters,
        "topics": [
            {
                "id": str(topic.id),
                "number": topic.number,
                "name": topic.name,
                "minutes": topic.minutes,
                "required": topic.required,
                "opens_on": topic.opens_on.isoformat(),
                "due_on": topic.due_on.isoformat(),
                "target": topic.target,
            }
            for topic in Topic.objects.filter(season=season)
        ],
        "credit": [
            {
                "format": rule.format,
                "method": rule.method,
                "hours": str(rule.hours.normalize()),
                "minutes_an_hour": rule.minutes_an_hour,
                "steps": rule.steps,
            }
            for rule in season.credit_rules.order_by("id")
        ],
        "organisations": [
            str(key)
            for key in season.organisations.order_by("order", "id").values_list(
                "organisation_id", flat=True
            )
        ],
    }


def record(season: Season, *, by: Actor, reason: str) -> None:
    """Note the plan as it now stands, if it changed, and let coverage know.

    While a season is drawn up only its version rises; from its start on each
    change keeps a snapshot with its reason.
    """
    last = season.versions.order_by("-number").first()
    now = snapshot(season)
    if last is not None and last.snapshot == now:
        return
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
    announce("RequirementChanged", season_id=str(season.id))
