"""Set a paper: a Typst template, plain values, our fonts; PDF bytes come back.

Data enters only as JSON through ``sys_inputs``, never as template text, so a name may
hold any character; line ends and control characters become spaces. In-process and without network; the same values and time give the
same bytes.
"""

import json
import re
import unicodedata
import warnings as notices
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import segno
import typst
from django.conf import settings
from django.utils import timezone

from dongxun.reports.contracts import Imprint, Paper, PaperError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

HERE = Path(__file__).parent
TEMPLATES = HERE / "papers"
FONTS = HERE / "fonts"
# Past this many characters of data, memory is given back at once: 1,000 rows hold 40 MB.
LONG = 50_000
# The page tree's root stands uncompressed in Typst's PDF.
_COUNT = re.compile(rb"/Type\s*/Pages\b[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages\b")
# Escapes of control characters in JSON; an escaped backslash is matched to be skipped.
_CONTROL = re.compile(r"\\\\|\\[nrtbf]|\\u00[01][0-9a-f]")
# A run of Latin letters or digits too long for any column: it may break after every ten.
_RUN = re.compile(r"(?<![0-9A-Za-z_\\])[0-9A-Za-z_]{33,}")
_OFFICE = {
    "song": ("SimSun", "FZShuSong"),
    "fang": ("FangSong", "FangSong_GB2312", "仿宋_GB2312", "仿宋", "FZFangSong-Z02"),
    "kai": ("KaiTi", "KaiTi_GB2312", "楷体_GB2312", "楷体"),
    "hei": ("SimHei", "黑体"),
    "title": ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "方正小标宋简体"),
}
_OURS = {
    "song": "Noto Serif SC",
    "fang": "Noto Serif SC",
    "kai": "LXGW WenKai",
    "hei": "Noto Sans SC",
    "title": "Noto Serif SC",
}


@lru_cache(maxsize=4)
def _fonts(office: Path | None) -> typst.Fonts:
    folders = [str(FONTS), *([str(office)] if office else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@lru_cache(maxsize=4)
def families(office: Path | None) -> dict[str, list[str]]:
    """Return the families of each style, the office's own first, ours last.

    Only families that are really there are named: an unknown one would warn.
    """
    there = set(_fonts(office).families())
    return {
        style: [name for name in _OFFICE[style] if name in there]
        + list(dict.fromkeys([ours, _OURS["song"]]))
        for style, ours in _OURS.items()
    }


@lru_cache(maxsize=64)
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def plain(value: "DataclassInstance") -> dict[str, object]:
    """Return the fields of one of our contracts by name, for a template to read."""
    return {name: getattr(value, name) for name in _names(type(value))}


def _plain(value: object) -> object:
    """Return what JSON can hold for the values our contracts use."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(value)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    raise TypeError(f"no paper can hold {type(value).__name__}")


def qr(text: str) -> str:
    """Return ``text`` as a QR code in SVG, without margin, to be placed by a template."""
    return segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True)


@lru_cache(maxsize=1)
def _printable() -> frozenset[int]:
    """Return the code points the last font in every list can print."""
    ranges = json.loads((FONTS / "ranges.json").read_text(encoding="utf-8"))
    return frozenset(code for first, last in ranges for code in range(first, last + 1))


def _data(values: object) -> str:
    """Return ``values`` as the JSON a template reads: one line each, breakable."""
    text = json.dumps(values, default=_plain, ensure_ascii=False, separators=(",", ":"))
    text = _CONTROL.sub(lambda found: found[0] if found[0] == r"\\" else " ", text)
    return _RUN.sub(lambda found: re.sub(r"(.{10})(?=.)", "\\1\u200b", found[0]), text)


def missing(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the characters of ``texts`` that our fonts cannot print, in order.

    An office that adds its own fonts may be able to print more.
    """
    seen = set().union(*map(set, texts))
    lost = (c for c in seen if ord(c) not in _printable())
    return tuple(sorted(c for c in lost if unicodedata.category(c) not in {"Cc", "Cf"}))


def _forget() -> None:
    """Let the setter drop its memory of earlier pages; it keeps those of ten runs."""
    for _ in range(11):
        typst.compile(b"", font_paths=_fonts(None), ignore_system_fonts=True)


def compile_template(
    template: str, data: object, *, tagged: bool = True, at: datetime | None = None
) -> tuple[bytes, list[str], str]:
    """Return PDF, warnings and the JSON that went in.

    Raises:
        PaperError: the template is wrong.
    """
    office: Path | None = settings.FONTS
    text = _data(data)
    try:
        pdf, warnings = typst.compile_with_warnings(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(office),
            sys_inputs={"data": text, "fonts": json.dumps(families(office))},
            format="pdf",
            pdf_tags=tagged,
            timestamp=at.replace(microsecond=0) if at else None,
        )
    except typst.TypstError as error:
        raise PaperError(f"{template}: {error.diagnostic or error.message}") from error
    finally:
        if len(text) > LONG:
            _forget()
    if not isinstance(pdf, bytes):
        raise PaperError(f"{template}: no pages")
    return pdf, [str(warning) for warning in warnings], text


def picture(template: str, data: object) -> bytes:
    """Set ``data`` by ``papers/<template>.typ`` as one PNG, a pixel for each point of its page.

    Raises:
        PaperError: the template is wrong, or makes more than one page.
    """
    office: Path | None = settings.FONTS
    try:
        png = typst.compile(
            str(TEMPLATES / f"{template}.typ"),
            root=str(TEMPLATES),
            font_paths=_fonts(office),
            sys_inputs={"data": _data(data), "fonts": json.dumps(families(office))},
            format="png",
            ppi=72,
        )
    except typst.TypstError as error:
        raise PaperError(f"{template}: {error.diagnostic or error.message}") from error
    if not isinstance(png, bytes):
        raise PaperError(f"{template}: not one page")
    return png


def page_count(pdf: bytes) -> int:
    """Return the number of pages of a PDF that Typst wrote."""
    counts = [int(one or other) for one, other in _COUNT.findall(pdf)]
    if not counts:
        raise PaperError("no page tree")
    return max(counts)


def paper(template: str, data: object, *, tagged: bool = True, at: datetime | None = None) -> Paper:
    """Set ``data`` by ``papers/<template>.typ``.

    Args:
        tagged: write the structure for screen readers; off for very long jobs.
        at: the PDF's own date, by default that of the imprint; the same data and date
            give the same bytes.

    Raises:
        PaperError: the template is wrong.
    """
    imprint = data.get("imprint") if isinstance(data, dict) else None
    if at is None and isinstance(imprint, Imprint):
        at = imprint.as_of
    pdf, warnings, text = compile_template(template, data, tagged=tagged, at=at)
    for warning in warnings:
        message = f"{template}: {warning}"
        notices.warn(message, stacklevel=2)
    return Paper(pdf, page_count(pdf), missing([text]))
