from datetime import timedelta

import pytest

from dongxun.access.tests.make import phone_of
from dongxun.activities.attendance.following import follow_merge
from dongxun.activities.contracts import Method
from dongxun.activities.models import Booking, CheckIn, Remark, Session
from dongxun.activities.own.feedback import asked, give_feedback
from dongxun.activities.sessions import remarks
from dongxun.activities.sessions.remarks import heard_of
from dongxun.kernel import clock, sync
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed
from dongxun.seasons.models import Season

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(cast):
    """A session that is over, which 林小满 checked in at."""
    begun = clock.now() - timedelta(hours=3)
    Session.objects.filter(id=cast.own.session.id).update(
        starts_at=begun, ends_at=begun + timedelta(hours=1), state="published"
    )
    CheckIn.objects.filter(session=cast.own.session).delete()
    there(cast.own.session, cast.lin)
    return Session.objects.get(id=cast.own.session.id)


def there(session, person):
    CheckIn.objects.create(
        session=session,
        person=person,
        branch_id=person.branch_id,
        method=Method.ROLL,
        occurred_at=clock.now(),
    )


def say(session, person, **overrides):
    values = {"score": 4, "words": "多讲点政策"} | overrides
    return give_feedback(by=phone_of(person), session_id=session.id, person_id=person.id, **values)


def test_whoever_was_there_says_how_it_was_and_saying_it_anew_replaces_it(session, cast):
    say(session, cast.lin)
    say(session, cast.lin, score=5, words="")
    row = Remark.objects.get(session=session)
    assert (row.score, row.words, row.people) == (5, "", 1)
    found = remarks.feedback(session)
    assert (found.scored, found.score) == (1, 5)
    assert cast.lin.name not in f"{row.speaker}{row.written_by}"


def test_what_was_said_counts_for_who_taught_alone(session, cast):
    taught = Booking.objects.filter(session=session)
    lecturer_id = taught.get().lecturer_id
    assert heard_of(lecturer_id) is None
    say(session, cast.lin)
    there(session, cast.own.people[1])
    say(session, cast.own.people[1], score=5)
    heard = heard_of(lecturer_id)
    assert (heard.sessions, heard.people, heard.mean) == (1, 2, 4.5)
    Booking.objects.create(session=session, lecturer_id=cast.foreign.lecturer.id)
    assert heard_of(lecturer_id) is None


def test_nothing_is_said_of_a_closed_season(session, cast):
    Season.objects.filter(id=cast.season.id).update(state="closed", closed_at=clock.now())
    with pytest.raises(SeasonClosed):
        say(session, cast.lin)
    assert asked(session.id, by=phone_of(cast.lin)) == []


def test_nobody_says_it_who_was_not_there_or_for_somebody_else(session, cast):
    with pytest.raises(Conflict):
        say(session, cast.own.people[1])
    with pytest.raises(NotFound):
        give_feedback(
            by=phone_of(cast.lin),
            session_id=session.id,
            person_id=cast.own.people[1].id,
            score=1,
            words="",
        )
    with pytest.raises(Invalid):
        say(session, cast.lin, score=None, words=" ")
    assert not Remark.objects.filter(session=session).exists()


def test_what_was_said_without_network_comes_later_and_counts_once(session, cast):
    body = {"session": str(session.id), "person": str(cast.lin.id), "score": 3, "words": "快了"}
    items = [Item(new_id(), "feedback", body), Item(new_id(), "feedback", body)]
    items.append(Item(new_id(), "feedback", body | {"score": "many"}))
    answers = sync.receive(items, by=phone_of(cast.lin))
    assert [one.answer for one in answers] == ["stored", "stored", "rejected"]
    assert Remark.objects.filter(session=session).count() == 1


def test_the_page_asks_after_class_and_keeps_what_was_typed(session, cast):
    client = cast.client("member")
    page = f"/me/activities/{session.id}/"
    assert "收获怎么样" in str(client.get(page).content, "utf-8")
    sent = {"person": str(cast.lin.id)}
    bad = client.post(f"{page}feedback/", sent | {"score": "9", "words": " "})
    assert bad.status_code == 422
    assert (
        client.post(f"{page}feedback/", sent | {"score": "4", "words": "快了"}).status_code == 302
    )
    assert "快了" in str(client.get(page).content, "utf-8")
    Remark.objects.update(withdrawn_at=clock.now())
    client.post(f"{page}feedback/", sent | {"score": "4", "words": "快了"})
    assert Remark.objects.get().withdrawn_at is None


def test_what_was_said_earlier_and_comes_late_replaces_nothing(session, cast):
    say(session, cast.lin, score=5)
    body = {"session": str(session.id), "person": str(cast.lin.id), "score": 1}
    hour = timedelta(hours=1)
    with clock.frozen(clock.now() + 2 * hour):
        for at, score in ((clock.now() - 3 * hour, 5), (clock.now() - hour, 1)):
            late = Item(new_id(), "feedback", body | {"occurred_at": at.isoformat()})
            assert sync.receive([late], by=phone_of(cast.lin))[0].answer == "stored"
            assert Remark.objects.get().score == score


def test_what_was_said_before_the_closing_counts_though_it_comes_after(session, cast):
    said = clock.now()
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    body = {"session": str(session.id), "person": str(cast.lin.id), "score": 4}
    before = Item(new_id(), "feedback", body | {"occurred_at": said.isoformat()})
    with clock.frozen(clock.now() + timedelta(hours=1)):
        after = Item(new_id(), "feedback", body | {"occurred_at": clock.now().isoformat()})
        answers = sync.receive([before, after], by=phone_of(cast.lin))

    assert [answer.answer for answer in answers] == ["stored", "rejected"]
    assert remarks.feedback(session).scored == 1


def test_merged_rows_say_how_a_session_was_once(session, cast):
    twin = make_person("林小满", branch=cast.own.branch)
    there(session, twin)
    say(session, twin, score=1)
    for _ in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert remarks.feedback(session).score == 1
    say(session, cast.lin, score=5)

    found = remarks.feedback(session)
    assert (found.scored, found.score) == (1, 5)


@pytest.mark.parametrize(("later", "stands"), [("twin", 1), ("survivor", 5)])
def test_of_two_words_of_one_person_the_later_stands(session, cast, later, stands):
    twin = make_person("林小满", branch=cast.own.branch)
    there(session, twin)
    now = clock.now()
    then = {"twin": now - timedelta(minutes=9), "survivor": now - timedelta(minutes=9), later: now}
    say(session, twin, score=1, said_at=then["twin"])
    say(session, cast.lin, score=5, said_at=then["survivor"])
    follow_merge(cast.lin.id, twin.id)
    found = remarks.feedback(session)
    assert (found.scored, found.score) == (1, stands)
