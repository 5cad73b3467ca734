"""Which station is nearest to where somebody went: by the names in their direction, not by GPS."""

from collections.abc import Iterable

from dongxun.organisations import api as organisations
from dongxun.organisations.api import Site
from dongxun.organisations.contracts import Level, Node, OrganisationId
from dongxun.people.api import StayLine

ENDINGS = ("街道", "镇", "乡", "社区", "村", "农场")
SHORTEST = 2


def _stem(name: str) -> str:
    return next((name.removesuffix(end) for end in ENDINGS if name.endswith(end)), name)


class Suggesting:
    """Stations under every place name of the district, read once for a page of lines."""

    def __init__(self) -> None:
        self._sites = organisations.stations()
        self._owners = organisations.nodes({site.organisation_id for site in self._sites})

    def nearest(self, line: StayLine) -> Site | None:
        """Return the station whose owner's name stands in the direction; the deepest wins.

        Never one of the member's own place; None when no name fits.
        """
        words = f"{line.direction} {line.host_words}"
        fits = [
            (owner.depth, len(stem), site)
            for site in self._sites
            if (owner := self._owners.get(OrganisationId(site.organisation_id)))
            and len(stem := _stem(owner.short_name)) >= SHORTEST
            and stem in words
            and line.branch_lft not in owner.interval
        ]
        return max(fits, key=lambda fit: fit[:2])[2] if fits else None

    def of(self, lines: Iterable[StayLine]) -> list[tuple[StayLine, Site | None]]:
        """Return each line with its station, for those who have not reported in."""
        return [(line, None if line.report else self.nearest(line)) for line in lines]


def towns() -> list[Node]:
    """Return the towns that have a station, in tree order."""
    paths = organisations.paths({site.organisation_id for site in organisations.stations()})
    above = {key for path in paths.values() for key in path}
    found = organisations.nodes(above).values()
    return sorted((n for n in found if n.level is Level.TOWN), key=lambda n: n.interval.lft)
