"""The audit log, as far as somebody may read it. There is no way to write or delete here."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.access.models import Account
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor, ActorKind, Role
from dongxun.kernel.ids import read_id
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import api as people

CODE = re.compile(r"[a-z]+([._][a-z0-9]+)*")
FREE = frozenset(
    {"reason", "name", "title", "address", "code", "words", "sha256", "brand", "place"}
)
"""Details that hold what somebody typed or a sum, never a code of ours."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What to look for; empty fields do not narrow. Days are local, both included.

    ``action`` is an act, or with a dot at its end all acts of a room.
    """

    action: str = ""
    actor: str = ""
    first: date | None = None
    last: date | None = None
    organisation_id: UUID | None = None


def entries(by: Actor, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """Return the rows that fit, newest first.

    The audit administrator reads all; the office what happened in its own
    subtree.

    Raises:
        NotAllowed: ``by`` is neither.
    """
    require("access.read_audit", by)
    found = AuditEntry.objects.order_by("-id")
    if not by.holds(Role.AUDIT_ADMIN):
        own = organisations.ids_within(by.intervals([Role.OFFICE]))
        found = found.filter(organisation_id__in=own)
    if wanted.action:
        whole = not wanted.action.endswith(".")
        found = found.filter(**{"action" if whole else "action__startswith": wanted.action})
    if wanted.actor:
        found = found.filter(actor_label__icontains=wanted.actor)
    if wanted.first:
        found = found.filter(at__gte=clock.day_bounds(wanted.first)[0])
    if wanted.last:
        found = found.filter(at__lt=clock.day_bounds(wanted.last)[1])
    if wanted.organisation_id:
        node = organisations.node(wanted.organisation_id)
        found = found.filter(organisation_id__in=organisations.ids_within([node.interval]))
    return found


def names_of(rows: Iterable[AuditEntry]) -> dict[UUID, str]:
    """Return what the accounts, people and units are called that rows are about or name."""
    wanted = {row.subject_id for row in rows if row.subject_id}
    for row in rows:
        wanted.update(key for value in row.detail.values() for key in _ids(value))
    accounts = Account.objects.filter(id__in=wanted).values_list("id", "username")
    units = organisations.nodes(wanted) if wanted else {}
    cards = people.names(wanted) if wanted else {}
    named = {key: card.name for key, card in cards.items()}
    return dict(accounts) | named | {key: unit.name for key, unit in units.items()}


def who(row: AuditEntry) -> str:
    """Return who acted, in words: a part of the installation has a name that says nothing to people."""
    kinds = {
        ActorKind.SYSTEM: _("the system"),
        ActorKind.DEVICE: _("a known phone"),
        ActorKind.LINK: _("a personal link"),
        ActorKind.PUBLIC: _("somebody not signed in"),
    }
    if row.actor_kind == ActorKind.SYSTEM and row.actor_label.isascii():
        return kinds[ActorKind.SYSTEM]
    return row.actor_label or str(kinds.get(ActorKind(row.actor_kind), ""))


def _ids(value: object) -> Iterator[UUID]:
    if isinstance(value, dict):
        value = list(value.values())
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, list):
            yield from _ids(part)
        elif found := read_id(part):
            yield found


def sentence(row: AuditEntry, names: Mapping[UUID, str]) -> str:
    """Return what was done in words: the act, then what it was about and what became different."""
    act = audit.act(row.action)
    clauses = [_clause(name, value) for name, value in details_of(row, names)]
    if not clauses:
        return act
    return _("%(act)s: %(details)s") % {"act": act, "details": _("; ").join(clauses)}


def _clause(name: str, value: str) -> str:
    return f"{name} {value}"


def details_of(row: AuditEntry, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """Return the details of a row as a person reads them.

    What has no words (an id of nothing known, a code of an older version) says nothing
    and stays out; the workbook has it.
    """
    found = []
    for name, value in row.detail.items():
        if name == "changed" and isinstance(value, dict):
            found += [_changed(field, pair, names) for field, pair in value.items()]
            continue
        if not audit.has_words(name) or value is None:
            continue
        if isinstance(value, dict):
            words = [f"{_worded(name, key, names)} {count}" for key, count in value.items()]
        else:
            parts = value if isinstance(value, list) else [value]
            words = [_worded(name, part, names) for part in parts]
        if any(words):
            found.append((audit.detail(name, "")[0], "、".join(filter(None, words))))
    return found


def _changed(field: str, pair: Sequence[object], names: Mapping[UUID, str]) -> tuple[str, str]:
    before, after = (_worded(field, part, names) or _("(empty)") for part in pair)
    return audit.detail(field, "")[0], f"{before} → {after}"


def _worded(name: str, value: object, names: Mapping[UUID, str]) -> str:
    """Return a value in words; empty for a code or an id that nothing is known of."""
    if key := read_id(value):
        return names.get(key, "")
    words = audit.detail(name, value)[1]
    is_code = name not in FREE and not audit.has_words(name, value) and CODE.fullmatch(words)
    return "" if is_code else words
