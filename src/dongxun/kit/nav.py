"""What the side bar and the tabs offer: one list, the same for everybody who may see it.

A room joins by having a URL of the name written here. Entries whose URL does not
exist are left out, so nothing ever leads nowhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import ORGANISERS, Actor, Role

ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
OVERSEERS = frozenset({Role.SECURITY_ADMIN, Role.OFFICE, Role.ORGANISER})
PLANNERS = frozenset({Role.OFFICE, Role.ORGANISER})
AUDITORS = frozenset({Role.AUDIT_ADMIN, Role.OFFICE})
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu; ``roles`` empty means everybody."""

    key: str
    label: Text
    url: str
    icon: str
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one heading; the first has none."""

    title: Text
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """An entry that leads somewhere, ready to be shown."""

    key: str
    label: Text
    icon: str
    href: str
    count: int = 0


CONSOLE = (
    Section(
        "",
        (
            Entry("overview", _("Overview"), "web:home", "home"),
            Entry("branch", _("Branch"), "web:branch", "check", frozenset({Role.SECRETARY})),
            Entry("plan", _("Season plan"), "activities:plan", "calendar"),
            Entry("schedule", _("Schedule"), "activities:schedule", "clock"),
            Entry("planning", _("Planner"), "planning:home", "map", PLANNERS),
        ),
    ),
    Section(
        _("What to learn"),
        (
            Entry("topics", _("Topics and courses"), "seasons:topics", "book"),
            Entry("library", _("Lessons"), "library:lessons", "play", ORGANISERS),
            Entry("quizzes", _("Quizzes"), "quizzes:list", "edit", ORGANISERS),
            Entry("booths", _("Stamp cards"), "booths:list", "qr", ORGANISERS),
            Entry("contests", _("Contests"), "contests:list", "ticket", ORGANISERS),
            Entry("live", _("Live"), "live:list", "screen", ORGANISERS),
        ),
    ),
    Section(
        _("Who learns"),
        (
            Entry("people", _("Units and rosters"), "people:roster", "people"),
            Entry("floating", _("Members away"), "exchanges:floating", "pin", ORGANISERS),
            Entry("exchanges", _("Exchanges"), "exchanges:list", "share", ORGANISERS),
            Entry("lecturers", _("Lecturers"), "people:lecturers", "mic", ORGANISERS),
            Entry("makeup", _("Make-up study"), "activities:makeup", "rotate", ORGANISERS),
            Entry("visits", _("Study at home"), "visits:rounds", "walk", ORGANISERS),
            Entry("volunteers", _("Volunteers"), "volunteers:home", "star", ORGANISERS),
            Entry("packs", _("Packs"), "packs:overview", "gift", ORGANISERS),
        ),
    ),
    Section(
        _("What remains"),
        (
            Entry("words", _("Members' words"), "publishing:queue", "letters", ORGANISERS),
            Entry("needs", _("Needs"), "needs:list", "flag", ORGANISERS),
            Entry("reports", _("Dossier and exports"), "reports:home", "doc", ORGANISERS),
            Entry("statistics", _("Statistics"), "coverage:statistics", "chart"),
            Entry("articles", _("Articles and map"), "publishing:articles", "map"),
        ),
    ),
)
CONSOLE_FOOT = (
    Entry("messages", _("Messages"), "notices:messages", "bell", ORGANISERS),
    Entry("settings", _("Settings"), "seasons:settings", "gear"),
    Entry("accounts", _("Accounts"), "access:accounts", "key", OVERSEERS),
    Entry("audit", _("Audit log"), "access:audit_log", "list", AUDITORS),
    Entry("help", _("Help"), "web:help", "help"),
)
PHONE = (
    Entry("home", _("Home"), "web:me", "home"),
    Entry("learn", _("Learn"), "library:learn", "book"),
    Entry("activities", _("Activities"), "activities:mine", "calendar"),
    Entry("branch", _("Branch"), "web:branch", "people", frozenset({Role.SECRETARY})),
    Entry("me", _("Me"), "web:record", "person"),
)
NOT_FOR_ELDERS = frozenset({"learn"})


def _only_administers(actor: Actor) -> bool:
    return bool(actor.grants) and all(grant.role in ADMINS for grant in actor.grants)


@cache
def address(name: str) -> str:
    """Return the address of a page without parameters, empty when there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def seen_by(actor: Actor | None) -> tuple[bool, bool, frozenset[Role]]:
    """Return all of an actor on which :func:`links` depends."""
    if actor is None:
        return False, False, frozenset()
    return True, actor.is_system, frozenset(grant.role for grant in actor.grants)


def links(
    entries: Iterable[Entry], actor: Actor | None, counts: dict[str, int] | None = None
) -> list[Link]:
    """Return the entries that exist and that ``actor`` may use.

    An administrator plans nothing, and finds only what names the role.

    Args:
        counts: things to do, by key of the entry.
    """
    found = []
    for entry in entries:
        if entry.roles and not (actor and actor.holds(*entry.roles)):
            continue
        if not entry.roles and actor and _only_administers(actor):
            continue
        href = address(entry.url)
        if not href:
            continue
        count = (counts or {}).get(entry.key, 0)
        found.append(Link(entry.key, entry.label, entry.icon, href, count))
    return found
