"""Sign-in sheets and posters of sessions, attendance of a period."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.api import RollRow, RollState, SessionLine
from dongxun.activities.contracts import Method
from dongxun.kernel.actors import Actor, Interval
from dongxun.reports import contracts as c
from dongxun.reports.gather.words import MODES, local, period_words
from dongxun.reports.orders import Order
from dongxun.seasons.contracts import SeasonRules

ROLL_SOURCE = "党员名册、活动排期"
EXPECTED = "应到为参训单位中集中学习的党员；请假、送学、流动在备注栏注明，不计应到"
ATTENDED = "应到＝实到＋请假＋缺勤；一人一场只计一次，另来的和代录的单列"
Beat = Callable[[], None]


def _remark(row: RollRow) -> str:
    if row.state == RollState.ON_LEAVE:
        return f"请假：{row.reason}" if row.reason else "请假"
    return MODES.get(row.mode, "") if row.mode else ""


def _row(row: RollRow) -> c.SignInRow:
    return c.SignInRow(
        name=row.person.name,
        branch=row.person.branch_name,
        role=row.person.duty,
        remark=_remark(row),
    )


def by_branch(rows: Iterable[RollRow]) -> dict[UUID, list[RollRow]]:
    """Return the rows of a roll by home branch, in the order of the roll; guests left out."""
    found: dict[UUID, list[RollRow]] = {}
    for row in rows:
        if not row.is_guest:
            found.setdefault(row.person.branch_id, []).append(row)
    return found


def sheet_address(session: SessionLine) -> str:
    """Return what a sheet's QR opens: the page on which it is entered when it comes back."""
    return f"{settings.ADDRESS}{reverse('activities:find_sheet')}?code={session.code}"


def sheets_of(
    session: SessionLine,
    rules: SeasonRules,
    *,
    by: Actor,
    at: datetime,
    branch_id: UUID | None = None,
    inside: Interval | None = None,
    blank_rows: int = 4,
) -> list[c.SignInSheet]:
    """Return one sheet for each home branch whose names the actor may read.

    Args:
        inside: only branches of this subtree.

    Raises:
        NotFound: nothing of this roll is theirs.
    """
    roll = activities.paper_roll(session.id, by=by, branch_id=branch_id)
    if inside is not None:
        roll = [row for row in roll if row.person.branch_lft in inside]
    return [
        c.SignInSheet(
            season=rules.name,
            activity=session.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            place=session.place,
            host=session.host,
            chair=session.organiser,
            branch=rows[0].person.branch_name,
            code=session.code,
            url=sheet_address(session),
            rows=tuple(map(_row, rows)),
            imprint=c.Imprint(at, ROLL_SOURCE, EXPECTED),
            blank_rows=blank_rows,
            expected=sum(not row.mode for row in rows),
        )
        for rows in by_branch(roll).values()
    ]


def poster(session: SessionLine, rules: SeasonRules) -> c.Poster:
    """Return the sheet for the door: its check-ins are declared until somebody confirms."""
    path = reverse("activities:declare", args=[session.code])
    return c.Poster(
        season=rules.name,
        activity=session.title,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        place=session.place,
        host=session.host,
        code=session.code,
        url=f"{settings.ADDRESS}{path}",
        address=f"{settings.ADDRESS.partition('//')[2]}{path}",
        contact=session.organiser,
    )


def attendance_row(session: SessionLine, rows: Iterable[RollRow]) -> c.AttendanceRow:
    """Return what became of a session, of the people in ``rows``."""
    every = list(rows)
    here = [row for row in every if row.state != RollState.OTHER]
    due = [row for row in here if not row.is_guest and not row.mode]
    came = [row for row in due if row.state == RollState.PRESENT]
    leave = sum(row.state == RollState.ON_LEAVE for row in due)
    present = [row for row in every if row.state == RollState.PRESENT]
    return c.AttendanceRow(
        day=local(session.starts_at).date(),
        activity=session.title,
        place=session.place,
        expected=len(due),
        attended=len(came),
        leave=leave,
        absent=len(due) - len(came) - leave,
        walk_ins=len(present) - len(came),
        proxies=sum(row.method == Method.PROXY for row in present),
    )


def begun(order: Order) -> list[SessionLine]:
    """Return the sessions of the order's period that have begun by its moment."""
    found = activities.paper_sessions(
        order.season.id, order.interval, by=order.by, first=order.first, last=order.last
    )
    return [session for session in found if session.starts_at <= order.at]


def _own(order: Order, session: SessionLine) -> list[RollRow]:
    roll = activities.paper_roll(session.id, by=order.by)
    return [row for row in roll if row.person.branch_lft in order.interval]


def attendance(order: Order, beat: Beat) -> c.AttendanceSummary:
    """Return 签到与请假汇总 of the order's people; sessions without any of them are left out."""
    sessions = begun(order)
    rows = []
    for session in sessions:
        beat()
        row = attendance_row(session, _own(order, session))
        if row.expected or row.attended or row.walk_ins:
            rows.append(row)
    return c.AttendanceSummary(
        season=order.season.name,
        organisation=order.node.name,
        period=period_words(order.first, min(order.last, order.day)),
        sessions=tuple(rows),
        leaves=tuple(_leaves(order, sessions)),
        imprint=order.imprint("签到记录、请假记录", ATTENDED),
    )


def _leaves(order: Order, sessions: list[SessionLine]) -> Iterator[c.LeaveRow]:
    titles = {session.id: session for session in sessions}
    made_up = activities.made_up(list(titles))
    for leave in activities.leaves_of(list(titles), by=order.by):
        session = titles[leave.session_id]
        yield c.LeaveRow(
            name=leave.name,
            branch=leave.branch,
            activity=session.title,
            reason=leave.reason,
            approved_by="",
            makeup_until=leave.window_until,
            done=(leave.person_id in made_up.get(leave.session_id, ())),
        )


STATES = {
    RollState.PRESENT: "已签到",
    RollState.DECLARED: "待确认",
    RollState.ON_LEAVE: "请假",
    RollState.AWAY: "不在本场",
    RollState.OTHER: "在其他会场",
    RollState.MISSING: "未到",
}


def states_of(session: SessionLine, rows: Iterable[RollRow]) -> Iterator[c.SignInState]:
    """Yield each person of a roll and how it is known that they came."""
    for row in rows:
        present = row.state == RollState.PRESENT
        notes = [row.reason, MODES.get(row.mode, "") if row.mode else ""]
        yield c.SignInState(
            day=local(session.starts_at).date(),
            activity=session.title,
            place=session.place,
            branch=row.person.branch_name,
            name=row.person.name,
            state="另来" if row.is_guest and present else STATES[row.state],
            method=str(Method(row.method).label) if row.method else "",
            at=row.occurred_at,
            minutes=session.credit_minutes if present else None,
            note="；".join(note for note in notes if note),
        )


def session_states(session: SessionLine, *, by: Actor) -> list[c.SignInState]:
    """Return one session's roll as far as the actor may read it."""
    return list(states_of(session, activities.paper_roll(session.id, by=by)))


def period_states(order: Order, beat: Beat) -> Iterator[c.SignInState]:
    """Yield the rolls of a period, the order's own people only."""
    for session in begun(order):
        beat()
        yield from states_of(session, _own(order, session))


def book_head(order: Order) -> c.SignInBook:
    """Return the head of the sign-in workbook of a period."""
    return c.SignInBook(
        season=order.season.name,
        organisation=order.node.name,
        period=period_words(order.first, min(order.last, order.day)),
        imprint=order.imprint("签到记录、请假记录", ATTENDED),
    )
