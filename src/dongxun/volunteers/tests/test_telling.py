from dataclasses import replace
from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.notices.models import Delivery
from dongxun.volunteers import api
from dongxun.volunteers.contracts import ServiceDraft
from dongxun.volunteers.models import Service, Turn
from dongxun.volunteers.services import activities, posts, turns
from dongxun.volunteers.tests.make import make_post, make_service, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(cast):
    return make_shift(make_post(cast.season, cast.own.branch), clock.now() + timedelta(days=1))


@pytest.fixture
def service(cast):
    begin = clock.now() + timedelta(days=2)
    return make_service(
        cast.season, cast.own.branch, starts_at=begin, ends_at=begin + timedelta(hours=2)
    )


def take(shift, person):
    return api.take_shift(by=phone_of(person), shift_id=shift.id, person_id=person.id).id


def join(service, person):
    return api.join_service(by=phone_of(person), service_id=service.id, person_id=person.id).id


def told() -> list[tuple[str, str, str]]:
    rows = Delivery.objects.order_by("notice__created_at", "person__name")
    return [(one.person.name, one.notice.title, str(one.notice.body)) for one in rows]


def test_who_is_on_a_shift_that_is_called_off_is_told_why(cast, shift):
    take(shift, cast.lin)
    posts.cancel_shift(by=cast.actor("secretary"), shift_id=shift.id, reason="下大雪")
    [(name, title, body)] = told()
    assert (name, shift.post.name in title, "下大雪" in body) == ("林小满", True, True)


def test_at_a_post_that_is_ended_everybody_is_told_once(cast, shift):
    take(shift, cast.lin)
    take(make_shift(shift.post, clock.now() + timedelta(days=2)), cast.lin)
    posts.close_post(by=cast.actor("secretary"), post_id=shift.post_id)
    assert [name for name, _title, _body in told()] == ["林小满"]


def test_who_offered_a_turn_hears_who_has_taken_it(cast, shift):
    turn = take(shift, cast.lin)
    turns.offer_turn(by=phone_of(cast.lin), turn_id=turn)
    take(shift, cast.qian)
    [(name, _title, body)] = told()
    assert (name, cast.qian.name in body) == ("林小满", True)


def test_who_is_taken_off_is_told_and_who_gives_back_is_not(cast, shift):
    turns.give_back(by=phone_of(cast.lin), turn_id=take(shift, cast.lin))
    assert told() == []
    turns.give_back(by=cast.actor("secretary"), turn_id=take(shift, cast.lin), reason="换岗")
    assert [body for _name, _title, body in told()] == ["原因：换岗"]


def test_an_activity_called_off_is_told(cast, service):
    join(service, cast.lin)
    activities.cancel_service(by=cast.actor("secretary"), service_id=service.id, reason="停电")
    [(name, title, body)] = told()
    assert (name, "村口义诊" in title, "停电" in body) == ("林小满", True, True)


def draft_of(service: Service, **change) -> ServiceDraft:
    draft = ServiceDraft(
        title=service.title,
        organisation_id=service.organisation_id,
        type_id=service.type_id,
        starts_at=service.starts_at,
        ends_at=service.ends_at,
    )
    return replace(draft, **change)


def save(cast, service, **change) -> None:
    activities.save_service(
        by=cast.actor("secretary"),
        season_id=cast.season.id,
        draft=draft_of(service, **change),
        service_id=service.id,
    )


def test_new_times_of_an_activity_are_told_and_nothing_else_of_it(cast, service):
    turn = join(service, cast.lin)
    save(cast, service, note="带听诊器")
    assert told() == []
    later = service.starts_at + timedelta(hours=3)
    save(cast, service, starts_at=later, ends_at=later + timedelta(hours=2))
    [(_name, title, _body)] = told()
    assert clock.local(later).strftime("%H:%M") in title
    assert Turn.objects.get(id=turn).starts_at == later


def test_nobody_is_moved_to_where_they_are_on_duty_elsewhere(cast, service, shift):
    join(service, cast.lin)
    take(shift, cast.lin)
    with pytest.raises(Invalid) as refusal:
        save(cast, service, starts_at=shift.starts_at, ends_at=shift.ends_at)
    [(where, words)] = refusal.value.details
    assert (where, "林小满" in str(words), str(shift.post) in str(words)) == ("start", True, True)
    service.refresh_from_db()
    assert service.starts_at != shift.starts_at
