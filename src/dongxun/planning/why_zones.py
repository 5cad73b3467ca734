"""Why units cannot be divided as asked: in words, with names, before and after the search."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel.errors import Text
from dongxun.planning.contracts import MOST_UNITS
from dongxun.planning.snapshots.zones import Offered
from dongxun_planner.zoning.check import window
from dongxun_planner.zoning.problems import TownProblem


def undividable(problem: TownProblem, chosen: list[Offered]) -> list[tuple[str, Text]]:
    """Return what no division can help, each with the field that could; empty where one may be."""
    bare = [one.node.short_name for one in chosen if one.at is None]
    if not chosen:
        return [("units", _("Choose the units to be divided."))]
    if bare:
        words = _(
            "No point on the map is known of %(names)s. Enter it on the unit's page,"
            " or leave the unit out."
        )
        return [("units", words % {"names": "、".join(bare)})]
    if len(chosen) > MOST_UNITS:
        words = _("%(n)d units are more than %(most)d; divide them in parts.")
        return [("units", words % {"n": len(chosen), "most": MOST_UNITS})]
    if problem.zones > len(chosen):
        words = _("%(zones)d zones cannot be made of %(n)d units: %(names)s.")
        names = "、".join(one.node.short_name for one in chosen)
        return [("zones", words % {"zones": problem.zones, "n": len(chosen), "names": names})]
    if not any(town.members for town in problem.towns):
        return [("units", _("Nobody of these units takes part in the season yet."))]
    return [*_large(problem), *_apart(problem)]


def _large(problem: TownProblem) -> Iterator[tuple[str, Text]]:
    _low, high = window(problem)
    for town in problem.towns:
        if town.members > high:
            words = _(
                "%(name)s alone has %(n)d people, more than a zone may have (%(high)d)."
                " Make fewer zones, or allow more difference."
            )
            yield "tolerance", words % {"name": town.name, "n": town.members, "high": high}


def _apart(problem: TownProblem) -> Iterator[tuple[str, Text]]:
    """Say which units no way of neighbours leads to."""
    low, _high = window(problem)
    pieces = pieces_of(problem)
    if len(pieces) > problem.zones:
        words = ngettext(
            "By the list of neighbours the units fall into %(pieces)d piece that does not touch"
            " another: %(names)s. So many zones at least are needed, or more neighbours.",
            "By the list of neighbours the units fall into %(pieces)d pieces that do not touch"
            " each other: %(names)s. So many zones at least are needed, or more neighbours.",
            len(pieces),
        )
        names = "；".join("、".join(piece) for piece, _n in pieces)
        yield "neighbours", words % {"pieces": len(pieces), "names": names}
        return
    for piece, members in pieces:
        if members < low:
            words = _(
                "%(names)s: cannot be reached from the others by the list of neighbours, and"
                " has %(n)d people, fewer than a zone needs (%(low)d). Write down a neighbour."
            )
            yield "neighbours", words % {"names": "、".join(piece), "n": members, "low": low}


def pieces_of(problem: TownProblem) -> list[tuple[list[str], int]]:
    """Return the parts that hang together by neighbours, as (names, people)."""
    near: dict[str, set[str]] = {town.id: set() for town in problem.towns}
    for a, b in problem.neighbours or ():
        near[a].add(b)
        near[b].add(a)
    towns, left, found = {town.id: town for town in problem.towns}, dict.fromkeys(near), []
    while left:
        edge = [next(iter(left))]
        piece = set(edge)
        while edge:
            new = near[edge.pop()] - piece
            piece |= new
            edge.extend(new)
        mine = [key for key in left if key in piece]
        left = dict.fromkeys(key for key in left if key not in piece)
        found.append(([towns[key].name for key in mine], sum(towns[k].members for k in mine)))
    return found


def ended_without(outcome: dict[str, Any], asked: dict[str, Any]) -> tuple[str, int | None]:
    """Say why a search ended without a division, and which tolerance in percent has one."""
    about = {"zones": asked["zones"], "percent": asked["tolerance"]}
    wider = outcome.get("parts", {}).get("tolerance_percent")
    if outcome.get("status") != "infeasible":
        words = _(
            "No division was found in the time, and it is not proven that there is none. Allow more"
            " difference, write down more neighbours, or make fewer zones."
        )
        return words, None
    if wider is None and "none_at_percent" in outcome.get("parts", {}):
        words = _(
            "No %(zones)d connected zones exist, not even if their people may differ from the mean"
            " by 100 %%. Write down more neighbours, or make fewer zones."
        )
        return words % about, None
    if wider is None:
        words = _(
            "No %(zones)d connected zones exist whose people differ from the mean by at most"
            " %(percent)d %%. Whether more difference helps was not found out in the time. Allow"
            " more, write down more neighbours, or make fewer zones."
        )
        return words % about, None
    words = _(
        "No %(zones)d connected zones exist whose people differ from the mean by at most"
        " %(percent)d %%; with %(wider)d %% they do."
    )
    return words % (about | {"wider": int(wider)}), int(wider)
