"""Leaves of the kit: icons, buttons, tags, figures, bars, times. ``{% load kit %}``."""

from collections.abc import Iterable
from datetime import date, datetime
from html import escape

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from dongxun.kit import assets, drawing, figures, times
from dongxun.kit.figures import Number
from dongxun.kit.templatetags.kit_blocks import register_blocks
from dongxun.kit.templatetags.kit_forms import register_forms

register = template.Library()
register_blocks(register)
register_forms(register)

register.simple_tag(drawing.icon, name="icon")
register.simple_tag(drawing.bar, name="bar")
register.simple_tag(drawing.ring, name="ring")
register.simple_tag(figures.percent, name="percent")
register.simple_tag(figures.figure, name="figure")
register.simple_tag(times.period, name="period")
register.simple_tag(times.days, name="days")
register.filter("number", figures.number)
register.filter("signed", figures.signed)
register.filter("hm", times.hour_minute)
register.filter("day_weekday", times.day_with_weekday)


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day: ``1月20日``."""
    return times.day(value)


@register.filter
def when(value: datetime | None) -> str:
    """Write a moment in relation to now."""
    return times.when(value)


@register.simple_tag(takes_context=True)
def entry(context: Context, path: str) -> SafeString:
    """Load a front-end entry: ``{% entry "kit/console" %}``; a room's own the same way."""
    request: HttpRequest | None = context.get("request")
    return assets.tags(path, nonce=str(getattr(request, "csp_nonce", "")))


@register.simple_tag
def dot() -> SafeString:
    """Put a small dot between two facts."""
    return SafeString('<span class="dot"></span>')


@register.simple_tag
def button(
    label: str,
    *,
    href: str = "",
    kind: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",  # noqa: A002 - the word of HTML
    id: str = "",  # noqa: A002
    big: bool = False,
    wide: bool = False,
    disabled: bool = False,
    online: bool = False,
) -> SafeString:
    """Draw a button, or a link that looks like one when it has an ``href``.

    Args:
        online: it rests and says so while there is no network; what was typed stays.
        kind: ``primary`` (one per screen), ``soft``, ``danger``, ``plain``, or nothing.
    """
    classes = "btn" + (f" btn-{kind}" if kind else "")
    classes += (" btn-big" if big else "") + (" btn-wide" if wide else "")
    inside = format_html("{}{}", drawing.icon(icon) if icon else "", label)
    given = [("id", id), ("name", name), ("value", value if name else "")]
    given.append(("data-needs-network", _("Online again first") if online else ""))
    attributes = format_html_join("", ' {}="{}"', [pair for pair in given if pair[1]])
    if href:
        return format_html('<a class="{}" href="{}"{}>{}</a>', classes, href, attributes, inside)
    off = SafeString(" disabled") if disabled else ""
    return format_html(
        '<button class="{}" type="{}"{}{}>{}</button>', classes, type, attributes, off, inside
    )


@register.simple_tag
def search(words: str, value: str = "", name: str = "q") -> SafeString:
    """Draw the field of a list's search; ``words`` say what to type, to eye and ear alike."""
    return format_html(
        '<input class="input" type="search" name="{0}" value="{1}" maxlength="40"'
        ' autocomplete="off" aria-label="{2}" placeholder="{2}">',
        name,
        value,
        words,
    )


@register.simple_tag
def tag(label: str, kind: str = "", icon: str = "") -> SafeString:
    """Draw a word on a wash; ``kind`` is ``ok``, ``warn``, ``bad``, ``info`` or ``dashed``."""
    extra = f" tag-{kind}" if kind else ""
    drawn = drawing.icon(icon) if icon else ""
    return format_html('<span class="tag{}">{}{}</span>', extra, drawn, label)


@register.simple_tag
def cell(
    part: Number | None,
    whole: Number | None,
    plan: Number | None = None,
    href: str = "",
    *,
    opened: bool = True,
) -> SafeString:
    """Draw one cell of the coverage matrix, number inside, n of N for the ear.

    Args:
        plan: where the plan line stands today, in percent.
        opened: whether the topic has begun here; a hatch if not.
    """
    return SafeString(_cell(_Words(), part, whole, plan, href, opened=opened))


@register.simple_tag
def cells(
    row: Iterable[tuple[Number | None, Number | None, Number | None, str, bool]],
) -> SafeString:
    """Draw the cells of a whole row: (part, whole, plan, href, opened) of each, as ``cell`` does."""
    words = _Words()
    return SafeString(
        "".join(
            _cell(words, part, whole, plan, href, opened=opened)
            for part, whole, plan, href, opened in row
        )
    )


class _Words:
    """What cells say, looked up once a row."""

    def __init__(self) -> None:
        self.of = escape(_("%(part)s of %(whole)s"))
        self.below = escape(_("%(figure)s, below plan"))
        self.closed, self.nobody = escape(_("not opened")), escape(_("nobody expected"))


def _cell(
    words: _Words,
    part: Number | None,
    whole: Number | None,
    plan: Number | None,
    href: str,
    *,
    opened: bool,
) -> str:
    if not opened or part is None or not whole:
        said = words.nobody if opened else words.closed
        return f'<td class="cell"><span class="c0"><span class="sr">{said}</span></span></td>'
    spoken = words.of % {"part": figures.number(part), "whole": figures.number(whole)}
    classes = f"c{figures.step(part, whole)}"
    if figures.is_low(part, whole, plan):
        classes += " is-low"
        spoken = words.below % {"figure": spoken}
    text = figures.percent(part, whole, digits=0, sign="")
    tag, to = ("a", f' href="{escape(href)}"') if href else ("span", "")
    return (
        f'<td class="cell"><{tag} class="{classes}"{to} title="{spoken}">'
        f'{text}<span class="sr"> ({spoken})</span></{tag}></td>'
    )


@register.simple_tag
def gap(part: Number, whole: Number, plan: Number) -> SafeString:
    """Draw the last cell of a matrix row: points above or below plan."""
    points = figures.points(part, whole, plan)
    if points is None:
        return SafeString('<td class="gap">—</td>')
    behind = " is-behind" if points < 0 else ""
    return format_html('<td class="gap{}">{}</td>', behind, figures.signed(points))
