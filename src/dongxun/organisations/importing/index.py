"""Which node of the tree, and which zone, a text means."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations.contracts import OrganisationId
from dongxun.organisations.models import Organisation, Zone, ZoneMember, ZoneSet
from dongxun.organisations.names import name_key

_COMMITTEE = re.compile(r"(党工委|党委|党组|工委|委员会)$")


@dataclass(frozen=True, slots=True)
class ZoneRef:
    """A zone by its name, with its set and the place that the set divides."""

    id: UUID
    name: str
    kind: str
    set_id: UUID
    set_name: str
    root: Interval


class TreeIndex:
    """The open organisations of a subtree under their names, and the zones over them."""

    def __init__(self, root: Organisation, rows: Iterable[Organisation]) -> None:
        self.root = root
        self.by_id: dict[UUID, Organisation] = {}
        self._names: defaultdict[str, list[Organisation]] = defaultdict(list)
        self._zones: defaultdict[str, list[ZoneRef]] = defaultdict(list)
        self._zone_of: dict[tuple[UUID, UUID], UUID] = {}
        self._above: list[UUID] = []
        self._codes: dict[str, Organisation] = {}
        for row in rows:
            self.enter(row)

    @classmethod
    def load(cls, root_id: OrganisationId) -> "TreeIndex":
        """Read a subtree and the zones in force that may hold its organisations."""
        root = Organisation.objects.get(id=root_id)
        rows = Organisation.objects.filter(
            lft__gte=root.lft, lft__lte=root.rgt, closed_on=None
        ).order_by("lft")
        index = cls(root, rows)
        index._load_zones(Interval(root.lft, root.rgt))
        return index

    def enter(self, row: Organisation) -> None:
        """Know a node by its full and its short name."""
        self.by_id[row.id] = row
        for name in dict.fromkeys((name_key(row.name), name_key(row.short_name))):
            self._names[name].append(row)
        if row.code:
            self._codes[row.code] = row

    def give_code(self, organisation_id: UUID, code: str) -> None:
        """Know the code that a node was given."""
        self.by_id[organisation_id].code = code
        self.mean(code, organisation_id)

    def mean(self, code: str, organisation_id: UUID) -> None:
        """Know which node a code means, although nobody has given it the code yet."""
        self._codes[code] = self.by_id[organisation_id]

    def coded(self, code: str) -> Organisation | None:
        """Return the node that has this code."""
        return self._codes.get(code)

    def _load_zones(self, here: Interval) -> None:
        """Know of each root and kind the set in force today; before there is one, the next."""
        above = Organisation.objects.filter(lft__lt=here.lft, rgt__gte=here.rgt).order_by("-lft")
        self._above = list(above.values_list("id", flat=True))
        sets: dict[tuple[UUID, str], ZoneSet] = {}
        rows = ZoneSet.objects.filter(root__in=[self.root.id, *self._above])
        today = clock.today()
        for found in rows.select_related("root").order_by("root__lft", "valid_from", "id"):
            if found.valid_from <= today or (found.root_id, found.kind) not in sets:
                sets[found.root_id, found.kind] = found
        chosen = {found.id: found for found in sets.values()}
        for zone in Zone.objects.filter(zone_set__in=chosen).order_by("order", "id"):
            of = chosen[zone.zone_set_id]
            root = Interval(of.root.lft, of.root.rgt)
            ref = ZoneRef(zone.id, zone.name, of.kind, of.id, of.name, root)
            self._zones[name_key(zone.name)].append(ref)
        members = ZoneMember.objects.filter(zone_set__in=chosen)
        for set_id, organisation_id, zone_id in members.values_list(
            "zone_set_id", "organisation_id", "zone_id"
        ):
            self._zone_of[set_id, organisation_id] = zone_id

    def named(self, text: str) -> list[Organisation]:
        """Return the nodes with this name; behind a slash, the last part below the others."""
        parts = [name_key(part) for part in text.split(" / ")]
        hits = self._names.get(name_key(text)) or self._names.get(parts[-1], [])
        if len(parts) > 1:
            hits = [row for row in hits if name_key(self.path(row)) == name_key(text)]
        return hits

    def led_by(self, text: str) -> list[Organisation]:
        """Return the nodes that a committee is over: 平潮镇党委 leads 平潮镇."""
        key = _COMMITTEE.sub("", name_key(text))
        return [] if key == name_key(text) else self._names.get(key, [])

    def near(self, text: str) -> list[Organisation]:
        """Return the nodes whose names begin like a text or are close to it, best first."""
        wanted = _COMMITTEE.sub("", name_key(text))
        begun = [name for name in self._names if len(wanted) > 1 and name.startswith(wanted)]
        alike = difflib.get_close_matches(wanted, self._names, n=3, cutoff=0.6)
        names = sorted(begun, key=len)[:3] + alike
        return list({row.id: row for name in names for row in self._names[name]}.values())

    def path(self, row: Organisation) -> str:
        """Return a text that means this node: 平潮镇 / 徐庄村 / 徐庄村党支部."""
        names = [row.name]
        above = row.parent_id
        while above in self.by_id and len(names) < 3:
            names.append(self.by_id[above].short_name)
            above = self.by_id[above].parent_id
        return " / ".join(reversed(names))

    def name_of(self, organisation_id: UUID | None) -> str:
        """Return the short name of a node here, nothing for one elsewhere."""
        row = self.by_id.get(organisation_id) if organisation_id else None
        return row.short_name if row else ""

    def zone(self, text: str, column: str) -> ZoneRef | None:
        """Return the zone a cell means; where one column serves both kinds, of either."""
        hits = self._zones.get(name_key(text), [])
        own = [zone for zone in hits if zone.kind == column]
        return next(iter(own or hits), None)

    def zone_names(self, column: str) -> list[str]:
        """Return the names of the zones that the cells of a column may mean."""
        return [z.name for zones in self._zones.values() for z in zones if z.kind == column]

    def zone_of(self, zone_set_id: UUID, organisation_id: UUID | None) -> UUID | None:
        """Return the zone that an organisation is in, its own or its nearest ancestor's."""
        key = organisation_id
        while key in self.by_id:
            if found := self._zone_of.get((zone_set_id, key)):
                return found
            key = self.by_id[key].parent_id
        own = (self._zone_of.get((zone_set_id, above)) for above in self._above)
        return next(filter(None, own), None)

    def zone_after(
        self, zone_set_id: UUID, row: Organisation | None, parent: Organisation | None
    ) -> UUID | None:
        """Return the zone that a node of this parent is in, unless it is put into another."""
        if row and (found := self._zone_of.get((zone_set_id, row.id))):
            return found
        return self.zone_of(zone_set_id, (parent or self.root).id)

    def put(self, zone: ZoneRef, organisation_id: UUID) -> None:
        """Know that an organisation was put into a zone."""
        self._zone_of[zone.set_id, organisation_id] = zone.id
