"""Hours by calendar year: who is short, behind which figure, the same for console and phone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from dongxun.coverage import api
from dongxun.coverage.contracts import What
from dongxun.coverage.tests.make import SYSTEM, House
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.outbox import deliver_all
from dongxun.people import api as people
from dongxun.people.contracts import Details
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import RequirementLine
from dongxun.seasons.models import Season
from dongxun.seasons.tests.make import make_season

pytestmark = pytest.mark.django_db


def spanning(season: Season) -> tuple[int, int]:
    """Let a season begin last December; return its two years."""
    today = clock.today()
    season.starts_on = date(today.year - 1, 12, 1)
    season.save()
    return today.year - 1, today.year


@pytest.fixture
def house():
    found = House()
    lines = [
        RequirementLine("full", Decimal(1), Decimal(9)),
        RequirementLine("secretary", Decimal(1), Decimal("10.5")),
    ]
    seasons.set_requirements(by=SYSTEM, season_id=found.season.id, lines=lines, reason="加学")
    return found


def listed(house, **more):
    about = {"season_id": house.season.id, "place_id": house.tree["district"].id}
    _place, page = api.names(by=SYSTEM, what=What.ELIGIBLE, **about, **more)
    return {row.person_id: [(y.year, y.hours, y.lacking) for y in row.years] for row in page}


def test_whoever_is_short_stands_behind_the_figure_of_that_year(house):
    last, this = spanning(house.season)
    lin, zhou, idle = house.member(), house.member(), house.member()
    people.update_person(by=SYSTEM, person_id=zhou.id, details=Details(is_secretary=True))
    deliver_all()
    at = clock.moment(date(last, 12, 20)) + timedelta(hours=9)
    house.attend(lin, zhou, occurred_at=at, seconds=10 * 3600)
    house.attend(lin, cause="b", occurred_at=clock.now() - timedelta(days=1), seconds=3600)
    house.credit(idle)

    figures = api.year_figures(house.season.id, [house.tree["district"].interval])
    everybody = listed(house)

    assert [(f.year, f.met, f.short) for f in figures] == [(last, 1, 2), (this, 0, 3)]
    assert everybody[lin.id] == [(last, 10, 0), (this, 1, 8)]
    assert everybody[zhou.id] == [(last, 10, Decimal("0.5")), (this, 0, Decimal("10.5"))]
    assert set(listed(house, short=last)) == {zhou.id, idle.id}
    assert set(listed(house, short=this)) == {lin.id, zhou.id, idle.id}
    own = api.standing_of(lin.id, by=SYSTEM, season_id=house.season.id)
    assert own.hours_by_year == {str(y.year): str(y.hours) for y in own.years}
    assert [(y.year, y.hours, y.lacking) for y in own.years] == everybody[lin.id]
    with pytest.raises(NotFound):
        listed(house, short=this + 1)


def test_last_years_figures_and_names_are_read_beside_this_years(cast):
    api.rebuild(by=SYSTEM, season_id=cast.season.id)
    seasons.close_season(by=SYSTEM, season_id=cast.season.id)
    make_season(cast.district, name="下一季")
    client, old = cast.client("organiser"), f"season={cast.season.id}"
    statistics, names = reverse("coverage:statistics"), reverse("coverage:names")

    now = client.get(statistics).content.decode()
    then = client.get(f"{statistics}?{old}").content.decode()
    behind = f"{names}?in={cast.own.node.id}&what=not-reached&{old}"

    assert f'href="?{old}"' in now
    assert cast.season.name in then
    assert behind.replace("&", "&amp;") in then
    assert f"{old}&amp;unit=" in then
    listed = client.get(behind.replace("not-reached", "eligible")).content.decode()
    assert cast.lin.name in listed
    assert cast.lin.name not in client.get(f"{names}?what=eligible").content.decode()
    assert client.get(f"{statistics}?season={cast.lin.id}").status_code == 404


def test_the_console_leads_from_the_figure_to_the_names_and_the_person(cast):
    last, this = spanning(cast.season)
    api.rebuild(by=SYSTEM, season_id=cast.season.id)
    client = cast.client("organiser")

    statistics = client.get(reverse("coverage:statistics")).content.decode()
    behind = f"{reverse('coverage:names')}?in={cast.own.node.id}&what=eligible&short={last}"
    names = client.get(behind).content.decode()
    person = client.get(reverse("people:person", args=[cast.lin.id])).content.decode()
    slot = reverse("coverage:person_part", args=[cast.lin.id])

    assert behind.replace("&", "&amp;") in statistics
    assert cast.lin.name in names
    assert f"{this} 年学时" in names
    assert f'hx-get="{slot}"' in person
    part = client.get(slot, headers={"HX-Request": "true"}).content.decode()
    assert f"其中 {last} 年" in part
    assert "<html" not in part
    assert client.get(slot).content.decode().count("<html") == 1
    elsewhere = reverse("coverage:person_part", args=[cast.wu.id])
    assert client.get(elsewhere).status_code == 404
    assert client.get(f"{reverse('coverage:names')}?short=x").status_code == 404
