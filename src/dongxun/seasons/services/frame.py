"""The frame of a season: its name and days, who takes part, how it is divided into zones."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import ZoneKind
from dongxun.seasons.contracts import SeasonCard
from dongxun.seasons.models import Season
from dongxun.seasons.queries.season import as_card
from dongxun.seasons.services.following import follow_units
from dongxun.seasons.services.participation import intervals_of
from dongxun.seasons.services.season import check_dates, check_name, chosen_parts, write_parts
from dongxun.seasons.services.versions import need_reason, open_season, record

ZoneSets = tuple[UUID | None, UUID | None]


@transaction.atomic
def set_frame(
    *,
    by: Actor,
    season_id: UUID,
    name: str,
    starts_on: date,
    ends_on: date,
    organisation_ids: Sequence[UUID],
    zones: ZoneSets,
    reason: str = "",
) -> SeasonCard:
    """Say what the season is called, how long it lasts, who takes part, in which zones.

    In a running season the people of an organisation that joins count from
    today (from the first day where none of their branch did), those of one that
    leaves no longer count from today; what they have learnt stays recorded.

    Args:
        organisation_ids: in the order in which lists show them; none means the whole root.
        zones: the zone sets of 片区 and 联创区, in this order.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field; a running season wants a reason.
    """
    season = open_season(season_id, by=by)
    reason = need_reason(season, reason)
    season.name, season.starts_on, season.ends_on = check_name(name), starts_on, ends_on
    check_dates(starts_on, ends_on)
    _check_topics(season)
    _check_zones(by, zones)
    if Season.objects.filter(root_id=season.root_id, name=season.name).exclude(id=season.id):
        raise Invalid(details=[("name", _("Another season has this name."))])
    season.geo_zones_id, season.joint_zones_id = zones
    season.save()
    before = intervals_of(season)
    write_parts(season, chosen_parts(organisations.node(season.root_id), organisation_ids))
    after = intervals_of(season)
    moved = 0
    if set(before) != set(after):
        moved = follow_units(season, set(before) ^ set(after))
    changed = record(season, by=by, reason=reason)
    audit.write(
        "seasons.set_frame",
        by=by,
        subject=("season", season.id),
        organisation_id=season.root_id,
        reason=reason,
        changed=changed,
        organisations=len(organisation_ids),
        people=moved,
    )
    return as_card(season)


def _check_topics(season: Season) -> None:
    for topic in season.topics.all():
        if not season.starts_on <= topic.opens_on <= season.ends_on:
            words = _("The topic “%(name)s” opens on %(day)s, outside these days.")
            about = {"name": topic.name, "day": topic.opens_on.isoformat()}
            raise Invalid(details=[("starts_on", words % about)])


def _check_zones(by: Actor, zones: ZoneSets) -> None:
    kinds = {view.id: view.kind for view in organisations.zone_sets(by=by)}
    wanted = (("geo_zones", ZoneKind.GEO), ("joint_zones", ZoneKind.JOINT))
    bad: list[tuple[str, Text]] = [
        (where, _("Choose one of the divisions offered."))
        for key, (where, kind) in zip(zones, wanted, strict=True)
        if key is not None and kinds.get(key) != kind  # type: ignore[call-overload]
    ]
    if bad:
        raise Invalid(details=bad)
