"""Pages of coverage: names behind a figure, statistics by organisation, definitions."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.coverage import api
from dongxun.coverage.contracts import Grid, Kind, Text, What
from dongxun.coverage.models import Reckoning
from dongxun.coverage.queries import reckoned
from dongxun.coverage.queries.names import Place
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_number, wanted_id
from dongxun.kernel.rules import allows
from dongxun.kernel.together import ask
from dongxun.kit.nav import address
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonRules, SeasonState, StudyMode

SINCE = (What.LATE, What.STRUCK)
"""The lists of a past day as known now that other lists do not have."""
CHOICES = (What.NOT_MET, What.NOTHING, What.STARTED, What.LEAVE, What.MET, What.ELIGIBLE)
"""The lists that the page of names offers; others open from a figure."""
OWING = frozenset({What.NOT_MET, What.NOTHING, What.STARTED, What.LEAVE, What.UNTRAINED})
"""The lists whose people can be sent to make up the topic."""
WORDS = {
    What.ELIGIBLE: _("everybody expected"),
    What.MET: _("done"),
    What.NOT_MET: _("not done"),
    What.STARTED: _("half done"),
    What.NOTHING: _("not begun"),
    What.REACHED: _("reached"),
    What.NOT_REACHED: _("not reached"),
    What.EFFECT: _("with a passed check or reflection"),
    What.NOT_EFFECT: _("without a passed check or reflection"),
    What.GROUP: _("trained together"),
    What.MAKEUP: _("made up"),
    What.HOME: _("taught at home"),
    What.ONLINE: _("floating, online"),
    What.LEAVE: _("on leave, to be made up"),
    What.UNTRAINED: _("not trained"),
    What.OVERLAPPING: _("at overlapping sessions"),
    What.LATE: _("with a record that came in later"),
    What.STRUCK: _("with a record struck out since"),
}


def _words(what: What, season: SeasonCard, day: date) -> Text:
    """Return how a list is called on a day: nobody is 未参训 before the season is over."""
    if what is What.UNTRAINED and day <= season.ends_on:
        return _("not begun or half done")
    return WORDS[what]


def names(request: Request) -> HttpResponse:
    """Show the people behind a figure: ``in`` a unit or zone, ``what``, ``topic``, ``mode``, ``q``.

    ``season`` another than today's; ``short`` a calendar year in which they lack hours; ``of`` a past day as known now, else
    today's.
    """
    past = _reckoning(request)
    season = seasons.season(past.season_id, by=request.actor) if past else _season(request)
    what = _what(request.GET.get("what", What.NOT_MET))
    topic_id = wanted_id(request.GET["topic"]) if request.GET.get("topic") else None
    inside = request.GET.get("in")
    place_id = wanted_id(inside) if inside else organisations.own_top(request.actor).id
    q, mode = request.GET.get("q", "")[:40], _mode(request.GET.get("mode", ""))
    short = _year(request.GET.get("short", ""))
    place, page = api.names(
        by=request.actor,
        season_id=season.id,
        place_id=place_id,
        what=what,
        topic_id=topic_id,
        q=q,
        mode=mode,
        short=short,
        page=_page(request),
        reckoning=past,
    )
    rules = seasons.rules(season.id)
    context: dict[str, Any] = {"place": place, "page": page, "people": page.object_list}
    return render(
        request,
        "coverage/names.html",
        context
        | _filters(request, season, rules, past)
        | {
            "what": what,
            "words": _words(what, season, past.as_of if past else clock.today()),
            "past": past,
            **({} if past else _next_steps(request, season, place, topic_id, what)),
            "q": q,
            "mode": StudyMode(mode).label if mode else "",
            "short": short,
            "season": season,
            "season_label": season.name,
            "now": past.known_at if past else clock.now(),
        },
    )


def _filters(
    request: Request, season: SeasonCard, rules: SeasonRules, past: Reckoning | None
) -> dict[str, object]:
    """Return the topic of a list, and the choices above it as (words, address, chosen)."""
    what, topic = _what(request.GET.get("what", What.NOT_MET)), request.GET.get("topic")
    topic_id = wanted_id(topic) if topic else None
    offered = (*CHOICES, *SINCE) if past else CHOICES
    short = _year(request.GET.get("short", ""))
    return {
        "topic": next((found for found in rules.topics if found.id == topic_id), None),
        "topics": rules.topics,
        "choices": _choices(request, what, season, offered),
        "topic_choices": _topic_choices(request, rules, topic_id),
        **_season_choices(request, season),
        "year_choices": [] if past else _year_choices(request, rules, short),
    }


def _reckoning(request: Request) -> Reckoning | None:
    """Return the past day that the list is of, None for today."""
    if not request.GET.get("of"):
        return None
    if not request.actor.is_account:
        raise SignInNeeded
    row = reckoned.reckoning(wanted_id(request.GET["of"]), by=request.actor)
    if row.computed_at is None or not row.has_names:
        raise NotFound
    return row


def _next_steps(
    request: Request, season: SeasonCard, place: Place, topic_id: UUID | None, what: What
) -> dict[str, object]:
    """Return where these people are sent to make-up, and what rooms above can do, as (words, href).

    Nothing where a zone or the season is shown, or a season that is over.
    """
    if season.state == SeasonState.CLOSED:
        return {}
    url = _makeup_url(place, topic_id, what)
    if not url or topic_id is None:
        return {}
    lines = beside.lines("missed", [topic_id], by=request.actor).get(topic_id, ())
    more = [(line.words, f"{line.href}&{urlencode({'unit': place.id})}") for line in lines]
    return {"makeup_url": url, "beside": more}


def _makeup_url(place: Place, topic_id: UUID | None, what: What) -> str:
    """Return where these people are sent to make-up, empty where a zone or the season is shown."""
    desk = address("activities:makeup")
    if not desk or topic_id is None or what not in OWING or place.keys != (place.id,):
        return ""
    return f"{desk}?{urlencode({'node': place.id, 'topic': topic_id})}"


def statistics(request: Request) -> HttpResponse:
    """Show every figure of a unit and of those below it; ``as_of`` a past day, 'as known then'.

    ``season`` another than today's.
    """
    if request.actor.is_account and seasons.current_season(request.actor) is None:
        return no_season(request, "statistics")
    return page(request)


def page(
    request: Request, *, status: int = 200, error: DomainError | None = None, asked: str = ""
) -> HttpResponse:
    """Answer with the figures, whatever went wrong beside them.

    Args:
        asked: the day that was typed when a past day was asked for.
    """
    season = _season(request)
    values = request.POST if request.method == "POST" else request.GET
    node: Node | None = None
    if values.get("in"):
        node = api.visible_node(wanted_id(values["in"]), by=request.actor)
    elif not request.actor.zone_organisations:
        node = organisations.own_top(request.actor)
    kind = Kind.JOINT if request.GET.get("by") == "joint" else Kind.CHILDREN
    grid = api.grid(
        by=request.actor,
        season_id=season.id,
        node=node,
        kind=kind,
        as_of=_day(request.GET.get("as_of", "")),
        rules=seasons.rules_of(season),
    )
    context: dict[str, Any] = {
        "grid": grid,
        "figures": api.figures(grid),
        "node_key": str(node.id) if node else "",
        "names_url": reverse("coverage:names") if node else "",
        "season": season,
        "now": grid.taken_at or clock.now(),
        "untrained": _words(What.UNTRAINED, season, grid.as_of),
        **_leads(request, season, node),
        "no_zones": kind is not grid.kind,
        "problems": [words for _where, words in error.details] if error else [],
    }
    if node and not grid.taken_at:
        context["years"] = api.year_figures(season.id, [node.interval])
        context |= _besides(season, node, grid, request.actor)
    if node and allows("coverage.reckon", request.actor, node.interval):
        shown = grid.as_of if grid.taken_at else clock.today() - timedelta(days=1)
        context |= {
            "may_reckon": True,
            "first_day": season.starts_on,
            "asked": asked or shown.isoformat(),
            "reckonings": reckoned.reckonings(season.id, node.interval, by=request.actor),
        }
    return render(request, "coverage/statistics.html", context, status=status)


def _besides(season: SeasonCard, node: Node, grid: Grid, by: Actor) -> dict[str, Any]:
    """Return what other rooms count of the unit and of those below it, as it stands now."""
    below = organisations.nodes([row.id for row in grid.rows if not row.is_zone])
    units = {key: found.interval for key, found in below.items()}
    [found] = ask(api.beside_figures(season, units | {node.id: node.interval}, by=by))
    rows = [
        (row, [(one.definition.name, one.shares.get(row.id)) for one in found]) for row in grid.rows
    ]
    return {
        "besides": [(one.definition, one.shares.get(node.id)) for one in found],
        "beside_rows": [(row, shares) for row, shares in rows if any(s for _, s in shares)],
    }


def _season(request: Request) -> SeasonCard:
    if not request.actor.is_account:
        raise SignInNeeded
    values = request.POST if request.method == "POST" else request.GET
    return seasons.season_asked(values.get("season"), by=request.actor)


def _season_choices(request: Request, season: SeasonCard) -> dict[str, object]:
    """Return the seasons begun to choose from, where there are several, and what keeps the choice.

    A list of a past day belongs to its season.
    """
    values = request.POST if request.method == "POST" else request.GET
    if values.get("of"):
        return {"keep": ""}
    begun = [
        card
        for card in seasons.seasons(by=request.actor)
        if card.state != SeasonState.DRAFT or card.id == season.id
    ]
    kept = {"in": values.get("in", ""), "what": values.get("what", "")}
    kept = {name: value for name, value in kept.items() if value}
    addresses = [
        (card.name, "?" + urlencode({**kept, "season": card.id}), card.id == season.id)
        for card in begun
    ]
    return {
        "season_choices": addresses if len(begun) > 1 else [],
        "keep": f"&season={season.id}" if values.get("season") else "",
    }


def _leads(request: Request, season: SeasonCard, node: Node | None) -> dict[str, object]:
    """Return the season's name and choice, the last day to ask for, where papers are made."""
    papers = address("reports:home") if node else ""
    query = urlencode({"season": season.id, "unit": node.id}) if node else ""
    return _season_choices(request, season) | {
        "season_label": season.name,
        "today": clock.today(),
        "export_url": f"{papers}?{query}" if papers else "",
    }


def _what(text: str) -> What:
    try:
        return What(text)
    except ValueError as error:
        raise NotFound from error


def _mode(text: str) -> str:
    if text and text not in StudyMode.values:
        raise NotFound
    return text


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _year(text: str) -> int | None:
    if not text:
        return None
    year = read_number(text, 9999)
    if year is None:
        raise NotFound
    return year


def _page(request: Request) -> int:
    return read_number(request.GET.get("page", "1"), 999_999) or 1


def _with(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        query[key] = value
        if not value:
            del query[key]
    return "?" + query.urlencode()


def _choices(
    request: Request, now: What, season: SeasonCard, offered: tuple[What, ...]
) -> list[tuple[object, str, bool]]:
    shown = offered if now in offered else (*offered, now)
    return [
        (_words(what, season, clock.today()), _with(request, what=what.value), what is now)
        for what in shown
    ]


def _year_choices(
    request: Request, rules: SeasonRules, now: int | None
) -> list[tuple[object, str, bool]]:
    """Return the calendar years in which somebody may lack hours, and none of them."""
    years = api.years_of(rules)
    if not years:
        return []
    return [
        (_("any hours"), _with(request, short=""), now is None),
        *(
            (_("short of hours in %(year)s") % {"year": y}, _with(request, short=str(y)), now == y)
            for y in years
        ),
    ]


def _topic_choices(
    request: Request, rules: SeasonRules, topic_id: UUID | None
) -> list[tuple[object, str, bool]]:
    whole = (_("Whole season"), _with(request, topic=""), topic_id is None)
    return [
        whole,
        *(
            (topic.short_name, _with(request, topic=str(topic.id)), topic.id == topic_id)
            for topic in rules.topics
        ),
    ]
