"""The list of organisations as the files room drives it: check, difference, write, undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files import api as files
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
    Problem,
    RowIn,
)
from dongxun.kernel import bulk
from dongxun.kernel.errors import DomainError, Text
from dongxun.kernel.rules import allows
from dongxun.organisations import kinds, queries
from dongxun.organisations.importing import coded, writing
from dongxun.organisations.importing.columns import COLUMNS, kind_of
from dongxun.organisations.importing.index import TreeIndex, ZoneRef
from dongxun.organisations.models import Organisation
from dongxun.organisations.names import name_key
from dongxun.organisations.services import refuse_kind, short_name, type_of

WHICH = "name"
"""The column under which a person says which organisation a row means."""
NEW = "new"
ASKED = ("above", "geo", "joint")
"""Columns whose text a person may have been asked to choose anew."""
PLACING = frozenset({"above", "code", "parent_code"})
"""Columns without which nobody can tell where a row belongs."""


@dataclass(slots=True)
class State(ImportState):
    """What checking and writing need to know, loaded once."""

    tree: TreeIndex
    kinds: Mapping[str, str]
    ranks: Mapping[str, int]
    said: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    has_asked: bool = False

    @property
    def place_id(self) -> UUID:
        """Return the organisation that the list is for."""
        return self.tree.root.id

    def is_coming(self, name: str) -> bool:
        """Return whether a row of the same file brings an organisation of this name."""
        if name_key(name) not in self.said:
            self._ask()
        return name_key(name) in self.said

    def is_code_coming(self, code: str) -> bool:
        """Return whether a row of the same file brings an organisation with this code."""
        if code not in self.codes:
            self._ask()
        return code in self.codes

    def note(self, label: str) -> None:
        """Know that a row brings an organisation of this label."""
        name, code = coded.parts_of(label)
        self.said.add(name_key(name))
        if code:
            self.codes.add(code)

    def _ask(self) -> None:
        """Read once what the rows checked before bring; a single row comes without the others."""
        if not self.has_asked:
            self.has_asked = True
            for label in files.labels_coming(self.batch.id):
                self.note(label)

    def lies_outside(self, row: RowIn) -> bool:
        """Return whether a row of a list of divisions is not below the place of the import."""
        code, above = (str(row.values.get(key) or "") for key in ("code", "parent_code"))
        if above in self.outside:
            return True
        if not coded.is_list_of_divisions(row) or self.tree.coded(above) or above in self.codes:
            return False
        rank = self.ranks.get(str(row.values.get("kind") or ""))
        if rank is not None and rank <= self.ranks[self.tree.root.type_id]:
            return True
        return bool(self.tree.root.code) and not code.startswith(self.tree.root.code or "")


class OrganisationsImporter(BaseImporter):
    """组织 into the tree below one organisation: add, correct, move; nothing is closed."""

    kind = "organisations.tree"
    title: Text = _("Organisations")
    rule = "organisations.import"
    act = "organisations.import_organisations"
    columns: Sequence[Column] = COLUMNS

    def prepare(self, batch: BatchContext) -> State:
        """Load the tree of the organisation that the list is for."""
        if batch.organisation_id is None:
            root = queries.roots_of(batch.by)[0]
        else:
            root = queries.node_in_scope(batch.organisation_id, by=batch.by)
        ranks = {kind.code: kind.rank for kind in kinds.kinds()}
        return State(batch, TreeIndex.load(root.id), kinds.codes_by_name(), ranks)

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say what each row means; an organisation above may stand further up in the file."""
        rows = [_as_chosen(row) for row in rows]
        _look_elsewhere(state, rows)
        found = []
        for row in rows:
            finding = _finding(state, row)
            found.append(finding)
            if finding.action == Action.NEW and not row.broken:
                state.note(finding.label)
            code = str(row.values.get("code") or "")
            if code and finding.action == Action.CHANGED and finding.target_id:
                state.tree.mean(code, finding.target_id)
        return found

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change]:
        """Write rows, judged anew against the tree as it now stands."""
        rows = [_as_chosen(row) for row in rows]
        _look_elsewhere(state, rows)
        changes = []
        for row in rows:
            finding = _finding(state, row)
            if finding.action not in WRITING:
                continue
            try:
                with transaction.atomic():
                    change = writing.write(state.batch.by, state.tree, _wish(state, row, finding))
            except DomainError:  # somebody shaped the tree since the check; the row stays out
                continue
            changes.append(change)
        state.written += len(changes)
        return changes

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take changes back, children before their parents; name what has to stay."""
        return [
            Kept(change.target_id, reason, change.label)
            for change in changes
            if (reason := writing.take_back(state.batch.by, change))
        ]


def _as_chosen(row: RowIn) -> RowIn:
    """Return the row with the texts that a person chose in place of those of the file."""
    chosen = {key: row.choice[key] for key in ASKED if row.choice.get(key)}
    return row._replace(values={**row.values, **chosen}) if chosen else row


def _look_elsewhere(state: State, rows: Sequence[RowIn]) -> None:
    """Know which codes of these rows units have that are closed, or not below this place."""
    wanted = {str(code) for row in rows if (code := row.values.get("code"))}
    unknown = {code for code in wanted if not state.tree.coded(code)}
    state.taken = bulk.present(Organisation, "code", unknown)


def _finding(state: State, row: RowIn) -> Finding:
    name, code = (str(row.values.get(key) or "") for key in ("name", "code"))
    finding = Finding(Action.BAD, label=coded.label_of(name, code))
    if not name or PLACING & row.broken:
        return finding  # what is empty or cannot be read has been said already
    known = coded.known(state.tree, row)
    if known is None and state.lies_outside(row):
        state.outside.add(code)
        return coded.leave_out(finding)
    parent = _parent(state, row, finding, known)
    if known is None and not finding.problems:
        known = _known(state, row, name, parent, finding)
    _zones(state, row, finding, known, parent)
    above = str(parent.id) if parent else name_key(str(row.values.get("above")))
    finding.identity = f"code|{code}" if code else f"{above}|{name_key(name)}"
    if any(not problem.note for problem in finding.problems):
        return finding
    if known is None:
        finding.action = Action.NEW
        finding.identity += "" if row.choice.get(WHICH) != NEW else "|new"
        if code in state.taken:
            message = _("A unit elsewhere has this code, or one that is closed.")
            finding.problems.append(Problem("code", "code_elsewhere", message))
        if not _kind(state, row, None):
            message = _("Say what kind of organisation this is.")
            finding.problems.append(Problem("kind", "kind_unknown", message))
        return finding
    _compare(state, row, known, parent, finding)
    return finding


def _kind(state: State, row: RowIn, known: Organisation | None) -> str:
    """Return the kind that a row gives its unit; empty where it stays as it is."""
    name, kind = str(row.values["name"]), str(row.values.get("kind") or "")
    if kind in coded.LEVELS and row.values.get("code"):
        return "" if known and coded.is_list_of_divisions(row) else type_of(name, kind)
    return kind or ("" if known else kind_of(name, state.kinds))


def _parent(
    state: State, row: RowIn, finding: Finding, known: Organisation | None = None
) -> Organisation | None:
    """Return the node above, None for one that the file itself brings."""
    text, code = (str(row.values.get(key) or "") for key in ("above", "parent_code"))
    if known and not text:
        coded.note_place(finding, row, known, state.tree)
        own = state.tree.by_id.get(known.parent_id) if known.parent_id else None
        return own or state.tree.root
    if code and not text:
        above = state.tree.coded(code)
        if above is None and not state.is_code_coming(code):
            message = _("There is no organisation with this code here, nor further up in the file.")
            finding.problems.append(Problem("parent_code", "above_unknown", message))
        return above
    if not text:
        hits = state.tree.named(str(row.values["name"]))
        own = hits[0] if len(hits) == 1 else None
        above = state.tree.by_id.get(own.parent_id) if own and own.parent_id else None
        return above or state.tree.root
    return _named(state, text, finding)


def _named(state: State, text: str, finding: Finding) -> Organisation | None:
    """Return the node that a text means; ask where there are several, or only alike ones."""
    hits = state.tree.named(text) or ([] if state.is_coming(text) else state.tree.led_by(text))
    if len(hits) == 1:
        return hits[0]
    if not hits and state.is_coming(text):
        return None
    near = hits or state.tree.near(text)
    choices = tuple(Choice(path, path) for path in map(state.tree.path, near[:8]))
    if hits:
        code = "above_ambiguous"
        message = _("Several organisations have this name. Which one is meant?")
    else:
        code = "above_unknown"
        message = _("There is no such organisation here, nor further up in the file.")
    finding.problems.append(Problem("above", code, message, choices=choices))
    return None


def _known(
    state: State, row: RowIn, name: str, parent: Organisation | None, finding: Finding
) -> Organisation | None:
    """Return the organisation that the row is about; ask where the name stands elsewhere."""
    chosen = row.choice.get(WHICH, "")
    hits = state.tree.named(name)
    here = [hit for hit in hits if parent and hit.parent_id == parent.id] or [
        hit for hit in hits if not row.values.get("above") and hit.id == state.tree.root.id
    ]
    if code := str(row.values.get("code") or ""):
        return coded.among(here, code, finding)
    if here:
        return here[0]
    if chosen == NEW or not hits:
        return None
    if picked := [hit for hit in hits if str(hit.id) == chosen]:
        return picked[0]
    choices = [Choice(str(hit.id), state.tree.path(hit)) for hit in hits[:5]]
    finding.problems.append(
        Problem(
            WHICH,
            "elsewhere",
            _("An organisation of this name stands elsewhere. Is it the same, and to be moved?"),
            choices=(*choices, Choice(NEW, _("Another one, add as new"))),
        )
    )
    return None


def _zones(
    state: State,
    row: RowIn,
    finding: Finding,
    known: Organisation | None,
    parent: Organisation | None,
) -> list[ZoneRef]:
    """Return the zones that the row puts its organisation into; where it is already, none."""
    found = []
    for column in ("geo", "joint"):
        text = str(row.values.get(column) or "")
        if not text:
            continue
        if zone := state.tree.zone(text, column):
            if state.tree.zone_after(zone.set_id, known, parent) == zone.id:
                continue
            found.append(zone)
            if not allows("organisations.divide", state.batch.by, zone.root):
                message = _(
                    "Only the training office divides into zones, and now this is another one."
                    " Leave the cell empty, or ask the office."
                )
                finding.problems.append(Problem(column, "zone_not_yours", message))
            continue
        choices = tuple(Choice(name, name) for name in state.tree.zone_names(column)[:8])
        message = _("There is no such zone. Add it under zones first, or choose one.")
        finding.problems.append(Problem(column, "zone_unknown", message, choices=choices))
    return found


def _compare(
    state: State, row: RowIn, known: Organisation, parent: Organisation | None, finding: Finding
) -> None:
    finding.target_id = known.id
    if (kind := _kind(state, row, known) or known.type_id) != known.type_id:
        try:
            refuse_kind(known, kind)
        except DomainError as error:
            finding.problems.append(Problem("kind", "kind_refused", error.message))
            return
    wish = _wish(state, row, finding)
    finding.differences = _in_words(writing.differences(state.tree, known, wish))
    has_moved = known.id != state.tree.root.id and (
        parent is None or known.parent_id not in {parent.id, None}
    )
    if has_moved and known.id != (parent.id if parent else None):
        finding.action = Action.MOVED
        after = parent.short_name if parent else str(row.values.get("above"))
        before = state.tree.name_of(known.parent_id)
        finding.differences.insert(0, (str(_("Organisation above")), before, after))
    else:
        finding.action = Action.CHANGED if finding.differences else Action.SAME


def _in_words(rows: Sequence[tuple[Text, str, str]]) -> list[tuple[str, str, str]]:
    return [(str(label), before, after) for label, before, after in rows]


def _wish(state: State, row: RowIn, finding: Finding) -> writing.Wish:
    known = state.tree.by_id.get(finding.target_id) if finding.target_id else None
    by_code = coded.known(state.tree, row)
    parent = _parent(state, row, Finding(Action.BAD, label=finding.label), by_code)
    values = row.values
    name, level = str(values["name"]), str(values.get("kind") or "")
    fields = {
        "type_id": _kind(state, row, known),
        "code": values.get("code"),
        "secretary_name": values.get("secretary"),
        "contact_name": values.get("contact"),
        "contact_phone": values.get("phone"),
        "tier": values.get("tier"),
        "situation": values.get("situation"),
    }
    return writing.Wish(
        name=name,
        short_name=short_name(name, level) if values.get("code") else "",
        target_id=finding.target_id,
        parent=parent,
        has_moved=finding.action == Action.MOVED,
        fields={name: str(value) for name, value in fields.items() if value},
        zones=tuple(_zones(state, row, Finding(Action.BAD), known, parent)),
    )
