"""What was handed out without a list."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations.api import within
from dongxun.packs.models import Leaflet


@dataclass(frozen=True, slots=True)
class LeafletSums:
    """Copies, households and entries of a season; households of two days may be the same."""

    copies: int
    households: int
    entries: int


def leaflets(season_id: UUID, *, by: Actor, inside: Interval | None = None) -> QuerySet[Leaflet]:
    """Return the entries of the actor's subtrees that stand, newest first."""
    rows = Leaflet.objects.filter(season_id=season_id, withdrawn_at=None)
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "organisation__lft"))
    if inside:
        rows = rows.filter(within([inside], "organisation__lft"))
    return rows.select_related("organisation").order_by("-on", "-id")


def sums(season_id: UUID, *, by: Actor) -> LeafletSums:
    """Return their sums."""
    rows = leaflets(season_id, by=by).order_by()
    found = rows.aggregate(copies=Sum("copies"), households=Sum("households"), n=Count("id"))
    return LeafletSums(found["copies"] or 0, found["households"] or 0, found["n"])
