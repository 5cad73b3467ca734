"""Small drawings as SVG from the server: icons, bars, the ring. No inline styles (CSP)."""

import hashlib
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import segno
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dongxun.kit.figures import Number

SILENT = SafeString('aria-hidden="true"')
SPRITE = Path(__file__).parent / "static" / "kit" / "icons.svg"


@cache
def icon_names() -> frozenset[str]:
    """Return the names in the sprite."""
    root = ET.parse(SPRITE).getroot()  # noqa: S314 - our own file
    return frozenset(symbol.get("id", "") for symbol in root)


@cache
def _sprite_url() -> str:
    version = hashlib.sha256(SPRITE.read_bytes()).hexdigest()[:8]
    return f"{static('kit/icons.svg')}?v={version}"


@cache
def icon(name: str, label: str = "") -> SafeString:
    """Draw one icon of the sprite; silent to screen readers unless it has a label.

    Raises:
        KeyError: there is no such icon.
    """
    if name not in icon_names():
        raise KeyError(name)
    spoken = format_html('role="img" aria-label="{}"', label) if label else SILENT
    href = f"{_sprite_url()}#{name}"
    return format_html('<svg class="i" {}><use href="{}"></use></svg>', spoken, href)


def _percent(part: Number, whole: Number) -> str:
    filled = max(0.0, min(1.0, float(part) / float(whole))) if whole else 0.0
    return f"{filled * 100:.1f}%"


def bar(
    value: Number, whole: Number, plan: Number | None = None, label: str = "", *, big: bool = False
) -> SafeString:
    """Draw how much of ``whole`` is done, with the plan (same unit as ``whole``) as a tick.

    Without a label it is decoration: the figure stands beside it.
    """
    height = 14 if big else 8
    spoken = format_html('role="img" aria-label="{}"', label) if label else SILENT
    tick = ""
    if plan is not None:
        at = _percent(plan, whole)
        tick = f'<rect class="plan" x="{at}" y="-2" width="2" height="{height + 4}"/>'
    return SafeString(
        f'<svg class="bar{" bar-big" if big else ""}" {spoken}>'
        f'<rect class="track" width="100%" height="{height}" rx="{height // 2}"/>'
        f'<rect class="value" width="{_percent(value, whole)}" height="{height}" '
        f'rx="{height // 2}"/>{tick}</svg>'
    )


def ring(value: Number, whole: Number, label: str) -> SafeString:
    """Draw one person's topics as a ring with the number inside."""
    length = max(float(whole), 1.0)
    return format_html(
        '<svg class="ring" viewBox="0 0 84 84" role="img" aria-label="{}">'
        '<circle cx="42" cy="42" r="35"/>'
        '<circle class="value" cx="42" cy="42" r="35" pathLength="{}" stroke-dasharray="{} {}"'
        ' transform="rotate(-90 42 42)"/>'
        '<text x="42" y="52" text-anchor="middle">{}</text></svg>',
        label,
        f"{length:g}",
        f"{min(float(value), length):g}",
        f"{length:g}",
        value,
    )


def qr(url: str) -> SafeString:
    """Draw an address as a QR code, dark on light in every theme."""
    svg = segno.make(url, error="m").svg_inline(
        border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )
    return mark_safe(svg)  # noqa: S308 - drawn by segno from our own text
