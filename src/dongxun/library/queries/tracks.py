"""Under which names units offer lessons: those that all have, and their own."""

from django.db.models import QuerySet

from dongxun.kernel.actors import Actor
from dongxun.library.contracts import TRACKS
from dongxun.library.models import Track
from dongxun.organisations import api as organisations


def own_tracks(*, by: Actor) -> QuerySet[Track]:
    """Return the tracks that the actor's units, and those above them, have added."""
    rows = Track.objects.select_related("organisation")
    if by.is_system:
        return rows
    return rows.filter(organisations.within_or_above(by.intervals()))


def of_units(by: Actor, *others: str) -> list[str]:
    """Return the names of all tracks that the actor may choose from, and ``others``."""
    added = own_tracks(by=by).values_list("name", flat=True)
    return list(dict.fromkeys([*TRACKS, *added, *others]))


def known_at(lft: int) -> set[str]:
    """Return the tracks of a unit: those that all have, its own, and those of units above."""
    rows = Track.objects.filter(organisation__lft__lte=lft, organisation__rgt__gte=lft)
    return {*TRACKS, *rows.values_list("name", flat=True)}
