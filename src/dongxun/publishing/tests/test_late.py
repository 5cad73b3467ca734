"""A season is closed while words, pictures and recordings still lie on phones."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.sync import Item, receive
from dongxun.ledger.models import Fact
from dongxun.publishing.contracts import NoteKind, NoteState
from dongxun.publishing.models import Note
from dongxun.publishing.tests.make import SYSTEM, make_draft, make_note, published
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

JPEG = b"\xff\xd8\xff\xda\x00\x02rest\xff\xd9"


def close(cast):
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)


def send(cast, draft):
    body = {"note": str(draft.note_id), "person": str(cast.lin.id), "kind": draft.kind}
    body |= {"text": draft.text, "audience": draft.audience, "topic": str(cast.topics[0].id)}
    item = Item(draft.id, "member_note", body | {"occurred_at": draft.written_at.isoformat()})
    return receive([item], by=phone_of(cast.lin))[0]


def bring(cast, what, note):
    file = SimpleUploadedFile("a.jpg", JPEG, content_type="image/jpeg")
    return cast.client("member").post(reverse(f"publishing:{what}", args=[note.id]), {what: file})


def reflections(cast):
    return Fact.objects.filter(person_id=cast.lin.id, voided_by=None).count()


@pytest.mark.parametrize("what", ["picture", "sound"])
def test_a_late_file_takes_nothing_back_that_was_published(cast, what):
    note = published(make_note(cast.lin, topic=cast.topics[0], kind=NoteKind.REFLECTION))
    close(cast)
    answer = bring(cast, what, note)
    assert answer.status_code == 409
    assert str(SeasonClosed.message) in answer.content.decode()
    note.refresh_from_db()
    assert (note.state, note.sound_state, reflections(cast)) == (NoteState.PUBLISHED, "", 1)


def test_words_of_before_the_closing_come_late_with_their_picture_and_are_looked_at(cast):
    draft = make_draft(cast.lin, kind=NoteKind.REFLECTION, at=clock.now() - timedelta(hours=1))
    waiting = make_note(cast.lin, text="closed before anybody looked")
    close(cast)
    assert send(cast, draft).answer == "stored"
    note = Note.objects.get(id=draft.note_id)
    assert bring(cast, "picture", note).status_code == 204
    note.refresh_from_db()
    desk = cast.client("secretary")
    assert desk.get(reverse("publishing:queue")).context["may"] == {note.id}
    body = {"what": "publish", "note": f"{note.id}.{note.seen}"}
    assert desk.post(reverse("publishing:decide"), body).status_code == 302
    assert reflections(cast) == 1
    body = {"what": "publish", "note": f"{waiting.id}.{waiting.seen}"}
    assert desk.post(reverse("publishing:decide"), body).status_code == 409


def test_words_of_after_the_closing_are_refused(cast):
    close(cast)
    answer = send(cast, make_draft(cast.lin, at=clock.now() + timedelta(seconds=1)))
    assert (answer.answer, answer.reason) == ("rejected", "season_is_closed")
