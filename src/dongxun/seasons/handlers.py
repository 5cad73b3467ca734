"""What seasons does when other rooms speak."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.seasons.services.following import follow_members, follow_merge, follow_move


def on_membership_changed(payload: Mapping[str, Any]) -> None:
    """Follow people who came, moved or left: ``person_ids``, or one ``person_id``; ``day``.

    With ``at_home`` nobody of them is away whom the register does not name.
    """
    ids = payload.get("person_ids") or [payload["person_id"]]
    day = payload.get("day")
    follow_members(
        [UUID(key) for key in ids],
        date.fromisoformat(day) if day else None,
        at_home=bool(payload.get("at_home")),
    )


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Follow a merge of two rows of one person: ``kept_id`` stays, ``merged_id`` goes."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


def on_organisation_moved(payload: Mapping[str, Any]) -> None:
    """Follow a unit that now stands elsewhere, with all below it: ``organisation_id``."""
    follow_move(UUID(payload["organisation_id"]))


HANDLERS: Mapping[str, Handler] = {
    "MembershipChanged": on_membership_changed,
    "OrganisationMoved": on_organisation_moved,
    "PersonMerged": on_person_merged,
}
