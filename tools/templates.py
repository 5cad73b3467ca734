"""Templates: no word outside the catalogues, no style or script inside the page.

A page of samples may hold ``{# untranslated: why #}``; then its words are free.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

SOURCE = Path(__file__).resolve().parents[1] / "src" / "dongxun"
READ_ALOUD = {"alt", "aria-label", "aria-description", "label", "placeholder", "title"}
QUIET = {"code", "kbd", "samp"}
FREE_WORDS = {"dongxun", "冬训", "PDF", "xlsx", "CSV", "QR", "A4", "x"}
VALUE = "\ue000"
EXCEPTION = re.compile(r"\{#\s*untranslated: \S.*#\}")
OPENING = re.compile(r"^(?:(blocktranslate|blocktrans|comment)\b|(block) (?:room|nav|public_nav)$)")
"""What is translated, not shown, or a name for the frame (blocks ``room`` and ``nav``)."""


def plain(text: str) -> str:
    """Return a template as HTML of the same lines: values as one sign, translated text left out."""
    out: list[str] = []
    hidden = ""  # the tag whose end brings us back
    for token in Lexer(text).tokenize():
        newlines = "\n" * token.contents.count("\n")
        if token.token_type == TokenType.BLOCK:
            if hidden and token.contents.split()[0] == f"end{hidden}":
                hidden = ""
            elif not hidden and (opening := OPENING.match(token.contents)):
                hidden = opening[1] or opening[2]
            out.append(VALUE if token.contents.startswith("trans") else newlines)
        elif token.token_type == TokenType.VAR:
            out.append(VALUE)
        elif token.token_type == TokenType.TEXT and not hidden:
            out.append(token.contents)
        else:
            out.append(newlines)
    return "".join(out)


class Reader(HTMLParser):
    """Collects ``(line, complaint)`` while reading one page."""

    def __init__(self, *, words_free: bool) -> None:
        super().__init__()
        self.words_free = words_free
        self.found: list[tuple[int, str]] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes; remember whether what follows is code."""
        self.inside = tag if tag in {*QUIET, "script", "style"} else ""
        if tag == "style":
            self._complain("a <style> element")
        for name, value in attrs:
            if name == "style" or (name.startswith("on") and name.isalpha()):
                self._complain(f"an inline {name}=")
            elif name in READ_ALOUD:
                self._words(value or "", f"in {name}=")

    def handle_endtag(self, tag: str) -> None:
        """Come out of code."""
        if tag == self.inside:
            self.inside = ""

    def handle_data(self, data: str) -> None:
        """Look at the words between tags."""
        if self.inside == "script" and data.strip():
            self._complain("an inline script")
        elif not self.inside:
            self._words(data, "between tags")

    def _words(self, text: str, where: str) -> None:
        words = re.findall(r"[^\W\d_]+\d*", text.replace(VALUE, " "))
        if not self.words_free and (strange := [w for w in words if w not in FREE_WORDS]):
            lead = text[: text.index(strange[0])].count("\n") if where == "between tags" else 0
            self._complain(f"untranslated {where}: {' '.join(strange)[:60]}", lead)

    def _complain(self, text: str, lead: int = 0) -> None:
        self.found.append((self.getpos()[0] + lead, text))


def complaints(text: str) -> list[tuple[int, str]]:
    """Return what is wrong with one template."""
    reader = Reader(words_free=bool(EXCEPTION.search(text)))
    reader.feed(plain(text))
    reader.close()
    return reader.found


def main() -> int:
    """Print every complaint about every template."""
    found = [
        f"{path.relative_to(SOURCE.parents[1])}:{line}: {text}"
        for path in sorted(SOURCE.glob("*/templates/**/*.html"))
        for line, text in complaints(path.read_text(encoding="utf-8"))
    ]
    print("\n".join(found), end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
