"""Rosters for tests: rows as the files room hands them over."""

from collections.abc import Mapping, Sequence
from typing import Any

from dongxun.files.contracts import BatchContext, Finding, RowIn
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.roster.columns import COLUMNS
from dongxun.people.roster.importer import RosterImporter, State

IMPORTER = RosterImporter()


def a_row(number: int = 2, choice: Mapping[str, str] | None = None, **cells: Any) -> RowIn:
    """Return a row with its cells parsed."""
    values = {c.key: c.parse(cells[c.key]) for c in COLUMNS if c.key in cells}
    return RowIn("名册", number, values, choice or {})


def state(root: Node, by: Actor = SYSTEM) -> State:
    """Return a fresh look at the roster."""
    return IMPORTER.prepare(BatchContext(new_id(), IMPORTER.kind, by, root.id, None))


def check(root: Node, *rows: RowIn, by: Actor = SYSTEM) -> Sequence[Finding]:
    """Return what the importer says of rows."""
    return IMPORTER.check(state(root, by), rows)


def put_in(root: Node, *rows: RowIn) -> list[Any]:
    """Write rows and return the changes."""
    return IMPORTER.apply(state(root), rows)
