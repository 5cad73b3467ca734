"""The roster as the files room drives it: check, difference, write, undo."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import (
    WRITING,
    Action,
    BaseImporter,
    BatchContext,
    Change,
    Choice,
    Column,
    Finding,
    ImportState,
    Kept,
    Missing,
    Problem,
    Refused,
    RowIn,
)
from dongxun.kernel import bulk
from dongxun.kernel.errors import Text
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people.contracts import PersonId, Status
from dongxun.people.models import PersonPrivate
from dongxun.people.roster import wishes, writing
from dongxun.people.roster.branches import BranchIndex, Found
from dongxun.people.roster.columns import COLUMNS
from dongxun.people.roster.matching import Clues, Known, PeopleIndex
from dongxun.people.services.persons import say_changed

WHO = "name"
"""The column under which a person says whom a row means."""
NEW = "new"
"""That choice: nobody we know yet."""


@dataclass(slots=True)
class State(ImportState):
    """What checking and writing need to know, loaded once."""

    root: Node
    branches: BranchIndex
    people: PeopleIndex
    elsewhere: frozenset[str] = frozenset()

    @property
    def place_id(self) -> UUID:
        """Return the organisation that the roster is for."""
        return self.root.id


class RosterImporter(BaseImporter):
    """党员花名册 into persons of one organisation's branches."""

    kind = "people.roster"
    title: Text = _("Roster")
    rule = act = "people.import_roster"
    columns: Sequence[Column] = COLUMNS

    def given(self, batch: BatchContext) -> frozenset[str]:
        """Return the branch, where the roster is for one branch only."""
        return frozenset({"branch"}) if root_of(batch).has_members else frozenset()

    def prepare(self, batch: BatchContext) -> State:
        """Load the branches and people of the organisation that the roster is for."""
        root = root_of(batch)
        tree = organisations.subtree(root.interval)
        return State(batch, root, BranchIndex(tree), PeopleIndex.load(root.interval))

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say what each row means."""
        read = [wishes.read(row.values) for row in rows]
        self._look_elsewhere(state, read)
        return [_finding(state, row, wish) for row, wish in zip(rows, read, strict=True)]

    def missing(self, state: State, scopes: set[str], seen: set[UUID]) -> list[Missing]:
        """Return who belongs to a branch of the file but is not in it; nobody is deleted."""
        branches = set(map(state.branches.of_scope, scopes))
        return [
            Missing(known.id, known.name, state.branches.name_of(known.branch_id))
            for known in state.people.of_branches(branches)
            if known.id not in seen
        ]

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change | Refused]:
        """Write rows, judged anew against the roster as it now stands."""
        read = [wishes.read(row.values) for row in rows]
        self._look_elsewhere(state, read)
        tasks, refused = [], []
        for row, wish in zip(rows, read, strict=True):
            finding = _finding(state, row, wish)
            if bad := [problem for problem in finding.problems if not problem.note]:
                refused.append(Refused(row, bad[0]))
            elif finding.action in WRITING:
                branch_id = state.branches.of_scope(finding.scope)
                tasks.append(writing.Task(wish, branch_id, finding.target_id))
        changes, touched = writing.write(tasks)
        say_changed(touched)
        state.written += len(changes)
        return [*changes, *refused]

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take changes back; name what somebody has written to since."""
        later, touched, retired = writing.take_back(changes)
        say_changed(touched)
        labels = {change.target_id: change.label for change in changes}
        kept = [
            Kept(change.target_id, _("Somebody has changed this person since."), change.label)
            for change in later
        ]
        why = _("Records refer to this person, who now stands as transferred out.")
        return kept + [Kept(person_id, why, labels[person_id]) for person_id in retired]

    def _look_elsewhere(self, state: State, read: Sequence[wishes.Wish]) -> None:
        """Find the ID numbers of these rows that belong to people outside the subtree."""
        wanted = {wish.id_hash for wish in read if wish.id_hash} - state.people.hashes
        found = bulk.present(PersonPrivate, "id_hash", wanted)
        known = PersonPrivate.objects.filter(id_hash__in=found, person__merged_into=None)
        state.elsewhere = frozenset(known.values_list("id_hash", flat=True) if found else ())


def root_of(batch: BatchContext) -> Node:
    """Return the unit that the workbook is for."""
    if batch.organisation_id is None:
        return organisations.roots_of(batch.by)[0]
    return organisations.node_in_scope(batch.organisation_id, by=batch.by)


def branch_of(state: State, row: RowIn) -> Found:
    """Return the branch of a row; in a roster of one branch an empty cell means that one."""
    text = str(row.values.get("branch") or "")
    if not text and state.root.has_members and "branch" not in row.broken:
        return Found(state.root)
    return state.branches.find(text, str(row.values.get("above") or "")) if text else Found(None)


def _finding(state: State, row: RowIn, wish: wishes.Wish) -> Finding:
    finding = Finding(Action.BAD, label=wish.name)
    if "branch" in row.broken:
        return finding  # what cannot be read has been said already
    found = branch_of(state, row)
    if found.branch is None:
        finding.problems.append(branch_problem(state, found, row))
        return finding
    finding.scope = state.branches.scope(found.branch.id)
    if not wish.name:
        return finding
    if wish.id_hash in state.elsewhere:
        finding.problems.append(_elsewhere_problem())
        return finding
    clues = Clues(
        wish.name, found.branch.id, wish.id_hash, wish.phone_hash, wish.birth, wish.joined
    )
    finding.identity = _identity(clues)
    if wish.has_damaged_id:
        finding.problems.append(_damaged_problem())
    finding.problems += wishes.day_problems(wish.birth, wish.joined)
    if all(problem.note for problem in finding.problems):
        _place(finding, state, row, wish, clues)
    return finding


def _place(finding: Finding, state: State, row: RowIn, wish: wishes.Wish, clues: Clues) -> None:
    """Say whom a row is about and what it changes, or ask."""
    known, candidates = _who(state, row, clues)
    if candidates:
        finding.problems.append(_ask(state, candidates))
    elif known is None:
        finding.action = Action.NEW
        if row.choice.get(WHO) != NEW and state.people.has_namesake(clues):
            finding.problems.append(_namesake_problem())
    else:
        if known.status == Status.TRANSFERRED:
            wish.plain.setdefault("status", Status.ACTIVE.value)  # a branch has them again
        _compare(finding, wish, known, state)


def _who(state: State, row: RowIn, clues: Clues) -> tuple[Known | None, tuple[Known, ...]]:
    """Return the person of a row, or those to choose from; a person's own choice stands."""
    chosen = row.choice.get(WHO)
    if chosen == NEW:
        return None, ()
    if chosen and (known := state.people.by_text(chosen)):
        return known, ()
    match = state.people.match(clues)
    return match.person, match.candidates


def _compare(finding: Finding, wish: wishes.Wish, known: Known, state: State) -> None:
    plain, private = wishes.differences(wish, known), wishes.private_differences(wish, known)
    finding.target_id = known.id
    finding.differences = wishes.shown(plain, private)
    branch_id = state.branches.of_scope(finding.scope)
    if known.branch_id != branch_id:
        finding.action = Action.MOVED
        before, after = map(state.branches.name_of, (known.branch_id, branch_id))
        finding.differences.insert(0, (str(wishes.LABELS["branch"]), before, after))
    else:
        finding.action = Action.CHANGED if plain or private else Action.SAME


def _identity(clues: Clues) -> str:
    if clues.id_hash:
        return f"id:{clues.id_hash}"
    if clues.birth and clues.joined:
        return f"born:{clues.name}|{clues.birth}|{clues.joined}"
    if clues.phone_hash:
        return f"phone:{clues.name}|{clues.branch_id}|{clues.phone_hash}"
    return f"name:{clues.name}|{clues.branch_id}|{clues.birth}|{clues.joined}"


def branch_problem(state: State, found: Found, row: RowIn) -> Problem:
    """Say why no branch was found, with those that may be meant."""
    if not row.values.get("branch"):
        return Problem("branch", "empty", _("This must be filled in."))
    paths = [state.branches.path(branch) for branch in found.near]
    choices = tuple(Choice(path, path) for path in paths)
    if found.ambiguous:
        return Problem(
            "branch",
            "branch_ambiguous",
            _("Several branches have this name. Which one is meant?"),
            choices=choices,
        )
    if not paths:
        return Problem("branch", "branch_unknown", _("There is no such branch here. Add it first."))
    return Problem(
        "branch",
        "branch_unknown",
        _("There is no such branch here. Is one of these meant?"),
        suggestion=paths[0] if found.likely else "",
        choices=choices,
    )


def _elsewhere_problem() -> Problem:
    return Problem(
        "id_number",
        "registered_elsewhere",
        _("This person is on the roster of another organisation. Ask for a transfer there."),
    )


def _damaged_problem() -> Problem:
    return Problem(
        "id_number",
        "id_damaged",
        _("The workbook has cut the ID number short. The row goes in without it."),
        note=True,
    )


def _namesake_problem() -> Problem:
    return Problem(
        WHO,
        "namesake",
        _("This branch has somebody of this name with another birth. Goes in as a new person."),
        note=True,
    )


def _ask(state: State, candidates: tuple[Known, ...]) -> Problem:
    choices = [
        Choice(
            str(PersonId(known.id)),
            "，".join(
                part
                for part in (
                    known.name,
                    state.branches.name_of(known.branch_id),
                    known.joined_on.isoformat() if known.joined_on else "",
                )
                if part
            ),
        )
        for known in candidates
    ]
    return Problem(
        WHO,
        "who",
        _("Somebody of this name is on the roster already. Is it the same person?"),
        choices=(*choices, Choice(NEW, _("Somebody else, add as new"))),
    )
