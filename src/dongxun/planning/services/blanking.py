"""Where homes lie, and when their people may be visited, leaves a search that is done with."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q

from dongxun.kernel import clock
from dongxun.planning.contracts import RunKind
from dongxun.planning.itinerary import itinerary
from dongxun.planning.models import Run

KEPT_DAYS: Final = 30
"""How long rounds that nobody accepted keep the points of homes."""
A_TURN: Final = 50


def blank(row: Run) -> None:
    """Keep of a search of rounds what it shows, not what it was found from. Safe to repeat.

    ``digest`` stays that of the whole problem.
    """
    if "shown" in row.about:
        return
    row.about = row.about | {"shown": itinerary(row).shown()}
    row.problem = {"kind": row.problem["kind"], "version": row.problem["version"]}
    row.save(update_fields=["about", "problem"])


@transaction.atomic
def blank_old() -> int:
    """Blank the rounds accepted, and those that nobody accepted in time; return how many."""
    old = Q(created_at__lt=clock.now() - timedelta(days=KEPT_DAYS))
    rows = Run.objects.select_for_update(of=("self",)).filter(
        old | Q(accepted_at__isnull=False), kind=RunKind.ROUNDS
    )
    found = rows.exclude(about__has_key="shown").order_by("created_at")[:A_TURN]
    for row in found:
        blank(row)
    return len(found)
