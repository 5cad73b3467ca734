"""The audit trail: one row for every service call that writes or exports."""

from typing import Any
from uuid import UUID

from dongxun.kernel import bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.models import AuditEntry

_COLUMNS = (
    "at",
    "actor_kind",
    "actor_id",
    "actor_label",
    "action",
    "subject_kind",
    "subject_id",
    "organisation_id",
    "detail",
)


def write(
    action: str,
    *,
    by: Actor,
    subject: tuple[str, UUID] | None = None,
    organisation_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Append one row, in the caller's transaction.

    Args:
        action: ``room.verb_thing``, the service's own name.
        organisation_id: where it happened; decides which organisers can read it.
        detail: JSON values; never personal data, ids and counts suffice.
    """
    kind, subject_id = subject or ("", None)
    row = (
        clock.now(),
        by.kind.value,
        by.id,
        by.label[:120],
        action,
        kind,
        subject_id,
        organisation_id,
        detail,
    )
    bulk.insert(AuditEntry, _COLUMNS, [row])
