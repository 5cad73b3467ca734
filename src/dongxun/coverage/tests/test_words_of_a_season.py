from datetime import timedelta

from dongxun.coverage import api
from dongxun.kernel import clock
from dongxun.seasons.models import Season


def page(cast) -> str:
    api.credit(season_id=cast.season.id, person_ids=[cast.lin.id])
    return str(cast.client("office").get("/console/statistics/").content, "utf-8")


def test_nobody_is_untrained_before_the_season_is_over(cast):
    assert "没学或学了一半" in page(cast)
    assert ">未参训<" not in page(cast)
    names = cast.client("office").get("/console/names/", {"what": "untrained"}).content.decode()
    assert "没学或学了一半" in names


def test_after_the_last_day_they_are(cast):
    Season.objects.update(ends_on=clock.today() - timedelta(days=1))
    assert ">未参训<" in page(cast)
