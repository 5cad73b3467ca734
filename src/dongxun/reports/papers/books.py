"""Very long papers, set in parts and bound: a week's sign-in sheets of every branch.

Setting holds some 9 KB a row until its part is done, so parts bound the memory; a job
may keep each part as a file, go on after the last one, and bind at the end.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from dongxun.reports.contracts import SignInSheet

NAMES_PER_PART = 4_000


def parts(
    sheets: Iterable[SignInSheet], *, names: int = NAMES_PER_PART
) -> Iterator[tuple[SignInSheet, ...]]:
    """Yield ``sheets`` in groups of at most about ``names`` rows, in the order given."""
    group: list[SignInSheet] = []
    size = 0
    for sheet in sheets:
        rows = len(sheet.rows) + sheet.blank_rows
        if group and size + rows > names:
            yield tuple(group)
            group, size = [], 0
        group.append(sheet)
        size += rows
    if group:
        yield tuple(group)


def bind(files: Iterable[Path], target: Path) -> int:
    """Write the pages of ``files``, one after the other, to ``target``; return how many.

    The target appears only when it is whole.
    """
    unfinished = target.with_name(f"{target.name}.part")
    from pypdf import PdfWriter  # large, and seldom needed

    with PdfWriter() as writer:
        for file in files:
            writer.append(file, import_outline=False)
        count = len(writer.pages)
        with unfinished.open("wb") as out:
            writer.write(out)
    unfinished.replace(target)
    return count
