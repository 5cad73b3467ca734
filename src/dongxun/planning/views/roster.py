"""排班建议: ask for a duty roster of a post, read it, put its people on their shifts."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.people import api as people
from dongxun.planning import queries
from dongxun.planning.contracts import RosterSettings, RunKind
from dongxun.planning.models import Run
from dongxun.planning.roster_forms import PAIRS, RosterForm, in_lines
from dongxun.planning.rota import Rota
from dongxun.planning.rules import DESK
from dongxun.planning.services import rostering
from dongxun.planning.snapshots.roster import ALL, WISH, asked_of
from dongxun.planning.views.shared import desk_required, live_facts, settle
from dongxun.volunteers import api as volunteers

A_WEEK = timedelta(days=6)


@desk_required
@require_http_methods(BOTH)
def new_roster(request: Request, post_id: UUID) -> HttpResponse:
    """Ask for a roster of a post."""
    by = request.actor
    post = volunteers.post_row(post_id, by=by)
    if not by.reaches(post.organisation.lft, DESK):
        raise NotFound
    teams = volunteers.duty_teams(post.id, by=by)
    base = _base(request, post.id)
    form = RosterForm(
        sent(request),
        initial=_as_before(base, request) if base else _first(request, post, teams),
        teams=[(key, f"{name} {heads}") for key, name, heads in teams],
    )
    made: list[UUID] = []

    def save() -> None:
        asked = _settings(form, request, post.id)
        made.append(rostering.ask_roster(by=by, asked=asked).id)

    status = attempt(form, save)
    if status == DONE:
        return redirect("planning:roster", made[0])
    context = {"form": form, "post": post, "teams": teams, "season": post.season}
    return render(request, "planning/new_roster.html", context, status=status)


def _base(request: Request, post_id: UUID) -> Run | None:
    """Return the earlier roster that is asked for anew, if the address names one of this post."""
    asked = read_id(request.GET.get("base", ""))
    base = queries.run(asked, by=request.actor) if asked else None
    if base and (base.kind != RunKind.ROSTER or base.settings["post_id"] != str(post_id)):
        raise NotFound
    return base


def _first(request: Request, post: Any, teams: list[tuple[str, str, int]]) -> dict[str, object]:
    """Return what is first offered: the only team there is, the week shown or the next days."""
    tomorrow = clock.today() + timedelta(days=1)
    shown = clock.read_day(request.GET.get("week")) or tomorrow
    first = min(max(shown, tomorrow, post.from_day), max(post.until_day, tomorrow))
    return {
        "teams": [key for key, _name, _heads in teams] if len(teams) == 1 else [],
        "first": first,
        "last": max(first, min(first + A_WEEK, post.until_day)),
        "rest": 11,
        "hours": 40,
        "on_end": 5,
        "evenly": ALL,
        "seconds": 10,
    }


def _as_before(base: Run, request: Request) -> dict[str, object]:
    """Return what an earlier search was asked for, people by their names."""
    asked = asked_of(base.settings)
    pairs = {name: getattr(asked, name) for name in PAIRS}
    cards = people.cards({who for some in pairs.values() for who, _day in some}, by=request.actor)
    return dict(base.settings) | {
        name: in_lines((people.words_of([cards[who]]), day) for who, day in some if who in cards)
        for name, some in pairs.items()
    }


def _settings(form: forms.Form, request: Request, post_id: UUID) -> RosterSettings:
    """Return what was typed, people found by their names.

    Raises:
        Invalid: a name that nobody or several have.
    """
    typed = dict(form.cleaned_data)
    wrong: list[tuple[str, Text]] = []
    for field in PAIRS:
        typed[field], bad = _found(typed[field], field, request)
        wrong += bad
    if wrong:
        raise Invalid(details=wrong)
    return RosterSettings(post_id=post_id, **typed | {"teams": tuple(typed["teams"])})


def _found(
    lines: Iterable[tuple[str, tuple[date, ...]]], field: str, request: Request
) -> tuple[tuple[tuple[UUID, date], ...], list[tuple[str, Text]]]:
    within = request.actor.intervals(DESK)
    found: list[tuple[UUID, date]] = []
    wrong: list[tuple[str, Text]] = []
    for name, days in lines:
        try:
            cards = people.find(name, within, where=field)
        except Invalid as error:
            wrong += error.details or [(field, error.message)]
            continue
        found += [(card.id, day) for card in cards for day in days]
    return tuple(dict.fromkeys(found)), wrong


@desk_required
@require_http_methods(BOTH)
@never_cache
def roster(request: Request, run_id: UUID) -> HttpResponse:
    """Show a search for a roster and what it found; accept it."""
    row = queries.whole(run_id, by=request.actor)
    if row.kind != RunKind.ROSTER:
        raise NotFound
    settle(row)
    form = forms.Form(sent(request))

    def save() -> None:
        rostering.accept_roster(by=request.actor, run_id=row.id)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("They are on their shifts, and are told so."))
        return redirect("planning:roster", row.id)
    post_id = row.settings["post_id"]
    found = Rota(row, by=request.actor) if row.is_over and row.plan else None
    context = {
        **live_facts(row),
        "found": found,
        "form": form,
        "open": row.accepted_at is None,
        "post_url": f"{reverse('volunteers:post', args=[post_id])}?week={row.settings['first']}",
        "anew": f"{reverse('planning:new_roster', args=[post_id])}?base={row.id}",
        "wishes": round(row.outcome.get("parts", {}).get("wishes", 0) / WISH),
        "is_best": row.outcome.get("status") == "optimal",
        "as_of": row.created_at,
    }
    return render(request, "planning/roster.html", context, status=status)
