"""What the parts of the demo hand to each other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from uuid import UUID

from dongxun.kernel.actors import Actor, ActorKind
from dongxun.organisations.contracts import Node, Point

SYSTEM = Actor.system("演示")
PASSWORD = "dongxun-demo"  # noqa: S105 - printed at every start, for invented people only


def own_phone(person_id: UUID) -> Actor:
    """Return the phone of somebody who opened their personal link on it."""
    return Actor(ActorKind.DEVICE, id=person_id, persons=(person_id,), owned=frozenset({person_id}))


@dataclass(slots=True)
class Member:
    """Somebody who counts; ``zeal`` decides who comes when not everybody does."""

    id: UUID
    branch_id: UUID
    mode: str
    zeal: float
    is_secretary: bool = False


@dataclass(slots=True)
class Unit:
    """A village, community or agency with its branches; ``size`` people are wanted."""

    node: Node
    town: str
    size: int
    branches: list[Node] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    hall_id: UUID | None = None


@dataclass(slots=True)
class Town:
    """One of the towns taking part, or the agencies together (``name`` empty)."""

    name: str
    node: Node
    point: Point
    units: list[Unit] = field(default_factory=list)
    hall_id: UUID | None = None
    lecturers: list[UUID] = field(default_factory=list)

    def members(self) -> list[Member]:
        """Return everybody of the town, unit by unit."""
        return [member for unit in self.units for member in unit.members]


@dataclass(slots=True)
class World:
    """The district as it grows, part by part."""

    seed: int
    small: bool
    now: datetime
    today: date
    say: Callable[[str], None]
    district: Node = field(init=False)
    towns: list[Town] = field(default_factory=list)
    lecturers: list[UUID] = field(default_factory=list)
    season_id: UUID | None = None
    topic_ids: list[UUID] = field(default_factory=list)
    campaigns: list[UUID] = field(default_factory=list)
    tasks: list[UUID] = field(default_factory=list)
    cast: dict[str, UUID] = field(default_factory=dict)
    geo_zones_id: UUID | None = None
    joint_zones_id: UUID | None = None
    vehicle_id: UUID | None = None
    visitor_link: str = ""

    def dice(self, part: str) -> Random:
        """Return the dice of one part: the same for the same seed, whatever others throw."""
        return Random(f"{self.seed}/{part}")

    def season(self) -> UUID:
        """Return the season, once it is drawn up."""
        if self.season_id is None:
            raise LookupError
        return self.season_id

    @property
    def agencies(self) -> Town:
        """Return the agencies, who come last."""
        return self.towns[-1]
