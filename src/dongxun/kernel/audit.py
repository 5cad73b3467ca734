"""The audit trail: one row for every service call that writes or exports."""

from typing import Any
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.models import AuditEntry


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
    AuditEntry.objects.create(
        at=clock.now(),
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_label=by.label[:120],
        action=action,
        subject_kind=kind,
        subject_id=subject_id,
        organisation_id=organisation_id,
        detail=detail,
    )
