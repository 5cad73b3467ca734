"""From the cells of a sheet to values by column key, with a problem for each that does not fit."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Cell, CellProblem, Choice, Column, Parser, Problem, Value
from dongxun.files.values.words import is_nothing, plain, tidy
from dongxun.files.workbook.footers import is_footer
from dongxun.files.workbook.headers import normal, words_of
from dongxun.files.workbook.reading import Row, SheetHead
from dongxun.files.workbook.scan import column_letters

FORMULA = "formula"
EMPTY = "empty"
_REMEMBERED = 20_000
_FAR = 1 << 30


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
        "alike": problem.alike,
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
        alike=value.get("alike", False),
    )


@dataclass(slots=True)
class Entry:
    """One row between parsing and keeping: its cells as they are, its values, what does not fit.

    ``broken`` are the columns whose cells cannot be read, ``choice`` what a person decided.
    """

    sheet: str
    number: int
    typed: dict[str, Cell]
    values: dict[str, Value]
    problems: list[Problem]
    choice: dict[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Place:
    """A column where it stands in a sheet; ``known`` holds what its texts were found to mean."""

    at: int
    column: Column
    parse: Parser
    headers: frozenset[str]
    known: dict[Cell, Value] = field(default_factory=dict)

    def value(self, cell: Cell) -> Value:
        """Return what a cell means; most texts of a column come again and again."""
        if cell.__class__ is not str:
            return self.parse(cell)
        if cell in self.known:
            return self.known[cell]
        value = self.parse(cell)
        if len(self.known) < _REMEMBERED:
            self.known[cell] = value
        return value


class SheetParser:
    """Parses the rows of one sheet whose columns are known.

    Args:
        places: column number (from 1) → key.
        sample: the sheet's first rows, for columns that learn.
    """

    def __init__(
        self,
        sheet: SheetHead,
        columns: Sequence[Column],
        places: Mapping[int, str],
        sample: Sequence[Row] = (),
    ) -> None:
        self._sheet = sheet
        known = {column.key: column for column in columns}
        self._places = [
            _Place(at, column, _parser(column, at, sample), frozenset(words_of(column)))
            for at, key in places.items()
            if (column := known.get(key))
        ]
        self._keys = [place.column.key for place in self._places]
        self._width = max((place.at for place in self._places), default=0)
        self._tall: dict[int, list[tuple[int, int]]] = {}
        for top, left, bottom, _right in sorted(sheet.merged):
            if bottom > top and left in places:
                self._tall.setdefault(left, []).append((top, bottom))
        self._said: dict[int, tuple[int, Cell]] = {}
        self._absent = [
            column
            for column in columns
            if column.must_be_filled and column.key not in places.values()
        ]

    def parse(self, row: Row) -> Entry | None:
        """Return the row's values; None for one that says nothing: empty, the header again, sums."""
        lacking = self._width - len(row.cells)
        whole = [*row.cells, *[None] * lacking] if lacking > 0 else row.cells
        cells = [whole[place.at - 1] for place in self._places]
        if all(map(is_nothing, cells)) or self._is_header(cells) or is_footer(row.cells):
            return None
        if self._tall:
            self._fill(row.number, cells)
        typed = dict(zip(self._keys, cells, strict=True))
        entry = Entry(self._sheet.name, row.number, typed, {}, [])
        for place, cell in zip(self._places, cells, strict=True):
            self._take(entry, place, cell)
        entry.problems += [_empty(column) for column in self._absent]
        if entry.problems:
            entry.broken = frozenset(problem.column for problem in entry.problems)
        return entry

    def _fill(self, number: int, cells: list[Cell]) -> None:
        """Give each row under a tall merged cell what its first row says: 支部, once for ten."""
        for at, (place, cell) in enumerate(zip(self._places, cells, strict=True)):
            tall = self._tall.get(place.at)
            if tall is None:
                continue
            nearest = bisect_right(tall, (number, _FAR)) - 1
            top, bottom = tall[nearest] if nearest >= 0 else (0, 0)
            if number == top:
                self._said[place.at] = (top, cell)
            elif top < number <= bottom and is_nothing(cell):
                told, words = self._said.get(place.at, (0, None))
                cells[at] = words if told == top else cell

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        said = 0
        for place, cell in zip(self._places, cells, strict=True):
            if is_nothing(cell):
                continue
            if not isinstance(cell, str) or normal(cell[:40]) not in place.headers:
                return False
            said += 1
        return said >= min(2, len(cells))

    def _take(self, entry: Entry, place: _Place, cell: Cell) -> None:
        column, formulas = place.column, self._sheet.formulas
        try:
            value = place.value(cell)
        except CellProblem as problem:
            entry.problems.append(_problem(column, problem))
            return
        if value is None and column.must_be_filled:
            entry.problems.append(_empty(column))
            return
        if formulas and value is not None and (entry.number, place.at) in formulas:
            entry.problems.append(_formula(column, cell))
        entry.values[column.key] = value


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
