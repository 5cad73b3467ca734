from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.access.tests.make import come_in, make_account
from dongxun.activities.attendance import claims, leave, sheets, walk_ins
from dongxun.activities.attendance.sheets import Mark
from dongxun.activities.contracts import Method
from dongxun.activities.models import CheckIn, Claim, Leave
from dongxun.activities.sessions import changes
from dongxun.activities.tests.test_claims import World, world  # noqa: F401
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db
# ruff: noqa: F811
ENDS = ("starts_at", "ends_at")


def enter(world, **marks):
    found = {getattr(world, name).id: mark for name, mark in marks.items()}
    return sheets.enter_sheet(by=world.zhou, session_id=world.session.id, marks=found)


def kinds(world, person):
    return [fact.kind for fact in world.facts(person)]


def test_a_sheet_entered_twice_writes_once(world):
    assert enter(world, lin=Mark("present")).present == 1
    assert enter(world, lin=Mark("present")).present == 0
    assert (Claim.objects.count(), len(world.facts(world.lin))) == (1, 1)


def test_a_corrected_sheet_takes_back_what_only_the_sheet_had_said(world):
    enter(world, lin=Mark("present"))
    assert enter(world, lin=Mark("absent")).taken_back == 1
    assert world.facts(world.lin) == []

    assert enter(world, lin=Mark("present")).present == 1
    assert len(world.facts(world.lin)) == 1


def test_a_sheet_never_takes_back_what_a_phone_has_seen(world):
    world.claim(world.seen(world.lin, method=Method.SELF))
    entered = enter(world, lin=Mark("absent"))
    assert (entered.taken_back, entered.kept_stronger) == (0, (world.lin.id,))
    assert len(world.facts(world.lin)) == 1


def declared(world, person):
    world.claim(world.seen(person, method=Method.DECLARED, confirmed=False))


def test_a_sheet_confirms_what_was_only_declared_and_takes_a_mere_declaration_back(world):
    declared(world, world.lin)
    assert enter(world, lin=Mark("present")).present == 1
    assert (len(world.facts(world.lin)), CheckIn.objects.get().method) == (1, Method.SHEET)

    assert enter(world, lin=Mark("absent")).taken_back == 1
    assert world.facts(world.lin) == []
    assert enter(world, lin=Mark("present")).present == 1
    assert enter(world, lin=Mark("present")).present == 0
    assert len(world.facts(world.lin)) == 1


def test_absent_or_on_leave_stands_above_a_declaration_nobody_confirmed(world):
    declared(world, world.lin)
    assert enter(world, lin=Mark("absent")).taken_back == 1
    assert not CheckIn.objects.filter(voided_at=None).exists()

    other = make_person(branch=world.tree["平潮镇支部"])
    declared(world, other)
    ids = {"session_id": world.session.id, "person_id": other.id}
    leave.grant_leave(by=world.zhou, reason="住院", **ids)
    assert kinds(world, other) == ["on_leave"]


@pytest.mark.parametrize("how", ["by the list", "roll call", "roll call first"])
def test_a_declaration_that_somebody_confirmed_is_kept_by_the_sheet(world, how):
    if how == "roll call first":
        world.claim(world.seen(world.lin))
    declared(world, world.lin)
    if how == "by the list":
        ids = {"session_id": world.session.id, "person_ids": [world.lin.id]}
        claims.confirm_declared(by=world.zhou, **ids)
    elif how == "roll call":
        world.claim(world.seen(world.lin))
    assert enter(world, lin=Mark("absent")).kept_stronger == (world.lin.id,)
    assert enter(world, lin=Mark("present")).present == 0
    assert len(world.facts(world.lin)) == 1


def test_what_a_roll_call_said_before_it_was_struck_out_counts_no_more(world):
    world.claim(world.seen(world.lin))
    claims.void_check_in(by=world.zhou, check_in_id=CheckIn.objects.get().id, reason="认错人了")
    assert enter(world, lin=Mark("present")).present == 1
    assert enter(world, lin=Mark("absent")).taken_back == 1


def test_a_corrected_time_is_taken_and_a_phones_time_is_kept_and_said(world):
    eight, nine = (world.session.starts_at.replace(second=0) + timedelta(minutes=n) for n in (8, 9))
    enter(world, lin=Mark("present", at=nine))
    for at in (eight, nine):
        entered = enter(world, lin=Mark("present", at=at))
        assert (entered.present, entered.corrected) == (0, 1)
        assert CheckIn.objects.get(voided_at=None).occurred_at == at
        assert len(world.facts(world.lin)) == 1
    assert enter(world, lin=Mark("present", at=nine)).corrected == 0

    other = make_person(branch=world.tree["平潮镇支部"])
    world.claim(world.seen(other, occurred_at=nine + timedelta(seconds=20)))
    world.other = other
    assert enter(world, other=Mark("present", at=nine)).kept_times == ()
    assert enter(world, other=Mark("present", at=eight)).kept_times == (other.id,)


def test_people_outside_the_organisers_reach_are_left_alone(world):
    assert enter(world, wu=Mark("present")).present == 0
    assert world.facts(world.wu) == []


def test_leave_on_a_sheet_becomes_a_fact_with_a_window_and_goes_when_corrected(world):
    enter(world, lin=Mark("leave", reason="住院"))
    [fact] = world.facts(world.lin)
    assert fact.until == clock.day_of(world.session.starts_at) + timedelta(days=15)

    enter(world, lin=Mark("present"))
    assert kinds(world, world.lin) == ["attended"]
    assert Leave.objects.get().withdrawn_at is not None


def test_leave_needs_a_reason_and_an_absent_person(world):
    ids = {"session_id": world.session.id, "person_id": world.lin.id}
    with pytest.raises(Invalid):
        leave.grant_leave(by=world.zhou, reason=" ", **ids)
    world.claim(world.seen(world.lin))
    with pytest.raises(Conflict):
        leave.grant_leave(by=world.zhou, reason="x", **ids)


def note(world, **overrides):
    values = {"name": "吴思远", "digits": "0002", "method": Method.SELF} | overrides
    return walk_ins.note_walk_in(
        by=world.zhou,
        session_id=world.session.id,
        branch_id=world.tree["五接镇支部"].id,
        **values,
    )


def test_a_walk_in_is_credited_only_when_the_home_secretary_confirms(world):
    row = note(world)
    assert note(world).id == row.id
    assert world.facts(world.wu) == []

    home = world.organiser("五接镇支部")
    assert [w.id for w in walk_ins.waiting(by=home)] == [row.id]
    walk_ins.confirm_walk_in(by=home, walk_in_id=row.id, person_id=world.wu.id)
    walk_ins.confirm_walk_in(by=home, walk_in_id=row.id, person_id=world.wu.id)

    [fact] = world.facts(world.wu)
    assert fact.branch_id == world.tree["五接镇支部"].id
    assert CheckIn.objects.get().is_guest
    assert walk_ins.waiting(by=home) == []


def test_a_walk_in_is_hidden_from_every_other_branch(world):
    row = note(world)
    assert walk_ins.waiting(by=world.zhou) == []
    with pytest.raises(NotFound):
        walk_ins.confirm_walk_in(by=world.zhou, walk_in_id=row.id, person_id=world.wu.id)
    with pytest.raises(NotFound):
        walk_ins.refuse_walk_in(by=world.zhou, walk_in_id=row.id, reason="")


@pytest.mark.parametrize("bad", [{"name": " "}, {"digits": "12"}, {"digits": "abcd"}])
def test_a_walk_in_without_name_or_digits_is_refused_by_place(world, bad):
    with pytest.raises(Invalid) as caught:
        note(world, **bad)
    assert caught.value.where == next(iter(bad))


def test_a_refused_walk_in_leaves_no_fact(world):
    row = note(world)
    home = world.organiser("五接镇支部")
    walk_ins.refuse_walk_in(by=home, walk_in_id=row.id, reason="不是本支部党员")
    with pytest.raises(Conflict):
        walk_ins.confirm_walk_in(by=home, walk_in_id=row.id, person_id=world.wu.id)
    assert world.facts(world.wu) == []


def test_a_walk_in_whose_session_was_moved_or_cancelled_stays_waiting_and_says_why(world, client):
    row, home = note(world), world.organiser("五接镇支部")
    later = {name: getattr(world.session, name) + timedelta(days=2) for name in ENDS}
    changes.move_session(by=world.zhou, session_id=world.session.id, reason="雪", **later)
    come_in(client, make_account(Role.SECRETARY, world.tree["五接镇支部"]))
    page = client.post(
        reverse("activities:answer_walk_in", args=[row.id]), {"person": world.wu.id}, follow=True
    )
    assert "改期" in page.content.decode()
    changes.cancel_session(by=world.zhou, session_id=world.session.id, reason="雪")
    with pytest.raises(Conflict) as caught:
        walk_ins.confirm_walk_in(by=home, walk_in_id=row.id, person_id=world.wu.id)
    assert caught.value.code == "session_cancelled"
    assert [w.id for w in walk_ins.waiting(by=home)] == [row.id]
    assert world.facts(world.wu) == []


def test_two_clerks_take_nothing_of_each_other_back(world, client):
    other = make_person("陈一", branch=world.tree["平潮镇支部"])
    for person in (world.lin, other):
        make_participation(world.season, person)
    come_in(client, make_account(Role.OFFICE, world.tree["district"]))
    url = reverse("activities:sheet", args=[world.session.id])
    shown = client.get(url).context["was"]

    def save(was=shown, **states):
        marks = {f"state-{getattr(world, name).id}": state for name, state in states.items()}
        reasons = {f"reason-{world.lin.id}": "住院"} if states["lin"] == "leave" else {}
        return client.post(url, {"was": was} | marks | reasons)

    world.other = other
    assert save(lin="present", other="absent").status_code == 302
    assert save(lin="absent", other="present").status_code == 302
    assert CheckIn.objects.filter(voided_at=None).count() == 2

    told = save(lin="leave", other="absent")
    assert (told.status_code, [p.name for p, _why in told.context["problems"]]) == (
        422,
        ["林小满"],
    )
    assert not Leave.objects.exists()
    assert save(told.context["was"], lin="leave", other="absent").status_code == 302
    assert Leave.objects.get().person_id == world.lin.id
    assert CheckIn.objects.get(voided_at=None).person_id == other.id
