"""Guesses of name and digits: the wrong ones are counted, by address and by whom they are about."""

from contextlib import suppress

from dongxun.access import api as access
from dongxun.kernel.errors import TooMany

A_MINUTE, AN_HOUR = 30, 10
"""So many wrong ones from one address a minute, and about one name an hour."""


def _keys(address: str, branch: str, name: str) -> tuple[tuple[str, int, int], ...]:
    return ((f"report:{address}", A_MINUTE, 60), (f"report-name:{branch}{name}", AN_HOUR, 3600))


def is_spent(address: str, branch: str, name: str) -> bool:
    """Whether nobody may guess any more for now, from there or about them."""
    try:
        for key, most, seconds in _keys(address, branch, name):
            access.refuse_spent(key, most, seconds)
    except TooMany:
        return True
    return False


def count_wrong(address: str, branch: str, name: str) -> None:
    """Count a wrong guess."""
    with suppress(TooMany):
        for key, most, seconds in _keys(address, branch, name):
            access.throttle(key, most, seconds)
