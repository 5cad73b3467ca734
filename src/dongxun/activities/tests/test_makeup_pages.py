"""The page of make-up: withdrawing."""

import pytest

from dongxun.activities.attendance import makeup
from dongxun.activities.models import MakeupItem
from dongxun.organisations.tests.make import SYSTEM

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return str(response.content.decode())


def test_make_up_is_withdrawn_on_the_page_with_its_reason(cast):
    owing = makeup.Owing(
        season_id=cast.season.id,
        topic_id=cast.topics[0].id,
        person_ids=(cast.lin.id, cast.qian.id),
    )
    makeup.open_makeup(by=SYSTEM, owing=owing)
    organiser, path = cast.client("organiser"), "/console/makeup/withdraw/"
    asked = {"tab": "open", "topic": str(cast.topics[0].id)}
    sent = {**asked, "node": str(cast.own.node.id), "people": [str(cast.qian.id)]}
    bare = organiser.post(path, sent)
    assert (bare.status_code, "说明为什么撤销" in words(bare)) == (422, True)
    assert f'value="{cast.qian.id}" checked' in words(bare)
    assert organiser.post(path, sent | {"people": [str(cast.wu.id)]}).status_code == 404
    assert organiser.post(path, sent | {"reason": "登记错了"}).status_code == 302
    assert "钱一诺" not in words(organiser.get("/console/makeup/", asked))
    closed = words(organiser.get("/console/makeup/", asked | {"tab": "closed"}))
    assert "登记错了" in closed
    assert MakeupItem.objects.get(done_at=None).person_id == cast.lin.id
