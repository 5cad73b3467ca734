"""Passes: a page that asks anew by itself may outlive the session of who opened it.

Such asking is no use of the account (:data:`SELF`), so an account left open ends as it should,
while what hangs on the wall goes on. A pass opens one thing to one account, for a time.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.core import signing
from django.http import HttpRequest

from dongxun.access.queries import account_actor
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor

SELF: Final = "X-Asked-By-Itself"
"""The header of what a page asks without anybody's doing; it keeps no session alive."""
_SALT = "dongxun.access.pass"


def is_by_itself(request: HttpRequest) -> bool:
    """Return whether the page asked, and not a person."""
    return SELF in request.headers


def issue_pass(about: object, *, by: Actor, until: datetime) -> str:
    """Return a signed pass of an account for one thing; empty for who has no account."""
    held = account_actor(by.id) if by.is_account and by.id else None
    if held is None:
        return ""
    what = [str(about), str(by.id), held.epoch, by.second_factor, int(until.timestamp())]
    return signing.dumps(what, salt=_SALT)


def holder_of(value: str, about: object) -> Actor | None:
    """Return who holds a pass for ``about``, with what they may do now.

    None when it is another thing's, over, or the account was closed or signed out everywhere.
    """
    try:
        thing, account_id, epoch, second, until = signing.loads(value, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if thing != str(about) or clock.now().timestamp() > until:
        return None
    held = account_actor(UUID(account_id), second_factor=second)
    if held is None or not held.is_active or held.epoch != epoch:
        return None
    return None if held.needs_second_factor and not second else held.actor
