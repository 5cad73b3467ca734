"""What is known of homes that are to be visited: when and how, and who was there before."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F, Q

from dongxun.visits.contracts import StopState, Wishes
from dongxun.visits.models import Home, Pair, Visitor

_WISHES = ("weekdays", "opens", "closes", "language", "two")


def wishes_of(person_ids: Collection[UUID]) -> dict[UUID, Wishes]:
    """Return when these people may be visited and by whom; who said nothing is left out.

    The caller has checked that these people are the actor's.
    """
    rows = Home.objects.filter(person_id__in=list(person_ids)).values_list("person_id", *_WISHES)
    return {key: Wishes(*said) for key, *said in rows}


def known_visitors(person_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return who has visited each of these people before, or is paired with them now."""
    ids = list(person_ids)
    been = Q(round__stops__person_id__in=ids, round__stops__state=StopState.DONE)
    rows = Visitor.objects.filter(been, gone_at=None).exclude(person=None)
    pairs = Pair.objects.filter(elder_id__in=ids, until=None)
    found: dict[UUID, set[UUID]] = {}
    for home, visitor in [
        *rows.values_list(F("round__stops__person_id"), "person_id"),
        *pairs.values_list("elder_id", "young_id"),
    ]:
        found.setdefault(home, set()).add(visitor)
    return found
