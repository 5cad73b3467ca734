"""Accounts and their grants, as far as somebody may see them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from dongxun.access.contracts import ROLE_NAMES, AccountCard, AccountId, GrantCard
from dongxun.access.models import Account, GrantRow
from dongxun.access.rules import Managed, Wish
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.organisations import api as organisations

OVERSEERS = (Role.SECURITY_ADMIN, Role.OFFICE, Role.ORGANISER)
"""Roles that see the accounts of their subtree."""
UNUSABLE = "!"
"""How the stored form of no password begins."""


def open_grants(on_account: str = "") -> Q:
    """Return the condition that a grant holds today."""
    today = clock.today()
    prefix = f"{on_account}__" if on_account else ""
    return Q(**{f"{prefix}valid_from__lte": today}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gt": today})
    )


def not_over() -> Q:
    """Return the condition that a grant holds today or will."""
    return Q(valid_to=None) | Q(valid_to__gt=clock.today())


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
        is_activated=not row.password.startswith(UNUSABLE),
        has_second_factor=bool(row.totp_secret),
        last_login=row.last_login,
        grants=tuple(as_grant(grant) for grant in held),
    )


def account(account_id: UUID, *, by: Actor) -> AccountCard:
    """Return one account.

    Raises:
        NotFound: absent, or outside the subtrees that ``by`` oversees.
    """
    row = wanted_row(rows(by).filter(id=account_id))
    return as_card(row)


def account_names(ids: Iterable[UUID], *, by: Actor) -> dict[UUID, str]:
    """Return the names of open accounts that ``by`` oversees, and of one's own."""
    found = Account.objects.filter(visible(by), id__in=list(ids), is_active=True)
    return dict(found.values_list("id", "display_name"))


def accounts_within(interval: Interval, *, by: Actor) -> list[tuple[UUID, str, str]]:
    """Return the open accounts of a subtree that ``by`` oversees: id, name, organisation."""
    inside = organisations.within([interval], "organisation__lft") | Q(id=by.id)
    found = Account.objects.filter(visible(by), inside, is_active=True)
    rows = found.order_by("organisation__lft", "username")
    return list(rows.values_list("id", "display_name", "organisation__short_name"))


def own_account(*, by: Actor) -> AccountCard:
    """Return the account of who asks."""
    if by.id is None or not by.is_account:
        raise NotFound
    return account(by.id, by=by)


def managed(account_id: UUID, *, by: Actor, lock: bool = False) -> tuple[Account, Managed]:
    """Return an account that ``by`` oversees with what the rules ask about it.

    Raises:
        NotFound: absent or outside.
    """
    found = Account.objects.filter(visible(by), id=account_id)
    if lock:
        found = found.select_for_update(of=("self",))
    row = wanted_row(found.select_related("organisation"))
    return row, as_managed([row])[0]


def as_managed(accounts: Sequence[Account]) -> list[Managed]:
    """Return what the rules ask about accounts, in their order; one query for what they hold.

    The accounts bring their organisation; grants that begin later count as held.
    """
    held: dict[UUID, list[Wish]] = defaultdict(list)
    rows = GrantRow.objects.filter(not_over(), account__in=[row.id for row in accounts])
    for grant in rows.select_related("organisation"):
        wish = Wish(Role(grant.role), grant.organisation.lft, grant.account_id)
        held[grant.account_id].append(wish)
    return [
        Managed(row.id, row.organisation.lft if row.organisation else None, tuple(held[row.id]))
        for row in accounts
    ]


def endable(account_id: UUID, *, by: Actor) -> frozenset[UUID]:
    """Return the grants of an account that ``by`` could end."""
    held = GrantRow.objects.filter(not_over(), account=account_id).select_related("organisation")
    return frozenset(
        grant.id
        for grant in held
        if allows(
            "access.grant_role", by, Wish(Role(grant.role), grant.organisation.lft, account_id)
        )
    )


def found_accounts(
    *, by: Actor, text: str = "", state: str = "", role: str = "", organisation_id: UUID | None
) -> QuerySet[Account]:
    """Return the visible accounts that fit the filters, to be paged and shown as cards.

    Args:
        state: ``active``, ``waiting`` (never signed in), ``disabled``, or "" for all.
        organisation_id: the top of a subtree, None for all that ``by`` oversees.
    """
    found = rows(by)
    if text := text.strip():
        found = found.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    if state == "disabled":
        found = found.filter(is_active=False)
    elif state == "waiting":
        found = found.filter(is_active=True, password__startswith=UNUSABLE)
    elif state == "active":
        found = found.filter(is_active=True).exclude(password__startswith=UNUSABLE)
    if role:
        found = found.filter(
            id__in=GrantRow.objects.filter(open_grants(), role=role).values("account_id")
        )
    if organisation_id:
        interval = organisations.node(organisation_id).interval
        found = found.filter(organisations.within([interval], "organisation__lft"))
    return found


def counts(by: Actor) -> dict[str, int]:
    """Return how many visible accounts there are, by state."""
    waiting = Q(is_active=True, password__startswith=UNUSABLE)
    return Account.objects.filter(visible(by)).aggregate(
        all=Count("id"),
        waiting=Count("id", filter=waiting),
        disabled=Count("id", filter=Q(is_active=False)),
    )


def grants(*, by: Actor) -> QuerySet[GrantRow]:
    """Return the grants that hold today or will, inside the subtrees that ``by`` oversees."""
    found = GrantRow.objects.filter(not_over())
    if not by.is_system:
        found = found.filter(organisations.within(by.intervals(OVERSEERS), "organisation__lft"))
    return found.select_related("organisation", "account", "account__organisation").order_by(
        "organisation__lft", "role", "account__username"
    )


def reach(by: Actor) -> Q:
    """Return the condition on units in which ``by`` may make accounts or give roles."""
    if by.is_system:
        return Q()
    found = organisations.within(by.intervals([Role.SECURITY_ADMIN]))
    for interval in by.intervals([Role.OFFICE, Role.ORGANISER]):
        found |= Q(lft__gt=interval.lft, lft__lte=interval.rgt)
    return found
