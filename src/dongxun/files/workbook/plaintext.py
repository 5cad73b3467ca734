"""Rows of a comma, semicolon or tab separated text, in UTF-8 or GB 18030."""

import csv
import io
from collections.abc import Iterator

from dongxun.files.workbook import limits
from dongxun.files.workbook.refusal import Refused

_SEPARATORS = (",", "\t", ";", "，")


def decode(raw: bytes) -> str:
    """Return the text, whichever of the usual encodings it is in.

    Raises:
        Refused: in none of them, or not text at all.
    """
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        order = ["utf-16"]
    elif b"\x00" in raw:
        raise Refused("not_a_workbook")
    else:
        order = ["utf-8-sig", "gb18030"]
    for encoding in order:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("encoding")


def separator_of(text: str) -> str:
    """Return the separator most used in the first lines."""
    head = text[:20_000]
    return max(_SEPARATORS, key=head.count)


def rows(raw: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells) of each row that is not empty.

    The number is that of the record, as a workbook program would show it.

    Raises:
        Refused: too many rows or columns, or a cell too long.
    """
    text = decode(raw)
    csv.field_size_limit(limits.TEXT_LENGTH)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            while cells and not cells[-1].strip():
                cells.pop()
            if len(cells) > limits.COLUMNS:
                raise Refused("too_many_columns", where=f"CW{number}", limit=limits.COLUMNS)
            if number > limits.ROWS:
                where = f"A{number}"
                raise Refused("too_many_rows", where=where, count=number, limit=limits.ROWS)
            if cells:
                yield number, cells
    except csv.Error as error:
        raise Refused("damaged", where=f"A{number + 1}") from error
