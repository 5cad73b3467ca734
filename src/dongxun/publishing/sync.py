"""What phones may send to this room: a writing of a member's words."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.people import api as people
from dongxun.publishing.contracts import Audience, Draft, NoteKind
from dongxun.publishing.services.writing import reason_of, write_note


def take_notes(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``member_note`` items; a malformed one never spoils the others."""
    return [_take(by, item) for item in items]


def _take(by: Actor, item: Item) -> ItemAnswer:
    try:
        draft = _read(item, by)
    except (KeyError, ValueError, TypeError, OverflowError, AttributeError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    try:
        with transaction.atomic():
            _note, heads = write_note(by=by, draft=draft)
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, reason_of(error))
    return ItemAnswer(item.id, SyncAnswer.MERGED if heads > 1 else SyncAnswer.STORED)


def _read(item: Item, by: Actor) -> Draft:
    """Return ``{note, person, kind, text, audience, occurred_at, topic?, bases?, about…}``."""
    body = item.body
    return Draft(
        id=item.id,
        note_id=UUID(str(body["note"])),
        person_id=people.meant(UUID(str(body["person"])), by=by),
        kind=NoteKind(body["kind"]),
        text=_text(body["text"]),
        audience=Audience(body["audience"]),
        written_at=item.by_our_clock(clock.parse_moment(body["occurred_at"])),
        topic_id=_key(body, "topic"),
        bases=[UUID(str(key)) for key in body.get("bases") or []],
        about_kind=_text(body.get("about_kind", "")),
        about_id=_key(body, "about"),
        thread_id=_key(body, "thread"),
        reply_to=_key(body, "reply_to"),
    )


def _key(body: Mapping[str, Any], name: str) -> UUID | None:
    return UUID(str(body[name])) if body.get(name) else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.replace("\x00", "")


accept("member_note", take_notes)
