"""Three tiers of a task with target counts, and sessions found by what they combine."""

from datetime import timedelta

import pytest
from django.urls import reverse

from dongxun.activities.sessions import boards
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.organisations.tests.make import SYSTEM
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TaskLine
from dongxun.seasons.models import CascadeTask, SeasonOrganisation

pytestmark = pytest.mark.django_db


def set_task(cast, **overrides):
    values = {
        "title": "队伍宣讲",
        "due_on": clock.today() + timedelta(days=5),
        "level": "town",
        "given_by": "team",
        "target": 2,
    }
    return seasons.add_cascade_task(
        by=SYSTEM,
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        line=TaskLine(**(values | overrides)),
    )


def held(cast, task_id, days_ago):
    start = clock.now() - timedelta(days=days_ago)
    return make_session(
        cast.season,
        cast.own.node,
        cascade_task_id=task_id,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
    )


def line_of(cast, task_id):
    found = boards.board(seasons.task(task_id, by=SYSTEM), by=SYSTEM)
    return found, next(row for row in found.lines if row.organisation_id == cast.own.node.id)


def test_a_task_is_held_when_as_many_sessions_were_held_as_it_asks_for(cast):
    task_id = set_task(cast)
    held(cast, task_id, 3)
    found, line = line_of(cast, task_id)
    assert (line.state, line.times, found.times) == ("open", 1, 1)
    assert found.times_asked == 2 * len(found.lines)

    for days_ago in (2, 1):
        held(cast, task_id, days_ago)
    found, line = line_of(cast, task_id)
    assert (line.state, line.times, found.times) == ("held", 3, 2)


def test_a_first_lesson_is_the_secretarys_and_a_wrong_target_is_named(cast):
    first = set_task(cast, title="第一课", is_first_lesson=True, target=1)
    assert CascadeTask.objects.get(id=first).given_by == "secretary"

    for wrong, where in (({"target": 0}, "target"), ({"given_by": "robot"}, "given_by")):
        with pytest.raises(Invalid) as refusal:
            set_task(cast, title="另一个", **wrong)
        assert refusal.value.details[0][0] == where


def test_the_board_says_who_speaks_and_how_many_of_how_many(cast):
    client = cast.client("office")
    form = {
        "title": "党员互讲",
        "level": "town",
        "given_by": "members",
        "target": "3",
        "minutes": "30",
        "due_on": clock.today().isoformat(),
    }
    assert client.post(reverse("seasons:new_task"), form | {"target": "0"}).status_code == 422
    assert client.post(reverse("seasons:new_task"), form).status_code == 302
    task_id = CascadeTask.objects.get().id
    held(cast, task_id, 1)

    page = client.get(reverse("activities:tasks")).content.decode()
    assert "党员互讲" in page
    assert "已办 1 / " in page
    board = client.get(reverse("activities:task", args=[task_id])).content.decode()
    assert "1 / 3" in board


def test_sessions_are_found_by_what_they_are_combined_with(cast):
    session = make_session(cast.season, cast.own.node, tags=["冬训+文明实践"], title="红马甲进村")
    make_session(cast.season, cast.own.node, title="别的一场")

    page = cast.client("organiser").get(
        reverse("activities:plan"), {"view": "list", "tag": "冬训+文明实践"}
    )

    assert [card.id for card in page.context["rows"]] == [session.id]
    assert "冬训+文明实践 1" in page.content.decode()


def test_only_units_that_take_part_are_asked(cast):
    task_id = set_task(cast)
    SeasonOrganisation.objects.filter(season=cast.season).update(organisation_id=cast.own.node.id)

    found = boards.board(seasons.task(task_id, by=SYSTEM), by=SYSTEM)

    assert [line.organisation_id for line in found.lines] == [cast.own.node.id]
