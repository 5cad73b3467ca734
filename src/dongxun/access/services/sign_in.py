"""Coming in: password, second factor, activation, and one's own settings.

These services have no ``by``: they are how somebody becomes an actor. A refusal
is written into the audit log before it is raised, outside any transaction that
would take it back.
"""

from uuid import UUID

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from dongxun.access import passwords, sessions, throttle
from dongxun.access.contracts import CodeRefused, SignInFailed
from dongxun.access.models import Account, Activation
from dongxun.kernel import audit, clock, ids, secret
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Conflict

STEP_S = 30
TRIES_PER_ADDRESS = 100
TOTP_PURPOSE = "totp"
ISSUER = "冬训"


def normal_username(text: str) -> str:
    """Return a username as it is stored: lower case, half width, without blanks."""
    return "".join(text.split()).lower()[:60]


def as_actor(account: Account) -> Actor:
    """Return an account as the one who acts on itself."""
    return Actor(ActorKind.ACCOUNT, id=account.id, label=account.display_name)


def code_hash(code: str) -> str:
    """Return what is stored of an activation code."""
    return secret.keyed_hash(ids.normal_code(code), "activation")


def verify_password(request: HttpRequest, *, username: str, password: str) -> Account:
    """Return the account whose name and password these are.

    Wrong guesses slow down their own name and address, and the address; a
    browser that has signed in before is counted on its own, so nobody else's
    guesses keep it out.

    Raises:
        SignInFailed: unknown, wrong, ended or not yet activated; one answer.
        TooMany: too early for the next try.
    """
    username = normal_username(username)
    account = Account.objects.filter(username=username).first()
    mark = sessions.known_browser(request, account.id) if account else ""
    address = sessions.client_address(request)
    place = f"known {mark}" if mark else address
    key, address_key = f"signin:{username}|{place}", f"signin-address:{address}"
    if not mark:
        throttle.refuse_early(address_key, TRIES_PER_ADDRESS)
    throttle.attempt(key)
    right = passwords.matches(account, password)
    if account is None or not right or not account.is_active:
        throttle.note_failure(address_key)
        _audit_refusal(account, "password", address)
        raise SignInFailed
    throttle.forgive(key)
    return account


def _audit_refusal(account: Account | None, step: str, address: str) -> None:
    audit.write(
        "access.sign_in_refused",
        by=Actor.public(),
        subject=("account", account.id) if account else None,
        organisation_id=account.organisation_id if account else None,
        step=step,
        address=address,
    )


@transaction.atomic
def note_sign_in(*, account: Account, second_factor: bool, address: str) -> None:
    """Write that somebody has signed in."""
    Account.objects.filter(id=account.id).update(last_login=clock.now())
    audit.write(
        "access.sign_in",
        by=as_actor(account),
        subject=("account", account.id),
        organisation_id=account.organisation_id,
        second_factor=second_factor,
        address=address,
    )


def new_totp_secret() -> str:
    """Return a fresh secret for an authenticator app."""
    return pyotp.random_base32()


def totp_uri(account: Account, plain: str) -> str:
    """Return what the QR code of the enrolment page says."""
    return pyotp.TOTP(plain).provisioning_uri(name=account.username, issuer_name=ISSUER)


def _fitting_step(plain: str, code: str) -> int | None:
    """Return the 30-second step whose code this is: this one, the last or the next."""
    totp = pyotp.TOTP(plain)
    step = int(clock.now().timestamp()) // STEP_S
    digits = "".join(c for c in code if c.isdigit())
    for candidate in (step - 1, step, step + 1):
        if secret.same(totp.at(candidate * STEP_S), digits):
            return candidate
    return None


def verify_second_factor(request: HttpRequest, *, account: Account, code: str) -> None:
    """Accept a code of the account's authenticator app, each code once.

    Raises:
        CodeRefused: wrong, out of date or used.
        TooMany: too early for the next try.
    """
    address = sessions.client_address(request)
    key = f"totp:{account.id}|{address}"
    throttle.attempt(key)
    step = _fitting_step(secret.unseal(account.totp_secret, TOTP_PURPOSE), code)
    fresh = Account.objects.filter(id=account.id, totp_last_step__lt=step or 0)
    if step is None or not fresh.update(totp_last_step=step):
        _audit_refusal(account, "second factor", address)
        raise CodeRefused
    throttle.forgive(key)


@transaction.atomic
def enrol_second_factor(*, account: Account, plain: str, code: str) -> None:
    """Bind an authenticator app to an account that has none.

    Raises:
        CodeRefused: the app does not show ``code``.
        Conflict: another app is bound already.
    """
    step = _fitting_step(plain, code)
    if step is None:
        raise CodeRefused
    unbound = Account.objects.filter(id=account.id, totp_secret="")
    if not unbound.update(totp_secret=secret.seal(plain, TOTP_PURPOSE), totp_last_step=step):
        raise Conflict
    audit.write(
        "access.enrol_second_factor",
        by=as_actor(account),
        subject=("account", account.id),
        organisation_id=account.organisation_id,
    )


@transaction.atomic
def change_password(*, account: Account, old: str, new: str) -> Account:
    """Give an account a new password; all its other sessions end.

    Raises:
        SignInFailed: ``old`` is not the password.
        Invalid: ``new`` is too short, too common or like the name.
    """
    if not passwords.matches(account, old):
        raise SignInFailed(where="old")
    return _set_password(account, new, "access.change_password")


def _set_password(account: Account, new: str, action: str) -> Account:
    password = passwords.hashed(new, account)
    Account.objects.filter(id=account.id).update(password=password, epoch=F("epoch") + 1)
    account.refresh_from_db()
    audit.write(
        action,
        by=as_actor(account),
        subject=("account", account.id),
        organisation_id=account.organisation_id,
    )
    return account


@transaction.atomic
def activate(*, username: str, code: str, password: str) -> Account:
    """Give an account its first password, or a new one after a reset, for a printed code.

    Raises:
        CodeRefused: name and code do not fit, used up or out of date; one answer.
        Invalid: the password is too short, too common or like the name.
    """
    found = (
        Activation.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(
            code_hash=code_hash(code),
            used_at=None,
            expires_at__gt=clock.now(),
            account__username=normal_username(username),
            account__is_active=True,
        )
        .first()
    )
    if found is None:
        raise CodeRefused
    account = _set_password(found.account, password, "access.activate")
    Activation.objects.filter(id=found.id).update(used_at=clock.now())
    return account


@transaction.atomic
def end_sessions(*, account: Account) -> Account:
    """End every session of one's own account."""
    Account.objects.filter(id=account.id).update(epoch=F("epoch") + 1)
    account.refresh_from_db()
    audit.write(
        "access.end_sessions",
        by=as_actor(account),
        subject=("account", account.id),
        organisation_id=account.organisation_id,
    )
    return account


def unusable_password() -> str:
    """Return the stored form of no password at all."""
    return make_password(None)


def account_of(account_id: UUID | None) -> Account | None:
    """Return an active account, for the pages between password and actor."""
    if account_id is None:
        return None
    return Account.objects.filter(id=account_id, is_active=True).first()
