from datetime import timedelta

import pytest
from django.core.cache import cache

from dongxun.kernel import clock
from dongxun.kernel.together import ask
from dongxun.volunteers import api
from dongxun.volunteers.contracts import SheetMark
from dongxun.volunteers.models import Turn
from dongxun.volunteers.tests.make import make_errand, make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


def test_the_board_counts_the_next_day_and_night_and_errands_nobody_took(cast):
    post = make_post(cast.season, cast.own.branch, needed=2)
    soon = make_shift(post, clock.now() + timedelta(hours=1))
    make_shift(post, clock.now() + timedelta(hours=9))
    make_shift(post, clock.now() + timedelta(hours=40))
    make_shift(post, clock.now() - timedelta(hours=30))
    api.take_shift(by=phone_of(cast.lin), shift_id=soon.id, person_id=cast.lin.id)
    make_errand(cast.own.branch)
    make_errand(cast.foreign.branch)
    [found] = ask(api.board(cast.season.id, by=cast.actor("secretary")))
    assert (found.short, found.empty, found.errands) == (2, 1, 1)
    assert found.first_at == soon.starts_at
    [foreign] = ask(api.board(cast.season.id, by=cast.actor("other_secretary")))
    assert (foreign.short, foreign.errands) == (0, 1)


def test_the_first_page_leads_to_the_gap_and_to_the_errand(cast):
    make_shift(make_post(cast.season, cast.own.branch))
    make_errand(cast.own.branch)
    page = cast.client("organiser").get("/console/").content.decode()
    assert "24 小时内有 1 个班次缺人" in page
    assert "1 单跑腿等志愿者" in page
    assert "/console/volunteers/errands/?state=waiting" in page


def test_only_the_office_is_led_to_the_kinds_of_service(cast):
    for path in ("/console/volunteers/", f"/console/seasons/{cast.season.id}/"):
        assert "/console/volunteers/types/" in cast.client("office").get(path).content.decode()
        shown = cast.client("organiser").get(path).content.decode()
        assert "/console/volunteers/types/" not in shown


def test_the_papers_lack_what_nobody_did_ended_approved_or_received(cast):
    post = make_post(cast.season, cast.own.branch)
    make_shift(post, clock.now() - timedelta(hours=20))
    open_end = make_shift(post, clock.now() - timedelta(hours=11))
    with clock.frozen(open_end.starts_at):
        made = api.take_shift(by=phone_of(cast.lin), shift_id=open_end.id, person_id=cast.lin.id)
        api.go_on_duty(by=phone_of(cast.lin), turn_id=made.id)
    over = make_shift(post, clock.now() - timedelta(hours=40))
    marks = {("shift", over.id, cast.qian.id): SheetMark(over.starts_at, over.ends_at)}
    api.enter_sheet(by=cast.actor("secretary"), marks=marks)
    make_errand(cast.own.branch)
    node = cast.own.node.interval
    by = cast.actor("organiser")
    assert api.lacks(cast.season.id, node, by=by) == api.Lacks(1, 1, 1, 1)
    api.approve_hours(by=by, turn_ids=[Turn.objects.get(shift=over).id])
    assert api.lacks(cast.season.id, node, by=by).hours_waiting == 0
    assert api.lacks(cast.season.id, cast.foreign.node.interval, by=by) == api.Lacks(0, 0, 0, 0)
