"""The volunteer's phone, second part: errands near me, my teams, my hours, what hangs out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import put_error
from dongxun.kit.offline import keep_offline
from dongxun.seasons import api as seasons
from dongxun.volunteers.contracts import TeamDraft
from dongxun.volunteers.forms import FinishForm, OwnTeamForm
from dongxun.volunteers.models import Errand
from dongxun.volunteers.queries import hours, own
from dongxun.volunteers.services import errands as running
from dongxun.volunteers.services import teams
from dongxun.volunteers.services.registers import Address, open_errand
from dongxun.volunteers.views.errands import minutes_of
from dongxun.volunteers.views.shared import REFUSABLE


@access.phone_required
@keep_offline(hours=12)
@require_safe
def errands(request: Request) -> HttpResponse:
    """Show the errands of one's town that wait, and those one runs."""
    card, switch = access.person_of(request)
    context = {
        "person": card,
        "switch": switch,
        "near": own.near_errands(card.id, by=request.actor),
        "running": own.own_errands(card.id, by=request.actor),
        "is_own": card.id in request.actor.owned,
        "as_of": clock.now(),
    }
    return render(request, "volunteers/my_errands.html", context)


@access.phone_required
@never_cache
@require_safe
def errand(request: Request, errand_id: UUID) -> HttpResponse:
    """Show one errand; whoever has taken it sees where it goes."""
    return _errand(request, own.phone_errand(errand_id, by=request.actor))


def _errand(request: Request, row: Errand, *, refusal: DomainError | None = None) -> HttpResponse:
    card, switch = access.person_of(request)
    address: Address | None = None
    if row.runner_id is not None and row.runner_id in request.actor.owned:
        address = open_errand(by=request.actor, errand=row)
    context = {
        "errand": row,
        "person": card,
        "switch": switch,
        "address": address,
        "form": FinishForm(request.POST if refusal else None),
        "refusal": refusal,
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 200
    return render(request, "volunteers/my_errand.html", context, status=status)


@access.phone_required
@require_POST
def do_errand(request: Request, errand_id: UUID) -> HttpResponse:
    """Take an errand, give it back, or say that it is done."""
    row = own.phone_errand(errand_id, by=request.actor)
    what, by = request.POST.get("what", ""), request.actor
    try:
        if what == "take":
            card, _switch = access.person_of(request)
            running.take_errand(by=by, errand_id=row.id, person_id=card.id)
            messages.success(request, _("It is yours. Here is where it goes."))
        elif what == "back":
            running.give_errand_back(by=by, errand_id=row.id)
            messages.success(request, _("Given back; it waits for somebody else."))
            return redirect("volunteers:my_errands")
        elif what == "done":
            words = request.POST.get("words", "")
            running.finish_errand(
                by=by, errand_id=row.id, words=words, minutes=minutes_of(request.POST)
            )
            messages.success(request, _("Done. The hours wait for approval."))
        else:
            raise NotFound
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _errand(request, row, refusal=error)
    return redirect("volunteers:my_errand", row.id)


@access.phone_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_teams(request: Request) -> HttpResponse:
    """Show the teams of one's town, and found one."""
    card, switch = access.person_of(request)
    form = OwnTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        draft = TeamDraft(data["name"], card.branch_id, data["purpose"])
        try:
            teams.form_team(by=request.actor, draft=draft, founder_id=card.id)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Your secretary reads it and answers."))
            return redirect(f"{reverse('volunteers:my_teams')}?person={card.id}")
    context = {
        "person": card,
        "switch": switch,
        "rows": own.near_teams(card.id, by=request.actor),
        "form": form,
        "as_of": clock.now(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/my_teams.html", context, status=status)


@access.phone_required
@require_POST
def do_team(request: Request, team_id: UUID) -> HttpResponse:
    """Join a team, or leave it."""
    card, _switch = access.person_of(request)
    if request.POST.get("what") == "leave":
        teams.leave_team(by=request.actor, team_id=team_id, person_id=card.id)
        messages.success(request, _("You have left the team."))
    else:
        teams.join_team(by=request.actor, team_id=team_id, person_id=card.id)
        messages.success(request, _("You are in the team."))
    return redirect(f"{reverse('volunteers:my_teams')}?person={card.id}")


@access.phone_required
@keep_offline(hours=12)
@require_safe
def my_hours(request: Request) -> HttpResponse:
    """Show one's hours with every turn, certificates, and what hangs out in the branch."""
    card, switch = access.person_of(request)
    season = seasons.season_at(card.branch_lft)
    found = own.own_hours(card.id, season.id, by=request.actor) if season else None
    hanging = own.hanging_here(card.id, season.id, by=request.actor) if season else []
    context = {
        "person": card,
        "switch": switch,
        "season": season,
        "hours": found,
        "lines": [(turn, hours.line(turn)) for turn in found.turns] if found else [],
        "hanging": [(turn, hours.line(turn)) for turn in hanging],
        "is_own": card.id in request.actor.owned,
        "as_of": clock.now(),
    }
    return render(request, "volunteers/my_hours.html", context)
