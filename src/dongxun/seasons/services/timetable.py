"""What planning writes into the plan of a season: an accepted timetable, chosen zones."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import ZoneKind
from dongxun.seasons.services.versions import need_reason, open_season, record


@transaction.atomic
def note_timetable(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    counts: tuple[int, int],
    at: datetime,
    reason: str,
) -> None:
    """Keep in the plan that a timetable of an organisation was accepted, as a version of its own.

    Safe to repeat: the same timetable is one version.

    Args:
        counts: its sessions, and the groups that learn together.
        at: when it was accepted, to the microsecond; it tells one timetable from another.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: a running season wants a reason.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("seasons.plan_below", by, node.interval.lft)
    season = open_season(season_id, by=Actor.system("seasons.note_timetable"))
    season.timetables = season.timetables | {
        str(node.id): {
            "unit": node.short_name,
            "sessions": counts[0],
            "groups": counts[1],
            "day": f"{clock.local(at):%Y-%m-%d %H:%M}",
            "at": at.isoformat(),  # two that are accepted within a minute are two
        }
    }
    season.save(update_fields=["timetables"])
    record(season, by=by, reason=need_reason(season, reason))
    audit.write(
        "seasons.note_timetable",
        by=by,
        subject=("season", season.id),
        organisation_id=node.id,
        reason=reason,
    )


@transaction.atomic
def choose_zones(*, by: Actor, season_id: UUID, zone_set_id: UUID, reason: str) -> None:
    """Let the season stand in these 片区 or 联创区. Safe to repeat.

    Raises:
        NotFound: season or set is absent or hidden.
        NotAllowed, SeasonClosed.
        Invalid: a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    view = organisations.zone_set(zone_set_id, by=by)
    reason = need_reason(season, reason)
    name = "joint_zones" if view.kind == ZoneKind.JOINT else "geo_zones"
    setattr(season, f"{name}_id", view.id)
    season.save(update_fields=[name])
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.choose_zones",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
    )
