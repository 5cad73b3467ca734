"""总览: who is behind, on what, and what must be done today."""

import logging
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.contracts import Board
from dongxun.coverage import api as coverage
from dongxun.coverage.contracts import Column, Definition, Grid, Kind, Row
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.lately import kept, places
from dongxun.kernel.together import Question, ask
from dongxun.kit.figures import FEW, number, percent, share, signed
from dongxun.kit.nav import address
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard
from dongxun.web.todo import Waits, things_to_do, week_of, what_waits
from dongxun.web.views import refused
from dongxun.web.views.differences import waiting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is shown: an organisation, or (None) the zone somebody leads."""

    node: Node | None
    options: tuple[tuple[str, str, bool], ...]
    below: tuple[Node, ...] = ()


def way_in(request: Request) -> HttpResponse:
    """Lead everybody to their first page."""
    if request.actor.is_account:
        return redirect("web:home")
    for name in ("web:me",) if request.actor.persons else ("web:public",):
        if href := address(name):
            return redirect(href)
    return redirect("access:sign_in")


def home(request: Request) -> HttpResponse:
    """Show the first page of the console for a district, a town, a branch or a zone.

    ``in`` chooses the organisation, ``by`` towns or joint zones, ``behind`` only those behind.
    """
    actor = request.actor
    if not actor.is_account:
        raise SignInNeeded
    if not actor.holds(*ORGANISERS, Role.ZONE_LEAD):
        return redirect(address("web:settings") or "access:my_account")
    season = seasons.current_season(actor)
    scope = _scope(actor, request.GET.get("in", ""))
    if season is None:
        empty = {"new_season_url": address("seasons:new") if actor.holds(Role.OFFICE) else ""}
        return render(request, "web/overview_empty.html", empty)
    grid = coverage.grid(
        by=actor,
        season_id=season.id,
        node=scope.node,
        kind=Kind.JOINT if request.GET.get("by") == "joint" else Kind.GEO,
        rules=seasons.rules_of(season),
        below=scope.below,
    )
    board = _board(season, scope)
    return render(request, "web/overview.html", _page(request, season, scope, grid, board))


def _board(season: SeasonCard, scope: Scope) -> Board | None:
    """Return today's sessions and things to do; None for a zone, or when the block failed.

    One block that does not come must not take the page with it: it says so in
    its own frame.
    """
    if scope.node is None:
        return None
    try:
        whole = scope.node.id == season.root_id
        return activities.board(season.id, scope.node.interval, whole=whole)
    except DatabaseError:
        log.exception("the board of the overview failed")
        return None


def _scope(actor: Actor, wanted: str) -> Scope:
    """Return what the actor asked for, or the top of what they organise; one query."""
    try:
        ids = {UUID(wanted)} if wanted else {g.organisation_id for g in actor.grants}
    except ValueError as error:
        raise NotFound from error
    if not wanted and not actor.holds(*ORGANISERS):
        return Scope(None, ())
    found = organisations.with_children(ids, ever=True)
    tops = [node for node in found if node.id in ids]
    if not wanted:
        tops = [node for node in tops if actor.reaches(node.interval.lft)]
    if not tops:
        raise NotFound
    node = coverage.visible_node(tops[0], by=actor)
    here = reverse("web:home")
    options = [(node.short_name, f"{here}?in={node.id}", True)]
    if wanted:
        options.insert(0, (_("Back to all"), here, False))
    below = [child for child in found if child.parent_id == node.id]
    options += [
        (child.short_name, f"{here}?in={child.id}", False) for child in below if not child.closed
    ]
    return Scope(node, tuple(options), tuple(below))


def _asked(
    season: SeasonCard, node: Node | None, board: Board | None, by: Actor
) -> tuple[list[tuple[Definition, coverage.Share | None]], Waits | None]:
    """Return what stands beside the coverages, and what waits: all rooms asked at once.

    Nothing waits where the board failed or was not asked.
    """
    days = seasons.rules_of(season).parameters.floating_contact_days
    differing, not_taken = waiting(by), refused.waiting(by)
    waits = what_waits(season, days, differing=differing, refused=not_taken, by=by)
    found = ask(_besides(season, node, by), *([waits] if board else []))
    return found[0], found[1] if board else None


def _page(
    request: Request, season: SeasonCard, scope: Scope, grid: Grid, board: Board | None
) -> dict[str, object]:
    names_url = reverse("coverage:names") if scope.node else ""
    besides, waits = _asked(season, scope.node, board, request.actor)
    zone = "" if scope.node else _zone(season, request.actor)
    only_behind = request.GET.get("behind") == "1"
    plans = request.actor.holds(*ORGANISERS)
    week = week_of(season.starts_on, season.ends_on, clock.today())
    return {
        "title": title(grid, scope.node, zone),
        "season": season,
        "season_label": season.name,
        "scope": scope.node.short_name if scope.node else zone,
        "scope_options": scope.options,
        "today": clock.today(),
        "now": clock.now(),
        "lunar": lunar(clock.today()),
        "week": week,
        "grid": grid,
        "groups": grouped(grid.behind if only_behind else shown(grid), grid, names_url),
        "only_behind": only_behind,
        "segments": _segments(grid, scope),
        "behind_url": _address(scope, grid, behind=not only_behind),
        "names_url": names_url,
        "figures": coverage.figures(grid),
        "besides": besides,
        "completion": coverage.definition("completion", grid.wordings),
        "since_last_week": _since_last_week(grid),
        "board": board,
        "board_failed": board is None and scope.node is not None,
        "todo": things_to_do(grid, board, names_url, waits) if board and waits else [],
        "new_session_url": address("activities:new") if plans else "",
        "weekly_url": address("reports:weekly") if plans else "",
        "schedule_url": address("activities:schedule"),
    }


def _besides(
    season: SeasonCard, node: Node | None, by: Actor
) -> Question[list[tuple[Definition, coverage.Share | None]]]:
    """Return what stands beside the coverages of a unit, as of a minute ago at most."""
    if node is None:
        return []

    def count() -> Question[list[tuple[Definition, coverage.Share | None]]]:
        found = yield from coverage.beside_figures(season, {node.id: node.interval}, by=by)
        return [(one.definition, one.shares.get(node.id)) for one in found]

    kept_ = kept("web.besides", season.id, node.id, places(by), count=count)
    known: list[tuple[Definition, coverage.Share | None]] = yield from kept_
    return known


def _zone(season: SeasonCard, actor: Actor) -> str:
    """Return the names of the zones that somebody leads."""
    led = actor.zone_organisations
    held = [
        (zone.name, {part.organisation_id for part in zone.organisations})
        for zone in seasons.zones(season.id)
    ]
    return "、".join(name for name, ids in held if ids and ids <= led) or _("My zone")


def title(grid: Grid, node: Node | None, zone: str = "") -> str:
    """Return the page's sentence: how much is covered, and how that stands to the plan."""
    whole = node is not None and node.type_code == "district"
    name = _("The whole district") if whole else (node.short_name if node else zone or _("My zone"))
    total = grid.total
    if not total.season.eligible:
        return _("%(name)s: nobody is expected yet, import the roster first") % {"name": name}
    if not grid.opened or total.gap is None:
        return _("%(name)s: no topic has opened yet") % {"name": name}
    if total.season.eligible < FEW:
        words = {"name": name, "met": number(total.met), "due": number(total.due)}
        return _("%(name)s: %(met)s of %(due)s person-topics met") % words
    have = share(total.met, total.due)
    points = (have or 0) - round(total.plan, 1)
    words = {"name": name, "share": percent(total.met, total.due), "points": number(abs(points), 1)}
    if not points:
        return _("%(name)s: %(share)s covered, as planned") % words
    if points < 0:
        return _("%(name)s: %(share)s covered, %(points)s points behind plan") % words
    return _("%(name)s: %(share)s covered, %(points)s points ahead of plan") % words


def lunar(day: date) -> str:
    """Return the day of the lunar calendar, for readers of Chinese."""
    return _lunar(day) if (get_language() or "").startswith("zh") else ""


@lru_cache(maxsize=4)
def _lunar(day: date) -> str:
    from lunar_python import Solar

    found = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    return f"{found.getMonthInChinese()}月{found.getDayInChinese()}"


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix with the address behind each of its cells."""

    name: str
    met: int
    due: int
    plan: Decimal
    plan_met: Decimal
    cells: tuple[tuple[int, int, Decimal, str, bool], ...]


def shown(grid: Grid) -> tuple[Row, ...]:
    """Return the rows of the matrix; a branch has no unit below it and is its own row."""
    return grid.rows or ((grid.total,) if grid.total.season.eligible else ())


def grouped(rows: tuple[Row, ...], grid: Grid, names_url: str) -> list[tuple[str, list[Line]]]:
    """Return rows by their zone, zones in the order in which they first appear."""
    found: dict[str, list[Line]] = {}
    for row in rows:
        cells = tuple(
            (
                numbers.met,
                numbers.eligible,
                column.plan,
                _behind_cell(row, column, names_url),
                column.opened,
            )
            for numbers, column in zip(row.topics, grid.columns, strict=True)
        )
        line = Line(row.name, row.met, row.due, row.plan, row.plan_met, cells)
        found.setdefault(row.group, []).append(line)
    return list(found.items())


def _behind_cell(row: Row, column: Column, names_url: str) -> str:
    """Return where the people stand who have not met a topic."""
    return f"{names_url}?in={row.id}&topic={column.topic.id}&what=not-met" if names_url else ""


def _address(scope: Scope, grid: Grid, *, behind: bool = False, kind: Kind | None = None) -> str:
    query = [f"in={scope.node.id}"] if scope.node else []
    query += ["by=joint"] if (kind or grid.kind) is Kind.JOINT else []
    query += ["behind=1"] if behind else []
    return "?" + "&".join(query)


def _segments(grid: Grid, scope: Scope) -> list[tuple[str, str, bool]]:
    """Return the choice between towns and joint zones, where there are both."""
    if scope.node is None:
        return []
    joint = coverage.zone_count(grid.season_id, Kind.JOINT, scope.node.interval)
    if not joint:
        return []
    is_joint = grid.kind is Kind.JOINT
    towns = coverage.zone_count(grid.season_id, Kind.GEO, scope.node.interval, members=True)
    return [
        (
            _("%(count)d towns") % {"count": towns} if towns else _("Units below"),
            _address(scope, grid, kind=Kind.GEO),
            not is_joint,
        ),
        (
            _("%(count)d joint zones") % {"count": joint},
            _address(scope, grid, kind=Kind.JOINT),
            is_joint,
        ),
    ]


def _since_last_week(grid: Grid) -> str:
    before = coverage.earlier(grid, days=7)
    now = share(grid.total.met, grid.total.due)
    then = share(before.met, before.due) if before else None
    if now is None or then is None or grid.total.season.eligible < FEW:
        return ""
    return _("since last week %(points)s") % {"points": signed(now - then, 1)}
