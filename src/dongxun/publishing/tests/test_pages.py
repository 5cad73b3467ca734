from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.publishing.contracts import Audience, NoteState
from dongxun.publishing.models import Note, Thread
from dongxun.publishing.services import pictures
from dongxun.publishing.tests.make import SYSTEM, make_note, make_thread, published
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState
from dongxun.seasons.tests.make import make_season

JPEG = b"\xff\xd8\xff\xda\x00\x02rest\xff\xd9"
SCRIPT = "<script>alert(1)</script>"


def typed(**overrides):
    key = str(new_id())
    values = {"id": key, "note": key, "text": "写在本子上", "kind": "note", "audience": "own"}
    return values | overrides


def test_a_form_without_script_keeps_words_once(cast):
    phone, body = cast.client("member"), typed()
    for _time in range(2):
        assert phone.post(reverse("publishing:write"), body).status_code == 302
    assert Note.objects.get().state == NoteState.PRIVATE
    assert "写在本子上" in phone.get(reverse("publishing:mine")).content.decode()


def test_words_corrected_on_the_same_page_after_a_refused_picture_are_the_words(cast):
    phone, body, address = cast.client("member"), typed(), reverse("publishing:write")
    bad = SimpleUploadedFile("a.heic", b"no picture", content_type="image/heic")
    assert phone.post(address, body | {"picture": bad}).status_code == 422
    for text in ("第二稿", "第三稿", "第三稿"):  # the way back brings the same page once more
        assert phone.post(address, body | {"text": text}).status_code == 302
    note = Note.objects.get()
    assert (note.text, note.heads, note.writings.count()) == ("第三稿", 1, 3)


def test_what_a_page_said_before_is_said_anew_by_the_way_back(cast):
    phone, body, address = cast.client("member"), typed(), reverse("publishing:write")
    other = {"id": str(new_id()), "bases": body["id"], "audience": "all"}
    private, waiting = NoteState.PRIVATE, NoteState.WAITING
    own, branch = body | {"audience": "own"}, body | {"audience": "branch"}
    for sent, state in (
        *((own, private), (branch, waiting), (own, private), (own, private)),
        *((branch, waiting), (body | other, waiting), (own, private)),
    ):
        assert phone.post(address, sent).status_code == 302
        assert Note.objects.get().state == state
    note = Note.objects.get()
    assert (note.heads, note.writings.count()) == (2, 6)  # the other page knew nothing of the rest


def test_a_refusal_keeps_what_was_typed(cast):
    body = typed(text="字" * 101, kind="golden")
    answer = cast.client("member").post(reverse("publishing:write"), body)
    assert answer.status_code == 422
    assert "最多 100 字" in answer.content.decode()
    assert "字" * 101 in answer.content.decode()


def test_no_recording_is_asked_for_where_none_can_be_kept(cast, monkeypatch):
    phone = cast.client("member")
    page = phone.get(reverse("publishing:write")).content.decode()
    assert ('name="sound"' in page) == files.can_convert()
    monkeypatch.setenv("PATH", "")
    assert 'name="sound"' not in phone.get(reverse("publishing:write")).content.decode()
    assert phone.post(reverse("publishing:write"), typed()).status_code == 302


def test_a_pasted_script_is_shown_as_text_everywhere(cast):
    note = published(make_note(cast.lin, text=SCRIPT, topic=cast.topics[0], audience=Audience.ALL))
    pages = [
        ("member", reverse("publishing:said")),
        ("member", reverse("publishing:note", args=[note.id])),
        ("public", reverse("publishing:topic", args=[cast.topics[0].id])),
        ("secretary", reverse("publishing:queue") + "?state=published"),
    ]
    for role, address in pages:
        page = cast.client(role).get(address).content.decode()
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def test_the_public_page_of_a_topic_names_nobody(cast):
    published(make_note(cast.lin, topic=cast.topics[0], audience=Audience.ALL))
    page = cast.client("public").get(reverse("publishing:topic", args=[cast.topics[0].id]))
    words = page.content.decode()
    assert "林*" in words
    assert cast.lin.name not in words


def test_the_code_of_a_printed_poster_leads_on_when_the_next_season_is_drafted(cast):
    public, day = cast.client("public"), clock.today()
    address = reverse("publishing:topic", args=[cast.topics[0].id])
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    draft = {"starts_on": day + timedelta(days=300), "ends_on": day + timedelta(days=400)}
    make_season(cast.district, name="下一季", state=SeasonState.DRAFT, topics=0, **draft)
    assert public.get(address).status_code == 200
    type(cast.season).objects.filter(id=cast.season.id).update(state=SeasonState.DRAFT)
    type(cast.season).objects.exclude(id=cast.season.id).update(state=SeasonState.RUNNING)
    assert public.get(address).status_code == 404


def test_the_secretary_publishes_many_at_once_and_sees_the_counts(cast):
    notes = [make_note(cast.lin, text=f"第{n}条") for n in range(3)]
    desk = cast.client("secretary")
    assert "3 条等着看" in desk.get(reverse("publishing:queue")).content.decode()
    ticked = [f"{note.id}.{note.current}" for note in notes]
    desk.post(reverse("publishing:decide"), {"what": "publish", "note": ticked[:2]})
    answer = desk.post(reverse("publishing:decide"), {"what": "return", "note": ticked[2:]})
    assert answer.status_code == 422
    assert "写明原因" in answer.content.decode()
    states = Note.objects.values_list("state", flat=True)
    assert sorted(states) == ["published", "published", "waiting"]


def test_a_forgotten_reason_loses_no_tick_and_no_filter(cast):
    one, other = (make_note(cast.lin, kind=kind, text="修路") for kind in ("note", "pledge"))
    body = {"what": "return", "note": f"{one.id}.{one.seen}", "kind": "note", "q": "修路"}
    desk, address = cast.client("secretary"), reverse("publishing:decide")
    page = desk.post(address, body)
    assert page.status_code == 422
    assert page.context["ticked"] == {one.id}
    assert f'value="{one.id}.{one.seen}" checked' in page.content.decode()
    assert str(other.id) not in page.content.decode()
    sent = desk.post(address, body | {"reason": "写清楚哪条路", **dict(page.context["asked"])})
    assert sent["Location"] == f"{reverse('publishing:queue')}?kind=note&q=%E4%BF%AE%E8%B7%AF"


def test_the_search_finds_words_and_names(cast):
    make_note(cast.lin, text="修路那笔钱")
    make_note(cast.lin, text="种粮")
    page = cast.client("secretary").get(reverse("publishing:queue") + "?q=修路").content.decode()
    assert "修路那笔钱" in page
    assert "种粮" not in page


def test_a_suggestion_becomes_a_need_in_one_tap(cast):
    note = make_note(cast.lin, kind="suggestion", text="村口没有路灯")
    phone = cast.client("member")
    phone.post(reverse("publishing:do", args=[note.id]), {"what": "need"})
    note.refresh_from_db()
    page = phone.get(reverse("publishing:note", args=[note.id])).content.decode()
    assert note.need_code in page


def test_the_author_chooses_between_two_writings(cast):
    note = make_note(cast.lin, text="起头")
    for text in ("手机甲", "手机乙"):
        make_note(cast.lin, note_id=note.id, bases=[note.id], text=text)
    phone, address = cast.client("member"), reverse("publishing:note", args=[note.id])
    assert "用哪一份" in phone.get(address).content.decode()
    chosen = Note.objects.get().writings.get(text="手机甲")
    body = {"what": "choose", "writing": str(chosen.id), "key": str(new_id())}
    phone.post(reverse("publishing:do", args=[note.id]), body)
    note.refresh_from_db()
    assert (note.text, note.heads) == ("手机甲", 1)


def test_a_discussion_is_opened_once_and_closed(cast):
    desk = cast.client("secretary")
    body = {"organisation": str(cast.own.branch.id), "title": "三治融合靠什么"}
    address, other = reverse("publishing:threads"), body | {"question": "钱从哪里来？"}
    for _time in range(2):
        assert desk.post(address, body).status_code == 302
    thread = Thread.objects.get()
    assert "问的是另一件事" in desk.post(address, other).content.decode()
    desk.post(reverse("publishing:close_thread", args=[thread.id]))
    refused = desk.post(address, other)
    assert refused.status_code == 409
    assert "钱从哪里来？" in refused.content.decode()
    assert refused.context["form"].errors["title"] == ["这个题目的讨论已结束，请换一个题目。"]
    page = cast.client("member").get(reverse("publishing:thread", args=[thread.id]))
    assert "这个讨论已结束" in page.content.decode()


def test_saying_something_in_a_discussion_comes_back_to_it(cast):
    thread = make_thread(cast.season, cast.own.branch)
    phone = cast.client("member")
    address = reverse("publishing:write") + f"?thread={thread.id}"
    assert thread.title in phone.get(address).content.decode()
    body = typed(thread=str(thread.id), audience="all", text="靠大家一起议")
    assert phone.post(address, body).status_code == 302
    assert Note.objects.get().thread_id == thread.id
    here = phone.get(reverse("publishing:thread", args=[thread.id])).content.decode()
    assert "您有 1 条等支部看" in here


@pytest.mark.parametrize("raw", [b"", b"<svg onload=alert(1)>", b"PK\x03\x04"])
def test_what_is_no_picture_is_refused_in_words(cast, raw):
    note = make_note(cast.lin)
    file = SimpleUploadedFile("a.jpg", raw, content_type="image/jpeg")
    address = reverse("publishing:picture", args=[note.id])
    answer = cast.client("member").post(address, {"picture": file})
    assert answer.status_code == 422


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_same_number_of_questions(cast, rows, django_assert_max_num_queries):
    for n in range(rows):
        published(make_note(cast.lin, text=f"第{n}条", topic=cast.topics[0]))
    phone = cast.client("member")
    phone.get(reverse("publishing:said"))
    with django_assert_max_num_queries(30):
        phone.get(reverse("publishing:said"))


def test_open_discussions_stand_before_the_closed_ones_and_none_is_lost(cast):
    titles = [f"讨论{n:02d}" for n in range(12)]
    rows = [make_thread(cast.season, cast.own.branch, title=title) for title in titles]
    for row in rows[2:]:
        cast.client("secretary").post(reverse("publishing:close_thread", args=[row.id]))
    phone = cast.client("member")
    first = phone.get(reverse("publishing:said")).content.decode()
    assert max(first.index(titles[0]), first.index(titles[1])) < first.index(titles[11])
    assert "所有讨论" in first
    every = phone.get(reverse("publishing:own_threads")).content.decode()
    assert all(title in every for title in titles)


def test_a_discussion_comes_to_views_measures_and_new_things(cast):
    row = make_thread(cast.season, cast.own.branch)
    phone, address = cast.client("member"), reverse("publishing:write") + f"?thread={row.id}"
    offered = [value for value, _label in phone.get(address).context["form"].fields["kind"].choices]
    assert offered[:3] == ["view", "measure", "invention"]
    for kind, text in (("measure", "每月十五摆账本"), ("invention", "请小学生来问")):
        body = typed(thread=str(row.id), audience="all", kind=kind, text=text)
        assert phone.post(address, body).status_code == 302
    published(Note.objects.get(kind="measure"))
    desk = cast.client("secretary")
    page = desk.get(reverse("publishing:collected", args=[row.id]))
    assert [(kind.value, len(notes)) for kind, notes in page.context["groups"]] == [
        ("view", 0),
        ("measure", 1),
        ("invention", 0),
    ]
    waits = desk.get(reverse("publishing:queue") + f"?thread={row.id}").content.decode()
    assert "请小学生来问" in waits


def test_works_are_shown_by_what_they_are_and_what_they_come_with(cast):
    song = make_note(cast.wu, kind="work", text="快板一段", audience=Audience.ALL)
    seen = make_note(cast.wu, kind="golden", text="粮食安全是根本", audience=Audience.ALL)
    plain = make_note(cast.wu, text="只有字", audience=Audience.ALL)
    pictures.add_picture(by=phone_of(cast.wu), note_id=seen.id, raw=JPEG)
    for note in (song, seen, plain):
        published(note)
    address = reverse("publishing:works")

    def shown(**wanted):
        page = cast.client("member").get(address, wanted).content.decode()
        return [note.text in page for note in (song, seen, plain)]

    assert shown() == [True, True, False]
    assert shown(kind="work") == [True, False, False]
    assert shown(medium="picture") == [False, True, False]
    assert shown(kind="nonsense", medium="video") == [False, False, False]


def test_a_reflection_belongs_to_its_session_on_the_phone_and_at_the_desk(cast):
    session = cast.own.session
    phone, desk = cast.client("member"), cast.client("secretary")
    page = phone.get(f"/me/activities/{session.id}/").content.decode()
    way = f"/words/write/?kind=reflection&amp;about_kind=session&amp;about={session.id}"
    assert way in page
    form = phone.get(way.replace("&amp;", "&")).content.decode()
    assert f'value="{session.id}"' in form

    about = make_note(cast.lin, kind="reflection", about_kind="session", about_id=session.id)
    make_note(cast.lin, text="另外一段")
    href = f"/console/words/?state=waiting&amp;about={session.id}"
    assert href in desk.get(f"/console/sessions/{session.id}/").content.decode()
    listed = desk.get(href.replace("&amp;", "&")).content.decode()
    assert about.text in listed
    assert "另外一段" not in listed
    assert f'href="/console/sessions/{session.id}/"' in listed
    assert "等支部看 1" in listed
    assert "2 条等着看" in listed

    last, year = cast.season, timedelta(days=365)
    last.starts_on, last.ends_on = last.starts_on - year, last.ends_on - year
    last.save()
    make_season(cast.district)
    assert about.text in desk.get(href.replace("&amp;", "&")).content.decode()


def test_only_a_session_that_was_held_asks_for_words_about_it(cast):
    session, phone = cast.own.session, cast.client("member")

    def is_asked(hours, state="published"):
        session.starts_at, session.state = clock.now() + timedelta(hours=hours), state
        session.save()
        page = phone.get(f"/me/activities/{session.id}/").content.decode()
        return "about_kind=session" in page

    assert [is_asked(-1), is_asked(1), is_asked(-1, "cancelled")] == [True, False, False]
