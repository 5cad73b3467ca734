"""From the cells of a sheet to values by column key, with a problem for each that does not fit."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, CellProblem, Choice, Column, Parser, Problem, Value
from dongxun.files.values.words import is_nothing, plain, tidy
from dongxun.files.workbook.headers import normal, words_of
from dongxun.files.workbook.reading import Row
from dongxun.files.workbook.scan import column_letters

FORMULA = "formula"
EMPTY = "empty"
_REMEMBERED = 5_000


def cell_json(cell: Cell) -> Any:
    """Return a cell as a JSON value that :func:`json_cell` turns back."""
    if isinstance(cell, datetime):
        return ["t", cell.isoformat()]
    return ["d", cell.isoformat()] if isinstance(cell, date) else cell


def json_cell(value: Any) -> Cell:
    """Return the cell that :func:`cell_json` was given."""
    if isinstance(value, list):
        kind, text = value
        return (datetime if kind == "t" else date).fromisoformat(text)
    cell: Cell = value
    return cell


def problem_json(problem: Problem) -> dict[str, Any]:
    """Return a problem as JSON, its words in the language of now."""
    return {
        "column": problem.column,
        "code": problem.code,
        "message": str(problem.message),
        "suggestion": problem.suggestion,
        "choices": [[choice.value, str(choice.label)] for choice in problem.choices],
        "note": problem.note,
        "heading": str(problem.heading),
    }


def json_problem(value: Mapping[str, Any]) -> Problem:
    """Return the problem that :func:`problem_json` was given."""
    choices = tuple(Choice(*pair) for pair in value["choices"])
    return Problem(
        value["column"],
        value["code"],
        value["message"],
        value["suggestion"],
        choices,
        note=value["note"],
        heading=value["heading"],
    )


@dataclass(slots=True)
class Parsed:
    """One row: its cells as they are, its values, and what does not fit."""

    number: int
    typed: dict[str, Cell] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def broken(self) -> frozenset[str]:
        """Return the columns whose cells cannot be read."""
        return frozenset(problem.column for problem in self.problems if not problem.note)


class SheetParser:
    """Parses the rows of one sheet whose columns are known.

    Args:
        places: column number (from 1) → key.
        sample: the sheet's first rows, for columns that learn.
        formulas: cells (row, column) whose value is computed.
    """

    def __init__(
        self,
        columns: Sequence[Column],
        places: Mapping[int, str],
        sample: Sequence[Row] = (),
        formulas: frozenset[tuple[int, int]] = frozenset(),
    ) -> None:
        known = {column.key: column for column in columns}
        self._columns = {at: known[key] for at, key in places.items() if key in known}
        self._parsers = {at: _parser(column, at, sample) for at, column in self._columns.items()}
        self._formulas = formulas
        self._remembered: dict[int, dict[Cell, Value]] = {at: {} for at in self._columns}
        self._headers = {at: words_of(column) for at, column in self._columns.items()}
        self._absent = [
            column
            for column in columns
            if column.must_be_filled and column.key not in places.values()
        ]

    def parse(self, row: Row) -> Parsed | None:
        """Return the row's values; None for one that says nothing: empty, or the header again."""
        cells = {at: row.cells[at - 1] if at <= len(row.cells) else None for at in self._columns}
        if all(is_nothing(cell) for cell in cells.values()) or self._is_header(cells):
            return None
        parsed = Parsed(row.number)
        for at, cell in cells.items():
            self._cell(parsed, at, cell)
        parsed.problems += [_empty(column) for column in self._absent]
        return parsed

    def _is_header(self, cells: Mapping[int, Cell]) -> bool:
        said = 0
        for at, cell in cells.items():
            if is_nothing(cell):
                continue
            if not isinstance(cell, str) or normal(cell[:40]) not in self._headers[at]:
                return False
            said += 1
        return said >= min(2, len(cells))

    def _cell(self, parsed: Parsed, at: int, cell: Cell) -> None:
        column = self._columns[at]
        parsed.typed[column.key] = cell
        remembered = self._remembered[at]
        if cell.__class__ is str and cell in remembered:
            value: Value = remembered[cell]
        else:
            try:
                value = self._parsers[at](cell)
            except CellProblem as problem:
                parsed.problems.append(_problem(column, problem))
                return
            if cell.__class__ is str and len(remembered) < _REMEMBERED:
                remembered[cell] = value
        if value is None and column.must_be_filled:
            parsed.problems.append(_empty(column))
            return
        if value is not None and (parsed.number, at) in self._formulas:
            parsed.problems.append(_formula(column, cell))
        parsed.values[column.key] = value


def _parser(column: Column, at: int, sample: Sequence[Row]) -> Parser:
    if column.learn is None:
        return column.parse
    return column.learn(row.cells[at - 1] for row in sample if at <= len(row.cells))


def _problem(column: Column, problem: CellProblem) -> Problem:
    return Problem(column.key, problem.code, problem.message, problem.suggestion, problem.choices)


def _empty(column: Column) -> Problem:
    return Problem(column.key, EMPTY, _("This must be filled in."))


def _formula(column: Column, cell: Cell) -> Problem:
    message = _("This is a formula. Take over its last result, or enter the value.")
    return Problem(column.key, FORMULA, message, tidy(plain(cell)))


def reparse(column: Column, text: str) -> tuple[Value, Problem | None]:
    """Return the value of a text that a person typed for one cell, or what is wrong with it."""
    try:
        value = column.parse(text)
    except CellProblem as problem:
        return None, _problem(column, problem)
    if value is None and column.must_be_filled:
        return None, _empty(column)
    return value, None


def place(sheet: str, number: int, at: int | None = None) -> str:
    """Return where a cell is, as a person would look it up: "名册!C7", "名册 7" for a row."""
    if at is None:
        return f"{sheet} {number}".strip()
    cell = f"{column_letters(at)}{number}"
    return f"{sheet}!{cell}" if sheet else cell


def columns_by_key(columns: Iterable[Column]) -> dict[str, Column]:
    """Return the columns by their keys."""
    return {column.key: column for column in columns}
