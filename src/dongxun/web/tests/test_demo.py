from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from dongxun.activities.models import (
    CheckIn,
    Leave,
    MakeupItem,
    Remark,
    Session,
    SessionTopic,
    WalkIn,
)
from dongxun.contests.models import Contest, Earned, Entry
from dongxun.contests.services import counting
from dongxun.coverage import api as coverage
from dongxun.coverage.models import Cell, PersonStanding, Snapshot
from dongxun.coverage.store import cells
from dongxun.exchanges.models import Exchange, Gap, MasterStation, Outcome, Pledge, StopSession
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.models import Event
from dongxun.kernel.together import ask
from dongxun.ledger.models import Fact
from dongxun.library.models import Lesson
from dongxun.live.models import LiveClass
from dongxun.notices.models import Notice
from dongxun.organisations.models import Alliance, Organisation, Pairing
from dongxun.people import api as people
from dongxun.people.models import Person, ReportIn, Stay
from dongxun.seasons.models import Cohort, Season, StudyDay, Topic
from dongxun.web.demo import words
from dongxun.web.demo.build import build

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("tests")
NOW = datetime(2027, 1, 20, 2, 40, tzinfo=UTC)
"""A Wednesday at 10:40 in Shanghai."""


@pytest.fixture(scope="module")
def small(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), clock.frozen(NOW), transaction.atomic():
        yield build(small=True)
        transaction.set_rollback(True)


def test_small_demo_is_a_season_in_its_middle(small):
    season = Season.objects.get()
    assert (season.starts_on.year, season.ends_on.year) == (2026, 2027)
    assert Topic.objects.filter(opens_on__lte=NOW.date()).count() == 5
    published = Session.objects.filter(state="published")
    assert published.filter(starts_at__lte=NOW, ends_at__gt=NOW).exists()
    assert published.filter(ends_at__lte=NOW).exists()
    assert published.filter(starts_at__gt=NOW).exists()
    assert Session.objects.filter(state="cancelled").count() == 1
    assert Session.objects.exclude(went_online_reason="").count() == 1
    assert published.filter(starts_at__gt=NOW, bookings=None, topics__isnull=False).exists()
    assert Notice.objects.filter(kind="session_published").exists()


def test_small_demo_has_a_lesson_to_hear_and_one_to_watch(small):
    shown = Lesson.objects.filter(state="published", form__in=["audio", "video"])
    media = [lesson.chapters.get().media for lesson in shown.order_by("form")]
    assert [(one.kind, one.state, bool(one.poster)) for one in media] == [
        ("audio", "ready", False),
        ("video", "ready", True),
    ]


def test_small_demo_has_a_live_class_that_was_watched_and_talked_in(small):
    live = LiveClass.objects.get()
    assert (live.state, live.session.ends_at <= NOW) == ("over", True)
    assert live.presences.count() == 23
    assert set(live.said.values_list("state", flat=True)) == {"shown"}


def test_small_demo_has_sub_venues_ties_groups_and_feedback(small):
    subs = Session.objects.exclude(main_session=None)
    assert subs.filter(ends_at__lte=NOW, check_ins__isnull=False).exists()
    coming = subs.filter(starts_at__gt=NOW, state="published").values_list("id", flat=True)
    assert Notice.objects.filter(object_id__in=coming).exists()
    assert Pairing.objects.filter(kind="village_enterprise").exists()
    assert Alliance.objects.count() == 2
    assert set(Cohort.objects.values_list("name", flat=True)) == set(words.COHORTS)
    assert StudyDay.objects.count() >= 2
    assert Remark.objects.count() == len(words.FEEDBACK)


def test_small_demo_counts_what_a_rebuild_counts(small):
    season = Season.objects.get()
    before = cells(season.id)
    assert coverage.rebuild(by=SYSTEM, season_id=season.id) == 0
    assert cells(season.id) == before
    assert PersonStanding.objects.filter(reached=True).exists()
    assert Snapshot.objects.filter(season_id=season.id).count() == 6


def test_later_snapshots_of_the_small_demo_show_more(small):
    season = Season.objects.get()
    rows = Snapshot.objects.filter(season_id=season.id).order_by("as_of")
    root = Organisation.objects.get(code=words.DISTRICT)
    met = [sum(row.cells.filter(organisation=root).values_list("met", flat=True)) for row in rows]
    assert met == sorted(met)
    assert met[0] < met[-1]
    now = sum(Cell.objects.filter(organisation=root).values_list("met", flat=True))
    assert met[-1] <= now


def test_small_demo_has_what_an_organiser_must_see_to(small):
    assert Leave.objects.exists()
    assert MakeupItem.objects.filter(done_at=None).exists()
    assert MakeupItem.objects.exclude(done_at=None).exists()
    assert WalkIn.objects.filter(state="pending").exists()
    halls = Session.objects.filter(starts_at__gt=NOW, place__name="平潮镇文化中心")
    assert halls.count() >= 2
    lin = Person.objects.get(name="林小满")
    assert MakeupItem.objects.filter(person=lin, done_at=None).count() == 1


def test_each_presence_of_the_demo_is_a_fact_for_each_topic(small):
    told = Fact.objects.filter(source="activities.check_in").count()
    topics = sum(
        SessionTopic.objects.filter(session=row.session_id).count()
        for row in CheckIn.objects.filter(confirmed=True)
    )
    assert told == topics > 0


def test_demo_leaves_nothing_to_be_told_anew(small):
    assert not Event.objects.exists()


def test_cast_of_the_demo_can_come_in(small):
    assert set(words.CAST) <= set(Person.objects.values_list("name", flat=True))
    assert "office" in small
    assert "/l/" in small
    out = StringIO()
    with clock.frozen(NOW):
        call_command("demo_code", "office", stdout=out)
    call_command("demo_code", "林小满", stdout=out)
    code, link = out.getvalue().split()
    assert code.isdigit()
    assert len(code) == 6
    assert link.startswith("/l/")


def test_code_for_somebody_unknown_is_refused_in_words(small):
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("demo_code", "nobody")


def test_demo_refuses_a_database_with_data(small):
    with pytest.raises(CommandError, match="--force"):
        call_command("demo", "--small")


def test_the_member_of_the_cast_has_a_class_running_today(small):
    lin = Person.objects.select_related("branch").get(name="林小满")
    running = Session.objects.filter(starts_at__lte=NOW, ends_at__gt=NOW, state="published")
    assert running.filter(parts__organisation=lin.branch.parent_id).exists()


def test_small_demo_has_members_away_at_every_step(small):
    states = set(Stay.objects.values_list("state", flat=True))
    assert {"away", "waiting", "received", "lost"} <= states
    with clock.frozen(NOW):
        [waiting] = ask(people.waiting(by=SYSTEM, due_days=90))
    assert waiting.for_host
    assert waiting.for_home
    assert waiting.contact_due
    guests = ReportIn.objects.filter(stay__state="received", closed_at=None)
    came = CheckIn.objects.filter(person__in=guests.values("stay__person"), is_guest=True)
    assert came.exists()
    assert Fact.objects.filter(person_id__in=came.values("person")).exists()


def test_small_demo_exchanges_follow_up_and_teach_on_the_road(small):
    states = list(Exchange.objects.values_list("kind", "state"))
    for wanted in (
        *(("visit", "complete"), ("visit", "planned"), ("visit", "cancelled")),
        *(("tour", "planned"), ("joint", "planned")),
    ):
        assert wanted in states
    assert Exchange.objects.get(kind="visit", state="complete").slots.count() == 6
    assert set(Gap.objects.values_list("state", flat=True)) == {"open", "working", "closed"}
    assert Gap.objects.filter(state="open", due_on__lt=NOW.date()).exists()
    assert Pledge.objects.filter(state="open", follow_on__lt=NOW.date()).exists()
    assert Pledge.objects.exclude(session=None).exists()
    assert Outcome.objects.exclude(member=None).get().kind == "deed"
    assert MasterStation.objects.filter(until=None).count() == 2
    assert StopSession.objects.count() == 3


def test_points_are_counted_by_the_worker_after_the_start(small):
    with transaction.atomic():
        assert not Earned.objects.exists()
        while counting.fill_step():
            pass
        assert Earned.objects.filter(what="attended").exists()
        transaction.set_rollback(True)


def test_a_class_counts_by_its_check_and_a_collection_hangs_in_its_gallery(small):
    assert LiveClass.objects.get().quiz_id is not None
    drive = Contest.objects.get(kind="collection")
    assert drive.state == "decided"
    assert Entry.objects.filter(contest=drive).exclude(household="").count() >= 2
