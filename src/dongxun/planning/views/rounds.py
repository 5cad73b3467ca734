"""送学路线: ask for rounds to those who wait at home, read them, open them."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.planning import queries
from dongxun.planning.contracts import Go, RoundSettings, RunKind
from dongxun.planning.forms import RoundsForm, TitleForm
from dongxun.planning.itineraries import Itineraries
from dongxun.planning.models import Run
from dongxun.planning.rules import DESK
from dongxun.planning.services import rounding
from dongxun.planning.views.shared import (
    desk_required,
    live_facts,
    season_of,
    settle,
    unit_asked,
    units,
)
from dongxun.seasons import api as seasons
from dongxun.visits import api as visits

LATELY = 20
FEW = 4
KEPT = ("begins", "ends", "minutes", "most", "kmh", "two", "strangers")


@desk_required
@require_http_methods(BOTH)
def new_rounds(request: Request) -> HttpResponse:
    """Ask for rounds to those of a unit who wait at home."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "planning")
    by, base = request.actor, _base(request)
    season = seasons.season(base.season_id, by=by) if base else season_of(request)
    rules = seasons.rules(season.id)
    node = unit_asked(request) or next(iter(organisations.own_tops(by, DESK)), None)
    if node is None:
        raise NotFound
    opened = [topic for topic in rules.topics if topic.opens_on <= clock.today()]
    form = RoundsForm(
        sent(request),
        initial=_first(request, season.id, node, base),
        units=units(request, node),
        topics=[(str(topic.id), topic.name) for topic in opened],
    )
    made: list[UUID] = []

    def save() -> None:
        unit = organisations.node_in_scope(UUID(form.cleaned_data["unit"]), by=by)
        row = rounding.ask_rounds(
            by=by, season_id=season.id, organisation_id=unit.id, asked=_settings(form, unit)
        )
        made.append(row.id)

    status = attempt(form, save)
    if status == DONE:
        return redirect("planning:rounds", made[0])
    context = {"form": form, "season": season, "node": node, "opened": opened}
    return render(request, "planning/new_rounds.html", context, status=status)


def _settings(form: RoundsForm, unit: Node) -> RoundSettings:
    """Return what was typed, visitors found by their names below the unit.

    Raises:
        Invalid: a name that nobody or several have.
    """
    typed = dict(form.cleaned_data)
    goes: list[Go] = []
    wrong: list[tuple[str, Text]] = []
    for name, days in typed.pop("visitors"):
        try:
            goes += [
                Go(card.id, one.day, *form.hours(one))
                for card in people.find(name, [unit.interval], where="visitors")
                for one in days
            ]
        except Invalid as error:
            wrong += error.details or [("visitors", error.message)]
    if wrong:
        raise Invalid(details=wrong)
    topic = UUID(typed.pop("topic"))
    typed.pop("unit")
    return RoundSettings(topic_id=topic, goes=tuple(dict.fromkeys(goes)), **typed)


def _base(request: Request) -> Run | None:
    """Return the earlier search that is asked for anew, if the address names one."""
    asked = read_id(request.GET.get("base", ""))
    base = queries.run(asked, by=request.actor) if asked else None
    if base and base.kind != RunKind.ROUNDS:
        raise NotFound
    return base


def _first(request: Request, season_id: UUID, node: Node, base: Run | None) -> dict[str, object]:
    """Return what is first offered: as asked before, or who went lately, the next three days."""
    by = request.actor
    usual: dict[str, object] = {
        "unit": str(node.id),
        "topic": request.GET.get("topic", ""),
        "minutes": 20,
        "begins": "09:00",
        "ends": "16:30",
        "most": 8,
        "kmh": 15,
        "strangers": 20,
        "seconds": 10,
    }
    if base is not None:
        kept = {name: base.settings[name] for name in KEPT if name in base.settings}
        return usual | kept | {"topic": base.settings["topic_id"], "visitors": _lines(base, by)}
    days = [clock.today() + timedelta(days=n) for n in range(1, 8)]
    days = [day for day in days if day.weekday() < 5][:3]
    went: dict[UUID, None] = {}
    for past in (False, True):
        rows = visits.rounds_of(by=by, season_id=season_id, interval=node.interval, past=past)
        for row in rows[:LATELY]:
            went |= {one.person_id: None for one in row.visitors.all() if one.person_id}
    cards = people.cards([*went][:FEW], by=by)
    engaged = {(one.person_id, one.day) for one in visits.engaged({*cards}, {*days})}
    lines = []
    for key, card in cards.items():
        if free := [f"{day:%m-%d}" for day in days if (key, day) not in engaged]:
            lines.append(f"{people.words_of([card])}：{'、'.join(free)}")
    return usual | {"visitors": "\n".join(lines)}


def _lines(base: Run, by: Actor) -> str:
    """Return who was to go in an earlier search, as it is typed; days that are over are left out."""
    goes: dict[UUID, list[str]] = {}
    for who, day, *hours in base.settings["goes"]:
        mine = goes.setdefault(UUID(who), [])
        if date.fromisoformat(day) >= clock.today():
            own = hours not in ([], [base.settings["begins"], base.settings["ends"]])
            mine.append(f"{day} {hours[0]}-{hours[1]}" if own else day)
    cards = people.cards(goes, by=by)
    return "\n".join(
        f"{people.words_of([cards[key]])}：{'、'.join(days)}"
        for key, days in goes.items()
        if key in cards and days
    )


@desk_required
@require_http_methods(BOTH)
@never_cache
def rounds(request: Request, run_id: UUID) -> HttpResponse:
    """Show a search of rounds and what it found; open them."""
    row = queries.whole(run_id, by=request.actor)
    if row.kind != RunKind.ROUNDS:
        raise NotFound
    settle(row)
    form = TitleForm(sent(request), initial={"title": _("Study at home")})

    def save() -> None:
        rounding.accept_rounds(by=request.actor, run_id=row.id, title=form.cleaned_data["title"])

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("The rounds are open."))
        return redirect("planning:rounds", row.id)
    found = Itineraries(row, by=request.actor) if row.is_over and row.plan else None
    parts = row.outcome.get("parts", {})
    topics = {str(topic.id): topic.name for topic in seasons.rules(row.season_id).topics}
    context = {
        **live_facts(row),
        "season": row.season,
        "found": found,
        "unplaced": found.unplaced if found else [],
        "no_bound": bool(parts.get("left_out") or parts.get("unvisited")),
        "form": form,
        "open": row.accepted_at is None,
        "topic": topics.get(row.settings["topic_id"], ""),
        "as_of": row.created_at,
    }
    return render(request, "planning/rounds.html", context, status=status)
