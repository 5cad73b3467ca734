"""What needs does when lower rooms speak: a need follows the person who stays."""

from collections.abc import Mapping
from typing import Any

from dongxun.kernel.events import Handler
from dongxun.needs.models import Need, Service


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Give the survivor the needs of the duplicate."""
    Need.objects.filter(person_id=payload["merged_id"]).update(person_id=payload["kept_id"])


def on_lecturer_merged(payload: Mapping[str, Any]) -> None:
    """Let the profile that stays be the expert where a second one of that person was."""
    for kind in (Need, Service):
        kind.objects.filter(expert_id=payload["merged_id"]).update(expert_id=payload["kept_id"])


HANDLERS: Mapping[str, Handler] = {
    "LecturerMerged": on_lecturer_merged,
    "PersonMerged": on_person_merged,
}
