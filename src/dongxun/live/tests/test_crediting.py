from datetime import timedelta
from itertools import permutations

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.activities import api as activities
from dongxun.activities.attendance import claims, recredit
from dongxun.activities.attendance.contracts import Presence as Seen
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Remark
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, jobs, outbox
from dongxun.kernel.errors import Conflict
from dongxun.kernel.ids import new_id
from dongxun.ledger import api as ledger
from dongxun.ledger.models import Fact
from dongxun.library import api as library
from dongxun.library.models import Lesson
from dongxun.library.queries.published import content_of
from dongxun.library.tests.make import ended, make_lesson
from dongxun.live import api
from dongxun.live.contracts import NoCheck
from dongxun.live.models import LiveClass
from dongxun.live.services import crediting
from dongxun.live.services.presence import keep_presence
from dongxun.live.tests.make import ADDRESS, SYSTEM, make_class
from dongxun.people import api as people
from dongxun.people.tests.make import make_person
from dongxun.quizzes.contracts import PaperShort
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import make_quiz, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(cast):
    """A class of an hour with a short check, a replay, and a sub-venue in the village."""
    quiz = make_quiz(cast.season, cast.district, items=1, opened=False)
    session = make_session(cast.season, cast.own.node)
    row = make_class(session, quiz_id=quiz.id)
    row.replay = make_lesson(cast.season, cast.own.node, chapters=1, minutes=60)
    row.save(update_fields=["replay"])
    return row


def watch(live, person):
    keep_presence([(live.id, person.id, clock.now())])


def pass_check(live, person):
    by = phone_of(person)
    crediting.begin_check(by=by, session_id=live.session_id, person_id=person.id)
    take(live.quiz, person)
    outbox.deliver_all()


def see_replay(live, person):
    chapter = live.replay.chapters.get()
    library.note_steps(by=phone_of(person), steps=[ended(chapter, person)])
    outbox.deliver_all()


def stand_on_roll(live, person):
    seen = Seen(new_id(), person.id, method=Method.ROLL, occurred_at=clock.now())
    claims.claim_presence(by=SYSTEM, session_id=live.session_id, items=[seen])
    outbox.deliver_all()


def minutes(cast, person):
    facts = ledger.live_facts(cast.season.id, [person.id])
    return sorted((one.mode, one.seconds // 60) for one in facts if one.seconds)


def test_a_class_watched_alone_counts_by_its_short_check_and_not_before(cast, live):
    watch(live, cast.lin)
    with pytest.raises(NoCheck):
        pass_check(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    assert minutes(cast, cast.lin) == []
    pass_check(live, cast.lin)
    for _time in range(2):
        crediting.settle(season_id=cast.season.id, person_ids=[cast.lin.id])
    assert minutes(cast, cast.lin) == [("online", 60)]


def test_whoever_did_not_watch_live_takes_no_check_of_it(cast, live):
    api.end_class(by=SYSTEM, live_id=live.id)
    with pytest.raises(NoCheck):
        pass_check(live, cast.lin)


@pytest.mark.parametrize("order", list(permutations((pass_check, see_replay, stand_on_roll))))
def test_in_any_order_of_roll_check_and_replay_a_class_counts_once(cast, live, order):
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    for act in order:
        act(live, cast.lin)
        assert [n for _mode, n in minutes(cast, cast.lin)] == [60]
    assert minutes(cast, cast.lin) == [("group", 60)]


def test_a_roll_that_was_wrong_gives_way_to_the_check_and_that_to_nothing_else(cast, live):
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    for act in (see_replay, pass_check, stand_on_roll):
        act(live, cast.lin)
    for _time in range(2):
        row = CheckIn.objects.get(voided_at=None)
        claims.void_check_in(by=SYSTEM, check_in_id=row.id, reason="认错人了")
        outbox.deliver_all()
        assert minutes(cast, cast.lin) == [("online", 60)]
        stand_on_roll(live, cast.lin)
        assert minutes(cast, cast.lin) == [("group", 60)]


def credit(live, *shares):
    recredit.recredit_session(by=SYSTEM, session_id=live.session_id, topics=shares, reason="改正")
    outbox.deliver_all()


@pytest.fixture
def passed(cast, live):
    """The class, which somebody watched alone, with its check passed."""
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    pass_check(live, cast.lin)
    return live


def test_a_session_that_is_worth_something_else_is_so_for_who_watched_alone(cast, passed):
    for n in (90, 60, 90):
        credit(passed, (passed.session.topics.get().topic_id, n))
        crediting.settle(season_id=cast.season.id, person_ids=[cast.lin.id])
        assert minutes(cast, cast.lin) == [("online", n)]
    stand_on_roll(passed, cast.lin)
    assert minutes(cast, cast.lin) == [("group", 90)]


@pytest.fixture
def replayed(cast, live):
    """The class, whose replay somebody has seen; and the topic of its session."""
    topic = live.session.topics.get().topic_id
    LiveClass.objects.filter(id=live.id).update(replay_worth=[[str(topic), 60]])
    api.end_class(by=SYSTEM, live_id=live.id)
    see_replay(live, cast.lin)
    return live, topic


def correct(live, *shares):
    credit(live, *shares)
    jobs.run_waiting()
    outbox.deliver_all()


def test_a_replay_is_worth_what_its_session_is_corrected_to(cast, replayed):
    live, topic = replayed
    for n in (90, 60, 90):
        correct(live, (topic, n))
        crediting.settle(season_id=cast.season.id, person_ids=[cast.lin.id])
        assert minutes(cast, cast.lin) == [("online", n)]
    correct(live, (topic, 60), (cast.season.topics.get(number=2).id, 30))
    assert minutes(cast, cast.lin) == [("online", 30), ("online", 60)]
    lesson = Lesson.objects.get(id=live.replay_id)
    assert (lesson.minutes, lesson.edition) == (90, live.replay.edition)
    assert lesson.version == lesson.published_version
    stand_on_roll(live, cast.lin)
    assert {mode for mode, _n in minutes(cast, cast.lin)} == {"group"}


def test_minutes_that_its_writers_gave_a_replay_stay(cast, replayed):
    live, topic = replayed
    lesson = Lesson.objects.get(id=live.replay_id)
    lesson.version, lesson.published_version, lesson.published = 3, 2, content_of(lesson)
    lesson.minutes = 45
    lesson.save()
    correct(live, (topic, 90))
    lesson.refresh_from_db()
    assert (lesson.minutes, lesson.published["head"]["minutes"]) == (45, 90)
    assert minutes(cast, cast.lin) == [("online", 90)]


def test_a_topic_that_keeps_its_minutes_keeps_its_fact(cast, passed):
    first, second = passed.session.topics.get().topic_id, cast.season.topics.get(number=2).id
    for other in (20, 40, 20):
        credit(passed, (first, 60), (second, other))
        facts = ledger.facts_about(passed.id)
        assert sorted(fact.seconds // 60 for fact in facts) == [other, 60]
    told = Fact.objects.filter(object_id=passed.id, topic_id=first)
    assert told.count() == 1


def test_a_class_called_off_afterwards_is_worth_nothing(cast, passed):
    activities.cancel_session(by=SYSTEM, session_id=passed.session_id, reason="弄错了")
    outbox.deliver_all()
    assert minutes(cast, cast.lin) == []


def test_a_class_that_goes_on_counts_once_it_is_over(cast, passed):
    LiveClass.objects.filter(id=passed.id).update(replay=None)  # one that is out ends it for good
    for _time in range(2):
        api.go_on_air_again(by=SYSTEM, live_id=passed.id)
        assert minutes(cast, cast.lin) == []
        api.end_class(by=SYSTEM, live_id=passed.id)
        assert minutes(cast, cast.lin) == [("online", 60)]


def test_who_watched_alone_is_asked_how_it_was_and_who_sat_in_a_venue_is_asked_there(cast, live):
    page = reverse("activities:my_session", args=[live.session_id])
    phone, watching = cast.client("member"), reverse("live:watch", args=[live.session_id])
    api.end_class(by=SYSTEM, live_id=live.id)
    assert "说说这堂课" not in phone.get(watching).content.decode()
    assert 'name="score"' not in phone.get(page).content.decode()
    see_replay(live, cast.lin)
    assert "说说这堂课" in phone.get(watching).content.decode()
    assert 'name="score"' in phone.get(page).content.decode()
    said = {"person": str(cast.lin.id), "score": "4"}
    assert (
        phone.post(reverse("activities:feedback", args=[live.session_id]), said).status_code == 302
    )
    assert Remark.objects.get().score == 4
    sub = activities.add_sub_venue(
        by=SYSTEM, session_id=live.session_id, host_id=cast.own.branch.id, place_text="村会议室"
    )
    seen = Seen(new_id(), cast.lin.id, method=Method.ROLL, occurred_at=clock.now())
    claims.claim_presence(by=SYSTEM, session_id=sub, items=[seen])
    assert 'name="score"' not in phone.get(page).content.decode()


def test_the_roll_of_a_sub_venue_is_a_roll(cast, live):
    sub = activities.add_sub_venue(
        by=SYSTEM, session_id=live.session_id, host_id=cast.own.branch.id, place_text="村会议室"
    )
    seen = Seen(new_id(), cast.lin.id, method=Method.ROLL, occurred_at=clock.now())
    claims.claim_presence(by=SYSTEM, session_id=sub, items=[seen])
    see_replay(live, cast.lin)
    assert minutes(cast, cast.lin) == [("group", 60)]


@pytest.mark.parametrize("is_on_roll", [False, True])
def test_two_rows_that_were_one_person_are_credited_once(cast, live, is_on_roll):
    twin = make_person(branch=cast.own.branch)
    for person in (cast.lin, twin):
        watch(live, person)
    api.end_class(by=SYSTEM, live_id=live.id)
    pass_check(live, twin)
    if is_on_roll:
        stand_on_roll(live, cast.lin)
    people.merge_people(by=SYSTEM, survivor_id=cast.lin.id, duplicate_id=twin.id)
    outbox.deliver_all()
    found = ledger.live_of(cast.season.id, [cast.lin.id])
    worth = [(fact.mode, fact.seconds // 60) for fact in found if fact.seconds]
    assert worth == [("group" if is_on_roll else "online", 60)]


def test_a_check_whose_window_is_over_says_so_and_adds_nothing(cast, live):
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    Quiz.objects.filter(id=live.quiz_id).update(closes_at=clock.now() - timedelta(minutes=1))
    phone = cast.client("member")
    page = phone.post(reverse("live:check", args=[live.session_id]), follow=True)
    assert "答题时间已过" in page.content.decode()
    assert minutes(cast, cast.lin) == []


def test_a_check_that_could_not_be_answered_is_refused_at_its_field(cast, live):
    other = make_session(cast.season, cast.own.node, title="另一堂课")
    empty = make_quiz(cast.season, cast.district, items=0, opened=False)
    with pytest.raises(PaperShort) as refused:
        make_class(other, quiz_id=empty.id)
    assert refused.value.where == "quiz"
    with pytest.raises(Conflict):
        make_class(other, quiz_id=live.quiz_id)
    assert not LiveClass.objects.filter(session=other).exists()


def test_the_page_of_a_class_leads_to_its_check_and_says_what_counts(cast, live):
    desk, phone = cast.client("organiser"), cast.client("member")
    made = make_quiz(cast.season, cast.own.node, items=1, opened=False)
    sent = {"source": "link", "url": ADDRESS, "quiz": str(made.id), "is_talking": "on"}
    assert desk.post(reverse("live:prepare", args=[live.session_id]), sent).status_code == 302
    live.refresh_from_db()
    assert live.quiz_id == made.id
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    page, check = (reverse(f"live:{name}", args=[live.session_id]) for name in ("watch", "check"))
    assert check in phone.get(page).content.decode()
    assert "/quiz/try/" in phone.post(check).headers["Location"]
    take(live.quiz, cast.lin)
    outbox.deliver_all()
    assert "60 分钟" in phone.get(page).content.decode()
    see_replay(live, cast.lin)
    lesson = phone.get(reverse("library:learn_lesson", args=[live.replay_id])).content.decode()
    assert "只算一次" in lesson
    console = desk.get(reverse("live:console", args=[live.session_id])).content.decode()
    assert made.title in console


def test_a_short_check_whose_tries_are_used_up_is_not_offered(cast, live):
    Quiz.objects.update(tries=1)
    watch(live, cast.lin)
    api.end_class(by=SYSTEM, live_id=live.id)
    phone, address = cast.client("member"), reverse("live:watch", args=[live.session_id])
    check = reverse("live:check", args=[live.session_id])
    assert check in phone.get(address).content.decode()
    person = cast.lin.id
    crediting.begin_check(by=phone_of(cast.lin), session_id=live.session_id, person_id=person)
    take(live.quiz, cast.lin, right=0)
    page = phone.get(address)
    assert check not in page.content.decode()
    assert page.context["counts"].is_shut
