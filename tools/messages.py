"""Catalogues of words: one per room, msgids in English, complete in Chinese.

``check`` fails on what is missing, empty, fuzzy, unused or said in two ways,
``update`` adds what is missing and drops what is unused, ``compile`` writes the
``.mo`` files that Django reads. None needs gettext. Why: docs/adr/0003.
"""

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import polib

from tools.extract import Key, Use, uses

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "dongxun"
COMPLETE = "zh_Hans"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
HEADER = {
    "Project-Id-Version": "dongxun",
    "Language": COMPLETE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}


def catalogues(language: str = "*") -> dict[Path, polib.POFile]:
    """Return the catalogues of a language, by path."""
    found = sorted(SOURCE.glob(f"*/locale/{language}/LC_MESSAGES/django.po"))
    return {path: polib.pofile(str(path), wrapwidth=98) for path in found}


def check() -> list[str]:
    """Return every complaint about the Chinese catalogues and the placeholders of all."""
    used = uses(SOURCE)
    known: dict[Key, polib.POEntry] = {}
    complaints: list[str] = []
    for path, catalogue in catalogues(COMPLETE).items():
        for entry in _live(catalogue):
            where = f"{path.relative_to(ROOT)}:{entry.linenum}"
            complaints += [f"{where}: {text}" for text in _faults(entry, known, used)]
            known.setdefault(_key(entry), entry)
    missing = sorted((use for key, use in used.items() if key not in known), key=str)
    complaints += [f"{use}: no Chinese for {use.key.singular!r}" for use in missing]
    return complaints


def _faults(
    entry: polib.POEntry, known: dict[Key, polib.POEntry], used: dict[Key, Use]
) -> Iterator[str]:
    key = _key(entry)
    said = _said(entry)
    if entry.fuzzy:
        yield f"fuzzy: {entry.msgid!r}"
    if not all(said):
        yield f"empty: {entry.msgid!r}"
    if key not in used:
        yield f"unused: {entry.msgid!r} (make messages drops it)"
    if key in known and _said(known[key]) != said:
        yield f"said in two ways: {entry.msgid!r} is {_said(known[key])} elsewhere; use pgettext"
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    if any(text and set(PLACEHOLDER.findall(text)) != wanted for text in said):
        yield f"other placeholders than {sorted(wanted)}: {entry.msgid!r}"


def update() -> list[str]:
    """Add what is missing to the catalogue of the room that says it, drop what is unused."""
    used = uses(SOURCE)
    books = catalogues(COMPLETE)
    known = {_key(entry) for book in books.values() for entry in _live(book)}
    for book in books.values():
        for entry in [entry for entry in book if entry.obsolete or _key(entry) not in used]:
            book.remove(entry)
    for key, use in used.items():
        if key not in known:
            path = SOURCE / use.room / "locale" / COMPLETE / "LC_MESSAGES" / "django.po"
            books.setdefault(path, _new_catalogue()).append(_entry(key))
    for path, book in books.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or str(book) != str(polib.pofile(str(path), wrapwidth=98)):
            book.save(str(path))
    return []


def compile_() -> list[str]:
    """Write every ``.mo`` file, leaving out what is empty or fuzzy."""
    for path, book in catalogues().items():
        book.save_as_mofile(str(path.with_suffix(".mo")))
    return []


def _live(catalogue: polib.POFile) -> list[polib.POEntry]:
    return [entry for entry in catalogue if not entry.obsolete]


def _key(entry: polib.POEntry) -> Key:
    return Key(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _new_catalogue() -> polib.POFile:
    book = polib.POFile(wrapwidth=98)
    book.metadata = dict(HEADER)
    return book


def _entry(key: Key) -> polib.POEntry:
    entry = polib.POEntry(msgid=key.singular, msgctxt=key.context or None)
    if key.plural:
        entry.msgid_plural = key.plural
        entry.msgstr_plural = {0: ""}
    return entry


COMMANDS: dict[str, Callable[[], list[str]]] = {
    "check": check,
    "update": update,
    "compile": compile_,
}


def main() -> int:
    """Run one command; after ``update`` say what awaits a translation."""
    name = sys.argv[1]
    complaints = COMMANDS[name]() or (check() if name == "update" else [])
    print("\n".join(complaints), end="\n" if complaints else "")
    return int(bool(complaints) and name == "check")


if __name__ == "__main__":
    sys.exit(main())
