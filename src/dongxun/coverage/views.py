"""Pages of coverage: names behind a figure, statistics by organisation, definitions."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from dongxun.coverage import api
from dongxun.coverage.contracts import Kind, What
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonRules

CHOICES = (What.NOT_MET, What.NOTHING, What.STARTED, What.LEAVE, What.MET, What.ELIGIBLE)
"""The lists that the page of names offers; others open from a figure."""
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
}


def names(request: Request) -> HttpResponse:
    """Show the people behind a figure: ``in`` a unit or zone, ``what``, ``topic``, ``q``, ``page``."""
    season = _season(request.actor)
    what = _what(request.GET.get("what", What.NOT_MET))
    topic_id = _id(request.GET.get("topic", "")) if request.GET.get("topic") else None
    place_id = _id(request.GET["in"]) if request.GET.get("in") else _top(request.actor).id
    q = request.GET.get("q", "")[:40]
    place, page = api.names(
        by=request.actor,
        season_id=season.id,
        place_id=place_id,
        what=what,
        topic_id=topic_id,
        q=q,
        page=_page(request),
    )
    rules = seasons.rules(season.id)
    topic = next((found for found in rules.topics if found.id == topic_id), None)
    return render(
        request,
        "coverage/names.html",
        {
            "place": place,
            "page": page,
            "people": page.object_list,
            "topic": topic,
            "topics": rules.topics,
            "what": what,
            "words": WORDS[what],
            "choices": _choices(request, what),
            "topic_choices": _topic_choices(request, rules, topic_id),
            "q": q,
            "season": season,
            "season_label": season.name,
            "now": clock.now(),
        },
    )


def statistics(request: Request) -> HttpResponse:
    """Show every figure of a unit and of those below it; ``as_of`` a past day, 'as known then'."""
    season = _season(request.actor)
    node: Node | None = None
    if request.GET.get("in"):
        node = api.visible_node(_id(request.GET["in"]), by=request.actor)
    elif not request.actor.zone_organisations:
        node = _top(request.actor)
    kind = Kind.JOINT if request.GET.get("by") == "joint" else Kind.CHILDREN
    grid = api.grid(
        by=request.actor,
        season_id=season.id,
        node=node,
        kind=kind,
        as_of=_day(request.GET.get("as_of", "")),
    )
    return render(
        request,
        "coverage/statistics.html",
        {
            "grid": grid,
            "figures": api.figures(grid.total),
            "node_key": str(node.id) if node else "",
            "names_url": reverse("coverage:names") if node else "",
            "season": season,
            "season_label": season.name,
            "now": grid.taken_at or clock.now(),
            "today": clock.today(),
        },
    )


def definitions(request: Request) -> HttpResponse:
    """Print what every figure means; for everybody."""
    return render(request, "coverage/definitions.html", {"definitions": api.DEFINITIONS})


def _season(actor: Actor) -> SeasonCard:
    if not actor.is_account:
        raise SignInNeeded
    season = seasons.current_season(actor)
    if season is None:
        raise NotFound
    return season


def _top(actor: Actor) -> Node:
    for node in organisations.roots_of(actor):
        if actor.reaches(node.interval.lft):
            return node
    raise NotFound


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def _what(text: str) -> What:
    try:
        return What(text)
    except ValueError as error:
        raise NotFound from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotFound from error


def _page(request: Request) -> int:
    text = request.GET.get("page", "1")
    return int(text) if text.isdecimal() and len(text) < 7 else 1


def _with(request: Request, **changes: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for key, value in changes.items():
        query[key] = value
        if not value:
            del query[key]
    return "?" + query.urlencode()


def _choices(request: Request, now: What) -> list[tuple[object, str, bool]]:
    shown = CHOICES if now in CHOICES else (*CHOICES, now)
    return [(WORDS[what], _with(request, what=what.value), what is now) for what in shown]


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
