from datetime import timedelta
from decimal import Decimal

import pytest

from dongxun.access.tests.make import actor_of
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.organisations import api as organisations
from dongxun.people.services import merge_people
from dongxun.people.tests.make import make_person
from dongxun.volunteers import api, handlers
from dongxun.volunteers.contracts import SheetMark
from dongxun.volunteers.models import Certificate, Shift, Turn
from dongxun.volunteers.queries import hours as reading
from dongxun.volunteers.queries import own
from dongxun.volunteers.queries.overview import overview
from dongxun.volunteers.services import hours
from dongxun.volunteers.tests.make import (
    SYSTEM,
    duty,
    make_post,
    make_service,
    make_shift,
    phone_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shift(cast):
    """A shift of eight hours that is over since an hour."""
    return make_shift(
        make_post(cast.season, cast.own.branch, needed=2), clock.now() - timedelta(hours=9)
    )


@pytest.fixture
def secretary(cast):
    return cast.actor("secretary")


def mark(shift, begin: float = 0, end: float = 8, **more) -> SheetMark:
    return SheetMark(
        shift.starts_at + timedelta(hours=begin), shift.starts_at + timedelta(hours=end), **more
    )


def sheet(by, shift, marks):
    return hours.enter_sheet(
        by=by, marks={("shift", shift.id, key): value for key, value in marks.items()}
    )


def test_a_filled_sheet_entered_twice_is_written_once(cast, shift, secretary):
    marks = {cast.lin.id: mark(shift), cast.qian.id: mark(shift, 1, 7)}
    first, again = sheet(secretary, shift, marks), sheet(secretary, shift, marks)
    assert (first.written, again.written, again.taken_back) == (2, 0, 0)
    found = Turn.objects.order_by("hours").values_list("hours", "hours_state", "on_source")
    assert list(found) == [
        (Decimal("6.0"), "waiting", "paper"),
        (Decimal("8.0"), "waiting", "paper"),
    ]


def test_a_sheet_entered_again_corrected_puts_hours_right(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift), cast.qian.id: mark(shift)})
    done = sheet(secretary, shift, {cast.lin.id: mark(shift, 0, 6), cast.qian.id: SheetMark()})
    assert (done.written, done.taken_back) == (1, 1)
    assert duty(Turn.objects.get(person=cast.lin).id).hours == Decimal("6.0")
    assert Turn.objects.get(person=cast.qian).hours is None


def test_what_a_phone_knew_is_kept_and_named(cast, secretary):
    begin = clock.now() - timedelta(hours=9)
    shift = make_shift(make_post(cast.season, cast.own.branch), begin)
    lin = phone_of(cast.lin)
    with clock.frozen(begin):
        made = api.take_shift(by=lin, shift_id=shift.id, person_id=cast.lin.id)
        api.go_on_duty(by=lin, turn_id=made.id)
    with clock.frozen(begin + timedelta(hours=8)):
        api.go_off_duty(by=lin, turn_id=made.id)
    done = sheet(secretary, shift, {cast.lin.id: mark(shift, 0, 5)})
    assert (done.written, done.kept) == (0, (cast.lin.id,))
    assert duty(made.id).hours == Decimal("8.0")


@pytest.mark.parametrize(("times", "field"), [((3, 2), "off"), ((0, 20), "off"), ((-3, -1), "on")])
def test_times_that_cannot_be_are_told_line_by_line(cast, shift, secretary, times, field):
    with pytest.raises(Invalid) as refusal:
        sheet(
            secretary,
            shift,
            {cast.lin.id: mark(shift, *times), cast.qian.id: mark(shift)},
        )
    assert [where for where, _words in refusal.value.details] == [
        f"{shift.id}.{cast.lin.id}.{field}"
    ]
    assert not Turn.objects.exists()


def test_half_a_line_is_told(cast, shift, secretary):
    with pytest.raises(Invalid) as refusal:
        sheet(secretary, shift, {cast.lin.id: SheetMark(on_at=shift.starts_at)})
    [(where, words)] = refusal.value.details
    assert (where.rpartition(".")[2], words[:6]) == ("off", "起止时间都填")


def test_a_sheet_of_another_town_is_hidden(cast, shift):
    with pytest.raises(NotFound):
        sheet(cast.actor("other_secretary"), shift, {cast.wu.id: mark(shift)})


def test_hours_are_approved_by_a_human_and_never_ones_own(cast, shift, secretary):
    sheet(SYSTEM, shift, {cast.lin.id: mark(shift), cast.zhou.id: mark(shift)})
    lin, zhou = (Turn.objects.get(person=person) for person in (cast.lin, cast.zhou))
    with pytest.raises(Conflict, match="自己"):
        api.approve_hours(by=secretary, turn_ids=[zhou.id])
    assert api.approve_hours(by=secretary, turn_ids=[lin.id]) == 1
    assert api.approve_hours(by=secretary, turn_ids=[lin.id]) == 0
    assert api.approve_hours(by=cast.actor("organiser"), turn_ids=[zhou.id]) == 1
    assert duty(lin.id).decided_by == "周明远"
    with pytest.raises(NotFound):
        api.approve_hours(by=cast.actor("other_organiser"), turn_ids=[lin.id])


def test_hours_too_short_are_never_approved(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift, 0, 4)})
    [turn] = Turn.objects.all()
    assert api.approve_hours(by=secretary, turn_ids=[turn.id]) == 0
    assert duty(turn.id).hours_state == "short"


def test_an_objection_takes_an_approval_back(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift)})
    [turn] = Turn.objects.all()
    api.approve_hours(by=secretary, turn_ids=[turn.id])
    with pytest.raises(Invalid):
        hours.refuse_hours(by=secretary, turn_id=turn.id, reason="")
    hours.refuse_hours(by=secretary, turn_id=turn.id, reason="不在岗")
    assert (duty(turn.id).hours_state, duty(turn.id).published_on) == ("refused", None)


def certify(by, cast, **more):
    values = {
        "person_id": cast.lin.id,
        "season_id": cast.season.id,
        "issuer_id": cast.own.branch.id,
        "responsible": "周书记",
        "handler": "钱干事",
        "phone": "19900005555",
    }
    return api.issue_certificate(by=by, **(values | more))


def test_a_certificate_waits_until_hours_have_hung_out_seven_days(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift)})
    api.approve_hours(by=secretary, turn_ids=[Turn.objects.get().id])
    assert [
        t.person_id for t in own.hanging_here(cast.qian.id, cast.season.id, by=phone_of(cast.qian))
    ] == [cast.lin.id]
    with clock.frozen(clock.now() + timedelta(days=6)), pytest.raises(Invalid, match="7 天"):
        certify(secretary, cast)
    with clock.frozen(clock.now() + timedelta(days=7)):
        made = certify(secretary, cast)
        assert certify(secretary, cast) == made
        paper = api.certificate(made, by=phone_of(cast.lin))
        assert not reading.hanging(cast.season.id, by=secretary)
    assert (paper.name, paper.hours, paper.responsible, paper.handler, paper.phone) == (
        "林小满",
        Decimal("8.0"),
        "周书记",
        "钱干事",
        "19900005555",
    )
    assert paper.number.endswith("1号")
    assert len(paper.volunteer_number) == 8
    [line] = paper.lines
    assert (line.times, line.hours) == (1, Decimal("8.0"))


def test_a_certificate_is_seen_by_its_issuer_and_its_own_phone_only(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift)})
    api.approve_hours(by=secretary, turn_ids=[Turn.objects.get().id])
    with clock.frozen(clock.now() + timedelta(days=8)):
        made = certify(secretary, cast)
        strangers = (phone_of(cast.wu), phone_of(cast.lin, owned=False))
        for by in (*strangers, cast.actor("other_secretary")):
            with pytest.raises(NotFound):
                api.certificate(made, by=by)


def test_certified_hours_change_no_more_and_a_new_certificate_replaces(cast, shift, secretary):
    sheet(secretary, shift, {cast.lin.id: mark(shift)})
    [turn] = Turn.objects.all()
    api.approve_hours(by=secretary, turn_ids=[turn.id])
    with clock.frozen(clock.now() + timedelta(days=8)):
        first = certify(secretary, cast)
        with pytest.raises(Conflict):
            api.correct_turn(
                by=secretary,
                turn_id=turn.id,
                on_at=shift.starts_at,
                off_at=shift.starts_at + timedelta(hours=6),
            )
        more = make_service(
            cast.season,
            cast.own.branch,
            starts_at=shift.starts_at + timedelta(days=1),
            ends_at=shift.starts_at + timedelta(days=1, hours=2),
        )
        times = SheetMark(more.starts_at, more.ends_at)
        hours.enter_sheet(by=secretary, marks={("service", more.id, cast.lin.id): times})
        api.approve_hours(by=secretary, turn_ids=[Turn.objects.get(service=more).id])
    with clock.frozen(clock.now() + timedelta(days=16)):
        second = certify(secretary, cast)
    assert Certificate.objects.get(id=first).replaced_by_id == second
    assert Certificate.objects.get(id=second).hours == Decimal("10.0")


def test_each_unit_certifies_its_own_hours_and_none_stands_in_two_certificates(
    cast, shift, secretary
):
    away = make_service(
        cast.season,
        cast.foreign.branch,
        starts_at=shift.starts_at - timedelta(days=1),
        ends_at=shift.starts_at - timedelta(hours=22),
    )
    there, office = cast.actor("other_secretary"), cast.actor("office")
    sheet(secretary, shift, {cast.lin.id: mark(shift)})
    times = SheetMark(away.starts_at, away.ends_at)
    hours.enter_sheet(by=SYSTEM, marks={("service", away.id, cast.lin.id): times})
    own, theirs = Turn.objects.get(shift=shift), Turn.objects.get(service=away)
    api.approve_hours(by=SYSTEM, turn_ids=[own.id, theirs.id])
    with pytest.raises(NotFound):
        certify(there, cast, issuer_id=cast.foreign.branch.id)
    with clock.frozen(clock.now() + timedelta(days=8)):
        here = Certificate.objects.get(id=certify(secretary, cast))
        host = certify(there, cast, issuer_id=cast.foreign.branch.id)
        assert here.turns == [str(own.id)]
        assert Certificate.objects.get(id=host).turns == [str(theirs.id)]
        whole = certify(office, cast, issuer_id=cast.district.id)
        assert Certificate.objects.get(id=whole).hours == Decimal("10.0")
        assert Certificate.objects.filter(replaced_by=whole).count() == 2
        with pytest.raises(Invalid, match="没有"):
            certify(secretary, cast)


def test_nobody_certifies_themselves_and_every_field_is_wanted(cast, shift, secretary):
    with pytest.raises(Conflict):
        certify(secretary, cast, person_id=cast.zhou.id)
    with pytest.raises(Invalid) as refusal:
        certify(secretary, cast, responsible="", handler=" ", phone="")
    assert [where for where, _words in refusal.value.details] == [
        "responsible",
        "handler",
        "phone",
    ]


def test_turns_follow_a_merge(cast, shift, secretary):
    double = make_person("林小满", branch=cast.own.branch)
    sheet(secretary, shift, {cast.lin.id: SheetMark(), double.id: mark(shift)})
    merge_people(
        by=actor_of(cast.accounts["organiser"]), survivor_id=cast.lin.id, duplicate_id=double.id
    )
    payload = {"kept_id": str(cast.lin.id), "merged_id": str(double.id)}
    for _twice in range(2):
        handlers.on_person_merged(payload)
    assert Turn.objects.get().person_id == cast.lin.id


def test_volunteers_are_those_with_approved_hours_wherever_they_are_counted(cast, secretary):
    shift = make_shift(
        make_post(cast.season, cast.own.branch, needed=3), clock.now() - timedelta(hours=9)
    )
    marks = {cast.lin.id: mark(shift), cast.qian.id: mark(shift), cast.zhou.id: mark(shift, 0, 1)}
    sheet(secretary, shift, marks)
    api.approve_hours(by=secretary, turn_ids=[Turn.objects.get(person=cast.lin).id])
    interval = organisations.node(cast.own.branch.id).interval
    desk = overview(cast.season.id, by=secretary)
    dossier = api.hours_total(cast.season.id, interval, by=secretary)
    named = reading.people(cast.season.id, by=secretary)
    assert dossier == (desk.volunteers, desk.hours) == (1, Decimal("8.0"))
    assert [(one.person_id, one.approved, one.ripe) for one in named] == [
        (cast.lin.id, Decimal("8.0"), Decimal(0))
    ]


def test_own_hours_count_every_turn_though_only_the_latest_are_listed(cast):
    post, branch = make_post(cast.season, cast.own.branch), cast.own.branch.id
    first, hour = clock.now() - timedelta(days=20), timedelta(hours=1)
    begins = [first + number * hour for number in range(own.SHOWN + 1)]
    shifts = [Shift(post=post, starts_at=at, ends_at=at + hour, needed=1) for at in begins]
    turn = {"season": cast.season, "organisation_id": branch, "branch_id": branch}
    turn |= {"person": cast.lin, "taken_at": first, "hours": 1, "hours_state": "approved"}
    turn |= {"on_at": first, "off_at": first + hour}
    Turn.objects.bulk_create(
        Turn(shift=shift, starts_at=shift.starts_at, ends_at=shift.ends_at, **turn)
        for shift in Shift.objects.bulk_create(shifts)
    )
    found = own.own_hours(cast.lin.id, cast.season.id, by=phone_of(cast.lin))
    assert (int(found.approved), found.n_turns, len(found.turns)) == (61, 61, 60)
    page = cast.client("member").get("/me/volunteer/hours/").content.decode()
    assert "最近 60 次" in page
