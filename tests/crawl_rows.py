"""What a row of the crawl's table says, and the roles it names."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tests.cast import ROLES, Cast, Town

Arguments = Callable[[Cast, Town], dict[str, Any]]
Roles = frozenset[str]

NOBODY: Final[Roles] = frozenset()
EVERYBODY: Final[Roles] = frozenset(ROLES)
ACCOUNTS: Final[Roles] = EVERYBODY - {"phone", "member", "lecturer", "helper", "visitor", "public"}
OWN: Final[Roles] = frozenset({"office", "organiser", "secretary"})
ORGANISERS: Final[Roles] = OWN | {"other_organiser", "other_secretary"}
CONSOLE: Final[Roles] = ORGANISERS | {"zone_lead"}
OVERSEERS: Final[Roles] = frozenset({"office", "organiser", "other_organiser", "security"})
OFFICE: Final[Roles] = frozenset({"office"})
PHONES: Final[Roles] = frozenset({"phone", "member", "secretary"})
SECRETARIES: Final[Roles] = frozenset({"secretary", "other_secretary"})
MIRROR: Final = {
    "organiser": "other_organiser",
    "secretary": "other_secretary",
    "other_organiser": "organiser",
    "other_secretary": "secretary",
    "phone": "",
    "member": "",
    "lecturer": "",
    "helper": "",
    "visitor": "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One address.

    Args:
        titles: whoever opens it may read the session's title, for they hold its code.
        csrf: whether a POST needs the form token (an exception wants a reason beside it).
        query: what follows the address, ``?`` included.
        body: what to POST, where an empty form is answered like an absent object.
    """

    may: Roles
    foreign: Roles | None = None
    arguments: Arguments | None = None
    titles: bool = False
    csrf: bool = True
    query: str = ""
    body: Arguments | None = None

    @property
    def may_foreign(self) -> Roles:
        """The roles that may open it for the object of the other town."""
        if self.foreign is not None:
            return self.foreign
        if self.may == EVERYBODY:
            return EVERYBODY
        return frozenset(MIRROR.get(role, role) for role in self.may) - {""}
