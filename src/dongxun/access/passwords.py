"""Passwords: checked a few at a time, in the same time for known and unknown names."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from dongxun.access.models import Account
from dongxun.kernel.errors import Invalid, TooMany

AT_ONCE = 2
PATIENCE_S = 8
_seats = BoundedSemaphore(AT_ONCE)


@contextmanager
def seat() -> Iterator[None]:
    """Hold one of the few places for hashing: each takes about 100 MB and 0.1 s.

    Raises:
        TooMany: everybody else wants to sign in too.
    """
    if not _seats.acquire(timeout=PATIENCE_S):
        raise TooMany(_("Many people are signing in. Please try again in a moment."))
    try:
        yield
    finally:
        _seats.release()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return make_password("nobody has this password")


def matches(account: Account | None, password: str) -> bool:
    """Return whether the password is the account's; takes as long when there is none."""
    usable = account is not None and account.has_usable_password()
    with seat():
        right = check_password(password, account.password if account and usable else _nobody())
    return right and usable


class LongEnough:
    """Refuses a short password in our words: Django's own lack their Chinese."""

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:
        """Raise ``ValidationError`` for a password that is too short."""
        if len(password) < self.min_length:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        """Return what is asked for."""
        return _("The password has at least %(n)d characters.") % {"n": self.min_length}


def hashed(password: str, account: Account) -> str:
    """Return the hash to store.

    Raises:
        Invalid: too short, too common or like the name.
    """
    try:
        validate_password(password, account)
    except ValidationError as error:
        details = [("password", message) for message in error.messages]
        raise Invalid(details=details, where="password") from error
    with seat():
        return make_password(password)
