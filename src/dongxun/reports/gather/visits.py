"""From the door of visits to the values of papers."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.reports.contracts import Imprint
from dongxun.reports.contracts.visits import VisitBook, VisitRow, VisitSheet, VisitSheets
from dongxun.reports.orders import Order
from dongxun.visits import api as visits
from dongxun.visits.api import PaperRound, PaperVisit

HEADINGS = {"study": "送学上门记录表", "condolence": "走访慰问记录表"}
REASONS = {
    "aged": "高龄",
    "mobility": "行动不便",
    "ill": "重病",
    "disabled": "失能",
    "hardship": "困难",
    "stayed": "留守",
    "low_income": "低保",
    "impaired": "残疾",
}
SIGNED = {"signed": "已签字", "thumb": "已按印", "unable": "不便签字"}
NOT_THERE = {"absent": "家中无人", "later": "改日再送", "waiting": "未上门", "begun": "未完成"}
SOURCE = "送学路线、门前记录"
COUNTED = "一户一次送学记一行；折算学时按本冬训季学时折算表，个人合计以台账为准"
BLANK_ROWS = 3
WHOLE_PAGE = 9
"""Empty lines of a sheet that belongs to no round yet."""


def round_ids(order: Order, *, blank: bool = False) -> list[UUID]:
    """Return the rounds whose sheets belong on paper: held ones, or those still to be written."""
    last = order.last if blank else min(order.last, order.day)
    return visits.paper_rounds(
        order.season.id,
        by=order.by,
        inside=order.interval,
        first=order.first,
        last=last,
        open_only=blank,
    )


def sheets(order: Order, ids: Sequence[UUID], *, blank: bool = False) -> VisitSheets:
    """Return the sheets of some rounds, of the order's subtree."""
    found = [
        _sheet(*visits.paper_round(key, by=order.by, inside=order.interval), blank=blank)
        for key in ids
    ]
    return VisitSheets(tuple(found), order.imprint(SOURCE, COUNTED))


def own_sheet(round_id: UUID, *, by: Actor, blank: bool) -> tuple[VisitSheets, PaperRound]:
    """Return the sheet of one round, and the round.

    Raises:
        NotFound: the round is absent or hidden.
    """
    head, lines = visits.paper_round(round_id, by=by)
    imprint = Imprint(clock.now(), SOURCE, COUNTED)
    return VisitSheets((_sheet(head, lines, blank=blank),), imprint), head


def blank_sheets(order: Order) -> VisitSheets:
    """Return an empty sheet of a unit, for visits that no round was planned for."""
    sheet = VisitSheet(
        heading=HEADINGS["study"],
        season=order.season.name,
        organisation=order.node.name,
        title="",
        day=None,
        blank=True,
        rows=(),
        blanks=WHOLE_PAGE,
    )
    return VisitSheets((sheet,), order.imprint("空表"))


def _sheet(head: PaperRound, lines: Sequence[PaperVisit], *, blank: bool) -> VisitSheet:
    rows = [line for line in lines if not (blank and line.state == "done")]
    return VisitSheet(
        heading=HEADINGS[head.kind],
        season=head.season,
        organisation=head.unit,
        title=head.title,
        day=head.day,
        blank=blank,
        rows=tuple(_row(head, line, blank=blank) for line in rows),
        blanks=BLANK_ROWS if blank else 0,
    )


def _row(head: PaperRound, line: PaperVisit, *, blank: bool) -> VisitRow:
    """Return a line; of a blank sheet nothing that is still to be written by hand."""
    done = line.state == "done" and not blank
    lesson = f"《{head.lesson}》" if head.lesson else ""
    lacks = {lack.topic: f"（差 {lack.minutes} 分）" for lack in line.owed} if blank else {}
    topics = "、".join(topic + lacks.get(topic, "") for topic in head.topics)
    return VisitRow(
        name=line.name,
        day=head.day,
        began_at=line.began_at if done else None,
        done_at=line.done_at if done else None,
        age=line.age,
        party_years=line.party_years,
        address=line.address or line.branch,
        reason=REASONS.get(line.target, ""),
        visitors="、".join(head.visitors),
        pair=line.pair,
        topics="；".join(filter(None, (topics, lesson))),
        materials="；".join(filter(None, (head.materials, line.goods))),
        minutes=line.minutes if done else None,
        said="" if blank else "；".join(line.said),
        signed="" if blank else _signed(line),
        photos="" if blank else "、".join(line.photos),
        hours=line.hours if done else None,
    )


def _signed(line: PaperVisit) -> str:
    if line.state != "done":
        return NOT_THERE.get(line.state, "")
    why = f"：{line.why_unsigned}" if line.why_unsigned else ""
    return f"{SIGNED.get(line.signed, '')}{why}".lstrip("：")


def rows(order: Order, *, blank: bool = False) -> Iterator[VisitRow]:
    """Yield the lines of every round of the order's subtree."""
    for key in round_ids(order, blank=blank):
        head, lines = visits.paper_round(key, by=order.by, inside=order.interval)
        yield from _sheet(head, lines, blank=blank).rows


def book(order: Order) -> VisitBook:
    """Return what a workbook is about."""
    imprint = order.imprint(SOURCE, COUNTED)
    return VisitBook(HEADINGS["study"], order.season.name, order.node.short_name, imprint)
