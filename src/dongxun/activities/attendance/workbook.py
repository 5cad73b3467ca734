"""Attendance from a workbook: one line a person and session, found by the session's code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.attendance import again, claims, expected, leave, rolls
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method, SessionState
from dongxun.activities.models import Leave, Session
from dongxun.activities.presence import rows_of
from dongxun.files.api import values
from dongxun.files.contracts import (
    Action,
    BaseImporter,
    BatchContext,
    Cell,
    CellProblem,
    Change,
    Choice,
    Column,
    Finding,
    ImportState,
    Kept,
    Problem,
    Refused,
    RowIn,
    Value,
)
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, DomainError, NotFound, Text
from dongxun.kernel.ids import derived_id, normal_code
from dongxun.kernel.rules import allows
from dongxun.people import api as people
from dongxun.people.contracts import RollLine
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

PRESENT, ON_LEAVE, ABSENT = "present", "leave", "absent"
STATES = {
    PRESENT: ("到", "实到", "已到", "已签到", "签到", "出席", "√", "是"),
    ON_LEAVE: ("假", "请假", "事假", "病假", "公假"),
    ABSENT: ("缺", "缺席", "未到", "否", "×"),
}
_WORDS = {word: state for state, words in STATES.items() for word in words}


def clock_time(cell: Cell) -> Value:
    """Return a time of day as ``HH:MM``; takes 08:41, 8：41, 8.41, 0.36 (Excel) and moments.

    As a number 8.30 is kept as 8.3, so one digit stands for tens of minutes; of 14.5 nobody
    knows whether half past or ten to is meant.

    Raises:
        CellProblem: it is no time.
    """
    if cell is None or cell == "":
        return None
    if isinstance(cell, datetime):
        return cell.strftime("%H:%M")
    if isinstance(cell, int | float) and not isinstance(cell, bool) and 0 <= cell < 1:
        minutes = round(float(cell) * 24 * 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    text = str(cell).strip().replace("：", ":")
    try:
        if "." in text:
            text = _parted_by_a_point(text, is_number=isinstance(cell, float))
        hours, minutes_text = text.split(":")[:2]
        return time(int(hours), int(minutes_text)).strftime("%H:%M")
    except ValueError as error:
        raise CellProblem("no_time", _("A time like 08:41, please.")) from error


def _parted_by_a_point(text: str, *, is_number: bool) -> str:
    hours, minutes = text.split(".")[:2]
    if is_number and len(minutes) == 1 and minutes != "5":
        minutes += "0"
    if len(minutes) != 2:
        raise ValueError(text)
    return f"{hours}:{minutes}"


COLUMNS = (
    Column("code", _("Session code"), values.text(12), ("编号", "签到码", "场次码"), required=True),
    Column("name", _("Name"), values.name, ("党员姓名", "参训人"), required=True),
    Column("branch", _("Branch"), values.text(), ("所在党支部", "党支部", "所属党组织")),
    Column("state", _("State"), values.choice_of(_WORDS), ("出勤", "签名", "到会情况", "签到情况")),
    Column("at", _("Time"), clock_time, ("签到时间", "到会时间")),
    Column("reason", _("Reason"), values.text(), ("备注", "请假原因", "事由")),
)


@dataclass(slots=True)
class Roll:
    """One session's people by name, and where each stands."""

    session: Session
    names: dict[str, list[RollLine]]
    present: set[UUID]
    declared: dict[UUID, datetime]
    on_leave: dict[UUID, UUID]


@dataclass(slots=True)
class State(ImportState):
    """What checking and writing need; rolls are loaded when a row first names them."""

    rolls: dict[str, Roll | None] = field(default_factory=dict)


class AttendanceImporter(BaseImporter):
    """签到情况 workbooks into check-ins and leave."""

    kind = "activities.attendance"
    title: Text = _("Attendance")
    rule = act = "activities.import_attendance"
    columns: Sequence[Column] = COLUMNS

    def prepare(self, batch: BatchContext) -> State:
        """Begin with no roll loaded."""
        return State(batch)

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say whom and what each row means."""
        return [_finding(state, row) for row in rows]

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change | Refused]:
        """Write presences and leave, judged anew."""
        told: list[Change | Refused] = []
        for row in rows:
            finding = _finding(state, row)
            if finding.problems:
                told.append(Refused(row, finding.problems[0]))
            elif finding.action is Action.NEW:
                told.append(_try(state, row, finding))
        state.written += sum(isinstance(one, Change) for one in told)
        return told

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take presences back that nothing else has stated, and leave; what stood before does again."""
        by = state.batch.by
        return [kept for change in changes if (kept := _take_back(by, change))]


def _roll(state: State, typed: str) -> Roll | None:
    code = normal_code(typed)
    if code not in state.rolls:
        state.rolls[code] = _load(state.batch, code)
    return state.rolls[code]


def _load(batch: BatchContext, code: str) -> Roll | None:
    session = Session.objects.filter(code=code).first()
    if session is None or not allows("activities.take_attendance", batch.by, session):
        return None
    names: dict[str, list[RollLine]] = {}
    allowed = rolls.people_allowed(session, expected.on_the_roll(session), by=batch.by)
    for line in people.roll_lines(allowed.keys()):
        names.setdefault(line.name, []).append(line)
    leaves = Leave.objects.filter(session=session, withdrawn_at=None)
    first = {owner: own[0] for owner, own in rows_of(session.id).items()}
    return Roll(
        session,
        names,
        {owner for owner, row in first.items() if row.confirmed},
        {owner: row.occurred_at for owner, row in first.items() if not row.confirmed},
        dict(leaves.values_list("person_id", "id")),
    )


def _finding(state: State, row: RowIn) -> Finding:
    name, what = str(row.values.get("name") or ""), row.values.get("state") or PRESENT
    finding = Finding(Action.BAD, label=name)
    roll = _roll(state, str(row.values.get("code") or ""))
    if roll is None:
        words = _("No session of yours has this code.")
        finding.problems.append(Problem("code", "code_unknown", words))
        return finding
    person = _person(roll, row, finding)
    if person is None:
        return finding
    finding.identity = f"{roll.session.id}|{person.id}"
    finding.plan = {"person": str(person.id), "what": what}
    finding.problems += _faults(roll, row, what)
    done = roll.present if what == PRESENT else roll.on_leave
    if what == ABSENT:
        finding.action = Action.SKIP
    elif person.id in done or (what == ON_LEAVE and person.id in roll.present):
        finding.action = Action.SAME
    else:
        finding.action = Action.NEW
    return finding


def _faults(roll: Roll, row: RowIn, what: str) -> list[Problem]:
    if roll.session.state == SessionState.CANCELLED:
        return [Problem("code", "session_cancelled", _("This session was called off."))]
    if seasons.closed_at(roll.session.season_id) is not None:
        return [Problem("code", SeasonClosed.code, SeasonClosed().message)]
    if what == ON_LEAVE and not row.values.get("reason"):
        return [Problem("reason", "reason_missing", _("Leave needs a reason."))]
    at = _moment(roll.session, row)
    if what == PRESENT and not rolls.window_holds(roll.session, at):
        words = _("Check-in was not open at that time.")
        return [Problem("at", "outside_window", words)]
    return []


def _moment(session: Session, row: RowIn) -> datetime:
    typed = row.values.get("at")
    if not typed:
        return session.starts_at
    return clock.moment(clock.day_of(session.starts_at), time.fromisoformat(str(typed)))


def _person(roll: Roll, row: RowIn, finding: Finding) -> RollLine | None:
    """Return whom the row means; two of one name are told apart by branch, else asked."""
    name, branch = str(row.values.get("name") or ""), str(row.values.get("branch") or "")
    chosen = row.choice.get("name", "")
    found = roll.names.get(name, [])
    if chosen:
        found = [line for line in found if str(line.id) == chosen]
    if len(found) > 1 and branch:
        found = [line for line in found if branch in line.branch_name] or found
    if len(found) == 1:
        return found[0]
    if found:
        choices = tuple(Choice(str(line.id), f"{name}，{line.branch_name}") for line in found)
        words = _("Several people here have this name. Which one?")
        finding.problems.append(Problem("name", "name_ambiguous", words, choices=choices))
    else:
        words = _("Not expected at this session. Enter them as a walk-in.")
        finding.problems.append(Problem("name", "person_not_expected", words))
    return None


def _try(state: State, row: RowIn, finding: Finding) -> Change | Refused:
    try:
        with transaction.atomic():
            return _write(state, row, finding)
    except DomainError as error:
        return Refused(row, Problem("code", error.code, error.message))


def _write(state: State, row: RowIn, finding: Finding) -> Change:
    roll = _roll(state, str(row.values["code"]))
    if roll is None:
        raise NotFound
    session, person_id = roll.session, UUID(finding.plan["person"])
    what, by = finding.plan["what"], state.batch.by
    after = {"session": str(session.id), "what": what}
    before = _before(roll, person_id)
    if what == ON_LEAVE:
        reason = str(row.values.get("reason"))
        given = leave.grant_leave(by=by, session_id=session.id, person_id=person_id, reason=reason)
        roll.on_leave[person_id] = given.id
        return Change("leave", person_id, before, after, 1, finding.label)
    item = Presence(
        id=derived_id(session.created_at, "workbook", state.batch.id, session.id, person_id),
        person_id=person_id,
        method=Method.WORKBOOK,
        occurred_at=_moment(session, row),
    )
    [answer] = claims.claim_presence(by=by, session_id=session.id, items=[item])
    if answer.answer == SyncAnswer.REJECTED:
        raise Conflict(_("The session has changed meanwhile: look at it and import the row again."))
    roll.present.add(person_id)
    return Change("check_in", person_id, before, after, 1, finding.label)


def _before(roll: Roll, person_id: UUID) -> dict[str, str]:
    """Return the declaration and the leave that give way, and take them off the roll."""
    at, excused = roll.declared.pop(person_id, None), roll.on_leave.pop(person_id, None)
    found = {"declared": at.isoformat()} if at else {}
    return found | ({"leave": str(excused)} if excused else {})


def _take_back(by: Actor, change: Change) -> Kept | None:
    session = Session.objects.get(id=change.after["session"])
    declared = change.before.get("declared")
    at = datetime.fromisoformat(declared) if declared else None
    if change.kind == "leave":
        leave.withdraw_leave(by=by, session_id=session.id, person_id=change.target_id)
    else:
        rows = rows_of(session.id, [change.target_id])
        said = [each for found in again.said_of(session.id, rows).values() for each in found]
        if {method for method, _at in said} - {Method.WORKBOOK, Method.DECLARED}:
            words = _("Seen by a phone or a roll call as well.")
            return Kept(change.target_id, words, change.label)
        for owner in [owner for owner, own in rows.items() if own[0].confirmed]:
            reason = "import taken back"
            claims.void_person(by=by, session_id=session.id, person_id=owner, reason=reason)
        at = at or next((moment for method, moment in said if method == Method.DECLARED), None)
    if at:
        again.declare(session, change.target_id, at)
    if excused := change.before.get("leave"):
        again.excuse(session, UUID(str(excused)), by=by)
    return None
