"""What people do once two rows were one person: their lecturer profiles become one too."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.people.services.lecturers import join_profiles


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Join what the survivor has of both rows. Safe to repeat."""
    join_profiles(UUID(payload["kept_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
