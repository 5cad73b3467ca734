from datetime import date, timedelta

import pytest

from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.events import handlers_of
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.kernel.sync import Item, receive
from dongxun.needs import api, sealing
from dongxun.needs.contracts import NeedSource, NeedState
from dongxun.needs.models import Need, Step
from dongxun.needs.tests.make import draft, heard, make_need, make_theme
from dongxun.organisations.tests.make import make_organisation
from dongxun.seasons.models import Season
from dongxun.seasons.tests.make import make_season

MONDAY = clock.moment(date(2026, 11, 23))


def phone_of(*people) -> Actor:
    return Actor(ActorKind.DEVICE, id=new_id(), persons=tuple(person.id for person in people))


def test_anybody_raises_a_need_and_takes_a_code_home(cast):
    receipt = heard(cast.own.branch)
    row = Need.objects.get(code=receipt.code)
    assert (row.state, row.lead_id, row.holder_id) == (
        NeedState.REGISTERED,
        cast.own.branch.id,
        cast.own.branch.id,
    )
    assert len(receipt.code) == 6
    assert [step.act for step in Step.objects.filter(need=row)] == ["raise"]
    assert AuditEntry.objects.filter(action="needs.raise_need").count() == 1


def test_sent_again_it_is_the_first_receipt_and_writes_nothing(cast):
    first_draft = draft(cast.own.branch)
    first = api.raise_need(by=Actor.public(), draft=first_draft)
    again = api.raise_need(by=Actor.public(), draft=draft(cast.own.branch, id=first.id, text="x"))
    assert (again.code, again.repeated, first.repeated) == (first.code, True, False)
    assert (Need.objects.count(), Step.objects.count()) == (1, 1)


def test_name_and_number_lie_sealed(cast):
    row = make_need(cast.own.branch, requester_phone="199 0000 1234")
    assert "路人" not in row.requester
    assert sealing.unseal(row.requester) == sealing.Requester("路人甲", "19900001234")
    assert sealing.masked(sealing.unseal(row.requester)) == sealing.Requester("路*", "199****1234")


def test_deadlines_count_working_days(cast):
    with clock.frozen(MONDAY + timedelta(days=3)):  # Thursday
        receipt = heard(cast.own.branch)
    assert (receipt.reply_by, receipt.due_on) == (date(2026, 11, 27), date(2026, 11, 27))
    with clock.frozen(MONDAY + timedelta(days=4)):  # Friday: Monday is the next working day
        assert heard(cast.own.branch).reply_by == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"text": "  "}, "text"),
        ({"text": "水" * 2001}, "text"),
        ({"requester_phone": "call me"}, "requester_phone"),
        ({"theme_id": new_id()}, "theme_id"),
        ({"source": "dream"}, "source"),
    ],
)
def test_what_does_not_fit_is_said_where(cast, change, where):
    with pytest.raises(Invalid) as refused:
        heard(cast.own.branch, **change)
    assert [place for place, _ in refused.value.details] == [where]
    assert not Need.objects.exists()


def test_a_theme_of_this_season_goes_with_it(cast):
    theme = make_theme(cast.district)
    assert make_need(cast.own.branch, theme_id=theme.id).theme_id == theme.id


def test_a_stranger_was_on_no_visit_and_at_no_desk(cast):
    for source in (NeedSource.VISIT, NeedSource.CHAT, NeedSource.BRANCH, NeedSource.CONSOLE):
        with pytest.raises(NotAllowed):
            heard(cast.own.branch, source=source)


def test_a_visitor_raises_what_was_heard_at_the_door(cast):
    visitor = Actor(ActorKind.LINK, id=new_id(), links=((LinkPurpose.VISITOR.value, new_id()),))
    visit = new_id()
    row = make_need(
        cast.own.branch,
        by=visitor,
        source=NeedSource.VISIT,
        person_id=cast.lin.id,
        about_kind="visit",
        about_id=visit,
    )
    assert (row.person_id, row.about_kind, row.about_id) == (cast.lin.id, "visit", visit)
    assert row.for_self is False


def test_nobody_speaks_for_somebody_who_is_not_theirs(cast):
    for by in (Actor.public(), phone_of(cast.wu), cast.actor("other_secretary")):
        with pytest.raises(NotFound):
            heard(cast.own.branch, by=by, person_id=cast.lin.id)
    assert make_need(cast.own.branch, by=phone_of(cast.lin), person_id=cast.lin.id).for_self


def test_an_outside_or_closed_organisation_receives_nothing(cast):
    outside = make_organisation("江阴顾山镇", type_code="town", external=True)
    with pytest.raises(NotFound):
        heard(outside)


def test_a_clock_ahead_of_ours_becomes_now(cast):
    row = make_need(cast.own.branch, occurred_at=clock.now() + timedelta(days=9))
    assert row.occurred_at == row.recorded_at


def test_a_need_that_comes_late_belongs_to_the_season_in_which_it_was_heard(cast):
    then = cast.season
    Season.objects.filter(id=then.id).update(
        state="closed", ends_on=clock.today() - timedelta(days=5)
    )
    now = make_season(cast.district, starts_on=clock.today() - timedelta(days=3))
    late = clock.now() - timedelta(days=9)
    between = heard(cast.own.branch, occurred_at=clock.now() - timedelta(days=4))
    visited = heard(cast.own.branch, season_id=then.id)
    found = [heard(cast.own.branch, occurred_at=late), heard(cast.own.branch), between, visited]
    seasons = [Need.objects.get(id=one.id).season_id for one in found]
    assert seasons == [then.id, now.id, now.id, then.id]
    page = cast.client("organiser").get("/console/needs/").content.decode()
    assert f"?season={then.id}" in page


def test_a_clock_that_is_far_off_puts_no_need_into_a_season_long_ago(cast):
    then = make_season(
        cast.district,
        starts_on=clock.today() - timedelta(days=400),
        ends_on=clock.today() - timedelta(days=300),
        state="closed",
    )
    year, unit = timedelta(days=350), cast.own.branch.name
    body = {"text": "路灯坏了", "organisation": unit}
    body["occurred_at"] = (clock.now() - year).isoformat()
    item = Item(new_id(), "need_raised", body, -int(year.total_seconds()))
    [answer] = receive([item], by=phone_of(cast.lin))
    row = Need.objects.get(id=item.id)
    assert (answer.answer, row.season_id == then.id) == ("stored", False)
    assert clock.now() - row.occurred_at < timedelta(minutes=1)


def test_a_need_follows_the_person_who_stays(cast):
    row = make_need(cast.own.branch, by=phone_of(cast.lin), person_id=cast.lin.id)
    payload = {"kept_id": str(cast.qian.id), "merged_id": str(cast.lin.id)}
    for handler in handlers_of("PersonMerged"):
        if "needs" in handler.__module__:
            handler(payload)
    row.refresh_from_db()
    assert row.person_id == cast.qian.id
