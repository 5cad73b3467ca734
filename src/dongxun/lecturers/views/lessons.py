"""评课: how the lecturers of a session were, where nobody had ordered it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt
from dongxun.lecturers.forms import RateForm
from dongxun.lecturers.queries import lessons as reading
from dongxun.lecturers.queries.lessons import Lesson, Taught
from dongxun.lecturers.services.rating import rate_lesson
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState


@access.organiser_required
@require_http_methods(BOTH)
def lesson(request: Request, session_id: UUID) -> HttpResponse:
    """Show who taught at a session, and take stars for each of them."""
    found = reading.held(session_id, by=request.actor)
    if found is None:
        raise NotFound
    if found.order_id is not None:
        return redirect(found.url)
    sent_for = {str(one.lecturer_id) for one in found.taught}
    if request.method == "POST" and request.POST.get("lecturer") not in sent_for:
        raise NotFound
    status, lines = 200, []
    for one in found.taught:
        form = _form(request, one)
        status = max(status, _rate(request, found, one, form))
        lines.append((one, form))
    if status == DONE:
        messages.success(request, _("Thank you; it is counted."))
        return redirect("lecturers:lesson", session_id)
    season = seasons.season(found.season_id, by=request.actor)
    context = {"lesson": found, "lines": lines, "may": season.state != SeasonState.CLOSED}
    return render(request, "lecturers/lesson.html", context, status=status)


def _form(request: Request, one: Taught) -> RateForm:
    """Return the form of a lecturer; the one that was sent is bound."""
    key = str(one.lecturer_id)
    data = request.POST if request.POST.get("lecturer") == key else None
    known = {"stars": one.stars, "words": one.words} if one.stars else None
    return RateForm(data, initial=known, prefix=key)


def _rate(request: Request, found: Lesson, one: Taught, form: RateForm) -> int:
    def save() -> None:
        rate_lesson(
            by=request.actor,
            session_id=found.id,
            lecturer_id=one.lecturer_id,
            **form.cleaned_data,
        )

    return attempt(form, save)
