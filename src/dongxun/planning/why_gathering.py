"""Why agencies, villages and enterprises cannot be gathered as asked: in words, with names."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from dongxun.kernel.errors import Text
from dongxun.organisations import api as organisations
from dongxun.planning.contracts import RunKind
from dongxun.planning.models import Run
from dongxun.planning.naming import few
from dongxun.planning.snapshots.gathering import Taken
from dongxun_planner.wire import read
from dongxun_planner.zoning.problems import AgencyProblem, HubProblem, PairingProblem

Said = tuple[str, Text]


def impossible(found: Taken) -> list[Said]:
    """Return what cannot be helped by any search, each with the field that could."""
    problem = found.problem
    if isinstance(problem, AgencyProblem):
        said = _areas(problem)
    elif isinstance(problem, HubProblem):
        said = _hubs(problem)
    else:
        said = _pairs(problem)
    return [*_bare(found, said)]


def _bare(found: Taken, said: Iterator[Said]) -> Iterator[Said]:
    """Say of what lacks a point too, where that may be the cause."""
    first = next(said, None)
    if first is None:
        return
    yield first
    if bare := found.about["bare"]:
        words = _("No point on the map is known of %(names)s.")
        yield first[0], words % {"names": few(bare)}


def _areas(problem: AgencyProblem) -> Iterator[Said]:
    count = len(problem.agencies)
    leads = sum(agency.may_lead for agency in problem.agencies)
    about = {"n": count, "areas": problem.areas, "least": problem.least, "most": problem.most}
    if not count:
        yield "units", _("Choose the agencies to be gathered; each needs a point on the map.")
    elif leads < problem.areas:
        words = _("%(areas)d joint zones need as many leads; only %(leads)d agencies may lead one.")
        yield "leads", words % (about | {"leads": leads})
    elif problem.least > problem.most:
        yield "most", _("At most must not be less than at least.")
    elif problem.areas * problem.least > count:
        words = _("%(areas)d joint zones of at least %(least)d agencies are more than %(n)d.")
        yield "least", words % about
    elif problem.areas * problem.most < count:
        words = _("%(areas)d joint zones of at most %(most)d agencies do not take all %(n)d.")
        yield "most", words % about


def _hubs(problem: HubProblem) -> Iterator[Said]:
    if not problem.villages:
        yield "unit", _("No village with a point on the map lies below this unit.")
    elif len(problem.hubs) < problem.open:
        words = _("Only %(n)d places of these kinds have a point, and seats where they count.")
        yield "types", words % {"n": len(problem.hubs)}
    elif problem.within_km is not None:
        yield from _far(problem, problem.within_km)


def _far(problem: HubProblem, within_km: float) -> Iterator[Said]:
    at = [(hub.latitude, hub.longitude) for hub in problem.hubs]
    far = [
        village.name
        for village in problem.villages
        if min(organisations.distance_km((village.latitude, village.longitude), p) for p in at)
        > within_km
    ]
    if far:
        words = _("No such place within %(km)s km of %(names)s.")
        yield "within_km", words % {"km": f"{within_km:g}", "names": few(far)}


def _pairs(problem: PairingProblem) -> Iterator[Said]:
    if not problem.villages:
        yield "unit", _("No village with a point and without an enterprise lies below this unit.")
    elif not any(one.takes for one in problem.enterprises):
        words = _(
            "No enterprise of the tree has a point on the map and takes another village. Add"
            " enterprises and their points under units, or let each take more."
        )
        yield "takes", words


def ended_without(row: Run) -> list[str]:
    """Say why a search ended without a plan."""
    if row.outcome.get("status") != "infeasible":
        return [_("Nothing was found within the limit. Search longer, or loosen a rule.")]
    if row.kind == RunKind.HUBS:
        return [
            *_homeless(read(HubProblem, row.problem)),
            _(
                "So many halls cannot take all villages: seats and ways together allow none."
                " Open more halls, let them be farther, or do not count seats."
            ),
        ]
    return [_("What is asked for contradicts itself. Loosen a rule.")]


def _homeless(problem: HubProblem) -> Iterator[str]:
    """Say which villages no hall holds, and how many people too many there are."""
    large = []
    for village in problem.villages:
        at = (village.latitude, village.longitude)
        near = [
            hub.capacity
            for hub in problem.hubs
            if problem.within_km is None
            or organisations.distance_km(at, (hub.latitude, hub.longitude)) <= problem.within_km
        ]
        seats = [n for n in near if n is not None]
        if seats and len(seats) == len(near) and max(seats) < village.members:
            large.append(f"{village.name}（{village.members} > {max(seats)}）")
    if large:
        words = _("No hall in reach holds the people of %(names)s.")
        yield words % {"names": few(large)}
    known = [hub.capacity for hub in problem.hubs if hub.capacity is not None]
    people = sum(village.members for village in problem.villages)
    most = sum(sorted(known, reverse=True)[: problem.open])
    if len(known) == len(problem.hubs) and most < people:
        words = _("The %(n)d largest halls have %(seats)d seats, the villages %(people)d people.")
        largest = min(problem.open, len(known))
        yield words % {"n": largest, "seats": most, "people": people}
