"""Study groups: a branch larger than every hall in reach learns in parts of about the same size.

A group is a unit of the plan of its own. It keeps a hall from the beginning and learns alone there,
so that its sessions are for its own people only.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.activities.api import PlannedSession
from dongxun_planner.season.problems import Cohort, Unit, Venue
from dongxun_planner.zoning.check import km

MARK: Final = "~"
MOST: Final = 6
"""A branch that wants more groups than this is no matter of groups."""
WALK_YUAN: Final = 0.2


def branch_of(unit: str) -> UUID:
    """Return the branch of a unit of a plan."""
    return UUID(unit.partition(MARK)[0])


def number_of(unit: str) -> int:
    """Return which study group of its branch a unit is, from 1 on; 0: it is the whole branch."""
    return int(unit.partition(MARK)[2] or 0)


def units_of(one: PlannedSession) -> tuple[str, ...]:
    """Return the units of a plan that a session of it is for: its line says which group."""
    group = one.line.split(":")[2].partition(MARK)[2] if one.line.count(":") > 2 else ""
    return tuple(f"{key}{MARK}{group}" if group else str(key) for key, n in one.sent if n is None)


def split(units: Iterable[Unit], venues: Sequence[Venue], within_km: float) -> Iterator[Unit]:
    """Yield units, those that no hall in reach holds in as few groups as fit one, up to ``MOST``."""
    for unit in units:
        most = max((one.seats for one in venues if km(unit, one) <= within_km), default=0)
        count = -(-unit.members // most) if most else 1
        if not 1 < count <= MOST:
            yield unit
            continue
        for k, share in enumerate(shares(unit.members, count)):
            name = _("%(branch)s, group %(n)d") % {"branch": unit.name, "n": k + 1}
            yield replace(unit, id=f"{unit.id}{MARK}{k + 1}", members=share, name=name)


def shares(people: int, count: int) -> list[int]:
    """Return how many come to each of so many groups, the larger ones first."""
    return [people // count + (k < people % count) for k in range(count)]


def housed(
    units: Iterable[Unit], venues: Sequence[Venue], within_km: float, room: tuple[int, int]
) -> list[Cohort]:
    """Return the groups among these units, each in the cheapest hall that holds it and has time.

    Args:
        room: slots of the plan, and topics that a group meets for.
    """
    slots, topics = room
    taken = Counter[str]()
    found = []
    for unit in units:
        if not number_of(unit.id):
            continue
        able = [v for v in venues if v.seats >= unit.members and km(unit, v) <= within_km]
        hall = min(
            able,
            key=lambda v, u=unit: (  # type: ignore[misc]
                slots - len(v.closed) < taken[v.id] + topics,
                v.cost + WALK_YUAN * u.members * km(u, v),
                v.id,
            ),
        )
        taken[hall.id] += topics
        found.append(Cohort(hall.id, unit.study_day, (unit.id,)))
    return found


def counted(units: Collection[Unit]) -> dict[str, int]:
    """Return how many groups each split branch has, by the branch's id."""
    count = Counter(str(branch_of(unit.id)) for unit in units if number_of(unit.id))
    return dict(count)


def title(topic: str, group: int) -> str:
    """Return the title of a session, of a study group or of whole branches; people read it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(topic)s, group %(n)d") % {"topic": topic, "n": group} if group else topic
