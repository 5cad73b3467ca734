"""Styles stand on what the oldest browser of the floor knows: Chrome 87, Safari 14."""

import re
from pathlib import Path

CSS = Path(__file__).resolve().parents[2] / "src/dongxun"
NEWER = re.compile(r":(?:where|is|has)\(")
"""Selectors Chrome 87 does not know: it drops a whole rule for one of them."""
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
COMMA = re.compile(r",(?![^()]*\))")


def rules(path: Path) -> list[list[str]]:
    """Return the selectors of each rule of a sheet."""
    sheet = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return [[one.strip() for one in COMMA.split(found)] for found in RULE.findall(sheet)]


def test_no_older_selector_falls_with_a_newer_one():
    mixed = [
        f"{path.relative_to(CSS)}: {', '.join(selectors)}"
        for path in CSS.rglob("*.css")
        for selectors in rules(path)
        if len({bool(NEWER.search(one)) for one in selectors}) > 1
    ]
    assert mixed == []


def test_stacks_and_forms_keep_their_gaps_without_newer_selectors():
    sheets = (CSS / "kit/assets/css/base.css", CSS / "kit/assets/css/kit/form.css")
    known = {one for path in sheets for selectors in rules(path) for one in selectors}
    assert {".stack > * + *", ".stack-small > * + *", ".form > * + *"} <= known
