"""Finished searches of joint zones, hubs and pairs, their plans made by hand."""

from typing import Any

from dongxun.kernel import clock
from dongxun.organisations.models import Organisation, Place
from dongxun.organisations.tests.make import make_organisation
from dongxun.planning.contracts import AreaSettings, HubSettings, PairSettings, RunState
from dongxun.planning.models import Run
from dongxun.planning.services import gathering
from dongxun_planner.kinds import KINDS
from dongxun_planner.wire import read
from tests.cast import Cast


def put(row: Any, east: float, **more: Any) -> None:
    """Give an organisation or a place a point so many kilometres to the east, about."""
    point = {"latitude": 32.0, "longitude": 121.0 + east / 94}
    type(row).objects.filter(id=row.id).update(**point | more)


def finish(row: Run, **plan: Any) -> Run:
    """Give a search a plan that the checker passes."""
    kind = KINDS[row.problem["kind"]]
    row.plan = {"kind": row.problem["kind"], "version": 1, **plan}
    verdict = kind.check(read(kind.problem, row.problem), read(kind.plan, row.plan))
    assert verdict.broken == ()
    row.outcome = {"cost": verdict.cost, "bound": verdict.cost, "status": "optimal", "parts": {}}
    row.state, row.finished_at = RunState.DONE, clock.now()
    row.save()
    return row


def agencies(cast: Cast) -> list[Organisation]:
    """Return four agencies, two by two."""
    group = Organisation.objects.get(type="agency_group")
    known = list(Organisation.objects.filter(type="agency").order_by("lft"))
    names = ("发改委", "财政局", "商务局")[: 4 - len(known)]
    made = [make_organisation(name, under=group, type_code="agency") for name in names]
    found = [*known, *(Organisation.objects.get(id=one.id) for one in made)]
    for number, one in enumerate(found):
        put(one, number % 2 * 20 + number)
    return found


def ask_areas(cast: Cast, **overrides: Any) -> Run:
    """Return a search of two joint zones, waiting."""
    given = {"unit_ids": tuple(one.id for one in agencies(cast)), "areas": 2}
    return gathering.ask_areas(
        by=cast.actor("office"),
        season_id=cast.season.id,
        asked=AreaSettings(**given | overrides),  # type: ignore[arg-type]
    )


def areas(cast: Cast) -> Run:
    """Return a finished search of two joint zones."""
    row = ask_areas(cast)
    a, b, c, d = (one["id"] for one in row.problem["agencies"])
    both = [{"lead": a, "agencies": [a, c]}, {"lead": b, "agencies": [b, d]}]
    return finish(row, areas=both)


def villages(cast: Cast) -> list[Organisation]:
    """Return the villages of the cast, a kilometre from each to the next."""
    found = list(Organisation.objects.filter(type="village", lft__gt=0).order_by("lft"))
    inside = [
        one for one in found if cast.district.interval.lft <= one.lft <= cast.district.interval.rgt
    ]
    for number, one in enumerate(inside):
        put(one, number)
    return inside


def ask_hubs(cast: Cast, **overrides: Any) -> Run:
    """Return a search of two halls for all villages, waiting."""
    villages(cast)
    for number, place in enumerate(Place.objects.filter(type="hall").order_by("name")):
        put(place, number + 0.3, capacity=40)
    given = {"hubs": 2, "types": ("hall",)}
    return gathering.ask_hubs(
        by=cast.actor("office"),
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        asked=HubSettings(**given | overrides),  # type: ignore[arg-type]
    )


def hubs(cast: Cast) -> Run:
    """Return a finished search of halls."""
    row = ask_hubs(cast)
    hall = row.problem["hubs"][0]["id"]
    return finish(row, hub_of={one["id"]: hall for one in row.problem["villages"]})


def ask_pairs(cast: Cast, **overrides: Any) -> Run:
    """Return a search of an enterprise for each village, waiting; there is one, of the first town."""
    villages(cast)
    firm = Organisation.objects.filter(type="enterprise").first()
    if firm is None:
        made = make_organisation("平潮电缆厂", under=cast.own.node, type_code="enterprise")
        firm = Organisation.objects.get(id=made.id)
    put(firm, 0.5)
    return gathering.ask_pairs(
        by=cast.actor("office"),
        season_id=cast.season.id,
        organisation_id=cast.district.id,
        asked=PairSettings(**{"takes": 2} | overrides),  # type: ignore[arg-type]
    )


def pairs(cast: Cast) -> Run:
    """Return a finished search of pairs: the enterprise takes two villages."""
    row = ask_pairs(cast)
    ids = [one["id"] for one in row.problem["villages"]]
    firm = row.problem["enterprises"][0]["id"]
    return finish(row, partner_of=dict.fromkeys(ids[:2], firm), alone=ids[2:], envious=[])
