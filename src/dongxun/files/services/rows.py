"""Correct rows of a checked import: one in place, or all of one cause at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.files import queries
from dongxun.files.contracts import Action, BatchState, Importer, ImportMoved, Problem
from dongxun.files.models import ImportBatch, ImportRow, unseal
from dongxun.files.parsing import (
    Entry,
    columns_by_key,
    json_cell,
    json_problem,
    reparse,
)
from dongxun.files.registry import importer_of
from dongxun.files.services.batches import context_of
from dongxun.files.services.checking import CHUNK, Memory, fields_of, judge, row_in
from dongxun.kernel import rules, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid

AT_ONCE = 5_000


def _batch(batch_id: UUID, by: Actor) -> ImportBatch:
    queries.batch(batch_id, by=by)
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(id=batch_id)
    if batch.state != BatchState.CHECKED:
        raise ImportMoved
    rules.require(importer_of(batch.kind).rule, by, batch.organisation_id)
    return batch


@transaction.atomic
def correct_row(
    *,
    by: Actor,
    batch_id: UUID,
    row_id: int,
    typed: Mapping[str, str] | None = None,
    choice: Mapping[str, str] | None = None,
) -> ImportRow:
    """Take what a person typed or chose for one row, and check just that row again.

    Args:
        typed: new cell texts by column key.
        choice: answers to the importer's questions by column key.

    Raises:
        NotFound: no such row, or not the actor's.
        ImportMoved: the import is not at the step of looking through.
        Invalid: a column or an answer that was not offered.
    """
    batch = _batch(batch_id, by)
    row = queries.row(batch, row_id)
    importer = importer_of(batch.kind)
    unknown = set(typed or {}) - {column.key for column in importer.columns}
    if unknown:
        raise Invalid(_("There is no such column."), where=min(unknown))
    _require_offered(row, choice or {})
    _recheck(batch, importer, by, [(row, dict(typed or {}), dict(choice or {}))])
    _count(batch)
    return row


def _require_offered(row: ImportRow, choice: Mapping[str, str]) -> None:
    offered = {
        (problem.column, option.value)
        for problem in queries.row_view(row).problems
        for option in problem.choices
    }
    for column, value in choice.items():
        if (column, value) not in offered:
            raise Invalid(_("This answer was not offered. Choose one of the list."), where=column)


@transaction.atomic
def leave_out(*, by: Actor, batch_id: UUID, row_id: int | None = None, cause: str = "") -> int:
    """Leave a bad row out of the import, or all bad rows of a cause; returns how many.

    Raises:
        NotFound, ImportMoved: as above.
    """
    batch = _batch(batch_id, by)
    rows = ImportRow.objects.filter(batch=batch, action__in=[Action.BAD, Action.SKIP])
    if row_id is not None:
        rows = rows.filter(id=queries.row(batch, row_id).id)
    else:
        rows = rows.filter(cause=cause, action=Action.BAD)
    changed = rows.update(action=Action.SKIP)
    _count(batch)
    return changed


@transaction.atomic
def take_in(*, by: Actor, batch_id: UUID, row_id: int) -> ImportRow:
    """Bring a row back that was left out: it is checked again as it stands.

    Raises:
        NotFound, ImportMoved: as above.
    """
    return correct_row(by=by, batch_id=batch_id, row_id=row_id)


@transaction.atomic
def accept_suggestions(*, by: Actor, batch_id: UUID, cause: str) -> int:
    """Take over the suggestion in every bad row of a cause that has one; returns how many.

    At most ``AT_ONCE`` rows a call; the rest keeps its cause, so calling again goes on.

    Raises:
        NotFound, ImportMoved: as above.
    """
    batch = _batch(batch_id, by)
    importer = importer_of(batch.kind)
    column = cause.partition(":")[0]
    rows = list(queries.rows(batch, Action.BAD, cause)[:AT_ONCE])
    edits: list[tuple[ImportRow, dict[str, str], dict[str, str]]] = []
    for row in rows:
        problems = queries.row_view(row).problems
        text = next((p.suggestion for p in problems if p.cause == cause and p.suggestion), "")
        if text:
            edits.append((row, {column: text}, {}))
    for start in range(0, len(edits), CHUNK):
        _recheck(batch, importer, by, edits[start : start + CHUNK])
    _count(batch)
    return len(edits)


@transaction.atomic
def choose_alike(*, by: Actor, batch_id: UUID, cause: str, value: str) -> int:
    """Give one answer to what all bad rows of a cause ask alike; returns how many it answers.

    At most ``AT_ONCE`` rows a call, as :func:`accept_suggestions`.

    Raises:
        NotFound, ImportMoved: as above.
        Invalid: an answer that was not offered.
    """
    batch = _batch(batch_id, by)
    importer = importer_of(batch.kind)
    column = cause.partition(":")[0]
    found = list(queries.rows(batch, Action.BAD, cause)[:AT_ONCE])
    for row in found:
        _require_offered(row, {column: value})
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        _recheck(batch, importer, by, [(row, {}, {column: value}) for row in part])
    _count(batch)
    return len(found)


@transaction.atomic
def check_again(*, by: Actor, batch_id: UUID, cause: str) -> int:
    """Check every bad row of a cause as it stands, after its reason was mended elsewhere.

    At most ``AT_ONCE`` rows a call. Returns how many can go in now.

    Raises:
        NotFound, ImportMoved: as above.
    """
    batch = _batch(batch_id, by)
    importer = importer_of(batch.kind)
    found = list(queries.rows(batch, Action.BAD, cause)[:AT_ONCE])
    for start in range(0, len(found), CHUNK):
        part = found[start : start + CHUNK]
        _recheck(batch, importer, by, [(row, {}, {}) for row in part])
    _count(batch)
    return sum(row.action != Action.BAD for row in found)


def _count(batch: ImportBatch) -> None:
    batch.counts = batch.counts | queries.counts(batch)
    batch.save(update_fields=["counts"])


def _recheck(
    batch: ImportBatch,
    importer: Importer,
    by: Actor,
    edits: Sequence[tuple[ImportRow, dict[str, str], dict[str, str]]],
) -> None:
    """Check rows again with what was typed and chosen, against the other good rows."""
    state = importer.prepare(context_of(batch, by))
    entries = [_edited(importer, row, typed, choice) for row, typed, choice in edits]
    probe = importer.check(state, [row_in(entry) for entry in entries])
    own = {row.id for row, _typed, _choice in edits}
    memory = _memory(batch, own, probe)
    for (row, _typed, _choice), item in zip(
        edits, judge(importer, state, entries, memory), strict=True
    ):
        for name, value in fields_of(*item).items():
            setattr(row, name, value)
    ImportRow.objects.bulk_update(
        [row for row, _typed, _choice in edits],
        ["action", "cause", "label", "scope", "identity", "target_id", "content"],
        batch_size=200,
    )


def _memory(batch: ImportBatch, own: set[int], findings: Sequence[Any]) -> Memory:
    """Return which of the findings' identities and targets other good rows have taken."""
    memory = Memory()
    good = [action for action in Action.values if action not in {Action.BAD, Action.SKIP}]
    others = ImportRow.objects.filter(batch=batch, action__in=good).exclude(id__in=own)
    by_hash = {
        secret.keyed_hash(finding.identity, "files.identity"): finding.identity
        for finding in findings
        if finding.identity
    }
    for row in others.filter(identity__in=by_hash):
        memory.identities[by_hash[row.identity]] = f"{row.sheet} {row.number}".strip()
    targets = {finding.target_id for finding in findings if finding.target_id}
    for row in others.filter(target_id__in=targets):
        if row.target_id:
            memory.targets[row.target_id] = f"{row.sheet} {row.number}".strip()
    return memory


def _edited(
    importer: Importer, row: ImportRow, typed: Mapping[str, str], choice: Mapping[str, str]
) -> Entry:
    """Return the row with new texts in some cells; cells that were not touched stay as parsed."""
    content = unseal(row.content)
    columns = columns_by_key(importer.columns)
    cells = {key: json_cell(value) for key, value in content.get("typed", {}).items()}
    values = dict(content.get("values", {}))
    broken = set(content.get("broken", ()))
    problems: list[Problem] = [
        problem
        for problem in map(json_problem, content.get("problems", ()))
        if problem.column in broken and problem.column not in typed
    ]
    for key, text in typed.items():
        cells[key] = text
        value, problem = reparse(columns[key], text)
        values.pop(key, None)
        broken.discard(key)
        if problem:
            problems.append(problem)
            broken.add(key)
        else:
            values[key] = value
    chosen = {k: v for k, v in content.get("choice", {}).items() if k not in typed}
    return Entry(
        sheet=row.sheet,
        number=row.number,
        typed=cells,
        values=values,
        problems=problems,
        choice=chosen | dict(choice),
        broken=frozenset(broken),
    )
