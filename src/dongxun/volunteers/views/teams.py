"""志愿服务队: those of the units, and those that members formed and that wait for a word."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.forms import put_error
from dongxun.volunteers.contracts import TeamState
from dongxun.volunteers.forms import TeamForm
from dongxun.volunteers.models import Team
from dongxun.volunteers.queries.finding import person_named, suggestions
from dongxun.volunteers.queries.overview import team_row
from dongxun.volunteers.queries.overview import teams as own_teams
from dongxun.volunteers.services import teams as services
from dongxun.volunteers.views.shared import REFUSABLE


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def teams(request: Request) -> HttpResponse:
    """Show the teams, those that wait first, and set one up."""
    form = TeamForm(request.POST or None, by=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            team_id = services.form_team(by=request.actor, draft=form.draft())
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The team is set up; add its people."))
            return redirect("volunteers:team", team_id)
    rows = list(own_teams(request.actor).exclude(state=TeamState.ENDED))
    context = {
        "form": form,
        "waiting": [row for row in rows if row.state == TeamState.ASKED],
        "rows": [row for row in rows if row.state != TeamState.ASKED],
        "as_of": clock.now(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/teams.html", context, status=status)


@access.organiser_required
@require_safe
def team(request: Request, team_id: UUID) -> HttpResponse:
    """Show one team."""
    return _page(request, team_row(team_id, by=request.actor))


def _page(request: Request, row: Team, *, refusal: DomainError | None = None) -> HttpResponse:
    members = row.members.filter(left_at=None).select_related("person", "branch")
    context = {
        "team": row,
        "members": members.order_by("joined_at", "id"),
        "services": row.services.filter(cancelled_at=None).order_by("-starts_at")[:20],
        "names": suggestions(request.actor),
        "refusal": refusal,
        "typed": request.POST.get("person", ""),
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 200
    return render(request, "volunteers/team.html", context, status=status)


@access.organiser_required
@require_POST
def do_team(request: Request, team_id: UUID) -> HttpResponse:
    """Approve or refuse a team, add, take out or name a leader, or end it."""
    row = team_row(team_id, by=request.actor)
    try:
        _do(request, row, request.POST.get("what", ""))
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _page(request, row, refusal=error)
    messages.success(request, _("Saved."))
    return redirect("volunteers:team", row.id)


def _do(request: Request, row: Team, what: str) -> None:
    by = request.actor
    if what in {"approve", "refuse"}:
        reason = request.POST.get("reason", "")
        services.decide_team(by=by, team_id=row.id, approved=what == "approve", reason=reason)
    elif what == "add":
        person_id = person_named(request.POST.get("person", ""), by=by)
        services.join_team(by=by, team_id=row.id, person_id=person_id)
    elif what in {"out", "lead"}:
        person_id = wanted_id(request.POST.get("member", ""))
        if what == "out":
            services.leave_team(by=by, team_id=row.id, person_id=person_id)
        else:
            services.lead_team(by=by, team_id=row.id, person_id=person_id)
    elif what == "end":
        services.end_team(by=by, team_id=row.id)
    else:
        raise NotFound
