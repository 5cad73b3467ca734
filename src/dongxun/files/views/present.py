"""What the pages of an import show, put together from its parts."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from dongxun.files import queries
from dongxun.files.contracts import Action, Column, Importer, Problem
from dongxun.files.models import ImportBatch, unseal
from dongxun.files.parsing import columns_by_key, json_cell, place
from dongxun.files.queries import RowView
from dongxun.files.registry import importer_of
from dongxun.files.values.words import plain
from dongxun.files.workbook.scan import column_letters
from dongxun.kernel.errors import Text

SAMPLES = 3
_DAY = re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True, slots=True)
class Fault:
    """One problem of a row, ready for its form.

    ``name`` is the form field that answers it: a cell's new text, or a choice.
    """

    key: str
    where: str
    label: Text
    typed: str
    problem: Problem
    name: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A bad row, ready for its form."""

    row: RowView
    where: str
    faults: tuple[Fault, ...]
    others: tuple[tuple[Text, str], ...]

    @property
    def can_be_corrected(self) -> bool:
        """Whether there is anything to type or choose."""
        return any(fault.key or fault.problem.choices for fault in self.faults)


def positions(batch: ImportBatch) -> dict[tuple[str, str], int]:
    """Return the column number of each (sheet name, key)."""
    return {
        (about["name"], key): int(at)
        for about in batch.mapping["sheets"]
        for at, key in about["columns"].items()
    }


def bad_row(row: RowView, importer: Importer, places: Mapping[tuple[str, str], int]) -> BadRow:
    """Put a bad row together: each fault with its cell, and what else the row says."""
    columns = columns_by_key(importer.columns)
    faults = []
    for problem in row.problems:
        column = columns.get(problem.column)
        at = places.get((row.sheet, problem.column))
        from_cell = column is not None and (
            problem.column not in row.values or problem.code == "formula"
        )
        faults.append(
            Fault(
                key=problem.column,
                where=place(row.sheet, row.number, at),
                label=column.label if column else "",
                typed=plain(json_cell(row.typed.get(problem.column))),
                problem=problem,
                name=("value-" if from_cell else "choice-") + problem.column,
            )
        )
    told = {fault.key for fault in faults}
    others = tuple(
        (column.label, text)
        for column in importer.columns
        if column.key not in told and not column.private and (text := _said(row, column))
    )
    return BadRow(row, place(row.sheet, row.number), tuple(faults), others[:4])


def _said(row: RowView, column: Column) -> str:
    """Return a cell as it was understood where that is a day (Excel writes 41000), else as typed."""
    value = row.values.get(column.key)
    if isinstance(value, str) and _DAY.match(value):
        return value
    return plain(json_cell(row.typed.get(column.key)))


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column of the file on the matching page."""

    number: int
    letters: str
    heading: str
    samples: tuple[str, ...]
    key: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class SheetMatch:
    """One sheet on the matching page."""

    about: Mapping[str, Any]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[int, str], ...]
    lacking: tuple[Text, ...]
    """What must be there and is not, so that the sheet is left out."""


def sheet_matches(batch: ImportBatch, given: Collection[str] = ()) -> list[SheetMatch]:
    """Return the sheets of a batch as the matching page shows them."""
    needed = {
        column.key: column.label
        for column in importer_of(batch.kind).columns
        if column.required and column.key not in given
    }
    sealed = batch.mapping.get("sample", "")
    samples = unseal(sealed) if sealed else {}
    return [
        _sheet_match(about, samples.get(str(about["index"]), []), needed)
        for about in batch.mapping["sheets"]
    ]


def _sheet_match(
    about: Mapping[str, Any], rows: list[list[Any]], needed: Mapping[str, Text]
) -> SheetMatch:
    below = [cells for number, cells in rows if about["header"] and number > about["header"]]
    width = max(
        [len(cells) for cells in below[:SAMPLES]] + [int(at) for at in about["texts"]] + [0]
    )
    columns = tuple(
        SheetColumn(
            number=at,
            letters=column_letters(at),
            heading=about["texts"].get(str(at), ""),
            samples=tuple(cells[at - 1] for cells in below if len(cells) >= at and cells[at - 1])[
                :SAMPLES
            ],
            key=about["columns"].get(str(at), ""),
            is_sure=at in about["sure"],
        )
        for at in range(1, width + 1)
    )
    shown = tuple(
        (number, " · ".join(cell for cell in cells if cell)[:60]) for number, cells in rows
    )
    said = tuple(column for column in columns if column.heading or column.samples)
    told = set() if about["use"] or not about["header"] else set(about["columns"].values())
    lacking = tuple(label for key, label in needed.items() if told and key not in told)
    return SheetMatch(about, said, shown, lacking)


def ready_count(batch: ImportBatch) -> int:
    """Return how many rows would go in."""
    return sum(batch.counts.get(action, 0) for action in (Action.NEW, Action.CHANGED, Action.MOVED))


def good_row(row: RowView, importer: Importer) -> dict[str, Any]:
    """Put a row that goes in together for its line in a table."""
    known = columns_by_key(importer.columns)
    values = [
        (column.label, text)
        for column in known.values()
        if not column.private and (text := _said(row, column))
    ]
    return {
        "id": row.id,
        "where": place(row.sheet, row.number),
        "label": row.label,
        "values": values[:6],
        "differences": row.differences,
        "notes": [problem for problem in row.problems if problem.note],
    }


__all__ = [
    "bad_row",
    "good_row",
    "positions",
    "queries",
    "ready_count",
    "sheet_matches",
]
