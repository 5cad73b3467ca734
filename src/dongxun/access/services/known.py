"""Accounts whose name and password are given: the demo's, made by the installation itself."""

from uuid import UUID

import pyotp
from django.db import transaction

from dongxun.access import passwords
from dongxun.access.contracts import AccountId
from dongxun.access.models import Account, GrantRow
from dongxun.access.services.sign_in import STEP_S, TOTP_PURPOSE, normal_username
from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import NotAllowed, NotFound
from dongxun.organisations import api as organisations


@transaction.atomic
def open_known_account(
    *,
    by: Actor,
    username: str,
    display_name: str,
    organisation_id: UUID,
    role: Role,
    password: str,
    person_id: UUID | None = None,
    totp_secret: str = "",
) -> AccountId:
    """Make an account that can sign in at once. Safe to repeat: a known name stays as it is.

    Raises:
        NotAllowed: only the installation itself knows passwords.
        NotFound: there is no such organisation.
        Invalid: the password is too short, too common or like the name.
    """
    if not by.is_system:
        raise NotAllowed
    node = organisations.node(organisation_id)
    name = normal_username(username)
    if found := Account.objects.filter(username=name).first():
        return AccountId(found.id)
    account = Account(
        username=name,
        display_name=display_name,
        organisation_id=node.id,
        person_id=person_id,
        totp_secret=secret.seal(totp_secret, TOTP_PURPOSE),
        created_at=clock.now(),
    )
    account.password = passwords.hashed(password, account)
    account.save(force_insert=True)
    GrantRow.objects.create(
        account=account, role=role, organisation_id=node.id, valid_from=clock.today()
    )
    audit.write(
        "access.open_known_account",
        by=by,
        subject=("account", account.id),
        organisation_id=node.id,
        role=role.value,
    )
    return AccountId(account.id)


def current_code(*, by: Actor, username: str) -> str:
    """Return what an account's authenticator app shows now.

    Raises:
        NotAllowed: only the installation itself.
        NotFound: no such account, or no app is bound to it.
    """
    if not by.is_system:
        raise NotAllowed
    account = Account.objects.filter(username=normal_username(username)).first()
    if account is None or not account.totp_secret:
        raise NotFound
    plain = secret.unseal(account.totp_secret, TOTP_PURPOSE)
    return pyotp.TOTP(plain).at(int(clock.now().timestamp()) // STEP_S * STEP_S)
