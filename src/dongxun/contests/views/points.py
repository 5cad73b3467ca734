"""积分: how branches get on, the rules, the branches of a month; and a member's own."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.contests.forms import MonthBackForm, MonthForm, PointsRulesForm
from dongxun.contests.models import MonthAward
from dongxun.contests.queries import points as queries
from dongxun.contests.services import points as services
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50


def _units(request: Request) -> tuple[Node, list[Node]]:
    """Return the unit whose progress is shown, and the units right below it."""
    asked = read_id(request.GET.get("unit"))
    top = organisations.own_top(request.actor)
    node = organisations.node_in_scope(asked, by=request.actor) if asked else top
    below = [one for one in organisations.with_children([node.id]) if one.id != node.id]
    return node, below or [node]


@access.organiser_required
@require_http_methods(BOTH)
def progress(request: Request) -> HttpResponse:
    """Show the units by the mean of their points, of the season or a month; award a month."""
    return _progress(request)


@access.organiser_required
@require_POST
def take_back(request: Request) -> HttpResponse:
    """Take the awards of a month back, with a reason."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "contests")
    node, _below = _units(request)
    form = _back_form(request.POST, queries.month_awards(season.id, node.id))
    status = attempt(form, lambda: _take_back(request, season, node, form))
    if status != DONE:
        return _progress(request, back=form)
    messages.success(request, _("Taken back; the month can be awarded anew."))
    return redirect(f"{reverse('contests:points')}?unit={node.id}")


def _take_back(request: Request, season: SeasonCard, node: Node, form: MonthBackForm) -> None:
    services.take_month_back(
        by=request.actor,
        season_id=season.id,
        organisation_id=node.id,
        month=date.fromisoformat(form.cleaned_data["taken"]),
        reason=form.cleaned_data["reason"],
    )


def _back_form(data: Mapping[str, Any] | None, awards: list[MonthAward]) -> MonthBackForm:
    months = dict.fromkeys(award.month for award in awards)
    return MonthBackForm(data, months=[(one.isoformat(), f"{one:%Y-%m}") for one in months])


def _progress(request: Request, back: MonthBackForm | None = None) -> HttpResponse:
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "contests")
    scheme = queries.scheme(season.id)
    node, below = _units(request)
    known = queries.months(season.id, by=request.actor)
    awards = queries.month_awards(season.id, node.id)
    over = _due(known, awards)
    form, made = _month_form(None if back else sent(request), over), list[int]()
    status = attempt(form, lambda: made.append(_award(request, season, node, form)))
    if status == DONE:
        words = ngettext("%(n)d branch.", "%(n)d branches.", made[0]) % {"n": made[0]}
        messages.success(request, words)
        return redirect(f"{reverse('contests:points')}?unit={node.id}")
    asked = request.GET.get("month", "")
    month = next((one for one in known if one.isoformat() == asked), None)
    lines = queries.teams(season.id, below, node.interval, month) if scheme.is_on else []
    context: dict[str, Any] = {
        "season": season,
        "scheme": scheme,
        "node": node,
        "months": known,
        "month": month,
        "page": Paginator(lines, PER_PAGE).get_page(request.GET.get("page")),
        "form": form,
        "back": back or _back_form(None, awards),
        "over": over,
        "awards": awards,
        "may": season.state != SeasonState.CLOSED,
        "manages": seasons.may_manage(season.id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "contests/points.html", context, status=422 if back else status)


def _month_form(data: Mapping[str, Any] | None, over: list[date]) -> MonthForm:
    return MonthForm(data, months=[(one.isoformat(), f"{one:%Y-%m}") for one in over])


def _due(known: list[date], awards: list[MonthAward]) -> list[date]:
    """Return the months that are over and not awarded yet."""
    done = {award.month for award in awards}
    return [one for one in known if queries.next_month(one) <= clock.today() and one not in done]


def _award(request: Request, season: SeasonCard, node: Node, form: MonthForm) -> int:
    return services.award_month(
        by=request.actor,
        season_id=season.id,
        organisation_id=node.id,
        month=date.fromisoformat(form.cleaned_data["month"]),
        places=form.cleaned_data["places"],
    )


@access.organiser_required
@require_http_methods(BOTH)
def rules(request: Request) -> HttpResponse:
    """Say whether the season has points, and what earns how many."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "contests")
    if not seasons.may_manage(season.id, by=request.actor):
        raise NotFound
    scheme, drafts = queries.scheme(season.id), queries.rules(season.id)
    form = PointsRulesForm(sent(request), scheme=scheme, rules=drafts)

    def save() -> None:
        services.write_points(
            by=request.actor,
            season_id=season.id,
            is_on=form.cleaned_data["is_on"],
            ranks_people=form.cleaned_data["ranks_people"],
            rules=form.drafts(),
            version=form.cleaned_data["version"],
        )

    def now() -> dict[str, object]:
        return PointsRulesForm.first(queries.scheme(season.id), queries.rules(season.id))

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("contests:points")
    context = {"season": season, "form": form, "scheme": scheme}
    return render(request, "contests/point_rules.html", context, status=status)


def _season_of(person_id: UUID) -> tuple[SeasonCard | None, Node]:
    home = people.branches_of({person_id})[person_id]
    return seasons.season_at(home.lft), organisations.node(home.branch_id)


@access.phone_required
@require_safe
def own(request: Request) -> HttpResponse:
    """Show how the own branch gets on, and on one's own phone what one's points come from."""
    card, switch = access.person_of(request)
    season, branch = _season_of(card.id)
    scheme = queries.scheme(season.id) if season else None
    is_on, is_own = bool(scheme and scheme.is_on), card.id in request.actor.owned
    context: dict[str, Any] = {
        "person": card,
        "switch": switch,
        "is_on": is_on,
        "is_own": is_own,
        "as_of": clock.now(),
    }
    if season and scheme and is_on:
        lines = queries.own(season.id, card.id) if is_own else []
        context |= {
            "team": next(iter(queries.teams(season.id, [branch], branch.interval)), None),
            "lines": lines,
            "awards": queries.branch_awards(season.id, branch.id),
            "total": sum(line.points for line in lines),
            "ranks_people": scheme.ranks_people and is_own,
            "consented": queries.has_consented(season.id, card.id),
            "ranked": queries.ranked(season.id, branch.interval) if is_own else [],
        }
    return render(request, "contests/own_points.html", context)


@access.phone_required
@require_POST
def consent(request: Request) -> HttpResponse:
    """Let the branch see one's place, or no longer."""
    card, _switch = access.person_of(request)
    season, _branch = _season_of(card.id)
    if season is None:
        raise NotFound
    is_given = request.POST.get("what") == "yes"
    services.consent(by=request.actor, season_id=season.id, person_id=card.id, is_given=is_given)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('contests:own_points')}?person={card.id}")
