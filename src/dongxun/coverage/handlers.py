"""What coverage does when lower rooms speak: recompute whoever is meant.

``MembershipChanged`` reaches us as ``ParticipationChanged``: seasons follows
the roster and says whose part changed.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.coverage import services
from dongxun.kernel.errors import NotFound
from dongxun.kernel.events import Handler


def on_people_changed(payload: Mapping[str, Any]) -> None:
    """Recompute the people of a season that an event names; a season that is gone is no fault."""
    ids = [UUID(key) for key in payload["person_ids"]]
    try:
        services.credit(season_id=UUID(payload["season_id"]), person_ids=ids)
    except NotFound:
        return


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the survivor the facts of the duplicate, in every season."""
    services.credit_everywhere([UUID(payload["kept_id"]), UUID(payload["merged_id"])])


def on_organisation_moved(payload: Mapping[str, Any]) -> None:
    """Add the counters up anew along the new paths; nobody's standing changes."""
    for season_id in services.seasons_kept():
        services.reconcile(season_id)


def on_requirement_changed(payload: Mapping[str, Any]) -> None:
    """Let the worker recompute the whole season, step by step."""
    services.request_rebuild(UUID(payload["season_id"]))


HANDLERS: Mapping[str, Handler] = {
    "FactsRecorded": on_people_changed,
    "FactsVoided": on_people_changed,
    "ParticipationChanged": on_people_changed,
    "PersonMerged": on_person_merged,
    "OrganisationMoved": on_organisation_moved,
    "RequirementChanged": on_requirement_changed,
}
