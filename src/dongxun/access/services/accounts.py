"""Accounts: made, ended, reset, and handed over on paper. No mail, no SMS."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.access.contracts import AccountSlip
from dongxun.access.models import Account, Activation, GrantRow
from dongxun.access.queries import accounts as queries
from dongxun.access.services.sign_in import code_hash, unusable_password
from dongxun.kernel import audit, clock, ids
from dongxun.kernel.actors import Actor, Interval, Role
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import allows, require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people

CODE_LENGTH = 10
SLIP_DAYS = 30


def _base_of(short_name: str) -> str:
    """Return the letters of an organisation's name: 平潮村党支部 → pingchaocundangzhi."""
    from pypinyin import lazy_pinyin  # large, and seldom needed

    letters = "".join(lazy_pinyin(short_name)).lower()
    return "".join(c for c in letters if c.isascii() and c.isalnum())[:18] or "unit"


def fresh_usernames(short_names: Iterable[str]) -> list[str]:
    """Return a free username for each: letters of the organisation and a number."""
    bases = [_base_of(name) for name in short_names]
    taken: set[str] = set()
    for base in sorted(set(bases)):
        found = Account.objects.filter(username__startswith=base)
        taken.update(found.values_list("username", flat=True))
    chosen = []
    for base in bases:
        number = 1
        while f"{base}{number:02d}" in taken:
            number += 1
        taken.add(f"{base}{number:02d}")
        chosen.append(f"{base}{number:02d}")
    return chosen


@transaction.atomic
def create_account(
    *,
    by: Actor,
    display_name: str,
    organisation_id: UUID,
    person_id: UUID | None = None,
) -> AccountSlip:
    """Make an account without a password and return the slip that hands it over.

    Raises:
        NotFound: there is no such organisation, or the person is hidden.
        NotAllowed: ``by`` makes no accounts there.
    """
    node = organisations.node(organisation_id)
    require("access.create_account", by, node.interval.lft)
    if not display_name.strip():
        raise Invalid(where="display_name")
    if person_id is not None:
        people.card(person_id, by=by)
    [username] = fresh_usernames([node.short_name])
    account = Account.objects.create(
        username=username,
        display_name=display_name.strip(),
        organisation_id=node.id,
        person_id=person_id,
        password=unusable_password(),
        created_at=clock.now(),
    )
    _write("access.create_account", by, account)
    [slip] = _slips([account])
    return slip


def _write(action: str, by: Actor, account: Account) -> None:
    audit.write(
        action, by=by, subject=("account", account.id), organisation_id=account.organisation_id
    )


def _slips(accounts: list[Account]) -> list[AccountSlip]:
    """Write a fresh code for each account, in place of any earlier one; return the slips."""
    now = clock.now()
    until = now + timedelta(days=SLIP_DAYS)
    codes = [ids.spoken_code(CODE_LENGTH) for _account in accounts]
    Activation.objects.filter(account__in=accounts, used_at=None).delete()
    Activation.objects.bulk_create(
        [
            Activation(account=account, code_hash=code_hash(code), expires_at=until)
            for account, code in zip(accounts, codes, strict=True)
        ]
    )
    return [
        AccountSlip(
            name=account.display_name,
            username=account.username,
            organisation=account.organisation.name if account.organisation else "",
            code=f"{code[:5]}-{code[5:]}",
            expires_on=clock.day_of(until),
        )
        for account, code in zip(accounts, codes, strict=True)
    ]


@transaction.atomic
def disable_account(*, by: Actor, account_id: UUID) -> None:
    """End an account and all its sessions at once. Safe to repeat.

    Raises:
        NotFound: absent or outside.
        NotAllowed: ``by`` may not manage this account.
    """
    row, thing = queries.managed(account_id, by=by, lock=True)
    require("access.manage_account", by, thing)
    if not row.is_active:
        return
    Account.objects.filter(id=row.id).update(is_active=False, epoch=F("epoch") + 1)
    Activation.objects.filter(account=row, used_at=None).delete()
    _write("access.disable_account", by, row)


@transaction.atomic
def enable_account(*, by: Actor, account_id: UUID) -> None:
    """Open an ended account again, with the roles it still holds. Safe to repeat.

    Raises:
        NotFound, NotAllowed: as :func:`disable_account`.
    """
    row, thing = queries.managed(account_id, by=by, lock=True)
    require("access.manage_account", by, thing)
    if row.is_active:
        return
    Account.objects.filter(id=row.id).update(is_active=True)
    _write("access.enable_account", by, row)


@transaction.atomic
def reset_account(*, by: Actor, account_id: UUID) -> AccountSlip:
    """Take the password away, end all sessions, and return a slip for a new one.

    Raises:
        NotFound, NotAllowed: as :func:`disable_account`.
        Invalid: the account is disabled.
    """
    row, thing = queries.managed(account_id, by=by, lock=True)
    require("access.manage_account", by, thing)
    if not row.is_active:
        raise Invalid(_("This account is disabled. Enable it first."))
    Account.objects.filter(id=row.id).update(password=unusable_password(), epoch=F("epoch") + 1)
    _write("access.reset_account", by, row)
    [slip] = _slips([row])
    return slip


@transaction.atomic
def reset_second_factor(*, by: Actor, account_id: UUID) -> None:
    """Unbind a lost authenticator app and end all sessions; the next sign-in binds a new one.

    Raises:
        NotFound: absent or outside.
        NotAllowed: ``by`` is no security administrator there, or resets the own account.
    """
    row, thing = queries.managed(account_id, by=by, lock=True)
    require("access.reset_second_factor", by, thing)
    Account.objects.filter(id=row.id).update(totp_secret="", totp_last_step=0, epoch=F("epoch") + 1)
    _write("access.reset_second_factor", by, row)


@transaction.atomic
def issue_slips(*, by: Actor, organisation_id: UUID) -> list[AccountSlip]:
    """Return a slip for each secretary of a subtree who has not come in yet.

    Branches without a secretary's account get one. A repeated call writes new
    codes, and the earlier slips are void.

    Raises:
        NotFound: there is no such organisation.
        NotAllowed: ``by`` oversees no accounts there.
    """
    top = organisations.node(organisation_id)
    require("access.prepare_secretaries", by, top.interval)
    _secretaries_for(_without_secretary(top.interval), by)
    waiting = list(
        Account.objects.filter(
            queries.open_grants("grants"),
            organisations.within([top.interval], "grants__organisation__lft"),
            grants__role=Role.SECRETARY,
            is_active=True,
            password__startswith=queries.UNUSABLE,
        )
        .exclude(id=by.id or UUID(int=0))
        .select_related("organisation")
        .order_by("organisation__lft", "username")
        .distinct()
    )
    slips = _slips(_no_more_than_secretaries(waiting, top.interval, by))
    audit.write(
        "access.issue_slips",
        by=by,
        subject=("organisation", top.id),
        organisation_id=top.id,
        slips=len(slips),
    )
    return slips


def _no_more_than_secretaries(waiting: list[Account], inside: Interval, by: Actor) -> list[Account]:
    """Leave out accounts that hold what ``by`` could not have given: a slip opens all of it."""
    return [
        row
        for row, managed in zip(waiting, queries.as_managed(waiting), strict=True)
        if all(w.role == Role.SECRETARY and w.lft in inside for w in managed.holds)
        or allows("access.manage_account", by, managed)
    ]


def _without_secretary(interval: Interval) -> list[Node]:
    branches = organisations.branches_under(interval)
    served = set(
        GrantRow.objects.filter(
            queries.open_grants(),
            organisations.within([interval], "organisation__lft"),
            role=Role.SECRETARY,
        ).values_list("organisation_id", flat=True)
    )
    return [branch for branch in branches if branch.id not in served]


def _secretaries_for(branches: list[Node], by: Actor) -> None:
    """Make an account with the role for each branch, named as the roster names the secretary."""
    if not branches:
        return
    known = people.secretaries([branch.id for branch in branches], by=by)
    usernames = fresh_usernames([branch.short_name for branch in branches])
    now, today = clock.now(), clock.today()
    accounts = []
    for branch, username in zip(branches, usernames, strict=True):
        card = known.get(branch.id)
        accounts.append(
            Account(
                id=new_id(),
                username=username,
                display_name=card.name
                if card
                else _("Secretary of %(branch)s") % {"branch": branch.short_name},
                organisation_id=branch.id,
                person_id=card.id if card else None,
                password=unusable_password(),
                created_at=now,
            )
        )
    Account.objects.bulk_create(accounts)
    GrantRow.objects.bulk_create(
        [
            GrantRow(
                account=account,
                role=Role.SECRETARY,
                organisation_id=branch.id,
                valid_from=today,
            )
            for account, branch in zip(accounts, branches, strict=True)
        ]
    )
