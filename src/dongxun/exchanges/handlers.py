"""What exchanges do when other rooms speak."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dongxun.exchanges.models import Gap, MasterStation, Outcome, Pledge
from dongxun.kernel import clock
from dongxun.kernel.events import Handler


def on_person_merged(payload: Mapping[str, Any]) -> None:
    """Let what names a merged row of a person name the one that stays."""
    for kind in (Gap, Pledge, Outcome):
        rows = kind.objects.filter(member_id=UUID(payload["merged_id"]))
        rows.update(member_id=UUID(payload["kept_id"]))


def on_lecturer_merged(payload: Mapping[str, Any]) -> None:
    """Give the stations of a lecturer who stood there twice to the profile that stays.

    Of two open ones at one unit the survivor's goes on.
    """
    kept_id, theirs = UUID(payload["kept_id"]), UUID(payload["merged_id"])
    rows = MasterStation.objects.filter(lecturer_id=theirs)
    own = MasterStation.objects.filter(lecturer_id=kept_id, until=None).values("host_id")
    rows.filter(until=None, host_id__in=own).update(until=clock.today())
    rows.update(lecturer_id=kept_id)


HANDLERS: Mapping[str, Handler] = {
    "LecturerMerged": on_lecturer_merged,
    "PersonMerged": on_person_merged,
}
