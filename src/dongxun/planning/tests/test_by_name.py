"""People who are expected by name, and study groups, are at one place at a time."""

from datetime import timedelta

import pytest

from dongxun.activities.models import Session
from dongxun.activities.sessions.expected import expected
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict
from dongxun.lecturers import api as lecturers
from dongxun.organisations.models import Place
from dongxun.people.models import Person
from dongxun.planning import proposal as reading
from dongxun.planning import solving
from dongxun.planning.services import repairing
from dongxun.planning.tests.make import accept, planned, publish_towns, ready
from dongxun.seasons import api as seasons
from dongxun.seasons.models import Cohort, Participation
from tests.cast import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A search this small ends by itself, also on a machine that is lent elsewhere."""
    monkeypatch.setattr(repairing, "LIMITS", solving.Limits(300.0, grace=300.0))


def cohort_of(district):
    """Return the id of a cohort that holds all people of the own branch."""
    return seasons.write_cohort(
        by=SYSTEM,
        season_id=district.season.id,
        organisation_id=district.own.branch.id,
        name="青年组",
        person_ids=[person.id for person in district.own.people],
    )


def test_whoever_is_expected_by_name_elsewhere_keeps_the_branch_free_then(cast):
    """Before it is asked the plan goes round it; between asking and accepting it is refused."""
    by, own = ready(cast).actor("office"), cast.own
    first = planned(cast)
    line = next(one for one in reading.proposal(first, by=by).lines if own.branch.id in one.units)
    held = make_session(
        cast.season,
        own.branch,
        place=None,
        starts_at=line.at.starts_at,
        ends_at=line.at.ends_at,
        state="published",
        audience="cohort",
        cohort_id=cohort_of(cast),
    )

    with pytest.raises(Conflict, match=own.branch.short_name):
        accept(cast, first)
    rows = list(accept(cast, planned(cast)).filter(host=own.branch.id))

    assert rows
    assert not [
        row
        for row in rows
        if row.starts_at < held.ends_at and held.starts_at < row.ends_at
        if set(expected(row)) & set(expected(held))
    ]


@pytest.mark.parametrize("audience", ["cohort", "secretaries"])
def test_a_repair_is_refused_where_the_people_of_a_session_by_name_are_taken_meanwhile(
    cast, audience
):
    own, by = publish_towns(cast).own, cast.actor("office")
    cohort = cohort_of(cast) if audience == "cohort" else None
    Session.objects.filter(id=own.session.id).update(audience=audience, cohort_id=cohort)
    if audience == "secretaries":
        Person.objects.filter(id=own.people[0].id).update(is_secretary=True)
    day = clock.today() + timedelta(days=3)
    for town in cast.towns.values():
        lecturers.add_away(by=SYSTEM, lecturer_id=town.lecturer.id, first=day, last=day)
    row = repairing.ask_repair(
        by=by, season_id=cast.season.id, organisation_id=cast.district.id, makeups=0
    )
    [move] = [one for one in repairing.moves(row) if one.session_id == own.session.id]
    assert move.now is not None
    start = move.now[0]
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    make_session(cast.season, own.node, title="全镇大会", place=None, state="published", **times)

    with pytest.raises(Conflict, match=own.branch.short_name):
        repairing.accept_repair(by=by, run_id=row.id, reason="生病")

    own.session.refresh_from_db()
    assert own.session.starts_at == move.was[0]


def test_a_study_group_is_as_large_as_its_plan_counts_it_also_when_somebody_has_left(cast):
    own, (one, two) = ready(cast).own, (topic.id for topic in cast.topics[1:3])
    Place.objects.filter(id=own.place.id).update(capacity=2)
    accept(cast, planned(cast, within_km=1, topic_ids=(one,)))
    groups = Cohort.objects.order_by("name")
    assert [len(seasons.cohort_people(group.id)) for group in groups] == [2, 2, 1]
    row = planned(cast, within_km=1, topic_ids=(two,))
    gone = min(seasons.cohort_people(groups[0].id))
    Participation.objects.filter(season=cast.season, person=gone).update(mode="home")

    accept(cast, row)

    assert [len(seasons.cohort_people(group.id)) for group in groups] == [2, 1, 1]
