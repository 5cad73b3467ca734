"""Roles given and taken, each over one subtree and for a time."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.access.contracts import AccountId
from dongxun.access.models import Account, GrantRow
from dongxun.access.queries import accounts as queries
from dongxun.access.rules import Wish, excludes
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    account_id: UUID,
    role: Role,
    organisation_id: UUID,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> UUID:
    """Let an account hold a role over a subtree; return the grant.

    Safe to repeat: an open grant of the same role and place is returned as it is.

    Args:
        valid_to: the first day on which it no longer holds; None for no end.

    Raises:
        NotFound: account or organisation absent or outside.
        NotAllowed: ``by`` may not give this role there, or gives it to itself.
        Invalid: an administrator's role beside any other; or the days do not fit.
    """
    row, _thing = queries.managed(account_id, by=by, lock=True)
    node = organisations.node(organisation_id)
    require("access.grant_role", by, Wish(role, node.interval.lft, row.id))
    first = valid_from or clock.today()
    if valid_to is not None and valid_to <= first:
        raise Invalid(_("The last day lies before the first."), where="valid_to")
    if excludes(role, _roles_of_everybody_like(row)):
        words = _("Administrators hold one role only, so that each can watch the others.")
        raise Invalid(words, where="role")
    grant, created = GrantRow.objects.get_or_create(
        account=row,
        role=role,
        organisation_id=node.id,
        valid_to=valid_to,
        defaults={"valid_from": first},
    )
    if created:
        audit.write(
            "access.grant_role",
            by=by,
            subject=("account", row.id),
            organisation_id=node.id,
            role=role.value,
            valid_from=first.isoformat(),
            valid_to=valid_to.isoformat() if valid_to else "",
        )
    return grant.id


def _roles_of_everybody_like(account: Account) -> frozenset[Role]:
    """Return the roles held, now or later, by this account and others of the same person."""
    same = GrantRow.objects.filter(queries.not_over(), account=account)
    if account.person_id:
        same |= GrantRow.objects.filter(queries.not_over(), account__person=account.person_id)
    return frozenset(Role(role) for role in same.values_list("role", flat=True))


@transaction.atomic
def end_grant(*, by: Actor, grant_id: UUID) -> AccountId:
    """Take a role away, from this moment; return whose it was. Safe to repeat.

    Raises:
        NotFound: absent or outside.
        NotAllowed: ``by`` could not have given it.
    """
    grant = wanted_row(GrantRow.objects.filter(id=grant_id).select_related("organisation"))
    row, _thing = queries.managed(grant.account_id, by=by, lock=True)
    require("access.grant_role", by, Wish(Role(grant.role), grant.organisation.lft, row.id))
    today = clock.today()
    if grant.valid_to is None or grant.valid_to > today:
        GrantRow.objects.filter(id=grant.id).update(valid_to=today)
        audit.write(
            "access.end_grant",
            by=by,
            subject=("account", row.id),
            organisation_id=grant.organisation_id,
            role=grant.role,
        )
    return AccountId(row.id)
