"""Have units divided into zones; accept one of the divisions as a dated set the season points to."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, ZoneDraft, ZoneKind
from dongxun.planning import why_zones
from dongxun.planning.contracts import RunKind, ZoneSettings
from dongxun.planning.division import Divisions
from dongxun.planning.models import Run
from dongxun.planning.naming import few
from dongxun.planning.services.accepting import need
from dongxun.planning.services.asking import allowed, held, new_run, note, queue
from dongxun.planning.snapshots import zones as snapshots
from dongxun.seasons import api as seasons
from dongxun_planner.wire import write


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which division is accepted, and what it is called; ``named`` has (name, lead) by zone."""

    index: int
    name: str
    valid_from: date
    named: Mapping[int, tuple[str, UUID | None]]
    reason: str


def root_of(season_id: UUID, *, by: Actor) -> Node:
    """Return the unit that a season's zones divide.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    node = allowed(season_id, seasons.rules(season_id).root_id, by=by)
    require("planning.divide", by, node.interval.lft)
    return node


@transaction.atomic
def ask_zones(*, by: Actor, season_id: UUID, asked: ZoneSettings, base: Run | None = None) -> Run:
    """Freeze the units of a season and queue the search for their zones.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no division can help, by field.
    """
    node = root_of(season_id, by=by)
    rules = seasons.rules(season_id)
    found = snapshots.take(by=by, rules=rules, asked=asked)
    keys = set(asked.unit_ids)
    chosen = [one for one in snapshots.offered(season_id, by=by) if one.node.id in keys]
    if bad := why_zones.undividable(found.problem, chosen):
        raise Invalid(details=bad)
    settings = asdict(asked) | {
        "unit_ids": [str(key) for key in asked.unit_ids],
        "neighbours": None
        if asked.neighbours is None
        else [[str(a), str(b)] for a, b in asked.neighbours],
    }
    row = new_run(
        by,
        RunKind.ZONES,
        season_id,
        node,
        base=base,
        settings=settings,
        problem=write(found.problem),
        about=found.about,
    )
    note("ask_zones", by, row)
    title = _("Zones of %(unit)s") % {"unit": node.short_name}
    return queue(row, title, by=by)


@transaction.atomic
def accept_zones(*, by: Actor, run_id: UUID, chosen: Chosen) -> Run:
    """Write a division as a new dated set of zones and let the season point to it. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason, no such division, two zones of one name, a day after the season began.
        Conflict: nothing was found, or units or zones have changed since it was asked for.
    """
    row = held(run_id, by=by)
    root = root_of(row.season_id, by=by)
    if row.kind != RunKind.ZONES or row.plan is None or not row.is_over:
        raise Conflict(_("There is no division to accept yet."))
    if row.accepted_at is not None:
        return row
    reason = need(chosen.reason)
    found = Divisions(row).found
    if not 0 <= chosen.index < len(found):
        raise Invalid(_("Choose one of the divisions found."))
    organisations.hold(root.id)
    _fresh(row, by)
    day_fits(row, chosen.valid_from)
    drafts = [
        ZoneDraft(name.strip()[:80], tuple(UUID(unit) for unit in zone.units), lead)
        for zone in found[chosen.index].zones
        for name, lead in [chosen.named.get(zone.number, (zone.name, None))]
    ]
    if any(draft.lead_id not in {None, *draft.member_ids} for draft in drafts):
        raise Invalid(_("A zone is led by one of its own units."))
    set_id = organisations.save_zone_set(
        by=by,
        root_id=root.id,
        kind=ZoneKind.GEO,
        name=chosen.name,
        valid_from=chosen.valid_from,
        zones=drafts,
    )
    seasons.choose_zones(by=by, season_id=row.season_id, zone_set_id=set_id, reason=reason)
    row.outcome |= {"chosen": chosen.index, "zone_set": str(set_id)}
    row.accepted_at, row.accepted_by, row.accept_reason = clock.now(), by.label[:120], reason
    row.save(update_fields=["outcome", "accepted_at", "accepted_by", "accept_reason"])
    note("accept_zones", by, row, zones=len(drafts), reason=reason)
    return row


def _fresh(row: Run, by: Actor) -> None:
    """Refuse a division of what is no longer so.

    Raises:
        Conflict: zones or units have changed since, or some have joined.
    """
    now = seasons.frame(row.season_id, by=by).geo_zones_id
    if str(now or "") != row.about["today_set"]:
        raise Conflict(
            _("The season's zones were changed since this was asked for. Have them proposed again.")
        )
    refuse_others(row, [one.node for one in snapshots.offered(row.season_id, by=by)])


def refuse_others(row: Run, now: Sequence[Node]) -> None:
    """Refuse zones where other units take part than when they were asked for.

    Args:
        now: the units that could stand in them today.

    Raises:
        Conflict: some are gone or have joined; they are named.
    """
    still = {str(one.id) for one in now}
    gone = [unit["name"] for key, unit in row.about["units"].items() if key not in still]
    if gone:
        words = _("%(names)s take part no more. Have zones proposed again.")
        raise Conflict(words % {"names": few(gone)})
    known = set(row.about.get("offered", still))
    new = [one.short_name for one in now if str(one.id) not in known]
    if new:
        words = _(
            "%(names)s have joined since this was asked for, and stand in no zone of it. Have zones"
            " proposed again."
        )
        raise Conflict(words % {"names": few(new)})


def day_fits(row: Run, day: date) -> None:
    """Refuse a day on which the season would stand in zones that do not hold yet.

    Raises:
        Invalid: it lies after today and after the season's first day.
    """
    last = max(clock.today(), seasons.rules(row.season_id).starts_on)
    if day > last:
        words = _(
            "The season stands in these zones at once, so they hold from %(day)s at the latest."
        )
        raise Invalid(details=[("valid_from", words % {"day": last.isoformat()})])
