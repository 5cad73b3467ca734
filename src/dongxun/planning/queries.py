"""Searches that an actor may see."""

from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.planning.models import Run
from dongxun.planning.rules import DESK


def visible(by: Actor) -> QuerySet[Run]:
    """Return the searches of the actor's subtrees, the newest first.

    Problems and plans are left where they are until somebody reads them.
    """
    own = Q() if by.is_system else organisations.within(by.intervals(DESK), "organisation__lft")
    rows = Run.objects.filter(own).select_related("organisation", "season")
    return rows.order_by("-created_at", "-id").defer("problem", "plan", "about")


def listed(season_id: UUID, *, by: Actor) -> QuerySet[Run]:
    """Return the same of one season."""
    return visible(by).filter(season_id=season_id)


def run(run_id: UUID, *, by: Actor) -> Run:
    """Return one search, without its problem and plan.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    return wanted_row(visible(by).filter(id=run_id))


def whole(run_id: UUID, *, by: Actor) -> Run:
    """Return one search with its problem and plan.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    return wanted_row(visible(by).defer(None).filter(id=run_id))
