"""Read uploads, exports and imports; each returns only what is the actor's own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min

from dongxun.files.contracts import Action, BatchState, Problem
from dongxun.files.models import Export, ImportBatch, ImportChange, ImportRow, unseal
from dongxun.files.parsing import json_problem
from dongxun.kernel import rules
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.together import Question, moment

_LATEST = 5
_STILL_OPEN = frozenset({BatchState.CHECKED, BatchState.DONE})


def batch(batch_id: UUID, *, by: Actor) -> ImportBatch:
    """Return an import.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = wanted_row(ImportBatch.objects.select_related("upload").filter(id=batch_id))
    if not rules.allows("files.use", by, row):
        raise NotFound
    return row


def batches(*, by: Actor, kind: str = "", limit: int = 20) -> list[ImportBatch]:
    """Return the actor's own imports, the newest first."""
    rows = ImportBatch.objects.select_related("upload").filter(owner_id=by.id)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("-created_at")[:limit]) if by.id else []


class OwnImport(NamedTuple):
    """An import as a line of the first page."""

    id: UUID
    name: str
    bad: int
    checked_at: datetime


def last_imports(*, by: Actor) -> Question[list[OwnImport]]:
    """Return those of the actor's latest own imports that have rows which did not fit."""
    if not by.id:
        return []
    rows = ImportBatch.objects.filter(owner_id=by.id).order_by("-created_at")
    columns = ("id", "upload__name", "state", "counts__bad", "checked_at")
    [found] = yield [rows.values_list(*columns)[:_LATEST]]
    return [
        OwnImport(UUID(key), name, bad, moment(at))
        for key, name, state, bad, at in found
        if bad and state in _STILL_OPEN
    ]


def labels_coming(batch_id: UUID) -> list[str]:
    """Return the labels of an import's rows that bring or change something, for its importer.

    A row may refer to another one of its file: a branch to the town above it.
    """
    rows = ImportRow.objects.filter(batch_id=batch_id, action__in=[Action.NEW, Action.CHANGED])
    return list(rows.values_list("label", flat=True))


def export(export_id: UUID, *, by: Actor) -> Export:
    """Return an export that has not expired.

    Raises:
        NotFound: there is none, it is gone, or it is somebody else's.
    """
    row = wanted_row(Export.objects.filter(id=export_id, removed_at=None))
    if not rules.allows("files.use", by, row):
        raise NotFound
    return row


def exports(*, by: Actor, kind: str = "", limit: int = 50) -> list[Export]:
    """Return the actor's own exports that are still kept, the newest first."""
    rows = Export.objects.filter(owner_id=by.id, removed_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.order_by("-created_at")[:limit]) if by.id else []


def exports_about(organisation_ids: Iterable[UUID], prefix: str, limit: int = 30) -> list[Export]:
    """Return what rooms above made for these organisations, the newest first.

    For a room that shares its exports (``rules.share``) and asked who may see them.
    """
    rows = Export.objects.filter(
        organisation_id__in=list(organisation_ids), kind__startswith=prefix, removed_at=None
    )
    return list(rows.order_by("-created_at")[:limit])


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of an import, opened."""

    id: int
    sheet: str
    number: int
    action: Action
    label: str
    typed: dict[str, Any]
    values: dict[str, Any]
    problems: tuple[Problem, ...]
    choice: dict[str, str]
    differences: tuple[tuple[str, str, str], ...]


def row_view(row: ImportRow) -> RowView:
    """Open a row."""
    content = unseal(row.content)
    return RowView(
        id=row.id,
        sheet=row.sheet,
        number=row.number,
        action=Action(row.action),
        label=row.label,
        typed=content.get("typed", {}),
        values=content.get("values", {}),
        problems=tuple(map(json_problem, content.get("problems", ()))),
        choice=content.get("choice", {}),
        differences=tuple(tuple(item) for item in content.get("differences", ())),
    )


@dataclass(frozen=True, slots=True)
class CauseGroup:
    """The bad rows of one cause: how many, and one of them to read the words from."""

    cause: str
    count: int
    problem: Problem

    @property
    def words(self) -> str:
        """What stands over the group."""
        return str(self.problem.heading or self.problem.message)


def causes(batch: ImportBatch) -> list[CauseGroup]:
    """Return the causes of bad rows, the most frequent first."""
    rows = ImportRow.objects.filter(batch=batch, action=Action.BAD)
    grouped = list(rows.values("cause").annotate(count=Count("id"), first=Min("id")))
    firsts = ImportRow.objects.in_bulk([group["first"] for group in grouped])
    groups = []
    for group in sorted(grouped, key=lambda group: (-group["count"], group["cause"])):
        problems = row_view(firsts[group["first"]]).problems
        problem = next((p for p in problems if p.cause == group["cause"]), problems[0])
        groups.append(CauseGroup(group["cause"], group["count"], problem))
    return groups


def rows(batch: ImportBatch, action: Action, cause: str = "") -> Any:
    """Return the rows of an action, in the order of the file, unopened."""
    found = ImportRow.objects.filter(batch=batch, action=action)
    return (found.filter(cause=cause) if cause else found).order_by("id")


def opened(found: Sequence[ImportRow]) -> list[RowView]:
    """Open rows."""
    return [row_view(row) for row in found]


def row(batch: ImportBatch, row_id: int) -> ImportRow:
    """Return a row of the batch.

    Raises:
        NotFound: the batch has no such row.
    """
    return wanted_row(ImportRow.objects.filter(batch=batch, id=row_id))


def kept(batch: ImportBatch) -> list[ImportChange]:
    """Return the changes that an undo left alone."""
    return list(ImportChange.objects.filter(batch=batch).exclude(kept="").order_by("id")[:200])


def counts(batch: ImportBatch) -> dict[str, int]:
    """Count the rows of each action anew."""
    found = ImportRow.objects.filter(batch=batch).values_list("action").annotate(Count("id"))
    return dict.fromkeys(Action.values, 0) | dict(found)
