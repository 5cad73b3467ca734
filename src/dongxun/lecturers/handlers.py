"""What lecturers do when lower rooms speak: follow a duplicate. People join the profiles."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.lecturers.models import Candidate
from dongxun.lecturers.services.merging import follow_merge


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the nominations of the merged row to the survivor. Safe to repeat."""
    rows = Candidate.objects.filter(person_id=UUID(payload["merged_id"]))
    rows.update(person_id=UUID(payload["kept_id"]))


def on_lecturer_merged(payload: Mapping[str, Any]) -> None:
    """Give what the merged profile has to the one that stays. Safe to repeat."""
    follow_merge(UUID(payload["kept_id"]), UUID(payload["merged_id"]))


HANDLERS: Mapping[str, Handler] = {
    "LecturerMerged": on_lecturer_merged,
    "PersonMerged": on_person_merged,
}
