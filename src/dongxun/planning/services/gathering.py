"""Have agencies, villages and enterprises gathered; accept joint zones and pairs."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, PairingKind, ZoneDraft, ZoneKind
from dongxun.planning import why_gathering
from dongxun.planning.contracts import AreaSettings, HubSettings, PairSettings, RunKind
from dongxun.planning.gathering import Gathered
from dongxun.planning.models import Run
from dongxun.planning.services.accepting import need
from dongxun.planning.services.asking import allowed, held, new_run, note, queue
from dongxun.planning.services.dividing import Chosen, day_fits, refuse_others, root_of
from dongxun.planning.snapshots import gathering as snapshots
from dongxun.seasons import api as seasons
from dongxun_planner.wire import write


@transaction.atomic
def ask_areas(*, by: Actor, season_id: UUID, asked: AreaSettings) -> Run:
    """Freeze a season's agencies and queue the search for their joint zones.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no joint zones can help, by field.
    """
    node = root_of(season_id, by=by)
    found = snapshots.take_areas(by=by, rules=seasons.rules(season_id), asked=asked)
    return _queue(by, RunKind.AREAS, season_id, node, found, asdict(asked))


@transaction.atomic
def ask_hubs(*, by: Actor, season_id: UUID, organisation_id: UUID, asked: HubSettings) -> Run:
    """Freeze a unit's villages and places and queue the search for the hubs.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no hubs can help, by field.
    """
    node = allowed(season_id, organisation_id, by=by)
    found = snapshots.take_hubs(by=by, rules=seasons.rules(season_id), node=node, asked=asked)
    return _queue(by, RunKind.HUBS, season_id, node, found, asdict(asked))


@transaction.atomic
def ask_pairs(*, by: Actor, season_id: UUID, organisation_id: UUID, asked: PairSettings) -> Run:
    """Freeze a unit's villages and the season's enterprises and queue the search for pairs.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: what no pairs can help, by field.
    """
    node = allowed(season_id, organisation_id, by=by)
    found = snapshots.take_pairs(by=by, rules=seasons.rules(season_id), node=node, asked=asked)
    return _queue(by, RunKind.PAIRS, season_id, node, found, asdict(asked))


def _queue(  # noqa: PLR0917
    by: Actor,
    kind: RunKind,
    season_id: UUID,
    node: Node,
    found: snapshots.Taken,
    settings: Mapping[str, Any],
) -> Run:
    if bad := why_gathering.impossible(found):
        raise Invalid(details=bad)
    row = new_run(
        by,
        kind,
        season_id,
        node,
        settings={key: _plain(value) for key, value in settings.items()},
        problem=write(found.problem),
        about=found.about,
    )
    is_areas, is_hubs = kind == RunKind.AREAS, kind == RunKind.HUBS
    note("ask_areas" if is_areas else "ask_hubs" if is_hubs else "ask_pairs", by, row)
    title = _("%(what)s of %(unit)s") % {"what": kind.label, "unit": node.short_name}
    return queue(row, title, by=by)


def _plain(value: Any) -> Any:
    return [str(one) for one in value] if isinstance(value, tuple) else value


def _held(run_id: UUID, kind: RunKind, nothing: Text, *, by: Actor) -> Run:
    """Return a search that ended with a plan, locked.

    Raises:
        NotFound.
        Conflict: it has none.
    """
    row = held(run_id, by=by)
    if row.kind != kind or row.plan is None or not row.is_over:
        raise Conflict(nothing)
    return row


@transaction.atomic
def accept_areas(*, by: Actor, run_id: UUID, chosen: Chosen) -> Run:
    """Write joint zones as a new dated set that the season points to. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason, two zones of one name, a day after the season began.
        Conflict: nothing was found, or agencies or joint zones have changed since.
    """
    row = _held(run_id, RunKind.AREAS, _("There are no joint zones to accept yet."), by=by)
    root = root_of(row.season_id, by=by)
    if row.accepted_at is not None:
        return row
    reason = need(chosen.reason)
    organisations.hold(root.id)
    _fresh(row, by)
    day_fits(row, chosen.valid_from)
    drafts = []
    for group in Gathered(row).groups:
        name, lead = chosen.named.get(group.number, (group.name, UUID(group.id)))
        members = tuple(UUID(one.id) for one in group.members)
        drafts.append(ZoneDraft(name.strip()[:80], members, lead))
    if any(draft.lead_id not in {None, *draft.member_ids} for draft in drafts):
        raise Invalid(_("A zone is led by one of its own units."))
    set_id = organisations.save_zone_set(
        by=by,
        root_id=root.id,
        kind=ZoneKind.JOINT,
        name=chosen.name,
        valid_from=chosen.valid_from,
        zones=drafts,
    )
    seasons.choose_zones(by=by, season_id=row.season_id, zone_set_id=set_id, reason=reason)
    row.outcome |= {"zone_set": str(set_id)}
    _accepted(row, by, reason, zones=len(drafts))
    return row


def _fresh(row: Run, by: Actor) -> None:
    """Refuse joint zones of what is no longer so.

    Raises:
        Conflict: the joint zones or the agencies have changed since, or some have joined.
    """
    now = seasons.frame(row.season_id, by=by).joint_zones_id
    if str(now or "") != row.about["today_set"]:
        raise Conflict(
            _("The season's zones were changed since this was asked for. Have them proposed again.")
        )
    refuse_others(row, snapshots.agencies(seasons.rules(row.season_id), by=by))


@transaction.atomic
def accept_pairs(
    *, by: Actor, run_id: UUID, villages: Collection[str], since: date, agreement: str = ""
) -> Run:
    """Tie the chosen villages to their enterprises. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no village of it is chosen.
        Conflict: nothing was found, one of them is tied or gone since, or an enterprise is full by
            now.
    """
    row = _held(run_id, RunKind.PAIRS, _("There are no pairs to accept yet."), by=by)
    allowed(row.season_id, row.organisation_id, by=by)
    if row.accepted_at is not None:
        return row
    found = Gathered(row)
    chosen = [
        (UUID(one.id), UUID(group.id))
        for group in found.groups
        for one in group.members
        if one.id in villages
    ]
    if not chosen:
        raise Invalid(details=[("villages", _("Choose the pairs to be accepted."))])
    kind = PairingKind.VILLAGE_ENTERPRISE
    organisations.hold(seasons.rules(row.season_id).root_id)
    tied = {tie.one.id for tie in organisations.pairs(by=by, kind=kind)}
    known = organisations.nodes({key for pair in chosen for key in pair})
    bad = [
        found.names[str(village)]
        for village, firm in chosen
        if village in tied or not {village, firm} <= known.keys()
    ]
    if bad:
        words = _("%(names)s: paired or gone since this was asked for. Ask again.")
        raise Conflict(words % {"names": "、".join(bad)})
    _refuse_full(row, found, Counter(firm for _village, firm in chosen))
    for village, firm in chosen:
        organisations.save_pairing(
            by=by, kind=kind, one_id=village, other_id=firm, since=since, agreement=agreement
        )
    _accepted(row, by, agreement, pairs=len(chosen))
    return row


def _refuse_full(row: Run, found: Gathered, wanted: Counter[UUID]) -> None:
    """Refuse pairs of enterprises that take no more villages by now.

    Raises:
        Conflict: some are full; they are named, with how many they could still take.
    """
    takes = int(row.settings["takes"])
    tied = organisations.ties_of(wanted, kind=PairingKind.VILLAGE_ENTERPRISE)
    full = [key for key, more in wanted.items() if tied[key] + more > takes]
    if full:
        said = _("%(firm)s takes %(n)d more")
        names = [
            said % {"firm": found.names[str(key)], "n": max(0, takes - tied[key])} for key in full
        ]
        words = _("Enterprises have been paired since this was asked for: %(names)s. Ask again.")
        raise Conflict(words % {"names": "；".join(names)})


def _accepted(row: Run, by: Actor, reason: str, **counts: int) -> None:
    row.accepted_at, row.accepted_by = clock.now(), by.label[:120]
    row.accept_reason = reason[:200]
    row.save(update_fields=["outcome", "accepted_at", "accepted_by", "accept_reason"])
    is_areas = row.kind == RunKind.AREAS
    note("accept_areas" if is_areas else "accept_pairs", by, row, **counts)
