"""Notices reach people by page, group and paper, once each."""

from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.notices import api
from dongxun.notices.contracts import Channel
from dongxun.notices.handlers import on_person_merged
from dongxun.notices.models import Delivery, Notice
from dongxun.organisations.tests.make import SYSTEM, make_district
from dongxun.people import api as people
from dongxun.people.models import PersonPrivate
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district()


def phone_of(person) -> Actor:
    return Actor(ActorKind.DEVICE, persons=(person.id,))


def secretary(node) -> Actor:
    return Actor(ActorKind.ACCOUNT, grants=(Grant(Role.SECRETARY, node.id, node.interval),))


def tell(*persons, key="k1", object_id=None, text=""):
    telling = api.Telling(
        key=key,
        kind="session_moved",
        title="活动改时间了",
        body="改到明天 14:00",
        people={person.id: person.branch_id for person in persons},
        texts={person.branch_id: text for person in persons} if text else {},
        object_id=object_id,
    )
    return api.queue(telling, by=SYSTEM)


def test_telling_twice_tells_once_and_adds_who_is_new(district):
    lin, wu = (make_person(branch=district[name]) for name in ("平潮镇支部", "五接镇支部"))
    first = tell(lin)
    assert tell(lin, wu) == first
    assert Delivery.objects.count() == 2


def test_opening_the_page_counts_as_received(district):
    lin = make_person(branch=district["平潮镇支部"])
    tell(lin)
    phone = phone_of(lin)
    assert (api.unread(by=phone), [c.is_new for c in api.inbox(by=phone)]) == (1, [True])
    assert api.open_inbox(by=phone) == 1
    assert (api.unread(by=phone), [c.is_new for c in api.inbox(by=phone)]) == (0, [False])


def test_nobody_reads_another_persons_page(district):
    lin, wu = (make_person(branch=district[name]) for name in ("平潮镇支部", "五接镇支部"))
    tell(lin)
    assert api.inbox(by=phone_of(wu)) == []
    assert api.inbox(by=Actor.public()) == []


def test_people_without_a_phone_are_on_the_printed_list_of_their_secretary(district):
    lin, old = (make_person(branch=district["平潮镇支部"]) for _ in range(2))
    wu = make_person(branch=district["五接镇支部"])
    PersonPrivate.objects.filter(person__in=[old, wu]).update(phone="", phone_hash="")
    notice_id = tell(lin, old, wu)
    zhou = secretary(district["平潮镇支部"])
    assert [line.person_id for line in api.printed_list(notice_id, by=zhou)] == [old.id]
    assert api.mark_told(by=zhou, notice_id=notice_id, person_ids=[old.id, wu.id]) == 1
    line = api.notice(notice_id, by=zhou)
    assert (line.people, line.on_paper, line.paper_waiting) == (2, 1, 0)


def test_pasting_a_text_hands_it_out_to_the_whole_branch(district):
    lin = make_person(branch=district["平潮镇支部"])
    notice_id = tell(lin)
    zhou = secretary(district["平潮镇支部"])
    [text] = api.group_texts(notice_id, by=zhou)
    for _ in range(2):
        api.mark_pasted(by=zhou, text_id=text.id)
    assert api.notice(notice_id, by=zhou).handed_out == 1
    with pytest.raises(NotFound):
        api.mark_pasted(by=secretary(district["五接镇支部"]), text_id=text.id)


def test_a_text_that_waits_is_refreshed_and_one_handed_out_is_followed_by_another(district):
    lin, zhou, wu = (make_person(branch=district["平潮镇支部"]) for _ in range(3))
    reader = secretary(district["平潮镇支部"])
    notice_id = tell(lin, text="1 人")
    tell(lin, zhou, text="2 人")
    [text] = api.group_texts(notice_id, by=reader)
    assert text.text == "2 人"
    api.mark_pasted(by=reader, text_id=text.id)
    for _ in range(2):
        tell(wu, text="3 人")
    tell(lin, text="1 人")
    found = [(t.text, t.copied_at is None) for t in api.group_texts(notice_id, by=reader)]
    assert found == [("2 人", False), ("3 人", True)]
    assert api.notice(notice_id, by=reader).texts_waiting == 1


def test_a_notice_about_others_is_as_if_absent(district):
    lin = make_person(branch=district["平潮镇支部"])
    notice_id = tell(lin)
    stranger = secretary(district["五接镇支部"])
    assert api.notices(by=stranger) == []
    with pytest.raises(NotFound):
        api.notice(notice_id, by=stranger)


def test_a_withdrawn_notice_says_so(district):
    lin = make_person(branch=district["平潮镇支部"])
    thing = new_id()
    tell(lin, object_id=thing)
    assert api.withdraw(by=SYSTEM, object_id=thing) == 1
    assert api.withdraw(by=SYSTEM, object_id=thing) == 0
    [copy] = api.inbox(by=phone_of(lin))
    assert (copy.is_withdrawn, api.unread(by=phone_of(lin))) == (True, 0)


def test_a_withdrawn_notice_told_again_stands_again_for_those_it_concerns_now(district):
    lin, wu, gone = (make_person(branch=district["平潮镇支部"]) for _ in range(3))
    reader, thing = secretary(district["平潮镇支部"]), new_id()
    notice_id = tell(lin, wu, gone, object_id=thing, text="缺 1 人")
    [text] = api.group_texts(notice_id, by=reader)
    api.mark_pasted(by=reader, text_id=text.id)
    api.open_inbox(by=phone_of(lin))
    api.withdraw(by=SYSTEM, object_id=thing)
    for _ in range(2):
        assert tell(lin, wu, object_id=thing, text="缺 1 人") == notice_id
    copies = [api.inbox(by=phone_of(one))[0] for one in (lin, wu, gone)]
    assert [(c.is_new, c.is_withdrawn) for c in copies] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    assert [t.copied_at is None for t in api.group_texts(notice_id, by=reader)] == [False, True]
    assert api.withdraw(by=SYSTEM, object_id=thing) == 1


def test_old_notices_that_still_wait_are_found_behind_newer_ones(district):
    lin = make_person(branch=district["平潮镇支部"])
    old = tell(lin, key="old")
    Notice.objects.update(created_at=clock.now() - timedelta(days=1))
    reader = secretary(district["平潮镇支部"])
    [text] = api.group_texts(tell(lin, key="new"), by=reader)
    api.mark_pasted(by=reader, text_id=text.id)
    found = api.notices(by=reader, waiting=Channel.GROUP, limit=1)
    assert [line.id for line in found] == [old]
    assert api.notices(by=reader, waiting=Channel.PAPER) == []


def test_copies_of_a_merged_row_are_read_by_the_person_who_stays(district):
    lin, twin = (make_person(branch=district["平潮镇支部"]) for _ in range(2))
    tell(lin, twin, key="both")
    tell(twin, key="theirs")
    people.merge_people(by=SYSTEM, survivor_id=lin.id, duplicate_id=twin.id)
    for _ in range(2):
        on_person_merged({"kept_id": str(lin.id), "merged_id": str(twin.id)})
    assert len(api.inbox(by=phone_of(lin))) == api.unread(by=phone_of(lin)) == 2
    reader = secretary(district["平潮镇支部"])
    assert [line.people for line in api.notices(by=reader)] == [1, 1]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_notices_costs_the_same_for_one_and_three(
    district, rows, django_assert_num_queries
):
    lin = make_person(branch=district["平潮镇支部"])
    for number in range(rows):
        tell(lin, key=f"k{number}")
    with django_assert_num_queries(3):
        assert len(api.notices(by=secretary(district["平潮镇支部"]))) == rows
