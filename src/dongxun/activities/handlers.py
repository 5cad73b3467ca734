"""What activities does when lower rooms speak.

Make-up is done once the topic is learned; what is kept of people follows them.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.activities.attendance import following, makeup
from dongxun.activities.sessions import bookings
from dongxun.kernel.events import Handler


def on_standing_changed(payload: Mapping[str, Any]) -> None:
    """Close the items of whoever has met the topic since; others stay as they are."""
    makeup.follow_standings(
        UUID(payload["season_id"]), [UUID(key) for key in payload["person_ids"]]
    )


def on_membership_changed(payload: Mapping[str, Any]) -> None:
    """Follow people who moved or are gone: ``person_ids``, or one ``person_id``."""
    ids = payload.get("person_ids") or [payload["person_id"]]
    following.follow_members([UUID(key) for key in ids])


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Follow a merge of two rows of one person: ``kept_id`` stays, ``merged_id`` goes."""
    following.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


def on_lecturer_merged(payload: Mapping[str, Any]) -> None:
    """Give the bookings of a lecturer who stood there twice to the profile that stays."""
    bookings.follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {
    "LecturerMerged": on_lecturer_merged,
    "MembershipChanged": on_membership_changed,
    "PersonMerged": on_person_merged,
    "StandingChanged": on_standing_changed,
}
