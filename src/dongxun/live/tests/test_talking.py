import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.errors import LinkNeeded, NotFound
from dongxun.kernel.ids import new_id
from dongxun.live import api
from dongxun.live.contracts import MOST_WORDS, BadWords, NotOpen, SaidKind, SaidState
from dongxun.live.models import Event, LiveClass, Said
from dongxun.live.services.presence import keep_presence
from dongxun.live.tests.make import SYSTEM, make_class, make_said
from dongxun.needs.models import Need
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def live(cast):
    return make_class(cast.own.session)


def happened(live, after=0):
    return [event["kind"] for event in api.events_after(live.id, after)]


def test_words_are_numbered_without_a_gap(cast, live):
    for number in range(5):
        make_said(live, cast.lin, f"第{number}句")
    seqs = [event["seq"] for event in api.events_after(live.id, 0)]
    assert seqs == list(range(1, len(seqs) + 1))
    assert LiveClass.objects.get(id=live.id).last_seq == seqs[-1]


def test_a_word_sent_twice_is_said_once(cast, live):
    key = new_id()
    for _time in range(2):
        make_said(live, cast.lin, said_id=key)
    assert Said.objects.count() == 1
    assert happened(live).count("say") == 1


def test_others_read_no_full_name(cast, live):
    said = make_said(live, cast.lin)
    assert said.name.startswith("林*")
    assert cast.lin.name not in str(api.events_after(live.id, 0))


def test_where_words_are_looked_at_nobody_is_told_before(cast):
    live = make_class(cast.own.session, is_moderated=True)
    said = make_said(live, cast.lin)
    assert said.state == SaidState.WAITING
    assert "say" not in happened(live)
    for _time in range(2):
        api.judge(by=SYSTEM, live_id=live.id, ids=[said.id], state=SaidState.SHOWN)
    assert happened(live).count("say") == 1
    api.judge(by=SYSTEM, live_id=live.id, ids=[said.id], state=SaidState.HIDDEN)
    assert happened(live)[-1] == "hide"


def test_hidden_words_are_told_to_nobody_who_comes_later(cast, live):
    said = make_said(live, cast.lin, "不该说的话")
    before = [event["seq"] for event in api.events_after(live.id, 0)]
    api.judge(by=SYSTEM, live_id=live.id, ids=[said.id], state=SaidState.HIDDEN)
    told = api.events_after(live.id, 0)
    assert "不该说的话" not in str(told)
    assert [event["seq"] for event in told] == [*before, before[-1] + 1]


def test_nothing_is_said_before_or_after(cast):
    live = make_class(cast.own.session, on_air=False)
    with pytest.raises(NotOpen):
        make_said(live, cast.lin)
    api.start_class(by=SYSTEM, live_id=live.id)
    make_said(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    with pytest.raises(NotOpen):
        make_said(live, cast.lin)


def test_nothing_is_said_in_a_closed_season(cast, live):
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
    with pytest.raises(SeasonClosed):
        make_said(live, cast.lin)


def test_hidden_words_can_be_shown_again(cast, live):
    said = make_said(live, cast.lin, "这句话不该藏")
    api.judge(by=SYSTEM, live_id=live.id, ids=[said.id], state=SaidState.HIDDEN)
    desk = cast.client("organiser")
    console, address = (
        reverse(f"live:{to}", args=[cast.own.session.id]) for to in ("console", "do")
    )
    assert "这句话不该藏" in desk.get(console).content.decode()
    desk.post(address, {"what": "show", "said": [str(said.id)]})
    assert Said.objects.get().state == SaidState.SHOWN
    assert "这句话不该藏" in str(api.events_after(live.id, 0))


def test_of_what_waits_only_what_was_ticked_is_hidden_and_all_that_is_listed_is_shown(cast):
    live = make_class(cast.own.session, is_moderated=True)
    words = [make_said(live, cast.lin, text) for text in ("第一句", "第二句", "第三句")]
    desk, address = cast.client("organiser"), reverse("live:do", args=[cast.own.session.id])
    listed = {"listed": [str(said.id) for said in words[:2]]}
    answer = desk.post(address, {"what": "hide"} | listed, follow=True)
    assert "先勾选" in answer.content.decode()
    assert not Said.objects.exclude(state=SaidState.WAITING).exists()
    desk.post(address, {"what": "show_all"} | listed)
    states = Said.objects.order_by("said_at").values_list("state", flat=True)
    assert list(states) == [SaidState.SHOWN, SaidState.SHOWN, SaidState.WAITING]


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "字" * (MOST_WORDS + 1)])
def test_nothing_and_too_much_are_refused_with_a_word(cast, live, text):
    with pytest.raises(BadWords):
        make_said(live, cast.lin, text)
    assert not Said.objects.exists()


def test_a_phone_speaks_for_its_own_people_only(cast, live):
    with pytest.raises(NotFound):
        api.say(
            by=phone_of(cast.lin),
            said_id=new_id(),
            live_id=live.id,
            person_id=cast.wu.id,
            kind=SaidKind.CHAT,
            text="冒名",
        )


def test_a_phone_without_the_link_watches_and_is_told_how_to_write(cast, live):
    phone, at = cast.client("phone"), [cast.own.session.id]
    page = phone.get(reverse("live:watch", args=at)).content.decode()
    assert "data-say" not in page
    assert "个人链接" in page
    sent = {"id": str(new_id()), "kind": "chat", "text": "冒名的一句"}
    answer = phone.post(reverse("live:say", args=at), sent, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["words"]) == (403, str(LinkNeeded.message))
    assert not Said.objects.exists()
    assert "data-say" in cast.client("member").get(reverse("live:watch", args=at)).content.decode()


def test_a_pasted_script_is_shown_as_text(cast, live):
    make_said(live, cast.lin, SCRIPT)
    for role, name in (("member", "live:watch"), ("secretary", "live:console")):
        page = cast.client(role).get(reverse(name, args=[cast.own.session.id])).content.decode()
        assert SCRIPT not in page
        assert "&lt;script&gt;" in page


def test_a_flood_is_slowed_down_and_the_last_words_are_kept(cast, live):
    phone, address = cast.client("member"), reverse("live:say", args=[cast.own.session.id])
    with clock.frozen(clock.now()):
        answers = [phone.post(address, {"id": str(new_id()), "text": f"第{n}句"}) for n in range(8)]
    codes = [answer.status_code for answer in answers]
    assert codes[:3] == [302] * 3
    assert set(codes[3:]) == {429}
    assert Said.objects.count() == 3
    page = answers[-1].content.decode()
    assert "第7句" in page
    assert "太快了" in page


def test_a_page_with_script_gets_the_state_and_a_new_id(cast, live):
    key = str(new_id())
    answer = cast.client("member").post(
        reverse("live:say", args=[cast.own.session.id]),
        {"id": key, "kind": "question", "text": "几点结束？"},
        headers={"accept": "application/json"},
    )
    assert answer.json()["state"] == "shown"
    assert answer.json()["next"] != key
    assert Said.objects.get().kind == SaidKind.QUESTION


def test_whoever_asks_for_events_gets_each_once(cast, live):
    address = reverse("live:events", args=[cast.own.session.id])
    first = cast.client("member").get(address).json()
    make_said(live, cast.lin, "新的一句")
    fresh = cast.client("member").get(f"{address}?after={first['last']}").json()
    assert [event["text"] for event in fresh["events"]] == ["新的一句"]
    assert Event.objects.filter(live=live).count() == fresh["last"]
    assert cast.client("member").get(f"{address}?after=bad").status_code == 200


def test_what_is_said_becomes_a_need_of_the_branch_of_whoever_said_it(cast):
    live = make_class(cast.own.session)
    said = make_said(live, cast.lin, "村口的路灯坏了")
    desk = cast.client("organiser")
    body = {"what": "need", "said": [str(said.id)]}
    for _time in range(2):
        assert desk.post(reverse("live:do", args=[cast.own.session.id]), body).status_code == 302
    need = Need.objects.get()
    said.refresh_from_db()
    assert (need.text, need.source, need.person_id) == ("村口的路灯坏了", "chat", cast.lin.id)
    assert (need.organisation_id, need.code) == (cast.own.branch.id, said.need_code)
    assert (
        said.need_code
        in desk.get(reverse("live:console", args=[cast.own.session.id])).content.decode()
    )


def test_words_from_elsewhere_become_a_need_of_the_host_without_a_person(cast):
    live = make_class(cast.own.session)
    said = make_said(live, cast.wu, "我们村也想要一个驿站")
    api.take_on(by=cast.actor("organiser"), live_id=live.id, ids=[said.id])
    need = Need.objects.get()
    assert (need.organisation_id, need.person_id) == (cast.own.session.host_id, None)


def test_the_console_hears_who_watches_and_a_phone_does_not(cast, live):
    keep_presence([(live.id, cast.lin.id, clock.now())])
    address = reverse("live:events", args=[cast.own.session.id])
    said = cast.client("organiser").get(address).json()["watching"]
    assert said == {"now": "1", "ever": "1", "venues": "0", "people": "1"}
    assert "watching" not in cast.client("member").get(address).json()


def test_words_changed_after_an_answer_was_lost_are_said_too(cast, live):
    key, by = new_id(), phone_of(cast.lin)
    for words in ("听不清", "补贴什么时候发", "补贴什么时候发"):
        whose = {"live_id": live.id, "person_id": cast.lin.id}
        assert api.say(by=by, said_id=key, kind=SaidKind.CHAT, text=words, **whose) == "shown"
    texts = list(Said.objects.values_list("text", flat=True))
    assert sorted(texts) == ["听不清", "补贴什么时候发"]
    assert happened(live).count("say") == 2
