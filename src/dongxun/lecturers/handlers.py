"""What lecturers do when lower rooms speak: follow a duplicate. The profile follows in people."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.kernel.events import Handler
from dongxun.lecturers.models import Candidate


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the nominations of the merged row to the survivor. Safe to repeat."""
    rows = Candidate.objects.filter(person_id=UUID(payload["merged_id"]))
    rows.update(person_id=UUID(payload["kept_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
