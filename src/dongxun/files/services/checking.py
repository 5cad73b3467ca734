"""Check rows: parse them, ask the importer what they mean, keep what came of it.

``run`` goes over a whole file as a job, in chunks; ``recheck`` takes single rows
again after a person has corrected them. Both come through ``judge``.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.files import store
from dongxun.files.contracts import (
    Action,
    BatchState,
    Finding,
    Importer,
    Problem,
    RowIn,
)
from dongxun.files.models import ImportBatch, ImportRow, Upload, seal
from dongxun.files.parsing import Entry, SheetParser, cell_json, problem_json
from dongxun.files.registry import importer_of
from dongxun.files.services.batches import context_of
from dongxun.files.workbook import reading
from dongxun.kernel import bulk, clock, jobs, secret
from dongxun.kernel.errors import DomainError

CHUNK = 1_000
MISSING_LISTED = 500
FIELDS = (
    "batch_id",
    "sheet",
    "number",
    "action",
    "cause",
    "label",
    "scope",
    "identity",
    "target_id",
    "content",
    "applied",
)


@dataclass(slots=True)
class Memory:
    """What rows have said so far: who they are about, and which scopes they touch."""

    identities: dict[str, str] = field(default_factory=dict)
    targets: dict[UUID, str] = field(default_factory=dict)
    scopes: set[str] = field(default_factory=set)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Action.values, 0))


def judge(
    importer: Importer, state: Any, entries: Sequence[Entry], memory: Memory
) -> list[tuple[Entry, Finding, list[Problem]]]:
    """Ask the importer about rows and add what the engine knows: rows that say the same twice."""
    findings = importer.check(state, [row_in(entry) for entry in entries])
    judged = []
    for entry, finding in zip(entries, findings, strict=True):
        problems = [*entry.problems, *finding.problems]
        where = f"{entry.sheet} {entry.number}".strip()
        if twin := _twin(finding, memory):
            problems.append(_twice(twin))
        blocked = any(not problem.note for problem in problems)
        if not blocked and finding.action != Action.SKIP:
            if finding.identity:
                memory.identities.setdefault(finding.identity, where)
            if finding.target_id:
                memory.targets.setdefault(finding.target_id, where)
        elif finding.target_id:
            memory.targets.setdefault(finding.target_id, "")
        if finding.scope:
            memory.scopes.add(finding.scope)
        finding.action = Action.BAD if blocked else finding.action
        memory.counts[finding.action] += 1
        judged.append((entry, finding, problems))
    return judged


def row_in(entry: Entry) -> RowIn:
    """Return the row as the importer sees it."""
    return RowIn(
        sheet=entry.sheet,
        number=entry.number,
        values=entry.values,
        broken=entry.broken,
        choice=entry.choice,
    )


def _twin(finding: Finding, memory: Memory) -> str:
    """Return where an earlier good row about the same thing is."""
    found = memory.identities.get(finding.identity, "") if finding.identity else ""
    if not found and finding.target_id:
        found = memory.targets.get(finding.target_id, "")
    return found


def _twice(where: str) -> Problem:
    message = format_lazy(
        _("The row “{where}” is about the same. Leave one of them out."), where=where
    )
    return Problem("", "twice", message, heading=_("Several rows are about the same"))


def content_of(entry: Entry, finding: Finding, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return what is kept of a row, sealed; nothing of one that stays as it is."""
    if finding.action == Action.SAME and not problems:
        return {}
    content: dict[str, Any] = {"values": entry.values}
    if finding.plan:
        content["plan"] = finding.plan
    if problems:
        content["typed"] = {key: cell_json(cell) for key, cell in entry.typed.items()}
        content["problems"] = [problem_json(problem) for problem in problems]
        content["broken"] = sorted(entry.broken)
    if entry.choice:
        content["choice"] = entry.choice
    if finding.differences:
        content["differences"] = finding.differences
    return content


def fields_of(entry: Entry, finding: Finding, problems: Sequence[Problem]) -> dict[str, Any]:
    """Return the columns of a kept row that checking decides."""
    content = content_of(entry, finding, problems)
    cause = next((problem.cause for problem in problems if not problem.note), "")
    if not cause and problems:
        cause = problems[0].cause
    return {
        "action": finding.action.value,
        "cause": cause[:80],
        "label": finding.label[:120],
        "scope": finding.scope[:64],
        "identity": secret.keyed_hash(finding.identity, "files.identity"),
        "target_id": finding.target_id,
        "content": seal(content) if content else "",
    }


def run(handle: jobs.JobRun) -> Mapping[str, Any]:
    """Check every row of an import's file; from the start again after a kill."""
    batch = ImportBatch.objects.select_related("upload").get(id=handle.payload["batch"])
    if batch.state != BatchState.CHECKING:
        return {}
    try:
        return _run(handle, batch)
    except DomainError as refusal:
        ImportBatch.objects.filter(id=batch.id).update(
            state=BatchState.FAILED, error=str(refusal)[:500]
        )
        raise


def _run(handle: jobs.JobRun, batch: ImportBatch) -> Mapping[str, Any]:
    importer, memory = importer_of(batch.kind), Memory()
    state = importer.prepare(context_of(batch, handle.actor))
    total = sum(about["rows"] for about in batch.mapping["sheets"] if about["use"])
    with transaction.atomic():
        ImportRow.objects.filter(batch=batch).delete()
        handle.save(done=0, total=total)
    done = 0
    for seen, entries in _chunks(batch, importer):
        judged = judge(importer, state, entries, memory)
        done += seen
        with transaction.atomic():
            bulk.insert(ImportRow, FIELDS, (_line(batch, *item) for item in judged))
            handle.save(done=min(done, total))
        handle.rest()
    missing = importer.missing(state, memory.scopes, set(memory.targets))
    with transaction.atomic():
        handle.save(done=total)
        batch.counts = memory.counts | {
            "missing": len(missing),
            "rows": sum(memory.counts.values()),
        }
        batch.missing = [
            {"id": str(item.target_id), "label": item.label, "scope": item.scope_label}
            for item in missing[:MISSING_LISTED]
        ]
        batch.state, batch.checked_at = BatchState.CHECKED, clock.now()
        batch.save(update_fields=["counts", "missing", "state", "checked_at"])
    return {}


def _line(
    batch: ImportBatch, entry: Entry, finding: Finding, problems: Sequence[Problem]
) -> tuple[Any, ...]:
    values = fields_of(entry, finding, problems)
    head = (batch.id, entry.sheet[:64], entry.number)
    return (*head, *(values[name] for name in FIELDS[3:-1]), False)


def _chunks(batch: ImportBatch, importer: Importer) -> Iterator[tuple[int, list[Entry]]]:
    """Yield (rows seen, entries) of the used sheets, at most ``CHUNK`` rows of one sheet at once."""
    mapping = {about["index"]: about for about in batch.mapping["sheets"] if about["use"]}
    sheet: reading.SheetHead | None = None
    parser: SheetParser | None = None
    waiting: list[reading.Row] = []

    def flush() -> tuple[int, list[Entry]]:
        nonlocal parser
        assert sheet is not None  # noqa: S101 - rows come after their sheet
        if parser is None:
            columns = mapping[sheet.index]["columns"]
            places = {int(at): key for at, key in columns.items()}
            parser = SheetParser(sheet, importer.columns, places, waiting)
        entries = [found for row in waiting if (found := parser.parse(row))]
        seen = len(waiting)
        waiting.clear()
        return seen, entries

    for item in reading.items(_lines(batch.upload)):
        if isinstance(item, reading.SheetHead):
            if waiting:
                yield flush()
            sheet, parser = item, None
        elif sheet is not None and sheet.index in mapping:
            if item.number > mapping[sheet.index]["header"]:
                waiting.append(item)
            if len(waiting) >= CHUNK:
                yield flush()
    if waiting:
        yield flush()


def _lines(upload: Upload) -> Iterable[bytes]:
    """Return the lines of a file's reading: those kept, else of reading it again."""
    if upload.reading:
        return io.BytesIO(store.read(upload.reading))
    return reading.lines(store.read(upload.path))
