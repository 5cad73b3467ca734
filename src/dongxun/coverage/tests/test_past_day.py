from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.coverage import reckoning
from dongxun.coverage.contracts import What
from dongxun.coverage.counting import COUNTERS
from dongxun.coverage.models import ReckonedCell, ReckonedPerson, ReckonedTopic, Reckoning
from dongxun.coverage.queries import names, reckoned
from dongxun.coverage.tasks import keep_up
from dongxun.coverage.tests.make import SYSTEM, House
from dongxun.coverage.tests.test_grid import organiser
from dongxun.kernel import clock, jobs
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import Invalid, NotAllowed, NotFound
from dongxun.kernel.models import AuditEntry, Job
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, Mode
from dongxun.people.models import Person
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.models import Participation

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return House()


class Killed(BaseException):
    pass


def turn_the_day():
    while keep_up():
        deliver_all()


def ask(house, day, node="district", by=SYSTEM):
    return reckoning.ask(by=by, season_id=house.season.id, node=house.tree[node], day=day)


def worked_out(house, day, node="district"):
    row = ask(house, day, node)
    jobs.run_waiting()
    row.refresh_from_db()
    assert row.computed_at, Job.objects.get(id=row.job_id).error
    return reckoned.beside(row, by=SYSTEM)


def busy(house):
    """Write a day with everybody in another state; return that day."""
    together, home, away, absent, gone = (
        house.member(),
        house.member(mode=StudyMode.HOME),
        house.member("五接镇支部", StudyMode.FLOATING),
        house.member("农业支部"),
        house.member(),
    )
    house.credit(together, home, away, absent, gone)
    at = {"occurred_at": clock.now() - timedelta(hours=2)}
    house.attend(together, away, **at)
    house.attend(home, topic=1, cause="visit", mode=Mode.HOME, object_kind="visit", **at)
    house.attend(together, topic=1, cause="b", seconds=600, **at)
    later = {"occurred_at": clock.now() + timedelta(days=2)}
    until = clock.today() + timedelta(days=5)
    leave = {"kind": FactKind.ON_LEAVE, "seconds": 0, "mode": Mode.NONE, "until": until}
    house.attend(absent, cause="leave", **leave, **later)
    return clock.today()


def cells_of(row):
    found = ReckonedCell.objects.filter(reckoning=row)
    return {
        (cell.organisation_id, cell.topic_id): [getattr(cell, name) for name in COUNTERS]
        for cell in found
    }


def test_today_as_known_now_is_what_the_live_figures_say(house):
    busy(house)

    row = ask(house, clock.today())
    jobs.run_waiting()

    assert cells_of(row) == house.cells()


def test_a_day_of_which_nothing_changed_is_as_it_was_known_then(house):
    day = busy(house)
    with clock.frozen(clock.now() + timedelta(days=1)):
        turn_the_day()
        found = worked_out(house, day)

    assert found.total.now == found.total.then
    assert [pair.now for pair in found.topics] == [pair.then for pair in found.topics]
    assert (found.total.changed.late, found.total.changed.struck) == (0, 0)


def test_late_and_struck_records_are_what_the_difference_is_made_of(house):
    lin, wu, zhou = house.member(), house.member("五接镇支部"), house.member()
    house.credit(lin, wu, zhou)
    day, then = clock.today(), {"occurred_at": clock.now() - timedelta(hours=3)}
    [kept, struck] = house.attend(lin, zhou, **then)
    with clock.frozen(clock.now() + timedelta(days=1)):
        turn_the_day()
    with clock.frozen(clock.now() + timedelta(days=1, hours=1)):
        house.attend(wu, **then)
        house.attend(wu, cause="next", topic=1)
        ledger.void([struck.id], by=SYSTEM, reason="记错了")
        found = worked_out(house, day)

    first, second = found.topics
    assert (first.then.met, first.now.met) == (2, 2)
    assert (first.changed.late, first.changed.struck) == (1, 1)
    assert (second.now.reached, second.changed.late) == (0, 0)
    changed = found.total.changed
    assert (changed.late, changed.late_people, changed.struck, changed.struck_people) == (
        1,
        1,
        1,
        1,
    )
    by_unit = {pair.now.name: pair.changed for pair in found.units}
    assert (by_unit["平潮镇"].late, by_unit["平潮镇"].struck) == (0, 1)
    assert (by_unit["五接镇"].late, by_unit["五接镇"].struck) == (1, 0)
    assert kept


def test_every_figure_of_a_past_day_opens_as_many_names_as_it_says(house):
    day = busy(house)
    with clock.frozen(clock.now() + timedelta(days=1)):
        turn_the_day()
    with clock.frozen(clock.now() + timedelta(days=1, hours=1)):
        late = Person.objects.order_by("id").last()
        house.attend(late, occurred_at=clock.now() - timedelta(days=1, hours=1))
        found = worked_out(house, day)
        row = Reckoning.objects.get()

        for topic_id, numbers in [
            (None, found.total.now.season),
            *((pair.column.topic.id, pair.now) for pair in found.topics),
        ]:
            for what in What:
                _place, page = names.names(
                    by=SYSTEM,
                    season_id=house.season.id,
                    place_id=house.tree["district"].id,
                    what=what,
                    topic_id=topic_id,
                    reckoning=row,
                )
                said = numbers.people(what)
                assert said is None or said == len(page.object_list), (what, topic_id)
        late_page = names.names(
            by=SYSTEM,
            season_id=house.season.id,
            place_id=house.tree["district"].id,
            what=What.LATE,
            reckoning=row,
        )[1]
        assert [line.person_id for line in late_page.object_list] == [late.id]


def test_a_part_put_right_afterwards_changes_who_was_expected(house):
    lin, wu = house.member(), house.member("五接镇支部")
    house.credit(lin, wu)
    day = clock.today()
    with clock.frozen(clock.now() + timedelta(days=1)):
        turn_the_day()
        Participation.objects.filter(person=wu).update(excluded_reason="重复登记")
        found = worked_out(house, day)

    assert (found.total.then.season.eligible, found.total.now.season.eligible) == (2, 1)


def test_a_town_sees_those_who_stood_in_it_that_day(house):
    lin, wu = house.member(), house.member("五接镇支部")
    house.credit(lin, wu)
    day = clock.today()
    with clock.frozen(clock.now() + timedelta(days=1)):
        turn_the_day()
        Participation.objects.filter(person=lin).update(valid_to=clock.today())
        Participation.objects.create(
            season=house.season,
            person=lin,
            branch_id=house.tree["五接镇支部"].id,
            valid_from=clock.today(),
        )
        before = worked_out(house, day, "平潮镇")
        after = worked_out(house, clock.today(), "五接镇")

    assert before.total.now.season.eligible == 1
    assert after.total.now.season.eligible == 2
    assert after.then_at is None
    assert not ReckonedCell.objects.filter(organisation_id=house.tree["district"].id).exists()


def test_a_killed_work_goes_on_after_its_last_step_and_comes_out_the_same(house, monkeypatch):
    day = busy(house)
    whole = ask(house, day)
    at = whole.known_at
    jobs.run_waiting()
    first = cells_of(whole)
    monkeypatch.setattr(reckoning, "PEOPLE_A_STEP", 2)
    steps = []
    write = reckoning._write

    def breaking(row, node, ids, rules):
        if len(steps) == 1:
            raise Killed
        write(row, node, ids, rules)
        steps.append(ids)

    with monkeypatch.context() as patch, clock.frozen(at + timedelta(minutes=5)):
        patch.setattr(reckoning, "_write", breaking)
        killed = ask(house, day)
        with pytest.raises(Killed):
            jobs.run(killed.job_id)
    assert ReckonedPerson.objects.filter(reckoning=killed).count() == 2
    with clock.frozen(at + timedelta(minutes=7)):
        assert jobs.sweep() == 1
        jobs.run_waiting()

    job = Job.objects.get(id=killed.job_id)
    assert (job.state, job.done_count, job.total_count) == (JobState.DONE, 5, 5)
    assert cells_of(killed) == first


def test_what_comes_in_while_it_is_worked_out_does_not_go_in(house):
    lin = house.member()
    house.credit(lin)
    row = ask(house, clock.today())
    house.attend(lin, occurred_at=clock.now() - timedelta(hours=1))
    jobs.run_waiting()
    row.refresh_from_db()

    assert reckoned.beside(row, by=SYSTEM).total.now.met == 0


def test_asking_twice_while_it_works_asks_once_and_after_a_failure_takes_it_up_again(house):
    house.credit(house.member())
    first = ask(house, clock.today())
    assert ask(house, clock.today()).id == first.id
    assert Job.objects.count() == 1

    jobs.cancel(first.job_id, by=SYSTEM)
    again = ask(house, clock.today())
    assert (again.id, Job.objects.count()) == (first.id, 2)
    jobs.run_waiting()
    assert ask(house, clock.today()).id != first.id


@pytest.mark.parametrize("days", [1, -31])
def test_a_day_outside_the_season_or_to_come_is_refused_with_its_reason(house, days):
    with pytest.raises(Invalid) as refused:
        ask(house, clock.today() + timedelta(days=days))
    assert refused.value.details[0][0] == "as_of"


def test_only_an_organiser_of_the_place_asks_and_sees(house):
    house.credit(house.member())
    elsewhere, own = organiser(house.tree["五接镇"]), organiser(house.tree["平潮镇"])
    with pytest.raises(NotAllowed):
        ask(house, clock.today(), "平潮镇", by=elsewhere)

    row = ask(house, clock.today(), "district")
    with pytest.raises(NotFound):
        reckoned.reckoning(row.id, by=own)
    interval = house.tree["平潮镇"].interval
    assert reckoned.reckonings(house.season.id, interval, by=own) == []
    assert AuditEntry.objects.filter(action="coverage.reckon").count() == 1


def test_names_go_after_a_month_and_the_figures_stay(house):
    house.credit(house.member())
    row = ask(house, clock.today())
    jobs.run_waiting()
    with clock.frozen(clock.now() + timedelta(days=31)):
        ask(house, clock.today())
        jobs.run_waiting()

    row.refresh_from_db()
    assert not row.has_names
    assert not ReckonedPerson.objects.filter(reckoning=row).exists()
    assert not ReckonedTopic.objects.filter(reckoning=row).exists()
    assert ReckonedCell.objects.filter(reckoning=row).exists()


def past_page(cast, client, day):
    asked = client.post(
        reverse("coverage:reckon"), {"in": str(cast.own.node.id), "as_of": day.isoformat()}
    )
    assert asked.status_code == 302, asked.content.decode()
    return asked.headers["Location"]


def test_a_person_asks_waits_and_reads_both_sides(cast):
    client, day = cast.client("organiser"), clock.today() - timedelta(days=1)
    address = past_page(cast, client, day)
    waiting = client.get(address).content.decode()
    assert 'data-state="running"' in waiting
    assert "按现在所知" in waiting

    jobs.run_waiting()
    done = client.get(address).content.decode()
    assert "按当时所知" in done
    assert "没有可以对照的数" in done
    listed = client.get(reverse("coverage:statistics")).content.decode()
    assert address in listed
    row = Reckoning.objects.get()
    behind = client.get(
        reverse("coverage:names"), {"of": row.id, "in": cast.own.node.id, "what": "eligible"}
    ).content.decode()
    assert cast.lin.name in behind
    assert "按现在所知" in behind


def test_a_typed_day_that_is_none_is_kept_and_told(cast):
    data = {"in": str(cast.own.node.id), "as_of": "2026-13-40"}
    answer = cast.client("organiser").post(reverse("coverage:reckon"), data)
    assert answer.status_code == 422
    assert "2026-13-40" in answer.content.decode()
    assert "如 2026-12-09" in answer.content.decode()


def test_the_result_is_handed_out_as_a_workbook(cast):
    client = cast.client("organiser")
    past_page(cast, client, clock.today() - timedelta(days=1))
    jobs.run_waiting()
    row = Reckoning.objects.get()
    data = {"season": row.season_id, "unit": row.organisation_id, "about": row.id}
    answer = client.post(reverse("reports:print"), data | {"paper": "known_now", "form": "xlsx"})
    assert answer.status_code == 200
    assert answer.content.startswith(b"PK")
    missing = client.post(
        reverse("reports:print"),
        {**data, "about": "", "paper": "known_now", "form": "xlsx"},
    )
    assert missing.status_code == 404
