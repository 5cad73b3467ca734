"""Questions from a workbook as the files room drives it: check, difference, write, undo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import (
    WRITING,
    Action,
    BaseImporter,
    BatchContext,
    Change,
    Column,
    Finding,
    ImportState,
    Kept,
    Problem,
    RowIn,
)
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound, Text
from dongxun.quizzes import judging
from dongxun.quizzes.contracts import LETTERS, Difficulty, ItemDraft, Kind
from dongxun.quizzes.importing import columns
from dongxun.quizzes.models import Asked, Item, Listed, Version
from dongxun.quizzes.services import items as services


@dataclass(slots=True)
class State(ImportState):
    """What checking and writing need to know: the questions of the bank by their key."""

    known: dict[str, Item] = field(default_factory=dict)
    versions: dict[UUID, Version] = field(default_factory=dict)

    @property
    def bank_id(self) -> UUID:
        """Return the organisation whose bank it is; an import without one goes nowhere."""
        if self.place_id is None:
            raise NotFound
        return self.place_id


class ItemsImporter(BaseImporter):
    """题库 of one organisation: new questions come in, known ones get a new version."""

    kind = "quizzes.items"
    title: Text = _("Questions of the bank")
    rule = "quizzes.import_items"
    act = "quizzes.import_items"
    columns: Sequence[Column] = columns.COLUMNS

    def prepare(self, batch: BatchContext) -> State:
        """Load the bank that the workbook is for."""
        state = State(batch)
        for item in Item.objects.filter(organisation_id=state.bank_id):
            state.known[item.key] = item
        newest = Version.objects.filter(item__organisation_id=state.bank_id)
        state.versions = {one.item_id: one for one in newest.order_by("number")}
        return state

    def check(self, state: State, rows: Sequence[RowIn]) -> list[Finding]:
        """Say what each row means for the bank."""
        return [_finding(state, row) for row in rows]

    def apply(self, state: State, rows: Sequence[RowIn]) -> list[Change]:
        """Write rows, judged anew against the bank as it now stands."""
        changes = []
        for row in rows:
            finding = _finding(state, row)
            if finding.action in WRITING:
                changes.append(_write(state, row))
        state.written += len(changes)
        return changes

    def undo(self, state: State, changes: Sequence[Change]) -> list[Kept]:
        """Take questions back out; those that were asked, listed or changed since stay."""
        return [
            Kept(change.target_id, reason, change.label)
            for change in changes
            if (reason := _take_back(state, change))
        ]


def read(row: RowIn) -> ItemDraft:
    """Return the question that a row holds; its kind follows from its answer where it is absent."""
    values = row.values
    cells = [values.get(f"option_{letter.lower()}") for letter in LETTERS]
    options = [str(cell or "") for cell in cells]
    while options and not options[-1]:
        options.pop()
    options = options or columns.split_options(str(values.get("options") or ""))
    answer = str(values.get("right") or "")
    chosen, judged = columns.letters(answer), columns.judgement(answer)
    kind = Kind(values["kind"]) if values.get("kind") else _kind(options, chosen, judged)
    right: tuple[int, ...] = ()
    if kind == Kind.JUDGE:
        right = (judged,) if judged is not None else ()
    elif kind != Kind.FILL:
        right = chosen or tuple(
            place for place, option in enumerate(options) if option.strip() == answer.strip()
        )
    return ItemDraft(
        kind=kind,
        text=str(values.get("text") or ""),
        options=tuple(options) if kind in {Kind.SINGLE, Kind.MULTIPLE} else (),
        right=right,
        accepted=tuple(columns.accepted(answer)) if kind == Kind.FILL else (),
        why=str(values.get("why") or ""),
        difficulty=Difficulty(values.get("difficulty") or Difficulty.MIDDLE),
        topic=str(values.get("topic") or ""),
        tags=tuple(columns.split_tags(str(values.get("tags") or ""))),
    )


def _kind(options: Sequence[str], chosen: tuple[int, ...] | None, judged: int | None) -> Kind:
    if len(options) > 1 and chosen:
        return Kind.MULTIPLE if len(chosen) > 1 else Kind.SINGLE
    if len(options) > 1:
        return Kind.SINGLE
    return Kind.JUDGE if judged is not None else Kind.FILL


SPOTS = {"options": "options", "right": "right", "text": "text", "tags": "tags", "why": "why"}


def _finding(state: State, row: RowIn) -> Finding:
    label = str(row.values.get("text") or "")
    finding = Finding(Action.BAD, label=label[:80])
    if not label or row.broken:
        return finding  # what is empty or cannot be read has been said already
    draft = read(row)
    key = judging.key_of(draft)
    finding.identity = key
    for spot, words in judging.faults(draft):
        column = SPOTS[spot] if row.values.get(SPOTS[spot]) or spot == "right" else ""
        finding.problems.append(Problem(column, f"item_{spot}", words))
    if finding.problems:
        return finding
    if not draft.why.strip():
        words = _("No word on why: after the answer only the right one is shown.")
        finding.problems.append(Problem("why", "no_why", words, note=True))
    known = state.known.get(key)
    if known is None:
        finding.action = Action.NEW
        return finding
    finding.target_id = known.id
    version = state.versions[known.id]
    finding.differences = _differences(version, known, draft)
    if known.retired_at is not None:
        finding.differences.append((str(_("State")), str(_("retired")), str(_("drawn again"))))
    finding.action = Action.CHANGED if finding.differences else Action.SAME
    return finding


def _differences(version: Version, item: Item, draft: ItemDraft) -> list[tuple[str, str, str]]:
    before, after = services.draft_of(version, item), services.draft_of_clean(draft)
    shown: dict[Text, Callable[[ItemDraft], str]] = {
        _("Kind of question"): lambda one: str(one.kind.label),
        _("Options"): lambda one: " / ".join(one.options),
        _("Right answer"): said,
        _("Why"): lambda one: one.why,
        _("Difficulty"): lambda one: str(one.difficulty.label),
        _("Topic"): lambda one: one.topic,
        _("Tags"): lambda one: "、".join(one.tags),
    }
    return [
        (str(label), show(before), show(after))
        for label, show in shown.items()
        if show(before) != show(after)
    ]


def said(draft: ItemDraft) -> str:
    """Return the right answer in words."""
    if draft.kind == Kind.FILL:
        return " | ".join(draft.accepted)
    if draft.kind == Kind.JUDGE:
        return str(_("right") if draft.right == (judging.TRUE,) else _("wrong"))
    return "".join(LETTERS[place] for place in draft.right)


def _write(state: State, row: RowIn) -> Change:
    draft = read(row)
    item = state.known.get(judging.key_of(draft))
    before: dict[str, Any] = {}
    if item is None:
        item = Item(created_at=clock.now())
        item.organisation_id = state.bank_id
    else:
        before = {"number": item.number, **_beside(item)}
        item.retired_at = None
    version = services.put_version(item, draft, by=state.batch.by)
    state.known[item.key], state.versions[item.id] = item, version
    after = {"number": item.number}
    return Change("item", item.id, before, after, item.number, draft.text[:80])


def _beside(item: Item) -> dict[str, Any]:
    """Return what of a question does not stand in its versions."""
    retired = item.retired_at.isoformat() if item.retired_at else None
    return {
        "topic": item.topic,
        "difficulty": item.difficulty,
        "tags": item.tags,
        "retired_at": retired,
    }


def _take_back(state: State, change: Change) -> Text:
    """Undo one write; return why it has to stay, empty when it is undone."""
    item = Item.objects.select_for_update().filter(id=change.target_id).first()
    if item is None:
        return ""
    if item.number != change.version:
        return _("It was changed since.")
    if Asked.objects.filter(version__item=item, version__number=item.number).exists():
        return _("It has been asked since.")
    if change.before:
        before = {**_beside(item), **change.before}  # of old batches only the number is known
        earlier = item.versions.get(number=before["number"])
        item.topic, item.difficulty = before["topic"], before["difficulty"]
        item.tags, retired = before["tags"], before["retired_at"]
        item.retired_at = datetime.fromisoformat(retired) if retired else None
        with transaction.atomic():
            services.put_version(item, services.draft_of(earlier, item), by=state.batch.by)
        return ""
    if Listed.objects.filter(item=item).exists():
        return _("A quiz has it on its paper.")
    item.delete()
    return ""
