"""Accounts whose name and password are given: the demo's, made by the installation itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pyotp
from django.db import transaction

from dongxun.access import passwords
from dongxun.access.models import Account, GrantRow
from dongxun.access.services.sign_in import STEP_S, TOTP_PURPOSE, normal_username
from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.kernel.rows import wanted_row


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account as it is to be; ``totp_secret`` is what its authenticator app holds."""

    username: str
    display_name: str
    organisation_id: UUID
    role: Role
    person_id: UUID | None = None
    totp_secret: str = ""


@transaction.atomic
def open_known_accounts(*, by: Actor, wanted: Sequence[KnownAccount], password: str) -> int:
    """Make accounts that can sign in at once, all with one password; return how many are new.

    Safe to repeat: a known name stays as it is.

    Raises:
        NotAllowed: only the installation itself knows passwords.
        Invalid: the password is too short or too common.
    """
    if not by.is_system:
        raise NotAllowed
    names = [normal_username(one.username) for one in wanted]
    known = set(Account.objects.filter(username__in=names).values_list("username", flat=True))
    stored = passwords.hashed(password, Account())
    for name, one in zip(names, wanted, strict=True):
        if name not in known:
            _open(name, one, stored, by)
    return len(set(names) - known)


def _open(username: str, wanted: KnownAccount, password: str, by: Actor) -> None:
    account = Account.objects.create(
        username=username,
        display_name=wanted.display_name,
        organisation_id=wanted.organisation_id,
        person_id=wanted.person_id,
        password=password,
        totp_secret=secret.seal(wanted.totp_secret, TOTP_PURPOSE),
        created_at=clock.now(),
    )
    GrantRow.objects.create(
        account=account,
        role=wanted.role,
        organisation_id=wanted.organisation_id,
        valid_from=clock.today(),
    )
    audit.write(
        "access.open_known_account",
        by=by,
        subject=("account", account.id),
        organisation_id=wanted.organisation_id,
        role=wanted.role.value,
    )


def current_code(*, by: Actor, username: str) -> str:
    """Return what an account's authenticator app shows now.

    Raises:
        NotAllowed: only the installation itself.
        NotFound: no such account, or no app is bound to it.
    """
    if not by.is_system:
        raise NotAllowed
    account = wanted_row(Account.objects.filter(username=normal_username(username)))
    if not account.totp_secret:
        raise NotFound
    plain = secret.unseal(account.totp_secret, TOTP_PURPOSE)
    return pyotp.TOTP(plain).at(int(clock.now().timestamp()) // STEP_S * STEP_S)
