"""The audit log, as far as somebody may read it. There is no way to write or delete here."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from dongxun.access.models import Account
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; empty fields do not narrow. Days are local, both included."""

    action: str = ""
    actor: str = ""
    first: date | None = None
    last: date | None = None
    organisation_id: UUID | None = None


def entries(by: Actor, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """Return the rows that fit, newest first.

    The audit administrator reads all; the office what happened in its own
    subtree.

    Raises:
        NotAllowed: ``by`` is neither.
    """
    require("access.read_audit", by)
    found = AuditEntry.objects.order_by("-id")
    if not by.holds(Role.AUDIT_ADMIN):
        own = organisations.ids_within(by.intervals([Role.OFFICE]))
        found = found.filter(organisation_id__in=own)
    if wanted.action:
        found = found.filter(action__startswith=wanted.action)
    if wanted.actor:
        found = found.filter(actor_label__icontains=wanted.actor)
    if wanted.first:
        found = found.filter(at__gte=clock.day_bounds(wanted.first)[0])
    if wanted.last:
        found = found.filter(at__lt=clock.day_bounds(wanted.last)[1])
    if wanted.organisation_id:
        node = organisations.node(wanted.organisation_id)
        found = found.filter(organisation_id__in=organisations.ids_within([node.interval]))
    return found


def subjects(ids: set[UUID]) -> dict[UUID, str]:
    """Return the usernames of the accounts among these subjects."""
    return dict(Account.objects.filter(id__in=ids).values_list("id", "username"))
