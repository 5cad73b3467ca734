from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import phone_of
from dongxun.contests import api
from dongxun.contests.contracts import EntryState, Kind, NotBlind, NotNow
from dongxun.contests.models import Award, Entry
from dongxun.contests.queries.interest import barred
from dongxun.contests.services.works import may_hear
from dongxun.contests.tests.make import (
    PRIZES,
    SCALES,
    SYSTEM,
    close,
    draft_of,
    enter,
    make_contest,
    make_judge,
    score,
)
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.library.models import Media

pytestmark = pytest.mark.django_db
HOME = "三组李家"


def bring(contest, unit, household=HOME, **overrides):
    """Write down what a household on no roster brought to the desk."""
    draft = draft_of(household=household, unit_id=unit.id, **overrides)
    return api.enter_at_desk(by=SYSTEM, contest_id=contest.id, draft=draft)


@pytest.fixture
def drive(cast):
    """家训家规征集: only shown."""
    return make_contest(cast.season, cast.district, kind=Kind.COLLECTION)


@pytest.fixture
def judged(cast):
    """A collection with scales and prizes."""
    made = make_contest(cast.season, cast.district, kind=Kind.COLLECTION)
    api.write_rules(by=SYSTEM, contest_id=made.id, scales=SCALES, prizes=PRIZES)
    return made


@pytest.mark.parametrize(
    ("overrides", "where"),
    [
        ({"household": "", "people": 0}, "people"),
        ({"people": 1}, "household"),
        ({"outside": True}, "unit"),
        ({"household": "长" * 61}, "household"),
        ({"title": ""}, "title"),
    ],
)
def test_a_household_that_cannot_enter_is_told_at_its_field(cast, overrides, where):
    made = make_contest(cast.season, cast.own.node, kind=Kind.COLLECTION)
    people = [cast.lin] * overrides.pop("people", 0)
    unit = cast.foreign.branch if overrides.pop("outside", False) else cast.own.branch
    draft = draft_of(*people, **{"household": HOME, "unit_id": unit.id} | overrides)
    with pytest.raises(Invalid) as refused:
        api.enter_at_desk(by=SYSTEM, contest_id=made.id, draft=draft)
    assert where in [spot for spot, _words in refused.value.details]


def test_a_household_enters_no_other_contest(cast):
    essay = make_contest(cast.season, cast.district)
    with pytest.raises(Invalid):
        bring(essay, cast.own.branch)


def test_what_is_only_shown_needs_no_judge_and_stands_in_a_gallery(cast, drive):
    bring(drive, cast.own.branch, title="家和万事兴", text="<script>alert(1)</script>")
    mine = enter(drive, cast.lin, title="灶台边的规矩")
    mine.media = Media.objects.create(
        organisation_id=cast.district.id, sha256="a", size=1, created_at=clock.now()
    )
    mine.save()
    phone, page = cast.client("member"), reverse("contests:works", args=[drive.id])
    assert phone.get(page).status_code == 404
    assert not may_hear(mine.media_id, phone_of(cast.wu))
    close(drive)
    late = bring(drive, cast.own.branch, title="来晚了")
    assert late.state == EntryState.LATE
    assert api.publish(by=SYSTEM, contest_id=drive.id) == 0
    shown = phone.get(page).content.decode()
    assert [words in shown for words in ("家和万事兴", HOME, "灶台边的规矩", "来晚了")] == [
        True,
        True,
        True,
        False,
    ]
    assert "<script>alert(1)" not in shown
    assert may_hear(mine.media_id, phone_of(cast.wu))
    assert not Award.objects.exists()


def test_judges_know_no_household_and_it_gets_its_certificate(cast, judged):
    with pytest.raises(NotBlind):
        bring(judged, cast.own.branch, text=f"{HOME}传下来的话")
    won = bring(judged, cast.own.branch)
    other = bring(judged, cast.foreign.branch, household="桥头王家")
    own, foreign = make_judge(judged, cast.lin), make_judge(judged, cast.wu)
    close(judged)
    assert barred(own, judged) == {won.id}
    assert barred(foreign, judged) == {other.id}
    score(own, other, 30, 20)
    score(foreign, won, 60, 40)
    assert api.publish(by=SYSTEM, contest_id=judged.id) == 2
    papers = api.certificates(judged.id, by=SYSTEM)
    assert [(one.name, one.prize) for one in papers] == [(HOME, "一等奖"), ("桥头王家", "二等奖")]
    page = cast.client("member").get(reverse("contests:take", args=[judged.id]))
    assert HOME in page.content.decode()
    api.take_back(by=SYSTEM, contest_id=judged.id, reason="错了")


def test_the_desk_writes_down_a_household_and_goes_all_the_way(cast):
    desk = cast.client("organiser")
    made = make_contest(cast.season, cast.own.node, kind=Kind.COLLECTION)
    sent = {"id": str(new_id()), "household": HOME, "title": "家训", "text": "勤俭"}
    address = reverse("contests:enter_at_desk", args=[made.id])
    assert "评委" not in desk.get(address).content.decode()
    refused = desk.post(address, sent | {"unit": ""})
    assert refused.status_code == 422
    assert HOME in refused.content.decode()
    assert desk.post(address, sent | {"unit": cast.own.branch.short_name}).status_code == 302
    entry = Entry.objects.get()
    assert (entry.household, entry.branch_id) == (HOME, cast.own.branch.id)
    page = desk.get(reverse("contests:entry", args=[entry.id])).content.decode()
    assert HOME in page
    do = reverse("contests:do_contest", args=[made.id])
    desk.post(do, {"what": "close"})
    desk.post(do, {"what": "publish"})
    listed = desk.get(reverse("contests:contest", args=[made.id])).content.decode()
    assert HOME in listed


def test_prizes_without_scales_do_not_open_a_call(cast):
    made = make_contest(cast.season, cast.district, kind=Kind.COLLECTION, opened=False)
    api.write_rules(by=SYSTEM, contest_id=made.id, scales=(), prizes=PRIZES)
    with pytest.raises(Invalid):
        api.open_call(by=SYSTEM, contest_id=made.id)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        api.write_rules(by=SYSTEM, contest_id=made.id, scales=SCALES, prizes=PRIZES)
        api.open_call(by=SYSTEM, contest_id=made.id)


def test_what_came_in_unhidden_is_not_given_to_judges_afterwards(cast, drive):
    bring(drive, cast.own.branch)
    with pytest.raises(NotNow):
        api.write_rules(by=SYSTEM, contest_id=drive.id, scales=SCALES, prizes=PRIZES)
    assert not drive.criteria.exists()
