import re
from datetime import timedelta

import pytest

from dongxun.activities.models import Session
from dongxun.activities.sessions import changes, planning
from dongxun.activities.sessions.shapes import Invited
from dongxun.activities.tests.plan import make_plan
from dongxun.kernel import clock
from dongxun.organisations.tests.make import SYSTEM

pytestmark = pytest.mark.django_db
URL = "/console/sessions/held/"


@pytest.fixture
def over(cast):
    """A joint session of two towns that is over, with ten guests."""
    plan = make_plan(
        cast.season,
        cast.own.node,
        co_hosts=(Invited(cast.foreign.node.id),),
        title="两镇联合课堂",
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    changes.count_public(by=SYSTEM, session_id=session_id, public=10, minors=3)
    session = Session.objects.get(id=session_id)
    with clock.frozen(session.ends_at + timedelta(days=1)):
        yield session


def page(cast, role, query=""):
    answer = cast.client(role).get(URL + query)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_a_joint_session_is_one_for_each_host_and_one_in_all(cast, over):
    words = page(cast, "office")
    figures = dict(re.findall(r'href="\?unit=([0-9a-f-]+)&amp;list=1">(\d+)</a>', words))
    total = int(figures.pop(str(cast.district.id)))
    assert figures[str(cast.own.node.id)] == figures[str(cast.foreign.node.id)] == "2"
    assert sum(map(int, figures.values())) == total + 1
    assert f"办了 {total} 场" in words


def test_the_figure_opens_its_sessions(cast, over):
    words = page(cast, "organiser", f"?unit={cast.own.node.id}&list=1")
    assert "两镇联合课堂" in words
    assert f'href="/console/sessions/{over.id}/"' in words


def test_units_of_others_are_as_if_absent(cast, over):
    assert page(cast, "organiser", f"?unit={cast.foreign.node.id}") == "404"
    assert page(cast, "organiser", "?unit=x") == "404"


def test_the_office_sums_up_by_zone_and_nothing_held_is_said(cast):
    for way in ("joint", "geo", "nonsense"):
        assert "还没有办过" in page(cast, "office", f"?by={way}")
    assert "还没有办过" in page(cast, "secretary")
