"""What coverage knows, on paper: open names, the coverage workbook, the weekly report."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import groupby

from dongxun.activities import api as activities
from dongxun.activities.api import SessionLine
from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import Definition, Grid, Kind, Row, Stand
from dongxun.kernel import clock
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.reports import contracts as c
from dongxun.reports.gather.needs import solved
from dongxun.reports.gather.sheets import Beat, attendance_row
from dongxun.reports.gather.words import CATEGORIES, MODES, day_words, joined, when_of
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Owing

OPEN = "名单为已到期专题没有学完的参训对象；学过一些的是学了一半"
SOURCE = "学习记录"
YEARS = "本季学时按实际学习的年份计，规定学时按人员类别；本季以外的学习不在内"
ONCE = "一人一专题只计一次，各种方式合计达到学时即算"


def open_names(order: Order, unit: Node) -> c.OpenNames:
    """Return 未参训名单 of a unit: who has not met a topic that is due, by branch."""
    due = [topic for topic in order.season.topics if topic.due_on <= order.day]
    years = coverage.years_of(order.season, order.day)
    groups = []
    stands = coverage.stands(order.season.id, unit.interval, by=order.by)
    rows_by_branch = groupby(stands, key=lambda stand: stand.branch_id)
    counted = [(key, list(rows)) for key, rows in rows_by_branch]
    contacts = organisations.contacts({key for key, _ in counted})
    for branch_id, people in counted:
        rows = []
        for stand in people:
            missing = [topic for topic in due if not stand.has_met(topic.id)]
            if missing:
                half = any(stand.has_begun(topic.id) for topic in missing)
                rows.append(
                    c.OpenRow(
                        name=stand.name,
                        state="学了一半" if half else "没学",
                        hours=stand.hours,
                        required=order.season.owed(stand.owing).season_hours,
                        topics=joined(topic.short_name for topic in missing),
                        reason="" if stand.mode == "group" else MODES[stand.mode],
                        years=_of_years(order, stand, years),
                    )
                )
        if rows:
            contact = contacts.get(branch_id, "")
            groups.append(c.OpenGroup(people[0].branch, contact, len(people), tuple(rows)))
    scope = f"{len(due)} 个已到期专题" if due else "还没有专题到期"
    imprint = order.imprint(SOURCE, OPEN)
    found = tuple(groups)
    return c.OpenNames(order.season.name, unit.name, scope, found, imprint, years, bool(due))


def _of_years(order: Order, stand: Stand, years: Sequence[int]) -> tuple[c.OfYear, ...]:
    """Return what somebody has, owes and lacks of each calendar year."""
    found = coverage.year_hours(order.season, stand.owing, stand.hours_by_year, years)
    return tuple((one.hours, one.owed, one.lacking) for one in found)


def _cells(row: Row, grid: Grid) -> tuple[c.Cell, ...]:
    return tuple(
        c.Cell(numbers.met, numbers.eligible if column.opened else 0)
        for numbers, column in zip(row.topics, grid.columns, strict=True)
    )


def _grid_row(row: Row, grid: Grid) -> c.GridRow:
    return c.GridRow(row.name, _cells(row, grid), c.Cell(row.met, row.due), row.group)


def paper_grid(grid: Grid) -> c.Grid:
    """Return a grid as papers print it."""
    return c.Grid(
        topics=tuple(column.topic.short_name for column in grid.columns),
        rows=tuple(_grid_row(row, grid) for row in grid.rows),
        total=_grid_row(grid.total, grid),
    )


def grid_of(order: Order) -> Grid:
    """Return the grid of the order's organisation, by zones where there are any."""
    past = None if order.last >= order.day else order.last
    return coverage.grid(
        by=order.by, season_id=order.season.id, node=order.node, kind=Kind.GEO, as_of=past
    )


def coverage_book(order: Order) -> c.CoverageBook:
    """Return the coverage workbook but for its names; of a past day as it was known then."""
    grid = grid_of(order)
    imprint = order.imprint(SOURCE, ONCE)
    if order.last < order.day:
        imprint = replace(
            imprint,
            as_of=clock.moment(grid.as_of, time(23, 59)),
            source=f"{SOURCE}的存档，按当时所知；存档不留个人名单",
        )
    return c.CoverageBook(
        season=order.season.name,
        organisation=order.node.name,
        grid=paper_grid(grid),
        definitions=definitions(order),
        imprint=imprint,
        years=coverage.years_of(order.season, order.day),
    )


def year_book(order: Order) -> c.YearBook:
    """Return the workbook of hours by calendar year but for its names."""
    return c.YearBook(
        season=order.season.name,
        organisation=order.node.name,
        years=coverage.years_of(order.season, order.day),
        definitions=definitions(order),
        imprint=order.imprint(SOURCE, YEARS),
    )


def definitions(order: Order) -> tuple[c.Definition, ...]:
    """Return what every figure means, in the words of the season."""
    return tuple(
        c.Definition(
            term=str(row.name),
            formula=str(row.formula),
            counts=str(row.counts),
            excludes=str(row.excludes),
            version=f"第{row.version}版",
            since=row.since,
        )
        for row in coverage.definitions(order.season.wordings)
    )


def latest_definition() -> Definition:
    """Return the 口径 that changed last."""
    return max(coverage.DEFINITIONS, key=lambda row: (row.since, row.version))


def definition_version() -> str:
    """Return the 口径 version as it is printed on a dossier."""
    latest = latest_definition()
    return f"第{latest.version}版（{latest.since.isoformat()}起用）"


def ledger_rows(order: Order, beat: Beat) -> Iterator[c.LedgerRow]:
    """Yield each person's season, by branch."""
    parts = sorted(seasons.taking_part(order.season.id), key=lambda part: part.interval.lft)
    starts = [part.interval.lft for part in parts]

    def town_of(stand: Stand) -> str:
        place = bisect_right(starts, stand.branch_lft) - 1
        inside = place >= 0 and stand.branch_lft in parts[place].interval
        return parts[place].short_name if inside else ""

    words = coverage.Wording(order.season, order.day)
    years = coverage.years_of(order.season, order.day)
    required = {each: order.season.owed(each).season_hours for each in Owing.values}
    for number, stand in enumerate(coverage.stands(order.season.id, order.interval, by=order.by)):
        if number % 1000 == 0:
            beat()
        yield c.LedgerRow(
            town=town_of(stand),
            branch=stand.branch,
            name=stand.name,
            category=CATEGORIES.get(stand.category, ""),
            mode=MODES[stand.mode],
            state=words.season(stand),
            hours=stand.hours,
            required=required[stand.owing],
            topics=words.topics(stand),
            years=_of_years(order, stand, years),
        )


def weekly_report(order: Order, beat: Beat) -> c.WeeklyReport:
    """Return 冬训周报 of the seven days that end with the order's last day, at most today."""
    order = replace(order, last=min(order.last, order.day))
    first = order.last - timedelta(days=6)
    grid = grid_of(order)
    held = _held(order, first, beat)
    coming = activities.paper_sessions(
        order.season.id,
        order.interval,
        by=order.by,
        first=order.last + timedelta(days=1),
        last=order.last + timedelta(days=7),
    )
    silent = _silent(held)
    total = grid.total
    share = f"{100 * total.met / total.due:.1f}%" if total.due else "—"
    came = sum(session.attended or 0 for _, session in held)
    headline = (
        f"截至{day_words(grid.as_of)}，已开 {grid.opened} 个专题，"
        f"完成 {total.met}／{total.due} 人次（{share}）。"
    )
    behind = joined(row.name for row in grid.behind[:5])
    paragraphs = [
        f"本周举办活动 {_times_held(order, first)} 场，到场 {came} 人次；下周安排 {len(coming)} 场。",
        f"进度落后的：{behind}。" if behind else "各单位进度都在计划线附近或以上。",
    ]
    return c.WeeklyReport(
        season=order.season.name,
        office=order.node.name,
        number=max(1, (order.last - order.season.starts_on).days // 7 + 1),
        first_day=first,
        last_day=order.last,
        headline=headline,
        paragraphs=tuple(paragraphs),
        figures=(*_figures(grid), *solved(order)),
        grid=paper_grid(grid),
        held=tuple(session for _, session in held),
        coming=tuple(_coming(session) for session in coming),
        not_reported=silent,
        imprint=order.imprint(f"{SOURCE}、活动排期", ONCE),
    )


def _figures(grid: Grid) -> Iterator[c.Figure]:
    for figure in coverage.figures(grid):
        unit = "人次" if figure.key == "completion" else "人"
        formula = str(figure.definition.formula)
        yield c.Figure(str(figure.name), figure.part, figure.whole, unit, formula)


def _times_held(order: Order, first: date) -> int:
    """Return how many sessions the node itself held in the week: decisions.md 3, 'Hosts'."""
    begin = clock.moment(first, time.min)
    end = min(order.at, clock.moment(order.last + timedelta(days=1), time.min))
    before, now = (
        activities.held_by(order.season.id, order.interval, until=until) for until in (begin, end)
    )
    return len(now - before)


def _held(order: Order, first: date, beat: Beat) -> list[tuple[str, c.WeekSession]]:
    found = []
    for session in activities.paper_sessions(
        order.season.id, order.interval, by=order.by, first=first, last=order.last
    ):
        if session.ends_at > order.at:
            continue
        beat()
        roll = activities.paper_roll(session.id, by=order.by)
        rows = [row for row in roll if row.person.branch_lft in order.interval]
        row = attendance_row(session, rows)
        line = c.WeekSession(
            when=when_of(session),
            activity=session.title,
            place=session.place,
            host=session.host,
            expected=row.expected,
            attended=row.attended + row.walk_ins,
        )
        found.append((session.host, line))
    return found


def _silent(held: Sequence[tuple[str, c.WeekSession]]) -> tuple[str, ...]:
    """Return the hosts of sessions without a single check-in."""
    return tuple(dict.fromkeys(host for host, line in held if not line.attended))


def _coming(session: SessionLine) -> c.WeekSession:
    return c.WeekSession(
        when=when_of(session),
        activity=session.title,
        place=session.place,
        host=session.host,
        expected=session.expected,
    )
