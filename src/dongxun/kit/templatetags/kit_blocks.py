"""Tags with a body or a template of their own: cards, banners, menus, tables' feet, jobs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from dongxun.kernel import clock
from dongxun.kit import drawing, nav

BANNER_ICONS = {"warn": "warn", "bad": "warn", "ok": "done", "": "info", "offline": "nosignal"}
DEFINED = (
    "name",
    "formula",
    "counts",
    "excludes",
    "dedupe",
    "version",
    "since",
    "owner",
)
MOST_MENUS = 500
Plain = dict[str, Any]

_menus: dict[object, SafeString] = {}
"""Menus drawn, by all that they depend on: few differ, and every page has one."""


def card(
    content: str,
    title: str = "",
    *,
    id: str = "",  # noqa: A002 - the word of HTML
    note: str = "",
    link: str = "",
    link_label: str = "",
    extra: str = "",
    pad: bool = False,
) -> SafeString:
    """Wrap a body in a card: title, a note beside it, a link at the end."""
    body = mark_safe(content)  # noqa: S308 - rendered by the calling template
    if pad:
        body = format_html('<div class="pad">{}</div>', body)
    if not title and not extra:
        return format_html('<section class="card">{}</section>', body)
    named = format_html(' aria-labelledby="{}"', id) if title and id else ""
    return format_html(
        '<section class="card"{}><header><h2{}>{}</h2>{}<span class="grow"></span>{}{}</header>{}'
        "</section>",
        named,
        format_html(' id="{}"', id) if id else "",
        title,
        format_html('<span class="muted">{}</span>', note) if note else "",
        extra,
        format_html('<a class="link small" href="{}">{}</a>', link, link_label) if link else "",
        body,
    )


def banner(content: str, kind: str = "", icon: str = "") -> SafeString:
    """Say something that stays: ``warn``, ``bad``, ``ok``, ``offline`` or plain information."""
    extra = f" banner-{kind}" if kind else ""
    if kind == "offline":
        extra += " banner-warn"
    drawn = drawing.icon(icon or BANNER_ICONS[kind])
    body = mark_safe(content)  # noqa: S308 - rendered by the calling template
    return format_html(
        '<div class="banner{}">{}<div class="grow">{}</div></div>', extra, drawn, body
    )


def dialog(content: str, id: str, title: str) -> SafeString:  # noqa: A002
    """Hold a question until its opener (``data-dialog="id"``) is pressed."""
    body = mark_safe(content)  # noqa: S308 - rendered by the calling template
    return format_html(
        '<dialog class="dialog" id="{}" aria-labelledby="{}-title"><h2 id="{}-title">{}</h2>{}'
        "</dialog>",
        id,
        id,
        id,
        title,
        body,
    )


def console_nav(context: Context, content: str) -> SafeString:
    """Draw the side bar's menu; the body is the key of the current entry."""
    current = content.strip() or context.get("nav", "")
    actor, counts = context.get("actor"), context.get("nav_counts") or {}
    shown = nav.seen_by(actor), current, tuple(sorted(counts.items())), get_language()
    if (menu := _menus.get(shown)) is None:
        sections = [
            (section.title, nav.links(section.entries, actor, counts)) for section in nav.CONSOLE
        ]
        foot = nav.links(nav.CONSOLE_FOOT, actor, counts)
        sections = [(title, links) for title, links in sections if links]
        inside = {"sections": sections, "foot": foot, "current": current}
        menu = mark_safe(render_to_string("kit/parts/nav.html", inside))  # noqa: S308 - our template
        if len(_menus) >= MOST_MENUS:
            _menus.clear()
        _menus[shown] = menu
    return menu


def phone_tabs(context: Context, content: str) -> SafeString:
    """Draw the bottom tabs; the body is the key of the current one."""
    current = content.strip() or context.get("nav", "")
    links = nav.links(nav.PHONE, context.get("actor"), context.get("nav_counts"))
    if context.get("elder"):
        links = [link for link in links if link.key not in nav.NOT_FOR_ELDERS]
    inside = {"links": links, "current": current}
    return mark_safe(render_to_string("kit/parts/tabs.html", inside))  # noqa: S308 - our template


def kpi(
    label: str,
    value: object,
    *,
    beside: str = "",
    below: str = "",
    definition: Mapping[str, object] | None = None,
    href: str = "",
) -> SafeString:
    """One figure of the strip ``<dl class="card kpis">``."""
    return format_html(
        '<div class="kpi"><dt>{}{}</dt><dd class="value">{} {}</dd>{}</div>',
        label,
        explain(definition) if definition else "",
        format_html('<a href="{}">{}</a>', href, value) if href else value,
        format_html("<small>{}</small>", beside) if beside else "",
        format_html("<dd>{}</dd>", below) if below else "",
    )


def explain(definition: Mapping[str, object] | object) -> SafeString:
    """A ``?`` that opens how a figure is counted."""
    given = definition if isinstance(definition, Mapping) else None
    said = tuple(
        given.get(name, "") if given is not None else getattr(definition, name, "")
        for name in DEFINED
    )
    words = tuple(one if isinstance(one, int | date) else str(one) for one in said)
    return _explained(words, get_language() or "", clock.today().year)


@lru_cache(maxsize=256)
def _explained(words: tuple[str | int | date, ...], language: str, year: int) -> SafeString:
    """Draw an explanation once for each reading; it names the year of a day that is not of now."""
    definition = dict(zip(DEFINED, words, strict=True))
    html = render_to_string("kit/parts/definition.html", {"definition": definition})
    return mark_safe(html)  # noqa: S308 - our template


def source(
    context: Context,
    text: str = "",
    *,
    as_of: datetime | None = None,
    definition_url: str = "",
    missing: int | None = None,
    missing_url: str = "",
) -> Plain:
    """Where a figure comes from: source, definition, as of, units that have not reported."""
    return {
        "text": text,
        "as_of": as_of,
        "definition_url": definition_url,
        "missing": missing,
        "missing_url": missing_url,
        "legend": context.get("legend"),
    }


def empty_state(text: str, action: str = "", href: str = "", icon: str = "") -> Plain:
    """What will stand here, and one thing to do."""
    return {"text": text, "action": action, "href": href, "icon": icon}


def steps(names: Sequence[object], current: int, urls: Sequence[str] = ()) -> Plain:
    """The steps of a wizard; ``current`` counts from 1; done steps may have a URL."""
    rows = []
    for place, name in enumerate(names, start=1):
        url = urls[place - 1] if place <= len(urls) and place < current else ""
        rows.append({"name": name, "done": place < current, "now": place == current, "url": url})
    return {"rows": rows}


def pages(context: Context, page: Page[Any], name: str = "page") -> Plain:
    """Count and page links under a table; filters in the address stay.

    ``name`` is the page's number in the address, where one page has several such tables.
    """
    request = context["request"]

    def href(number: int) -> str:
        query = request.GET.copy()
        query[name] = number
        return f"?{query.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "numbers": [(n, href(n) if isinstance(n, int) else "") for n in numbers],
        "previous": href(page.previous_page_number()) if page.has_previous() else "",
        "next": href(page.next_page_number()) if page.has_next() else "",
    }


def sort(context: Context, label: str, key: str, name: str = "sort") -> Plain:
    """A column head that sorts: first up, then down."""
    request = context["request"]
    now = request.GET.get(name, "")
    direction = "up" if now == key else "down" if now == f"-{key}" else ""
    following = f"-{key}" if direction == "up" else key
    query = request.GET.copy()
    query[name] = following
    query.pop("page", None)
    return {"label": label, "direction": direction, "href": f"?{query.urlencode()}"}


def segments(options: Sequence[tuple[object, str, bool]], label: str) -> Plain:
    """A choice of few views, each ``(label, url, is current)``."""
    return {"options": options, "label": label}


def job(job: Mapping[str, object] | object, url: str) -> Plain:
    """A long job: ``job`` has title, state, done, total, message, result_url, seconds_left.

    ``url`` answers with the same fragment; ``<dx-job>`` asks again every 2 to 10 seconds.
    """
    return {"job": job, "url": url}


BLOCKS: tuple[Callable[..., SafeString], ...] = (card, banner, dialog)
BLOCKS_IN_CONTEXT: tuple[Callable[..., SafeString], ...] = (console_nav, phone_tabs)
PARTS: tuple[Callable[..., Plain], ...] = (empty_state, steps, segments, job)
PARTS_IN_CONTEXT: tuple[Callable[..., Plain], ...] = (source, pages, sort)


def register_blocks(register: template.Library) -> None:
    """Put these tags into the library ``kit``."""
    for block in BLOCKS:
        register.simple_block_tag(block)
    for block in BLOCKS_IN_CONTEXT:
        register.simple_block_tag(block, takes_context=True)
    register.simple_tag(kpi)
    register.simple_tag(explain, name="definition")
    for part in PARTS:
        register.inclusion_tag(f"kit/parts/{part.__name__}.html")(part)
    for part in PARTS_IN_CONTEXT:
        register.inclusion_tag(f"kit/parts/{part.__name__}.html", takes_context=True)(part)
