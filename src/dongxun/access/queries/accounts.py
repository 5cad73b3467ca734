"""Accounts and their grants, as far as somebody may see them."""

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from dongxun.access.contracts import ROLE_NAMES, AccountCard, AccountId, GrantCard
from dongxun.access.models import Account, GrantRow
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations

OVERSEERS = (Role.SECURITY_ADMIN, Role.OFFICE, Role.ORGANISER)
"""Roles that see the accounts of their subtree."""


def open_grants(on_account: str = "") -> Q:
    """Return the condition that a grant holds today."""
    today = clock.today()
    prefix = f"{on_account}__" if on_account else ""
    return Q(**{f"{prefix}valid_from__lte": today}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": today})
    )


def visible(by: Actor) -> Q:
    """Return the condition on accounts that ``by`` oversees, and one's own."""
    if by.is_system:
        return Q()
    return organisations.within(by.intervals(OVERSEERS), "organisation__lft") | Q(id=by.id)


def rows(by: Actor) -> QuerySet[Account]:
    """Return the visible accounts with their organisation and the grants that hold."""
    grants = GrantRow.objects.filter(open_grants()).select_related("organisation").order_by("id")
    return (
        Account.objects.filter(visible(by))
        .select_related("organisation")
        .prefetch_related(Prefetch("grants", queryset=grants, to_attr="held"))
        .order_by("organisation__lft", "username")
    )


def as_grant(row: GrantRow) -> GrantCard:
    """Return a grant as lists show it."""
    role = Role(row.role)
    return GrantCard(
        id=row.id,
        role=role,
        role_name=ROLE_NAMES[role],
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def as_card(row: Account) -> AccountCard:
    """Return an account as lists show it; wants :func:`rows`."""
    held: list[GrantRow] = getattr(row, "held", [])
    return AccountCard(
        id=AccountId(row.id),
        username=row.username,
        name=row.display_name,
        organisation_id=row.organisation_id,
        organisation_name=row.organisation.name if row.organisation else "",
        is_active=row.is_active,
        is_activated=row.has_usable_password(),
        has_second_factor=bool(row.totp_secret),
        last_login=row.last_login,
        grants=tuple(as_grant(grant) for grant in held),
    )


def account(account_id: UUID, *, by: Actor) -> AccountCard:
    """Return one account.

    Raises:
        NotFound: absent, or outside the subtrees that ``by`` oversees.
    """
    row = rows(by).filter(id=account_id).first()
    if row is None:
        raise NotFound
    return as_card(row)


def own_account(*, by: Actor) -> AccountCard:
    """Return the account of who asks."""
    if by.id is None or not by.is_account:
        raise NotFound
    return account(by.id, by=by)
