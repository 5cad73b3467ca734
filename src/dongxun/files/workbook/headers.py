"""Find the header row of a sheet and say which column is which.

Rosters have titles above the header, headers over two rows with merged cells, and
names for columns that nobody agreed on. Each of the first rows is scored by how many
columns of an importer its cells name; the best one wins, the topmost among equals.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dongxun.files.contracts import Column
from dongxun.files.values.words import narrow, plain, tidy
from dongxun.files.workbook.reading import Preview

ROWS_LOOKED_AT = 30
EXACT, CLOSE, NEAR = 1.0, 0.75, 0.6
LONGEST_HEADER = 40
_IN_BRACKETS = re.compile(r"[(\[{【〔《<][^)\]}】〕》>]*[)\]}】〕》>]")
_NOISE = re.compile(r"[\s*:：()\[\]{}【】〔〕《》<>\"'“”、.。_\-]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header of a sheet is, and what its cells mean.

    ``columns`` maps column numbers (from 1) to keys; ``texts`` holds every header
    cell; ``sure`` are the columns found by an agreed name, the others are guesses.
    ``confidence`` runs from 0 to 1.
    """

    row: int
    columns: Mapping[int, str]
    texts: Mapping[int, str]
    sure: frozenset[int]
    missing: tuple[str, ...]
    confidence: float
    title: str = ""

    @property
    def unknown(self) -> dict[int, str]:
        """Return the header cells that no column answers to."""
        return {number: text for number, text in self.texts.items() if number not in self.columns}


def normal(text: str) -> str:
    """Return a header without width, spaces, brackets, stars and remarks in brackets."""
    words = tidy(narrow(text)).lower()
    return _NOISE.sub("", _IN_BRACKETS.sub("", words)) or _NOISE.sub("", words)


def words_of(column: Column) -> list[str]:
    """Return the normalised names a column answers to."""
    return list(dict.fromkeys(normal(str(w)) for w in (column.label, *column.aliases, column.key)))


def find(sheet: Preview, columns: Sequence[Column]) -> Header | None:
    """Return the best header among the first rows, None if no row names two columns.

    One column suffices when the importer has only one.
    """
    filled = _filled(sheet)
    names = {column.key: words_of(column) for column in columns}
    best: Header | None = None
    best_score = 0.0
    for number in sorted(filled):
        texts = _texts(filled, number)
        matches = _matches(texts, names)
        score = sum(quality for _key, quality in matches.values())
        if score > best_score + 1e-9:
            best, best_score = _header(number, texts, matches, columns, sheet), score
    return best if best and best_score >= min(2, len(columns)) * CLOSE else None


def _header(
    row: int,
    texts: dict[int, str],
    matches: dict[int, tuple[str, float]],
    columns: Sequence[Column],
    sheet: Preview,
) -> Header:
    found = {key for key, _quality in matches.values()}
    required = [column.key for column in columns if column.required]
    missing = tuple(key for key in required if key not in found)
    share = 1 - len(missing) / len(required) if required else 1.0
    quality = sum(quality for _key, quality in matches.values()) / max(len(matches), 1)
    return Header(
        row=row,
        columns={number: key for number, (key, _quality) in sorted(matches.items())},
        texts=texts,
        sure=frozenset(number for number, (_key, q) in matches.items() if q == EXACT),
        missing=missing,
        confidence=round(share * quality, 2),
        title=_title(sheet, row),
    )


def _title(sheet: Preview, header_row: int) -> str:
    """Return the first text above the header: what the sheet calls itself."""
    for row in sheet.rows:
        if row.number >= header_row:
            break
        for cell in row.cells:
            if isinstance(cell, str) and cell.strip():
                return tidy(cell)[:120]
    return ""


def _filled(sheet: Preview) -> dict[int, dict[int, str]]:
    """Return the first rows as texts by row and column, merged cells filled out."""
    rows = {
        row.number: {at: tidy(plain(cell)) for at, cell in enumerate(row.cells, start=1)}
        for row in sheet.rows
        if row.number <= ROWS_LOOKED_AT
    }
    for top, left, bottom, right in sheet.head.merged:
        text = rows.get(top, {}).get(left, "")
        if not text or bottom - top > 4:
            continue
        for number in range(top, min(bottom, ROWS_LOOKED_AT) + 1):
            cells = rows.setdefault(number, {})
            for at in range(left, right + 1):
                cells[at] = cells.get(at) or text
    return rows


def _texts(rows: dict[int, dict[int, str]], number: int) -> dict[int, str]:
    """Return the header cells if ``number`` were the header's last row."""
    own, above = rows[number], rows.get(number - 1, {})
    texts = {at: own.get(at) or above.get(at, "") for at in sorted({*own, *above})}
    return {at: text for at, text in texts.items() if text and len(text) <= LONGEST_HEADER}


def _matches(texts: dict[int, str], names: dict[str, list[str]]) -> dict[int, tuple[str, float]]:
    """Return column number → (key, quality), each key at most once, the best first."""
    plain_texts = {number: normal(text) for number, text in texts.items()}
    offers = sorted(
        (-quality, number, key)
        for number, text in plain_texts.items()
        for key, words in names.items()
        if (quality := _quality(text, words))
    )
    taken: set[str] = set()
    matches: dict[int, tuple[str, float]] = {}
    for minus, number, key in offers:
        if key not in taken and number not in matches:
            taken.add(key)
            matches[number] = (key, -minus)
    return matches


def _quality(text: str, words: list[str]) -> float:
    if text in words:
        return EXACT
    if len(text) < 2:
        return 0.0
    for word in words:
        shorter, longer = sorted((text, word), key=len)
        if len(shorter) >= 2 and shorter in longer and len(shorter) / len(longer) >= 0.6:
            return CLOSE
    return NEAR if any(_is_near(text, word) for word in words) else 0.0


def _is_near(text: str, word: str) -> bool:
    """Return whether two words are alike to four fifths; the costly comparison comes last."""
    most = min(len(word), sum(letter in word for letter in text))
    if most * 5 < (len(text) + len(word)) * 2:
        return False
    return difflib.SequenceMatcher(None, text, word).ratio() >= 0.8
