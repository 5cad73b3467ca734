from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.activities import api as activities
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, outbox
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.library.models import Media
from dongxun.live import api, queries
from dongxun.live.contracts import AGAIN_HOURS, GRACE_HOURS, MOST_HOURS, ClassState, Source
from dongxun.live.models import LiveClass, Presence
from dongxun.live.services.classes import end_forgotten
from dongxun.live.services.merging import follow_merge
from dongxun.live.tests.make import ADDRESS, SYSTEM, make_class
from dongxun.notices.models import Notice
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import make_quiz


def test_a_session_has_one_class_however_often_it_is_saved(cast):
    keys = {make_class(cast.own.session, on_air=False).id for _time in range(2)}
    assert len(keys) == 1


@pytest.mark.parametrize(
    "url", ["", "video.example", "javascript:alert(1)", "http://video.example"]
)
def test_a_link_of_another_platform_begins_with_https(cast, url):
    with pytest.raises(Invalid):
        make_class(cast.own.session, url=url)


def test_a_class_that_is_over_is_not_begun_again(cast):
    live = make_class(cast.own.session)
    for _time in range(2):
        api.end_class(by=SYSTEM, live_id=live.id)
    with pytest.raises(Conflict):
        api.start_class(by=SYSTEM, live_id=live.id)
    assert LiveClass.objects.get(id=live.id).state == ClassState.OVER


def test_a_class_ended_by_mistake_goes_on_and_is_over_for_good_later(cast):
    live, at = make_class(cast.own.session), cast.own.session.ends_at
    desk, address = cast.client("organiser"), reverse("live:do", args=[cast.own.session.id])
    console = reverse("live:console", args=[cast.own.session.id])
    for state in ("over", "live", "live"):
        desk.post(address, {"what": "end" if state == "over" else "again"})
        assert LiveClass.objects.get().state == state
    with clock.frozen(at + timedelta(hours=GRACE_HOURS, minutes=-1)):
        api.end_class(by=SYSTEM, live_id=live.id)
        api.go_on_air_again(by=SYSTEM, live_id=live.id)
    with clock.frozen(at + timedelta(hours=GRACE_HOURS, minutes=5)):
        end_forgotten()
        api.end_class(by=SYSTEM, live_id=live.id)
        assert "再开播" in desk.get(console).content.decode()
    with clock.frozen(at + timedelta(hours=GRACE_HOURS + AGAIN_HOURS, minutes=10)):
        with pytest.raises(Conflict):
            api.go_on_air_again(by=SYSTEM, live_id=live.id)
        assert "再开播" not in desk.get(console).content.decode()


def test_a_session_called_off_ends_its_class_and_its_page_says_so(cast):
    make_class(cast.own.session)
    activities.cancel_session(by=SYSTEM, session_id=cast.own.session.id, reason="下雪")
    outbox.deliver_all()
    assert LiveClass.objects.get().state == ClassState.OVER
    page = cast.client("member").get(reverse("live:watch", args=[cast.own.session.id]))
    assert "已取消" in page.content.decode()


def test_a_draft_does_not_go_on_air(cast):
    session = make_session(cast.season, cast.own.branch, state="draft")
    with pytest.raises(Conflict):
        make_class(session)


def test_the_class_of_a_sub_venue_is_that_of_the_main_one(cast):
    main = make_session(cast.season, cast.own.node)
    sub = activities.add_sub_venue(
        by=SYSTEM, session_id=main.id, host_id=cast.own.branch.id, place_text="村会议室"
    )
    live = make_class(main)
    found, airing = queries.live_class(sub, by=SYSTEM)
    assert (found.id, airing.id) == (live.id, main.id)
    page = cast.client("secretary").get(reverse("live:console", args=[sub])).content.decode()
    assert "村会议室" in page
    assert reverse("activities:roll", args=[sub]) in page


def test_a_hall_of_another_town_shows_the_class_whose_main_venue_it_does_not_see(cast):
    main = make_session(cast.season, cast.foreign.node)
    sub = activities.add_sub_venue(
        by=SYSTEM, session_id=main.id, host_id=cast.own.branch.id, place_text="村会议室"
    )
    make_class(main)
    desk, phone = cast.client("secretary"), cast.client("member")
    listed = desk.get(reverse("live:list")).content.decode()
    for key in (main.id, sub):
        console, hall = (reverse(f"live:{to}", args=[key]) for to in ("console", "hall"))
        assert ADDRESS in desk.get(console).content.decode()
        assert ADDRESS in desk.get(hall).content.decode()
    assert reverse("live:console", args=[main.id]) in listed
    page = phone.get(reverse("live:watch", args=[main.id])).content.decode()
    assert reverse("activities:my_session", args=[sub]) in page
    assert phone.get(reverse("live:hall", args=[cast.foreign.session.id])).status_code == 404


def test_people_are_counted_once_wherever_they_watch(cast):
    live = make_class(cast.own.session)
    phone = cast.client("member")
    for _time in range(3):
        answer = phone.post(reverse("live:go", args=[cast.own.session.id]))
        assert (answer.status_code, answer.headers["Refresh"]) == (200, f"0; url={ADDRESS}")
    assert Presence.objects.count() == 1
    seen = queries.watching(live)
    assert (seen.now, seen.ever, seen.people) == (1, 1, 1)


@pytest.mark.parametrize("late", [timedelta(), timedelta(hours=5)])
def test_a_class_that_nobody_ended_is_ended_some_hours_after_its_time(cast, late):
    live = make_class(cast.own.session, on_air=False)
    with clock.frozen(cast.own.session.starts_at + late):
        api.start_class(by=SYSTEM, live_id=live.id)
    ends = cast.own.session.ends_at + late
    with clock.frozen(ends + timedelta(hours=GRACE_HOURS, minutes=-1)):
        end_forgotten()
        assert LiveClass.objects.get().state == ClassState.LIVE
    with clock.frozen(ends + timedelta(hours=GRACE_HOURS, minutes=1)):
        for _time in range(2):
            end_forgotten()
        live.refresh_from_db()
        assert (live.state, live.ended_at) == (ClassState.OVER, clock.now())
        assert queries.latest(live.id) == live.last_seq


def test_a_forgotten_class_with_a_picture_goes_on_until_no_class_lasts_so_long(cast):
    started_at = make_class(cast.own.session).started_at or clock.now()
    for hours, state in ((MOST_HOURS, ClassState.LIVE), (MOST_HOURS + 1, ClassState.OVER)):
        at = started_at + timedelta(hours=hours)
        with clock.frozen(at):
            LiveClass.objects.update(encoder="obs", encoder_seen_at=at)
            end_forgotten()
            assert LiveClass.objects.get().state == state


def test_a_class_shown_elsewhere_gets_its_replay_from_a_recording_brought(cast):
    live = make_class(cast.own.session)
    desk, address = cast.client("organiser"), reverse("live:do", args=[cast.own.session.id])
    file = SimpleUploadedFile("课.mp4", b"recording", "video/mp4")
    early = desk.post(address, {"what": "bring", "file": file})
    assert early.status_code == 409
    api.end_class(by=SYSTEM, live_id=live.id)
    assert desk.post(address, {"what": "bring"}).status_code == 422
    for _time in range(2):
        file = SimpleUploadedFile("课.mp4", b"recording", "video/mp4")
        assert desk.post(address, {"what": "bring", "file": file}).status_code == 302
    lesson = LiveClass.objects.get().replay
    assert lesson
    assert (lesson.state, Media.objects.count()) == ("draft", 1)
    page = desk.get(reverse("live:console", args=[cast.own.session.id]))
    assert lesson.title in page.content.decode()


def test_what_is_on_air_stands_first(cast):
    begins = clock.now() + timedelta(days=2)
    other = make_session(
        cast.season, cast.own.branch, starts_at=begins, ends_at=begins + timedelta(hours=1)
    )
    make_class(other, on_air=False)
    live = make_class(cast.own.session)
    assert queries.classes(by=SYSTEM).first() == live


def test_presence_keeps_the_first_and_the_last_moment(cast):
    live, at = make_class(cast.own.session), clock.now()
    for minutes in (0, 5):
        seen = at + timedelta(minutes=minutes)
        api.keep_presence([(live.id, cast.lin.id, seen), (live.id, new_id(), seen)])
    row = Presence.objects.get()
    assert (row.first_at, row.last_at) == (at, at + timedelta(minutes=5))


def test_two_rows_that_were_one_person_watched_once(cast):
    live, at = make_class(cast.own.session), clock.now()
    for minutes, person in ((3, cast.lin), (0, cast.zhou)):
        api.keep_presence([(live.id, person.id, at + timedelta(minutes=minutes))])
    for _time in range(2):
        follow_merge(cast.lin.id, cast.zhou.id)
    row = Presence.objects.get()
    assert (row.person_id, row.first_at) == (cast.lin.id, at)
    assert row.last_at == at + timedelta(minutes=3)
    assert queries.watching(live).people == 1


def test_a_class_is_hidden_from_who_does_not_see_the_session(cast):
    make_class(cast.foreign.session)
    assert (
        cast.client("member").get(reverse("live:watch", args=[cast.foreign.session.id])).status_code
        == 404
    )
    with pytest.raises(NotFound):
        queries.live_class(cast.own.session.id, by=SYSTEM)


def test_the_pages_of_a_session_lead_to_its_class(cast):
    page = (
        cast.client("secretary")
        .get(reverse("activities:session", args=[cast.own.session.id]))
        .content.decode()
    )
    assert reverse("live:prepare", args=[cast.own.session.id]) in page
    make_class(cast.own.session)
    for role in ("member", "secretary"):
        page = cast.client(role).get(reverse("activities:my_session", args=[cast.own.session.id]))
        watch = reverse("live:watch", args=[cast.own.session.id])
        assert f'"{watch}"' in page.content.decode(), role


def test_an_organiser_prepares_starts_pins_and_ends(cast):
    desk, session = cast.client("secretary"), cast.own.session
    address = reverse("live:prepare", args=[session.id])
    assert desk.post(address, {"source": Source.LINK, "url": "nothing"}).status_code == 422
    typed = {"source": Source.LINK, "url": ADDRESS, "is_talking": "on"}
    assert desk.post(address, typed).status_code == 302
    for what in ({"what": "start"}, {"what": "pin", "words": "请先签到"}, {"what": "end"}):
        assert desk.post(reverse("live:do", args=[session.id]), what).status_code == 302
    live = LiveClass.objects.get()
    assert (live.state, live.pinned) == (ClassState.OVER, "请先签到")
    kinds = [event["kind"] for event in api.events_after(live.id, 0)]
    assert kinds == ["state", "state", "pin", "state"]


def test_a_session_with_a_class_has_one_way_into_it_and_that_one_counts(cast):
    session = make_session(cast.season, cast.own.node, online_url=ADDRESS)
    address = reverse("activities:my_session", args=[session.id])
    assert f'"{ADDRESS}"' in cast.client("member").get(address).content.decode()
    make_class(session)
    page = cast.client("member").get(address).content.decode()
    assert reverse("live:watch", args=[session.id]) in page
    assert f'"{ADDRESS}"' not in page

    times = {"starts_at": session.starts_at + timedelta(days=1), "ends_at": session.ends_at}
    times["ends_at"] += timedelta(days=1)
    activities.move_session(by=SYSTEM, session_id=session.id, reason="大雪", **times)
    told = Notice.objects.get(kind="session_moved")
    assert ADDRESS not in told.body
    assert told.url


@pytest.mark.parametrize("window", ["opens_at", "closes_at"])
def test_a_short_check_that_nobody_could_answer_is_told_before_the_class(cast, window):
    session = make_session(cast.season, cast.own.node)
    moved = session.ends_at + timedelta(days=9 if window == "opens_at" else 0)
    quiz = make_quiz(cast.season, cast.district, items=1, opened=False, **{window: moved})
    live = make_class(session, on_air=False, quiz_id=quiz.id)
    desk, address = cast.client("organiser"), reverse("live:console", args=[session.id])
    found = {one.name: one for one in desk.get(address).context["checks"]}
    assert (found["随堂小测"].is_good, found["随堂小测"].link) == (False, "quiz")
    api.start_class(by=SYSTEM, live_id=live.id)
    assert desk.get(address).context["check_trouble"]
    Quiz.objects.update(opens_at=None, closes_at=None)
    assert not desk.get(address).context["check_trouble"]


def test_a_class_called_off_gives_its_quiz_back_and_cannot_be_begun(cast):
    quiz = make_quiz(cast.season, cast.district, items=1, opened=False)
    session = make_session(cast.season, cast.own.node)
    make_class(session, on_air=False, quiz_id=quiz.id)
    activities.cancel_session(by=SYSTEM, session_id=session.id, reason="下雪")
    outbox.deliver_all()
    quiz.refresh_from_db()
    assert (LiveClass.objects.get().quiz_id, quiz.invited_only, quiz.state) == (
        None,
        False,
        "draft",
    )
    page = cast.client("organiser").get(reverse("live:console", args=[session.id]))
    assert 'value="start"' not in page.content.decode()
    assert page.context["checks"] == []
