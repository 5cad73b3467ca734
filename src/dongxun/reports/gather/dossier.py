"""What a dossier will hold, and what it still lacks."""

from collections.abc import Sequence

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.activities import api as activities
from dongxun.activities.api import SessionLine
from dongxun.reports.archive import SECTIONS
from dongxun.reports.contracts.documents import (
    SECTION_OF,
    DocumentKind,
    DocumentLine,
    Gap,
    SectionState,
)
from dongxun.reports.gather import persons, standings, words
from dongxun.reports.orders import Order
from dongxun.reports.queries import documents

NAMED = 8
"""So many sessions without attendance are named one by one."""


def sections(order: Order) -> list[SectionState]:
    """Return each section: what it will hold, what is missing and where to see to it."""
    files = documents(order.season.id, order.node.id, by=order.by)
    planned = activities.paper_sessions(order.season.id, order.interval, by=order.by)
    has: dict[str, list[str]] = {number: [] for number in SECTIONS}
    for line in files:
        has[SECTION_OF[line.kind]].append(line.name)
    heads = persons.heads(order)
    if heads:
        has["03"].append(ngettext("%(n)d person", "%(n)d people", heads) % {"n": heads})
    if planned:
        n = len(planned)
        has["04"].append(ngettext("%(n)d session", "%(n)d sessions", n) % {"n": n})
    begun = [session for session in planned if session.starts_at <= order.at]
    if begun:
        n = len(begun)
        has["05"].append(ngettext("%(n)d session held", "%(n)d sessions held", n) % {"n": n})
    owed = {
        line.person_id
        for line in activities.makeup_lines(order.season.id, order.interval, by=order.by)
    }
    if owed:
        n = len(owed)
        has["06"].append(
            ngettext("%(n)d person to make up", "%(n)d people to make up", n) % {"n": n}
        )
    gaps = [
        *_documents(files),
        *_people(order, heads),
        *_plan(planned),
        *_held(begun),
        *_owed(order),
    ]
    return [
        SectionState(
            number=number,
            title=title,
            has=tuple(has[number]),
            gaps=tuple(gap for gap in gaps if gap.section == number),
        )
        for number, title in SECTIONS.items()
    ]


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _documents(files: Sequence[DocumentLine]) -> list[Gap]:
    there = {line.kind for line in files}
    missing = {
        DocumentKind.PLAN: _("No season plan added"),
        DocumentKind.NOTICE: _("No notice added"),
        DocumentKind.LEADERS: _("No list of the leading group added"),
        DocumentKind.DUTIES: _("No division of duties added"),
    }
    return [
        Gap(SECTION_OF[kind], text, "#documents")
        for kind, text in missing.items()
        if kind not in there
    ]


def _people(order: Order, heads: int) -> list[Gap]:
    if heads:
        return []
    return [Gap("03", _("Nobody of this unit takes part yet"), _address("people:roster"))]


def _plan(planned: Sequence[SessionLine]) -> list[Gap]:
    if not planned:
        return [Gap("04", _("No session planned yet"), _address("activities:plan"))]
    bare = [session for session in planned if not session.lecturers]
    if not bare:
        return []
    n = len(bare)
    text = ngettext("%(n)d session has no lecturer", "%(n)d sessions have no lecturer", n)
    return [Gap("04", text % {"n": n}, _address("activities:schedule"))]


def _held(begun: Sequence[SessionLine]) -> list[Gap]:
    if not begun:
        return [Gap("05", _("No session held yet"), _address("activities:schedule"))]
    there = activities.with_check_ins([session.id for session in begun])
    empty = [session for session in begun if session.id not in there]
    gaps = [
        Gap(
            "05",
            _("%(day)s “%(title)s” has no attendance")
            % {"day": words.local(session.starts_at).strftime("%m-%d"), "title": session.title},
            _address("activities:sheet", session.id),
        )
        for session in empty[:NAMED]
    ]
    if n := len(empty) - len(gaps):
        text = ngettext("%(n)d more without attendance", "%(n)d more without attendance", n)
        gaps.append(Gap("05", text % {"n": n}, _address("activities:schedule")))
    return gaps


def _owed(order: Order) -> list[Gap]:
    n = standings.without_make_up(order)
    if not n:
        return []
    text = ngettext(
        "%(n)d person missed a topic that is due and has nothing to make it up",
        "%(n)d people missed a topic that is due and have nothing to make it up",
        n,
    )
    return [Gap("06", text % {"n": n}, _address("activities:makeup"))]
