"""Name and last four digits open a phone (level 1), and others know them: it writes nothing."""

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel.errors import LinkNeeded
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.publishing import api
from dongxun.publishing.contracts import Audience
from dongxun.publishing.models import Note
from dongxun.publishing.queries import reading
from dongxun.publishing.services import answering, writing
from dongxun.publishing.tests.make import make_draft, make_note, make_thread, published

WAY_IN = "个人链接"


def test_a_phone_without_the_link_reads_none_of_ones_own_words_and_is_told_the_way(cast):
    note = make_note(cast.lin, audience=Audience.OWN, text="只给自己看的话", kind="pledge")
    branch = published(make_note(cast.own.people[1], text="只给支部看的话"))
    phone = cast.client("phone")
    for name, args in (("mine", []), ("write", []), ("note", [note.id]), ("note", [branch.id])):
        answer = phone.get(reverse(f"publishing:{name}", args=args))
        assert answer.status_code == (404 if args else 403)
        assert "看的话" not in answer.content.decode()
        assert args or WAY_IN in answer.content.decode()
    said = phone.get(reverse("publishing:said")).content.decode()
    assert WAY_IN in said
    assert "看的话" not in said
    assert reading.own_pledges_due(cast.lin.id, by=phone_of(cast.lin, owned=False)) == []
    assert (
        "只给支部看的话" in cast.client("member").get(reverse("publishing:said")).content.decode()
    )


def test_a_phone_without_the_link_writes_thanks_and_removes_nothing(cast):
    by = phone_of(cast.lin, owned=False)
    own = published(make_note(cast.lin, audience=Audience.ALL))
    theirs = published(make_note(cast.own.people[1], audience=Audience.ALL))
    with pytest.raises(LinkNeeded):
        writing.remove_note(by=by, note_id=own.id)
    with pytest.raises(LinkNeeded):
        answering.thank(by=by, note_id=theirs.id, person_id=cast.lin.id)
    with pytest.raises(LinkNeeded):
        api.write_note(by=by, draft=make_draft(cast.lin))
    body = {"note": str(new_id()), "person": str(cast.lin.id), "kind": "note", "text": "冒名"}
    body |= {"audience": "all", "occurred_at": own.written_at.isoformat()}
    item = Item(new_id(), "member_note", body)
    [answer] = receive([item], by=by)
    assert (answer.answer, answer.reason) == ("rejected", LinkNeeded.code)
    assert set(Note.objects.filter(removed_at=None)) == {own, theirs}
    [answer] = receive([item], by=phone_of(cast.lin))
    assert (answer.answer, answer.reason) == ("stored", "")


def test_the_answers_to_a_post_stay_when_it_is_changed_or_taken_back(cast):
    mate, thread = cast.own.people[1], make_thread(cast.season, cast.own.branch)
    said = {"thread_id": thread.id, "audience": Audience.ALL}
    post = published(make_note(cast.lin, text="原来的话", **said))
    published(make_note(mate, reply_to=post.id, text="答他的话", **said))
    address, phone = reverse("publishing:thread", args=[thread.id]), cast.client("member")
    changed = make_draft(cast.lin, note_id=post.id, bases=[post.id], text="改过的话", **said)
    for change in (
        lambda: api.write_note(by=phone_of(cast.lin), draft=changed),
        lambda: writing.remove_note(by=phone_of(cast.lin), note_id=post.id),
    ):
        change()
        page = phone.get(address).content.decode()
        assert "答他的话" in page
        assert "已收回，或等着再看" in page
        assert "原来的话" not in page
        assert "改过的话" not in page
