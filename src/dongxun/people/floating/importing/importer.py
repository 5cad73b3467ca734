"""The register of floating members as the files room drives it: check, write, take back."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import (
    WRITING,
    Action,
    BaseImporter,
    BatchContext,
    Change,
    Choice,
    Column,
    Finding,
    Kept,
    Missing,
    Problem,
    RowIn,
)
from dongxun.kernel.errors import Text
from dongxun.organisations import api as organisations
from dongxun.people import sealing
from dongxun.people.contracts import COUNTED_CATEGORIES, NOT_ELIGIBLE
from dongxun.people.floating.importing import wishes, writing
from dongxun.people.floating.importing.columns import COLUMNS
from dongxun.people.models import ReportIn, Stay
from dongxun.people.roster import importer as roster
from dongxun.people.roster.branches import BranchIndex
from dongxun.people.roster.matching import Clues, Known, PeopleIndex
from dongxun.people.services.persons import say_changed

WHO = roster.WHO
"""The column under which a person says whom a row means."""
NEAR = 4


@dataclass(slots=True)
class State(roster.State):
    """What checking and writing need: the roster, the open lines, who was reported to."""

    stays: dict[UUID, Stay] = field(default_factory=dict)
    hosts: dict[UUID, str] = field(default_factory=dict)


class FloatingImporter(BaseImporter):
    """流动党员登记表 into the register; everybody in it must be on the roster."""

    kind = "people.floating"
    title: Text = _("Register of floating members")
    rule = "people.import_roster"
    act = "people.import_floating"
    columns: Sequence[Column] = COLUMNS

    def given(self, batch: BatchContext) -> frozenset[str]:
        """Return the branch, where the register is for one branch only."""
        return frozenset({"branch"}) if roster.root_of(batch).has_members else frozenset()

    def prepare(self, batch: BatchContext) -> State:
        """Load the roster of the unit and the open lines of its register."""
        root = roster.root_of(batch)
        tree = organisations.subtree(root.interval)
        state = State(batch, root, BranchIndex(tree), PeopleIndex.load(root.interval))
        here = organisations.within([root.interval], "person__branch__lft")
        rows = Stay.objects.filter(here, back_on=None, person__merged_into=None)
        state.stays = {row.person_id: row for row in rows.select_related("person")}
        reports = ReportIn.objects.filter(stay__in=state.stays.values(), closed_at=None)
        for report in reports.select_related("host", "stay"):
            state.hosts[report.stay.person_id] = report.host.short_name
        return state

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say what each row means."""
        return [_judged(state, row)[0] for row in rows]

    def missing(self, state: State, scopes: set[str], seen: set[UUID]) -> list[Missing]:
        """Return who stands in the register of a branch of the file but not in it; nobody goes."""
        branches = set(map(state.branches.of_scope, scopes))
        return [
            Missing(line.id, line.person.name, state.branches.name_of(line.person.branch_id))
            for line in state.stays.values()
            if line.person.branch_id in branches and line.id not in seen
        ]

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change]:
        """Write rows, judged anew against the register as it now stands."""
        tasks = []
        for row in rows:
            finding, task = _judged(state, row)
            if task is not None and finding.action in WRITING:
                tasks.append(task)
        changes, moved = writing.write(tasks, by=state.batch.by)
        say_changed(moved)
        state.written += len(changes)
        return changes

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take changes back; name what somebody has written to since."""
        later, home = writing.take_back(changes, by=state.batch.by)
        say_changed(home, at_home=True)
        why = _("Somebody has written to this line since.")
        return [Kept(change.target_id, why, change.label) for change in later]


def _judged(state: State, row: RowIn) -> tuple[Finding, writing.Task | None]:
    """Return what a row means, and what is to be written if it goes in."""
    name = str(row.values.get("name") or "")
    finding = Finding(Action.BAD, label=name)
    if "branch" in row.broken:
        return finding, None  # what cannot be read has been said already
    found = roster.branch_of(state, row)
    if found.branch is None:
        finding.problems.append(roster.branch_problem(state, found, row))
        return finding, None
    finding.scope = state.branches.scope(found.branch.id)
    if not name:
        return finding, None
    known = _person(state, row, finding, found.branch.id)
    if known is None:
        return finding, None
    stay = state.stays.get(known.id)
    wish = wishes.read(row.values, stay, state.hosts.get(known.id, ""))
    finding.identity, finding.problems = f"stay:{known.id}", [*wish.notes]
    phone = row.values.get("phone")
    if phone and known.phone_hash and sealing.phone_hash(str(phone)) != known.phone_hash:
        finding.problems.append(_other_phone())
    return _compared(finding, wish, known, stay)


def _compared(
    finding: Finding, wish: wishes.Wish, known: Known, stay: Stay | None
) -> tuple[Finding, writing.Task | None]:
    if stay is None:
        finding.action = Action.NEW
        return finding, writing.Task(known.id, known.name, wish.values)
    changed = wishes.differences(wish, stay)
    finding.target_id, finding.differences = stay.id, wishes.shown(changed)
    finding.action = Action.CHANGED if changed else Action.SAME
    after = {name: after for name, (_before, after) in changed.items()}
    return finding, writing.Task(known.id, known.name, after, stay.id)


def _person(state: State, row: RowIn, finding: Finding, branch_id: UUID) -> Known | None:
    """Return the member of the branch that a row is about, or say why there is none."""
    chosen = row.choice.get(WHO)
    known = state.people.by_text(chosen) if chosen else None
    if known is None:
        known, several = _matched(state, row, branch_id)
        if known is None:
            finding.problems.append(_nobody(state, finding.label, branch_id, several))
            return None
    if known.category not in COUNTED_CATEGORIES or known.status in NOT_ELIGIBLE:
        message = _("Not a member who counts: look at category and status in the roster.")
        finding.problems.append(Problem(WHO, "not_counted", message))
        return None
    return known


def _matched(state: State, row: RowIn, branch_id: UUID) -> tuple[Known | None, list[Known]]:
    said = row.values
    phone = str(said.get("phone") or "")
    clues = Clues(
        name=str(said["name"]),
        branch_id=branch_id,
        phone_hash=sealing.phone_hash(phone) if phone else "",
        birth=_month(said.get("birth")),
        joined=_month(said.get("joined_on")),
    )
    match = state.people.match(clues)
    if match.person is not None and match.person.branch_id == branch_id:
        return match.person, []
    here = [known for known in match.candidates if known.branch_id == branch_id]
    return (here[0], []) if len(here) == 1 else (None, here)


def _month(text: str | None) -> tuple[int, int] | None:
    day = values.first_day(text) if text else None
    return (day.year, day.month) if day else None


def _nobody(state: State, name: str, branch_id: UUID, several: list[Known]) -> Problem:
    if several:
        message = _("Several members of this branch have this name. Which one?")
        return Problem(WHO, "several", message, choices=_choices(several))
    people = state.people.of_branches({branch_id})
    near = difflib.get_close_matches(name, {known.name for known in people}, n=NEAR, cutoff=0.6)
    message = _("Nobody of this name is on the roster of this branch. Bring the roster in first.")
    offered = _choices([known for known in people if known.name in near])
    return Problem(WHO, "not_on_roster", message, choices=offered)


def _choices(people: Sequence[Known]) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            str(known.id),
            "，".join([known.name, *([known.joined_on.isoformat()] if known.joined_on else [])]),
        )
        for known in people
    )


def _other_phone() -> Problem:
    message = _("Another number than in the roster, which stays as it is; correct it there.")
    return Problem("phone", "other_phone", message, note=True)
