"""Questions of the bank are written, changed in versions, retired and taken back."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Overtaken
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.quizzes import judging
from dongxun.quizzes.contracts import Difficulty, ItemDraft, Kind
from dongxun.quizzes.models import Item, Version


def item_to_write(item_id: UUID, *, by: Actor) -> Item:
    """Return a question that ``by`` may change, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
    """
    rows = Item.objects.select_for_update(of=("self",)).select_related("organisation")
    item = rows.filter(id=item_id).first()
    if item is None or not by.reaches(item.organisation.lft):
        raise NotFound
    return item


def note(act: str, by: Actor, item: Item) -> None:
    """Write one act about a question into the audit log."""
    audit.write(act, by=by, subject=("item", item.id), organisation_id=item.organisation_id)


def put_version(item: Item, draft: ItemDraft, *, by: Actor) -> Version:
    """Write what a question says from now on; earlier versions stay as they were."""
    item.number += 1
    item.key = judging.key_of(draft)
    item.topic, item.difficulty = draft.topic.strip()[:60], draft.difficulty
    item.tags = judging.joined(draft.tags)
    item.save()
    words = [words.strip() for words in draft.accepted if words.strip()]
    has_options = draft.kind in {Kind.SINGLE, Kind.MULTIPLE}
    return Version.objects.create(
        item=item,
        number=item.number,
        kind=draft.kind,
        text=draft.text.strip(),
        options=[option.strip() for option in draft.options] if has_options else [],
        right=words if draft.kind == Kind.FILL else sorted(set(draft.right)),
        why=draft.why.strip(),
        written_at=clock.now(),
        written_by=by.label[:120],
    )


def says_the_same(version: Version, item: Item, draft: ItemDraft) -> bool:
    """Return whether a draft changes nothing of a question."""
    return draft_of(version, item) == draft_of_clean(draft)


def draft_of_clean(draft: ItemDraft) -> ItemDraft:
    """Return a draft as it would be kept."""
    has_options = draft.kind in {Kind.SINGLE, Kind.MULTIPLE}
    is_fill = draft.kind == Kind.FILL
    tags = tuple(tag for tag in judging.joined(draft.tags).split("|") if tag)
    return ItemDraft(
        kind=draft.kind,
        text=draft.text.strip(),
        options=tuple(one.strip() for one in draft.options) if has_options else (),
        right=() if is_fill else tuple(sorted(set(draft.right))),
        accepted=tuple(one.strip() for one in draft.accepted if one.strip()) if is_fill else (),
        why=draft.why.strip(),
        difficulty=draft.difficulty,
        topic=draft.topic.strip()[:60],
        tags=tags,
    )


def draft_of(version: Version, item: Item) -> ItemDraft:
    """Return what a version says, as a draft."""
    is_fill = version.kind == Kind.FILL
    return ItemDraft(
        kind=Kind(version.kind),
        text=version.text,
        options=tuple(version.options),
        right=() if is_fill else tuple(version.right),
        accepted=tuple(version.right) if is_fill else (),
        why=version.why,
        difficulty=Difficulty(item.difficulty),
        topic=item.topic,
        tags=tuple(item.tag_list),
    )


@transaction.atomic
def write_item(
    *,
    by: Actor,
    organisation_id: UUID,
    draft: ItemDraft,
    item_id: UUID | None = None,
    number: int | None = None,
) -> UUID:
    """Write a question into an organisation's bank, or a new version of the one named.

    The same question with the same options is in a bank once, so sending twice is one; one
    that was retired is drawn again.

    Raises:
        NotFound, NotAllowed.
        Conflict: another question of the bank says this.
        Overtaken: somebody else has written something else since ``number``.
        Invalid: each field with what it lacks.
    """
    node = organisations.node(organisation_id)
    require("quizzes.write", by, node.interval.lft)
    if bad := judging.faults(draft):
        raise Invalid(details=bad)
    twin = Item.objects.filter(organisation_id=organisation_id, key=judging.key_of(draft)).first()
    if item_id is None:
        item = twin or Item(organisation_id=organisation_id, created_at=clock.now())
    else:
        item = item_to_write(item_id, by=by)
        if twin and twin.id != item.id:
            raise Conflict(_("This question is in the bank already."), where="text")
    if item_id is None and item.retired_at is not None:
        restore_item(by=by, item_id=item.id)
        item.retired_at = None
    last = item.versions.first() if item.number else None
    if last is None or not says_the_same(last, item, draft):
        if item_id is not None and number not in {None, item.number}:
            raise Overtaken
        put_version(item, draft, by=by)
        note("quizzes.write_item", by, item)
    return item.id


@transaction.atomic
def retire_item(*, by: Actor, item_id: UUID) -> None:
    """Draw a question no more; attempts that asked it keep it. Safe to repeat."""
    item = item_to_write(item_id, by=by)
    if item.retired_at is None:
        item.retired_at = clock.now()
        item.save(update_fields=["retired_at"])
        note("quizzes.retire_item", by, item)


@transaction.atomic
def restore_item(*, by: Actor, item_id: UUID) -> None:
    """Let a retired question be drawn again. Safe to repeat."""
    item = item_to_write(item_id, by=by)
    if item.retired_at is not None:
        item.retired_at = None
        item.save(update_fields=["retired_at"])
        note("quizzes.restore_item", by, item)
