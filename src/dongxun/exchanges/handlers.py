"""What exchanges do when other rooms speak."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.exchanges.models import Gap, Outcome, Pledge
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Let what names a merged row of a person name the one that stays."""
    for kind in (Gap, Pledge, Outcome):
        rows = kind.objects.filter(member_id=UUID(payload["merged_id"]))
        rows.update(member_id=UUID(payload["kept_id"]))


HANDLERS: Mapping[str, Handler] = {"PersonMerged": on_person_merged}
