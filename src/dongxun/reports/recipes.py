"""Which papers there are, how big they get, and how each is made, part by part.

A recipe divides a paper into parts whose keys are plain texts. A small paper is made at
once; a big one by a job that keeps each finished part, so a killed job goes on with the
next one.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.activities import api as activities
from dongxun.kernel.errors import Invalid
from dongxun.organisations import api as organisations
from dongxun.reports import papers, workbooks
from dongxun.reports.contracts import Paper
from dongxun.reports.gather import packs, persons, plans, sheets, standings
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order

Found = TypeVar("Found")
Keys = list[str]
Make = Callable[[Order, str, Path, Beat], None]
Bind = Callable[[Order, Sequence[str], Sequence[Path], Path], None]
PDF, XLSX, ZIP = "pdf", "xlsx", "zip"
TYPES = {
    PDF: "application/pdf",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ZIP: "application/zip",
}
SESSIONS_A_PART = 12
SLIPS_A_PART = 600


class NothingToPrint(Invalid):
    """There is nobody and nothing to put on this paper."""

    code = "nothing_to_print"
    message = _("There is nothing to print here yet.")


@dataclass(frozen=True, slots=True)
class Recipe:
    """One kind of paper.

    ``make`` writes the part ``key`` to a path. ``size`` counts what costs time; over
    ``at_once`` it becomes a job. ``dated`` papers ask for a period, ``weekly`` ones for
    its last day only. ``bind`` puts the parts together where binding pages will not do;
    ``called`` says what each is called where they lie side by side.
    """

    key: str
    name: str
    title: Promise
    about: Promise
    icon: str
    forms: tuple[str, ...]
    keys: Callable[[Order], Keys]
    make: Make
    size: Callable[[Order], int]
    at_once: int = 400
    dated: bool = False
    bind: Bind | None = None
    called: Callable[[Order], Keys] | None = None

    def file_name(self, order: Order) -> str:
        """Return what the finished file is called."""
        return f"{order.node.short_name}{self.name}（{order.day.isoformat()}）.{order.form}"


def always(order: Order) -> Keys:
    """Return the one part of a paper that is never empty."""
    return [str(order.node.id)]


def if_any(count: Callable[[Order], int]) -> Callable[[Order], Keys]:
    """Return the keys of a paper of one part, of none when there is nothing to count."""
    return lambda order: always(order) if count(order) else []


def in_both(
    gather: Callable[[Order], Found],
    paper: Callable[[Found], Paper],
    workbook: Callable[[Path, Found], object],
) -> Make:
    """Return how to make a paper of one part that is a PDF or a workbook of the same content."""

    def make(order: Order, _key: str, target: Path, beat: Beat) -> None:
        beat()
        found = gather(order)
        if order.form == XLSX:
            workbook(target, found)
        else:
            _write(paper(found), target)

    return make


whole = if_any(persons.heads)
"""The one part of a paper of people; nothing for nobody."""


def _units(order: Order) -> Keys:
    if order.form == XLSX:
        return whole(order)
    return [str(unit.id) for unit in persons.units(order)]


def _unit_names(order: Order) -> Keys:
    return [unit.short_name for unit in persons.units(order)]


def _write(made: Paper, target: Path) -> None:
    target.write_bytes(made.pdf)


def _roster(order: Order, key: str, target: Path, beat: Beat) -> None:
    beat()
    names = persons.roster(order, organisations.node(UUID(key)))
    if order.form == XLSX:
        workbooks.roster(target, names)
    else:
        _write(papers.roster(names), target)


def _open_names(order: Order, key: str, target: Path, beat: Beat) -> None:
    beat()
    names = standings.open_names(order, organisations.node(UUID(key)))
    if order.form == XLSX:
        workbooks.open_names(target, names)
    else:
        _write(papers.open_names(names), target)


def _coverage(order: Order, _key: str, target: Path, beat: Beat) -> None:
    rows = standings.ledger_rows(order, beat) if order.last >= order.day else iter(())
    workbooks.coverage(target, standings.coverage_book(order), rows)


def _session_ids(order: Order) -> list[UUID]:
    return activities.paper_ids(
        order.season.id, order.interval, by=order.by, first=order.first, last=order.last
    )


def _sessions(order: Order) -> int:
    return len(_session_ids(order))


def _session_parts(order: Order) -> Keys:
    ids = [str(key) for key in _session_ids(order)]
    step = SESSIONS_A_PART
    return [json.dumps(ids[at : at + step]) for at in range(0, len(ids), step)]


def _week_sheets(order: Order, key: str, target: Path, beat: Beat) -> None:
    found = []
    for session_id in json.loads(key):
        beat()
        session = activities.paper_session(UUID(session_id), by=order.by)
        found += sheets.sheets_of(
            session, order.season, by=order.by, at=order.at, inside=order.interval
        )
    if not found:
        target.write_bytes(b"")
        return
    parts = list(papers.parts(found))
    if len(parts) == 1:
        _write(papers.sign_in_sheets(parts[0]), target)
        return
    pieces = []
    for number, part in enumerate(parts):
        beat()
        piece = target.with_name(f"{target.name}.{number}")
        _write(papers.sign_in_sheets(part), piece)
        pieces.append(piece)
    papers.bind(pieces, target)
    for piece in pieces:
        piece.unlink()


def _attendance(order: Order, _key: str, target: Path, beat: Beat) -> None:
    if order.form == XLSX:
        workbooks.sign_in(target, sheets.book_head(order), sheets.period_states(order, beat))
    else:
        _write(papers.attendance(sheets.attendance(order, beat)), target)


def _owing(order: Order) -> list[UUID]:
    lines = activities.makeup_lines(order.season.id, order.interval, by=order.by)
    return list(dict.fromkeys(line.person_id for line in lines))


def _owing_parts(order: Order) -> Keys:
    ids = [str(key) for key in _owing(order)]
    step = SLIPS_A_PART
    return [json.dumps(ids[at : at + step]) for at in range(0, len(ids), step)]


def _make_up(order: Order, key: str, target: Path, beat: Beat) -> None:
    beat()
    slips = persons.make_up_slips(order, map(UUID, json.loads(key)))
    _write(papers.make_up(slips, at=order.at), target)


def _weekly(order: Order, _key: str, target: Path, beat: Beat) -> None:
    _write(papers.weekly_report(standings.weekly_report(order, beat)), target)


def _issue_parts(order: Order) -> Keys:
    ids = packs.list_ids(order)
    return [str(key) for key in ids] if order.form == PDF else [str(key) for key in ids[:1]]


def _issue_sheets(order: Order, key: str, target: Path, beat: Beat) -> None:
    beat()
    if order.form == XLSX:
        book = packs.book(order, packs.SOURCE, packs.RECEIVED)
        workbooks.issue_sheets(target, book, packs.issue_rows(order))
    else:
        _write(papers.issue_sheet(packs.issue_sheet(order, UUID(key))), target)


def _gifts(order: Order, _key: str, target: Path, beat: Beat) -> None:
    beat()
    book, rows = packs.book(order, "捐赠登记"), packs.gift_rows(order)
    if order.form == XLSX:
        workbooks.donation_ledger(target, book, rows)
    else:
        _write(papers.gifts(book, rows), target)


def _leaflets(order: Order, _key: str, target: Path, beat: Beat) -> None:
    beat()
    workbooks.leaflet_log(target, packs.book(order, "发放登记"), packs.leaflet_rows(order))


def _gift_count(order: Order) -> int:
    return len(packs.gift_rows(order))


def _leaflet_count(order: Order) -> int:
    return len(packs.leaflet_rows(order))


def table(*rows: Recipe) -> dict[str, Recipe]:
    """Return recipes by their keys."""
    return {row.key: row for row in rows}


RECIPES = table(
    Recipe(
        key="sheets",
        name="签到表",
        title=_("Sign-in sheets of all branches"),
        about=_("One sheet for each branch and session of the period, with its code."),
        icon="print",
        forms=(PDF,),
        keys=_session_parts,
        make=_week_sheets,
        size=_sessions,
        at_once=4,
        dated=True,
    ),
    Recipe(
        key="plan",
        name="冬训计划表",
        title=_("Season schedule"),
        about=_("Every published session of the period."),
        icon="calendar",
        forms=(PDF, XLSX),
        keys=if_any(_sessions),
        make=in_both(plans.season_plan, papers.season_plan, workbooks.season_plan),
        size=_sessions,
        at_once=300,
        dated=True,
    ),
    Recipe(
        key="roster",
        name="参训对象名册",
        title=_("Roster of those who take part"),
        about=_("By branch, with category and way of learning."),
        icon="people",
        forms=(PDF, XLSX),
        keys=_units,
        called=_unit_names,
        make=_roster,
        size=persons.heads,
    ),
    Recipe(
        key="open",
        name="未参训名单",
        title=_("Names not yet trained"),
        about=_("Who has not met a topic that is due, by branch, with whom to ring."),
        icon="flag",
        forms=(PDF, XLSX),
        keys=_units,
        called=_unit_names,
        make=_open_names,
        size=persons.heads,
    ),
    Recipe(
        key="makeup",
        name="补学通知单",
        title=_("Make-up notices"),
        about=_("One slip for each person with something to make up, three a page."),
        icon="rotate",
        forms=(PDF,),
        keys=_owing_parts,
        make=_make_up,
        size=lambda order: len(_owing(order)),
        at_once=60,
    ),
    Recipe(
        key="attendance",
        name="签到与请假汇总",
        title=_("Attendance and leave"),
        about=_("Sums of each session on paper; each person in the workbook."),
        icon="check",
        forms=(PDF, XLSX),
        keys=if_any(_sessions),
        make=_attendance,
        size=_sessions,
        at_once=6,
        dated=True,
    ),
    Recipe(
        key="coverage",
        name="覆盖情况",
        title=_("Coverage workbook"),
        about=_("Units by topics, each person, and what the figures mean."),
        icon="chart",
        forms=(XLSX,),
        keys=whole,
        make=_coverage,
        size=persons.heads,
        at_once=1_000,
    ),
    Recipe(
        key="issue",
        name="物资发放签收表",
        title=_("Issue and receipt sheets"),
        about=_("Every issued list with who received, when, and who took it."),
        icon="gift",
        forms=(PDF, XLSX),
        keys=_issue_parts,
        make=_issue_sheets,
        size=lambda order: len(packs.list_ids(order)),
        at_once=4,
    ),
    Recipe(
        key="donations",
        name="捐赠台账",
        title=_("Donation ledger"),
        about=_("From who gave to where it went and where it was shown."),
        icon="gift",
        forms=(PDF, XLSX),
        keys=if_any(_gift_count),
        make=_gifts,
        size=_gift_count,
    ),
    Recipe(
        key="leaflets",
        name="宣传资料发放",
        title=_("Leaflet log"),
        about=_("Copies and households by area and day."),
        icon="doc",
        forms=(XLSX,),
        keys=if_any(_leaflet_count),
        make=_leaflets,
        size=_leaflet_count,
    ),
    Recipe(
        key="weekly",
        name="冬训周报",
        title=_("Weekly report of the season"),
        about=_("The seven days up to the last day of the period."),
        icon="doc",
        forms=(PDF,),
        keys=always,
        make=_weekly,
        size=_sessions,
        at_once=6,
        dated=True,
    ),
)


def pieces(path: Path) -> Iterable[bytes]:
    """Yield a finished file in pieces of a megabyte."""
    with path.open("rb") as source:
        while piece := source.read(1 << 20):
            yield piece
