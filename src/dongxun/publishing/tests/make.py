"""Makers of members' words for tests."""

from datetime import datetime
from typing import Any

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person
from dongxun.publishing import api
from dongxun.publishing.contracts import Audience, Decision, Draft, NoteKind
from dongxun.publishing.models import Note, Thread
from dongxun.seasons.models import Season

SYSTEM = Actor.system("tests")


def make_draft(person: Person, *, at: datetime | None = None, **overrides: Any) -> Draft:
    """Return a writing of a new note, for the branch to read unless told otherwise."""
    key = overrides.pop("id", None) or new_id()
    values: dict[str, Any] = {
        "note_id": key,
        "kind": NoteKind.NOTE,
        "text": "账本摆出来，心里就亮堂了。",
        "audience": Audience.BRANCH,
    }
    return Draft(id=key, person_id=person.id, written_at=at or clock.now(), **values | overrides)


def make_note(person: Person, *, topic: Any = None, **overrides: Any) -> Note:
    """Return a note as its author's phone wrote it."""
    if topic is not None:
        overrides["topic_id"] = topic.id
    draft = make_draft(person, **overrides)
    key, _heads = api.write_note(by=phone_of(person), draft=draft)
    return Note.objects.get(id=key)


def published(note: Note) -> Note:
    """Return a note after somebody has looked at it."""
    now = Note.objects.get(id=note.id)
    api.decide(by=SYSTEM, notes=[(note.id, now.seen)], decision=Decision.PUBLISH)
    return Note.objects.get(id=note.id)


def make_thread(season: Season, node: Node, **overrides: Any) -> Thread:
    """Return an open discussion."""
    values: dict[str, Any] = {"title": "三治融合靠什么", "question": "你们村是怎么做的？"}
    key = api.open_thread(
        by=SYSTEM, organisation_id=node.id, season_id=season.id, **values | overrides
    )
    return Thread.objects.get(id=key)
