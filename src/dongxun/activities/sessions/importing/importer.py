"""The plan workbook as the files room drives it: check, difference, write, undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from dongxun.activities.models import Claim, Session
from dongxun.activities.sessions import drafts, planning
from dongxun.activities.sessions.checks import check_plan
from dongxun.activities.sessions.importing.columns import COLUMNS
from dongxun.activities.sessions.importing.merging import merged, target_of
from dongxun.activities.sessions.importing.reading import Known, Reader, load, rules_of
from dongxun.activities.sessions.rows import plan_of
from dongxun.activities.sessions.shapes import SessionPlan
from dongxun.files.contracts import (
    WRITING,
    Action,
    BaseImporter,
    BatchContext,
    Change,
    Column,
    Finding,
    Kept,
    Problem,
    RowIn,
)
from dongxun.kernel.errors import DomainError, Invalid, Text
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.people import api as people


@dataclass(slots=True)
class State:
    """What checking and writing need to know, loaded once."""

    known: Known


class PlanImporter(BaseImporter):
    """冬训计划表 into sessions of one organisation's subtree."""

    kind = "activities.plan"
    title: Text = _("Winter training plan")
    rule = "activities.import_sessions"
    columns: Sequence[Column] = COLUMNS

    def prepare(self, batch: BatchContext) -> State:
        """Load the season's rules and the names that cells may hold."""
        return State(load(batch, rules_of(batch)))

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say what each row means."""
        return [_finding(state.known, row) for row in rows]

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change]:
        """Write rows as sessions; those with a place are made known without a notice each."""
        return [
            change for row in rows if row.action in WRITING for change in _write(state.known, row)
        ]

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take sessions back that nobody has touched or attended since."""
        kept = [_undo_one(state.known, change) for change in changes]
        return [one for one in kept if one is not None]

    def finished(self, state: Any) -> None:
        """Nothing is left to do: each session has its own trace."""


def _finding(known: Known, row: RowIn) -> Finding:
    reader = Reader(known, row)
    plan = reader.plan()
    finding = Finding(Action.NEW, label=reader.text("title") or reader.text("topic"))
    target = target_of(reader, plan)
    if target is not None and not known.batch.by.reaches(target.host.lft):
        finding.action, finding.target_id = Action.SKIP, target.id
        note = _("Held by %(host)s; only they change it.") % {"host": target.host.short_name}
        finding.problems = [Problem("host", "theirs", note, note=True)]
        return finding
    if target is None and reader.text("code"):
        reader.unknown_code()
    finding.problems = reader.problems
    if plan is None or any(not problem.note for problem in finding.problems):
        return finding
    if target is not None:
        plan = merged(reader, plan, target)
    finding.identity = f"{plan.host_id}|{plan.starts_at.isoformat()}|{plan.title}"
    try:
        check_plan(plan, known.rules, row=target)
    except Invalid as error:
        finding.problems += [
            Problem(_column(where), where.split(".")[0], message)
            for where, message in error.details
        ]
    if target is not None:
        finding.target_id = target.id
        before = plan_of(target)
        finding.differences = _differences(before, plan)
        finding.action = Action.CHANGED if finding.differences else Action.SAME
    return finding


_COLUMN_OF = {
    "starts_at": "when",
    "ends_at": "when",
    "topics": "topic",
    "place_id": "place",
    "online_url": "link",
    "lecturers": "lecturer",
    "host_id": "host",
    "co_hosts": "co_hosts",
}


def _column(where: str) -> str:
    return _COLUMN_OF.get(where.split(".", maxsplit=1)[0], "")


def _differences(before: SessionPlan, after: SessionPlan) -> list[tuple[str, str, str]]:
    """Return what a workbook row would change, in words; what it cannot say stays."""
    rows = [
        (_("Title"), before.title, after.title),
        (_("Time"), _time(before), _time(after)),
        (_("Place"), _place(before), _place(after)),
        (_("Kind of session"), before.type, after.type),
        (
            _("Credit"),
            str(sum(n for _t, n in before.topics)),
            str(sum(n for _t, n in after.topics)),
        ),
        (_("Who answers for it"), before.organiser_name, after.organiser_name),
        (_("Remarks"), before.note, after.note),
        (_("Combined with"), "、".join(before.tags), "、".join(after.tags)),
        (_("Live link"), before.online_url, after.online_url),
        (_("Co-hosts"), _names(before), _names(after)),
        (_("Lecturer"), _lecturers(before), _lecturers(after)),
        (_("Who is expected"), before.audience, after.audience),
    ]
    return [(str(label), old, new) for label, old, new in rows if old != new]


def _time(plan: SessionPlan) -> str:
    hours = f"{times.hour_minute(plan.starts_at)}–{times.hour_minute(plan.ends_at)}"
    return f"{times.day(plan.starts_at)} {hours}"


def _place(plan: SessionPlan) -> str:
    if plan.place_id is None:
        return plan.place_text
    return organisations.sites([plan.place_id])[plan.place_id].name + plan.place_text


def _names(plan: SessionPlan) -> str:
    nodes = organisations.nodes([part.organisation_id for part in plan.co_hosts])
    return "、".join(sorted(node.short_name for node in nodes.values()))


def _lecturers(plan: SessionPlan) -> str:
    names = people.lecturer_names([one.lecturer_id for one in plan.lecturers])
    return "、".join(sorted(one.name for one in names.values()))


def _write(known: Known, row: RowIn) -> list[Change]:
    reader = Reader(known, row)
    plan = reader.plan()
    if plan is None:
        return []
    target = target_of(reader, plan)
    if row.action == Action.NEW and target and target.starts_at != plan.starts_at:
        target = None  # an earlier row of this file, or somebody meanwhile: another time of the day
    before = drafts.typed_of(target) if target else {}
    if target is not None:
        plan = merged(reader, plan, target)
    if target and plan_of(target) == plan:
        return []
    session_id = planning.save_session(
        by=known.batch.by, plan=plan, session_id=target.id if target else None
    )
    if target is None:
        planning.make_known(session_id)
    session = Session.objects.get(id=session_id)
    return [
        Change(
            "session",
            session.id,
            before,
            drafts.typed_of(session),
            session.version,
            label=session.title,
        )
    ]


def _undo_one(known: Known, change: Change) -> Kept | None:
    session = Session.objects.filter(id=change.target_id).first()
    if session is None:
        return None
    if session.version != change.version:
        return Kept(session.id, _("Somebody has changed it since."), change.label)
    if Claim.objects.filter(session=session).exists():
        return Kept(session.id, _("People have checked in."), change.label)
    plan = drafts.plan_from(dict(change.before), session.season_id, by=known.batch.by)
    try:
        if plan is None:
            session.delete()
        else:
            planning.save_session(by=known.batch.by, plan=plan, session_id=session.id)
    except DomainError as error:
        return Kept(session.id, error.message, change.label)
    return None
