"""Shapes, choices and errors of files that cross the door, and what an importer is.

An importer belongs to the room whose rows it brings in; it registers itself by
``files.api.register`` when its app is ready. The engine of this room reads the
workbook, finds the header, parses cells, keeps rows and changes, runs the jobs and
shows the wizard. The importer says what columns there are, what each row means for
the records that exist, and writes them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text

Cell = str | int | float | bool | date | datetime | None
"""What one cell of a workbook holds, before anybody says what it means."""

Value = Any
"""A JSON value; a day is "1991-05-12", a month "1991-05"."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

Parser = Callable[[Cell], Value]
"""Turns a cell into a value, or raises ``CellProblem``. An empty cell gives None."""


class FileRefused(Invalid):
    """A file cannot, or should not, be read; the message says what to do instead."""

    code = "file_refused"
    message = _("This file cannot be read.")


class ImportMoved(Conflict):
    """The import is past the step that was asked for, or not there yet."""

    code = "import_moved"
    message = _("This import has moved on. Look at where it stands and go on from there.")


class BatchState(models.TextChoices):
    """How far an import has come."""

    UPLOADED = "uploaded", _("columns to match")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("to be looked through")
    IMPORTING = "importing", _("going in")
    DONE = "done", _("imported")
    UNDOING = "undoing", _("being taken back")
    UNDONE = "undone", _("taken back")
    FAILED = "failed", _("stopped")


class Action(models.TextChoices):
    """What an import will do with a row."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    MOVED = "moved", _("moved")
    SAME = "same", _("unchanged")
    SKIP = "skip", _("left out")
    BAD = "bad", _("to be corrected")


WRITING = (Action.NEW, Action.CHANGED, Action.MOVED)
"""The actions that write to records."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to an ambiguous cell: ``value`` goes into the cell, ``label`` is shown."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row does not go in; ``column`` is a key, or empty for the row as a whole.

    ``code`` groups rows of one cause. ``suggestion`` is a text that, typed into the
    cell, would pass. ``choices`` are offered where a person must decide. A ``note``
    is told, and the row goes in all the same. ``heading`` stands over all rows of the
    cause, where the message itself speaks of one row. ``alike``: all rows of the cause offer the
    same choices, so one answer may be given for all of them.
    """

    column: str
    code: str
    message: Text
    suggestion: str = ""
    choices: tuple[Choice, ...] = ()
    note: bool = False
    heading: Text = ""
    alike: bool = False

    @property
    def cause(self) -> str:
        """What rows are grouped by."""
        return f"{self.column}:{self.code}"


class CellProblem(Exception):
    """One cell does not fit its column; the engine adds where."""

    def __init__(
        self,
        code: str,
        message: Text,
        *,
        suggestion: str = "",
        choices: Sequence[Choice] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.suggestion = suggestion
        self.choices = tuple(choices)


@dataclass(frozen=True, slots=True)
class Column:
    """One column an importer understands.

    ``label`` is what the wizard and our own workbooks call it; ``aliases`` are
    headers people write. ``required``: the column must be there, and filled unless
    ``may_be_blank``. ``learn`` sees a whole column first and returns its parser,
    for what one cell alone cannot tell (is 1991.1 January or October?).
    """

    key: str
    label: Text
    parse: Parser
    aliases: tuple[str, ...] = ()
    required: bool = False
    may_be_blank: bool | None = None
    learn: Callable[[Iterable[Cell]], Parser] | None = None
    private: bool = False
    width: int = 14

    @property
    def must_be_filled(self) -> bool:
        """Whether a row without this value is bad."""
        return self.required if self.may_be_blank is None else not self.may_be_blank


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that is answered before the file is read; the answer is in ``options[key]``.

    ``nothing`` is said where there is nothing to choose, with a link to where that is made.
    """

    key: str
    label: Text
    choices: Sequence[tuple[str, str]]
    nothing: Text = ""
    nothing_url: str = ""


@dataclass(frozen=True, slots=True)
class BatchContext:
    """What an importer may know about the import it serves."""

    id: UUID
    kind: str
    by: Actor
    organisation_id: UUID | None
    season_id: UUID | None
    options: Mapping[str, Any] = field(default_factory=dict)


class RowIn(NamedTuple):
    """One parsed row on its way in: ``values`` by column key, only mapped columns.

    ``broken`` are the columns whose cells cannot be read; the row will not go in as it
    is, but say whom it is about all the same. ``choice`` is what a person decided for
    it, by column key. ``plan`` is what the
    importer's own check wrote into its finding; ``target_id`` likewise.
    """

    sheet: str
    number: int
    values: Mapping[str, Value]
    choice: Mapping[str, str] = NOTHING
    action: Action = Action.NEW
    target_id: UUID | None = None
    plan: Mapping[str, Any] = NOTHING
    broken: frozenset[str] = frozenset()


@dataclass(slots=True)
class Finding:
    """What the importer says of one row.

    ``identity`` names the thing the row is about ("id:…", "name|birth|joined"): two
    rows of one file with the same identity or target are told to the person by the
    engine. ``differences`` are (label, before, after) to show. ``plan`` is kept and
    handed to ``apply``. A finding with problems other than notes is BAD.
    ``scope`` names the part the row belongs to (a branch); see ``missing``.
    """

    action: Action
    target_id: UUID | None = None
    identity: str = ""
    scope: str = ""
    label: str = ""
    problems: list[Problem] = field(default_factory=list)
    differences: list[tuple[str, str, str]] = field(default_factory=list)
    plan: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Missing:
    """A record that exists inside a scope of the file, but not in the file."""

    target_id: UUID
    label: str
    scope_label: str = ""


class Change(NamedTuple):
    """One write of an import, told so that it can be undone.

    ``before`` is empty for a new record. ``version`` is the record's version right
    after the write: another version at undo time means somebody wrote later.
    """

    kind: str
    target_id: UUID
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    version: int
    label: str = ""


class Refused(NamedTuple):
    """A row that was good when it was checked and cannot be written any more, and why."""

    row: RowIn
    problem: Problem


@dataclass(frozen=True, slots=True)
class Kept:
    """A change that was not undone, and why."""

    target_id: UUID
    reason: Text
    label: str = ""


class Importer(Protocol):
    """What a room above implements to bring its rows in. Every method works in bulk."""

    kind: str
    title: Text
    rule: str
    """Name of the kernel rule; asked with the organisation's id (or None) as the thing."""
    columns: Sequence[Column]

    def given(self, batch: BatchContext) -> frozenset[str]:
        """Return the required columns that may be absent, for the place of the import says them."""

    def asks(self, by: Actor) -> Sequence[Ask]:
        """Return what must be said before the file is read."""

    def prepare(self, batch: BatchContext) -> Any:
        """Load what checking and applying need, once for many rows; handed to them as state."""

    def check(self, state: Any, rows: Sequence[RowIn]) -> Sequence[Finding]:
        """Say what each row means; one finding per row, in order. Writes nothing.

        Called with up to 1,000 rows in the order of the file, and with a single row
        after it was corrected.
        """

    def missing(self, state: Any, scopes: set[str], seen: set[UUID]) -> Sequence[Missing]:
        """Return the records inside ``scopes`` that the file does not hold.

        Called once, after all rows; ``seen`` are the targets of all rows.
        """

    def apply(self, state: Any, rows: Sequence[RowIn]) -> Sequence[Change | Refused]:
        """Write up to 1,000 rows inside the caller's transaction and tell the changes.

        One row that cannot be written any more is told and never stops the others.

        ``prepare`` runs anew for the job, so ``state`` is fresh; rows whose target has
        changed since the check must still be right (look again, do not trust the plan
        blindly).
        """

    def undo(self, state: Any, changes: Sequence[Change]) -> Sequence[Kept]:
        """Take changes back, newest first, inside the caller's transaction.

        Returns those left alone because somebody has written to them since.
        """

    def finished(self, state: Any) -> None:
        """Called once after the last chunk, of applying and of undoing, in a transaction."""


@dataclass(slots=True)
class ImportState:
    """What an importer's state holds in any case; ``written`` counts its changes."""

    batch: BatchContext
    written: int = field(default=0, kw_only=True)

    @property
    def place_id(self) -> UUID | None:
        """Return the organisation that the import is for."""
        return self.batch.organisation_id


class BaseImporter:
    """What importers share: no column is given, nobody is missing, one trace at the end.

    ``act`` is what the audit log calls a finished import.
    """

    act: str

    def given(self, batch: BatchContext) -> frozenset[str]:
        """Return nothing: every required column must be there."""
        return frozenset()

    def asks(self, by: Actor) -> Sequence[Ask]:
        """Return nothing: the file says it all."""
        return ()

    def missing(self, state: Any, scopes: set[str], seen: set[UUID]) -> Sequence[Missing]:
        """Return nothing: the file does not claim to hold everything."""
        return ()

    def finished(self, state: ImportState) -> None:
        """Leave one trace for the whole import."""
        audit.write(
            self.act,
            by=state.batch.by,
            subject=("import", state.batch.id),
            organisation_id=state.place_id,
            written=state.written,
        )


MOST_SECONDS = 4 * 3600


class MediaKind(models.TextChoices):
    """What a file holds, by its content and not by its name."""

    AUDIO = "audio", _("sound")
    VIDEO = "video", _("video")
    PICTURE = "picture", _("picture")


class BadMedia(Invalid):
    """A file that is no sound, video or picture we can play."""

    code = "bad_media"
    message = _("This file cannot be played.")


class NoConverter(Conflict):
    """ffmpeg is not installed on this machine."""

    code = "no_converter"
    message = _(
        "This machine has no ffmpeg, which makes sound and video fit for phones."
        " Ask its administrator: apt-get install ffmpeg."
    )
