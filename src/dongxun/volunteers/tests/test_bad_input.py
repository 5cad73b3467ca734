from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.volunteers import api
from dongxun.volunteers.contracts import PostEnded, SheetMark, ShiftFull
from dongxun.volunteers.models import Certificate, DutyEntry, Shift, Turn
from dongxun.volunteers.services import posts
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db
C = "/console/volunteers/"


@pytest.fixture
def post(cast):
    return make_post(cast.season, cast.own.branch)


def text(answer) -> str:
    return str(answer.content.decode())


def test_a_shift_taken_twice_on_the_phone_is_answered_on_its_page(cast, post):
    shift = make_shift(post)
    client = cast.client("member")
    body = {"shift": str(shift.id), "person": str(cast.lin.id)}
    assert client.post("/me/volunteer/take/", body | {"item": str(new_id())}).status_code == 302
    again = client.post("/me/volunteer/take/", body | {"item": str(new_id())})
    assert again.status_code == 409
    assert "同一个人" in text(again)
    other = phone_of(cast.qian)
    with pytest.raises(ShiftFull, match="人齐了"):
        api.take_shift(by=other, shift_id=shift.id, person_id=cast.qian.id)
    assert Turn.objects.count() == 1


def test_a_certificate_without_hours_is_refused_beside_the_form(cast):
    client = cast.client("secretary")
    url = f"{C}hours/{cast.lin.id}/certify/"
    assert client.get(url).status_code == 200
    body = {"unit": cast.own.branch.name, "responsible": "周书记", "handler": "钱", "phone": "1"}
    answer = client.post(url, body)
    assert answer.status_code == 422
    assert "公示满 7 天" in text(answer)
    assert "周书记" in text(answer)
    assert not Certificate.objects.exists()


def test_nothing_is_laid_at_a_post_that_was_ended_and_the_page_says_so(cast, post):
    by = cast.actor("secretary")
    posts.close_post(by=by, post_id=post.id)
    tomorrow = clock.today() + timedelta(days=1)
    begin = clock.now() + timedelta(hours=3)
    with pytest.raises(PostEnded):
        api.fill_shifts(by=by, post_id=post.id, first=tomorrow, last=tomorrow)
    with pytest.raises(PostEnded):
        api.add_shift(
            by=by, post_id=post.id, starts_at=begin, ends_at=begin + timedelta(hours=2), needed=1
        )
    body = {"what": "fill", "days-first": tomorrow.isoformat(), "days-last": tomorrow.isoformat()}
    answer = cast.client("secretary").post(f"{C}posts/{post.id}/do/", body)
    assert answer.status_code == 409
    assert "已经结束" in text(answer)
    assert not Shift.objects.exists()


def test_a_filled_sheet_of_an_ended_post_keeps_what_was_and_refuses_what_was_called_off(cast, post):
    by = cast.actor("secretary")
    over = make_shift(post, clock.now() - timedelta(hours=30))
    coming = make_shift(post, clock.now() + timedelta(hours=2))
    posts.close_post(by=by, post_id=post.id)
    was = {("shift", over.id, cast.lin.id): SheetMark(over.starts_at, over.ends_at)}
    assert api.enter_sheet(by=by, marks=was).written == 1
    off = {("shift", coming.id, cast.qian.id): SheetMark(coming.starts_at, coming.ends_at)}
    with pytest.raises(Invalid) as refused:
        api.enter_sheet(by=by, marks=off)
    [(where, words)] = refused.value.details
    assert where == f"{coming.id}.{cast.qian.id}.on"
    assert "已经取消" in str(words)


def test_a_line_written_before_the_post_ended_still_arrives_and_a_later_one_does_not(cast, post):
    shift = make_shift(post, clock.now() - timedelta(hours=50), 4)
    with clock.frozen(shift.starts_at):
        made = api.take_shift(by=phone_of(cast.lin), shift_id=shift.id, person_id=cast.lin.id)
        api.go_on_duty(by=phone_of(cast.lin), turn_id=made.id)
    posts.close_post(by=cast.actor("secretary"), post_id=post.id)
    lines = [
        Item(
            new_id(),
            "duty_entry",
            {"post": str(post.id), "occurred_at": at.isoformat(), "plate": "苏F·10001"},
        )
        for at in (shift.starts_at + timedelta(hours=1), shift.ends_at + timedelta(hours=40))
    ]
    found = receive(lines, by=phone_of(cast.lin))
    assert [(one.answer, one.reason) for one in found] == [
        (SyncAnswer.STORED, ""),
        (SyncAnswer.REJECTED, "not_on_duty"),
    ]
    assert DutyEntry.objects.count() == 1


def test_a_shift_before_the_posts_days_and_a_turn_that_overlaps_are_answered_on_the_page(
    cast, post
):
    client = cast.client("secretary")
    before = post.from_day - timedelta(days=1)
    body = {"what": "add", "shift-day": before.isoformat(), "shift-needed": "1"}
    times = {"shift-start": "08:00", "shift-end": "12:00"}
    answer = client.post(f"{C}posts/{post.id}/do/", body | times)
    assert answer.status_code == 422
    assert "还没设立" in text(answer)
    first, second = make_shift(post), make_shift(make_post(cast.season, cast.own.branch, name="东"))
    api.take_shift(by=phone_of(cast.lin), shift_id=first.id, person_id=cast.lin.id)
    body = {"what": "assign", "person": cast.lin.name}
    answer = client.post(f"{C}shifts/{second.id}/do/", body)
    assert answer.status_code == 409
    assert post.name in text(answer)
