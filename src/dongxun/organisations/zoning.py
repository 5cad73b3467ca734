"""Which zone an organisation is in, and which part of the tree a zone is."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval, Role
from dongxun.kernel.errors import NotFound
from dongxun.organisations import queries
from dongxun.organisations.contracts import ZoneId, ZoneKind, ZoneSetId, ZoneSetView, ZoneView
from dongxun.organisations.models import ZoneMember, ZoneSet


def zone_set(zone_set_id: UUID, *, by: Actor) -> ZoneSetView:
    """Return a set with its zones.

    Raises:
        NotFound: absent, or its root is not in the actor's reach.
    """
    found = {view.id: view for view in zone_sets(by=by)}
    if zone_set_id not in found:
        raise NotFound
    return found[ZoneSetId(zone_set_id)]


def zone_sets(*, by: Actor, root_id: UUID | None = None) -> list[ZoneSetView]:
    """Return the sets of the actor's subtrees, and of the nodes above them, newest first."""
    rows = ZoneSet.objects.select_related("root").order_by("kind", "-valid_from", "id")
    if root_id:
        rows = rows.filter(root_id=root_id)
    reach = by.intervals((*ORGANISERS, Role.ZONE_LEAD))
    views = []
    for row in rows:
        root = Interval(row.root.lft, row.root.rgt)
        if by.is_system or any(part.lft in root or root.lft in part for part in reach):
            views.append(
                ZoneSetView(
                    ZoneSetId(row.id),
                    ZoneKind(row.kind),
                    row.name,
                    row.root_id,
                    row.valid_from,
                    tuple(zones_of_set(row.id)),
                )
            )
    return views


def zones_of_set(zone_set_id: UUID) -> list[ZoneView]:
    """Return the zones of a set with the intervals they are, one query.

    An organisation inherits its nearest ancestor's zone: where a member of one
    zone stands below a member of another, its interval is cut out of that.
    """
    return zones_of_sets([zone_set_id])[zone_set_id]


def zones_of_sets(zone_set_ids: Iterable[UUID]) -> dict[UUID, list[ZoneView]]:
    """Return the zones of several sets as :func:`zones_of_set` does, still in one query."""
    members: dict[UUID, list[ZoneMember]] = {key: [] for key in zone_set_ids}
    rows = ZoneMember.objects.filter(zone_set_id__in=members)
    for row in rows.select_related("zone", "organisation").order_by(
        "zone__order", "zone__name", "organisation__lft"
    ):
        members[row.zone_set_id].append(row)
    return {key: _views(found) for key, found in members.items()}


def _views(members: Sequence[ZoneMember]) -> list[ZoneView]:
    spans = [(Interval(m.organisation.lft, m.organisation.rgt), m.zone_id) for m in members]
    found: dict[UUID, ZoneView] = {}
    for member, (here, zone_id) in zip(members, spans, strict=True):
        above = [span for span in spans if here.lft in span[0] and span[0] != here]
        is_covered = bool(above) and max(above, key=lambda span: span[0].lft)[1] == zone_id
        holes = [part for part, other in spans if other != zone_id and part.lft in here]
        holes = [part for part in holes if part.lft != here.lft]
        old = found.get(zone_id)
        found[zone_id] = ZoneView(
            ZoneId(zone_id),
            member.zone.name,
            (*(old.member_ids if old else ()), member.organisation_id),
            (*(old.intervals if old else ()), *(() if is_covered else cut(here, holes))),
            member.zone.lead_id,
            (*(old.places if old else ()), here),
        )
    return list(found.values())


def cut(whole: Interval, holes: Iterable[Interval]) -> list[Interval]:
    """Return what is left of an interval without the holes inside it."""
    left, start = [], whole.lft
    for hole in sorted(holes, key=lambda part: part.lft):
        if hole.lft > start:
            left.append(Interval(start, hole.lft - 1))
        start = max(start, hole.rgt + 1)
    if start <= whole.rgt:
        left.append(Interval(start, whole.rgt))
    return left


def zone_mates(*, by: Actor) -> list[Interval]:
    """Return the subtrees that share a zone with one of the actor's today: the pool of a zone.

    Of each kind the newest set of a root that is in force counts; two queries.
    """
    own = by.intervals(ORGANISERS)
    if not own:
        return []
    zones = zones_in_force()
    return [
        part
        for zone in zones
        if any(here.lft in part for here in own for part in zone.intervals)
        for part in zone.intervals
    ]


def zones_in_force(kind: str = "") -> list[ZoneView]:
    """Return the zones of today, of every root its newest set, of one kind or of all."""
    rows = ZoneSet.objects.filter(valid_from__lte=clock.today())
    rows = rows.filter(kind=kind) if kind else rows
    newest: dict[tuple[UUID, str], UUID] = {}
    for row in rows.order_by("-valid_from", "-id"):
        newest.setdefault((row.root_id, row.kind), row.id)
    return [zone for views in zones_of_sets(newest.values()).values() for zone in views]


def zone_of(organisation_id: UUID, zone_set_id: UUID) -> ZoneView | None:
    """Return the zone an organisation is in, its own or its nearest ancestor's."""
    here = queries.node(organisation_id)
    nearest = (
        ZoneMember.objects.filter(
            zone_set_id=zone_set_id,
            organisation__lft__lte=here.interval.lft,
            organisation__rgt__gte=here.interval.lft,
        )
        .order_by("-organisation__lft")
        .values_list("zone_id", flat=True)
        .first()
    )
    return next((zone for zone in zones_of_set(zone_set_id) if zone.id == nearest), None)
