"""One page on which filled shift tables and hours sheets are entered."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest

from dongxun.kernel import clock
from dongxun.volunteers import api
from dongxun.volunteers.models import Handover, Shift, Turn
from dongxun.volunteers.services import turns
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db
C = "/console/volunteers/"
INPUT = r'<input (?:(?:type|class)="\w+" )?name="([^"]+)" value="([^"]*)"'


@pytest.fixture
def shift(cast):
    """A shift of three that began nine hours ago, at noon sharp, and is over."""
    post = make_post(cast.season, cast.own.branch, needed=3)
    begin = (clock.now() - timedelta(hours=9)).replace(minute=0, second=0, microsecond=0)
    return make_shift(post, begin)


@pytest.fixture
def secretary(cast):
    return cast.client("secretary")


def url_of(shift) -> str:
    return f"{C}posts/{shift.post_id}/sheet/?day={clock.day_of(shift.starts_at).isoformat()}"


def opened(client, shift) -> dict[str, str]:
    """Return what a browser would send of the page as it is now."""
    page = client.get(url_of(shift)).content.decode()
    fields = re.findall(INPUT, page)
    choices = re.findall(r'<select[^>]*name="([^"]+)".*?<option value="([^"]+)"', page, re.DOTALL)
    return {name: unescape(value) for name, value in [*fields, *choices]}


def hm(shift, hours: float) -> str:
    return f"{clock.local(shift.starts_at + timedelta(hours=hours)):%H:%M}"


def came(shift, person, begin: float, end: float | None = None) -> Turn:
    """Return the turn of somebody whose own phone said so, to the second."""
    phone, odd = phone_of(person), timedelta(seconds=37)
    with clock.frozen(shift.starts_at + timedelta(hours=begin) + odd):
        made = api.take_shift(by=phone, shift_id=shift.id, person_id=person.id)
        api.go_on_duty(by=phone, turn_id=made.id)
    if end is not None:
        with clock.frozen(shift.starts_at + timedelta(hours=end) + odd):
            api.go_off_duty(by=phone, turn_id=made.id)
    return Turn.objects.get(id=made.id)


def test_lines_left_alone_say_nothing_whatever_they_show(cast, shift, secretary):
    here, gone = came(shift, cast.lin, 0), came(shift, cast.qian, 0, 8)
    turns.go_off_duty(
        by=cast.actor("secretary"), turn_id=here.id, at=shift.starts_at + timedelta(hours=7.01)
    )
    api.approve_hours(by=cast.actor("organiser"), turn_ids=[here.id, gone.id])
    Turn.objects.filter(id=gone.id).update(certified_at=clock.now())
    still = came(shift, cast.zhou, 1)
    before = list(Turn.objects.order_by("id").values())
    typed = opened(secretary, shift)
    assert secretary.post(url_of(shift), typed).status_code == 302
    seconds_gone = {name: value for name, value in typed.items() if name != "was"}
    answer = secretary.post(url_of(shift), seconds_gone, follow=True)
    assert "保留" not in answer.content.decode()
    assert list(Turn.objects.order_by("id").values()) == before
    assert still.off_at is None


def test_a_line_somebody_else_wrote_meanwhile_is_asked_about_once(cast, shift, secretary):
    turn = came(shift, cast.lin, 0)
    typed, mine = opened(secretary, shift), f"{shift.id}.{cast.lin.id}"
    theirs = shift.starts_at + timedelta(hours=6)
    turns.go_off_duty(by=cast.actor("organiser"), turn_id=turn.id, at=theirs)
    typed |= {f"on-{mine}": hm(shift, 0), f"off-{mine}": hm(shift, 8)}
    answer = secretary.post(url_of(shift), typed)
    page = answer.content.decode()
    assert (answer.status_code, hm(shift, 6) in page, hm(shift, 8) in page) == (422, True, True)
    turn.refresh_from_db()
    assert turn.off_at == theirs
    was = unescape(re.search(r'name="was" value="([^"]*)"', page)[1])
    assert json.loads(was)[mine][1] == hm(shift, 6)
    assert secretary.post(url_of(shift), typed | {"was": was}).status_code == 302
    turn.refresh_from_db()
    assert turn.off_at == shift.starts_at + timedelta(hours=8)


def test_who_was_taken_off_meanwhile_is_asked_about_and_can_be_put_back(cast, shift, secretary):
    with clock.frozen(shift.starts_at):
        lin = phone_of(cast.lin)
        made = api.take_shift(by=lin, shift_id=shift.id, person_id=cast.lin.id)
    typed, mine = opened(secretary, shift), f"{shift.id}.{cast.lin.id}"
    turns.give_back(by=cast.actor("organiser"), turn_id=made.id)
    typed |= {f"on-{mine}": hm(shift, 0), f"off-{mine}": hm(shift, 8)}
    answer = secretary.post(url_of(shift), typed)
    page = answer.content.decode()
    assert (answer.status_code, "林小满（" in page, hm(shift, 8) in page) == (422, True, True)
    fields = re.findall(INPUT, page)
    again = {name: unescape(value) for name, value in fields}
    again |= {name: str(shift.id) for name in typed if name.startswith("what-")}
    assert secretary.post(url_of(shift), again).status_code == 302
    assert str(Turn.objects.get(given_back_at=None).hours) == "8.0"


def test_the_way_does_not_count_and_stays_when_the_times_are_put_right(cast, shift, secretary):
    typed = opened(secretary, shift)
    typed |= {"name-new0": "林小满", "on-new0": hm(shift, 0), "off-new0": hm(shift, 8)}
    typed |= {"way-new0": "90", "note-new0": "钥匙在门卫"}
    secretary.post(url_of(shift), typed)
    turn = Turn.objects.get()
    assert (str(turn.hours), turn.travel_minutes) == ("6.5", 90)
    assert Handover.objects.get().words == "钥匙在门卫"
    mine = f"{shift.id}.{cast.lin.id}"
    typed = opened(secretary, shift)
    assert (typed[f"way-{mine}"], typed[f"note-{mine}"]) == ("90", "钥匙在门卫")
    later = typed | {f"off-{mine}": hm(shift, 7), f"note-{mine}": "钥匙在桌上"}
    secretary.post(url_of(shift), later)
    turn.refresh_from_db()
    assert (str(turn.hours), Handover.objects.get().words) == ("5.5", "钥匙在桌上")
    api.correct_turn(
        by=cast.actor("secretary"),
        turn_id=turn.id,
        on_at=shift.starts_at,
        off_at=shift.starts_at + timedelta(hours=8),
    )
    assert Turn.objects.get().travel_minutes == 90
    too_long = opened(secretary, shift) | {f"way-{mine}": "600"}
    assert secretary.post(url_of(shift), too_long).status_code == 422
    day = clock.day_of(shift.starts_at).isoformat()
    corrected = {"what": "correct", "day": day, "start": hm(shift, 0), "end": hm(shift, 8)}
    secretary.post(f"{C}turns/{turn.id}/do/", corrected | {"way": "30"})
    assert str(Turn.objects.get().hours) == "7.5"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"on-new0": "08:00"}, "谁"),
        ({"name-new0": "林小满", "note-new0": "钥匙在桌上"}, "到岗"),
        ({"name-new0": "林小满", "way-new0": "viel"}, "分钟"),
    ],
)
def test_nothing_typed_is_dropped_without_a_word(cast, shift, secretary, typed, words):
    answer = secretary.post(url_of(shift), opened(secretary, shift) | typed)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert all(value in page for value in typed.values())


def test_a_post_kept_wholly_on_paper_is_entered_week_by_week(cast, secretary):
    post = make_post(cast.season, cast.own.branch)
    first = clock.today() - timedelta(days=6)
    days = {"days-first": first.isoformat(), "days-last": (first + timedelta(days=1)).isoformat()}
    url = f"{C}posts/{post.id}/sheet/?day={first.isoformat()}&days=2"
    assert "days-first" in secretary.get(url).content.decode()
    days |= {"what": "fill", "then": "sheet"}
    laid = secretary.post(f"{C}posts/{post.id}/do/", days)
    assert laid.headers["Location"].startswith(f"{C}posts/{post.id}/sheet/?day=")
    early, late = Shift.objects.order_by("starts_at")[1], Shift.objects.order_by("starts_at")[5]
    typed = {"name-new0": "林小满", "what-new0": str(early.id), "on-new0": "8:00"}
    typed |= {"off-new0": "16:00", "name-new1": "钱一诺", "what-new1": str(late.id)}
    typed |= {"on-new1": "16:00", "off-new1": "0:00", "note-new1": "无异常"}
    assert secretary.post(url, typed).status_code == 302
    found = Turn.objects.order_by("starts_at").values_list("shift_id", "hours")
    assert [(key, str(hours)) for key, hours in found] == [(early.id, "8.0"), (late.id, "8.0")]
    one = {"what": "add", "shift-day": first.isoformat(), "shift-start": "03:00"}
    one |= {"shift-end": "04:00", "shift-needed": "1"}
    assert secretary.post(f"{C}posts/{post.id}/do/", one).status_code == 302
    before = (post.from_day - timedelta(days=1)).isoformat()
    refused = secretary.post(f"{C}posts/{post.id}/do/", one | {"shift-day": before})
    assert (refused.status_code, Shift.objects.count()) == (422, 7)
