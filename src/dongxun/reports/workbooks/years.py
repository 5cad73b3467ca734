"""Hours by calendar year: every name, and the sums of each unit."""

from collections.abc import Iterable, Iterator, Sequence

from dongxun.reports import contracts as c
from dongxun.reports.workbooks.outputs import (
    LEDGER,
    Target,
    definition_sheet,
    note,
    year_cells,
    year_columns,
)
from dongxun.reports.workbooks.rows import Cell
from dongxun.reports.workbooks.writing import Book, Column


def hours_by_year(target: Target, head: c.YearBook, names: Iterable[c.LedgerRow]) -> int:
    """Write names, units and definitions; return the number of names.

    The units are counted while the names go by.
    """
    line = note(head.imprint)
    title = f"{head.organisation}　{head.season}分年学时"
    short: dict[str, list[int]] = {}

    def rows() -> Iterator[Sequence[Cell]]:
        for n, r in enumerate(names, 1):
            counts = short.setdefault(r.town or head.organisation, [0] * (1 + len(head.years)))
            counts[0] += 1
            for at, (_has, _owed, lacks) in enumerate(r.years, 1):
                counts[at] += bool(lacks)
            known = (n, r.town, r.branch, r.name, r.category, r.mode, r.state, r.hours, r.required)
            yield (*known, *year_cells(r.years))

    with Book(target, at=head.imprint.as_of) as book:
        columns = [*LEDGER, *year_columns(head.years)]
        count = book.sheet("名单", title=title, note=line, columns=columns, rows=rows())
        book.sheet(
            "各单位",
            title=title,
            note=line,
            columns=[Column("单位", 20), Column("应训人数", 10, "whole"), *_sums(head.years)],
            rows=((unit, whole, *_parts(whole, few)) for unit, (whole, *few) in short.items()),
        )
        definition_sheet(book, head.definitions, line)
    return count


def _sums(years: Iterable[int]) -> list[Column]:
    return [
        Column(f"{year}年{word}", 12, "whole")
        for year in years
        for word in ("学满人数", "没学满人数")
    ]


def _parts(whole: int, short: Iterable[int]) -> list[int]:
    return [n for few in short for n in (whole - few, few)]
