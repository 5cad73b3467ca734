"""When and where: the day of a contest, or of one debate."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.contests.meeting_form import MeetingForm
from dongxun.contests.models import Contest, Match
from dongxun.contests.queries import console as queries
from dongxun.contests.services import meetings
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent


@access.organiser_required
@require_http_methods(BOTH)
def of_contest(request: Request, contest_id: UUID) -> HttpResponse:
    """Say when and where a contest is held."""
    row = queries.contest(contest_id, by=request.actor)
    return _meeting(request, row, None)


@access.organiser_required
@require_http_methods(BOTH)
def of_match(request: Request, match_id: UUID) -> HttpResponse:
    """Say when and where two teams debate."""
    row = queries.match(match_id, by=request.actor)
    return _meeting(request, row.contest, row)


def _meeting(request: Request, contest: Contest, match: Match | None) -> HttpResponse:
    form = MeetingForm(sent(request), row=match or contest)

    def save() -> None:
        said = {"meeting": form.meeting(), "version": form.cleaned_data["version"]}
        if match is None:
            meetings.appoint_day(by=request.actor, contest_id=contest.id, **said)
        else:
            meetings.appoint_match(by=request.actor, match_id=match.id, **said)

    def now() -> dict[str, object]:
        row = match or contest
        row.refresh_from_db()
        return MeetingForm.first(row)

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved; whoever takes part is told."))
        return redirect("contests:contest", contest.id)
    context = {
        "contest": contest,
        "match": match,
        "form": form,
        "may": not contest.is_over,
    }
    return render(request, "contests/meeting.html", context, status=status)
