"""What was said at sessions: note it, take it back, read all of it."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.activities.contracts import RemarkKind
from dongxun.activities.sessions import remarks
from dongxun.activities.sessions.page_forms import RemarkForm
from dongxun.activities.sessions.views.session import do
from dongxun.activities.sessions.views.shared import season_of
from dongxun.kernel import clock
from dongxun.kernel.http import Request

PAGE_SIZE = 50


@access.organiser_required
@require_GET
def said(request: Request) -> HttpResponse:
    """Show what was said over the season, by kind: the quality of sessions, gaps to close."""
    season = season_of(request)
    found = remarks.said(season.id, by=request.actor)
    counts = remarks.counts_of(found)
    kind = request.GET.get("kind", "")
    shown = found.filter(kind=kind) if kind in RemarkKind.values else found
    scored, score = remarks.score_of(found)
    context = {
        "season": season,
        "page": Paginator(shown, PAGE_SIZE).get_page(request.GET.get("page")),
        "kinds": [(key, label, counts.get(key, 0)) for key, label in RemarkKind.choices],
        "kind": kind,
        "total": sum(counts.values()),
        "scored": scored,
        "score": score,
        "as_of": clock.now(),
    }
    return render(request, "activities/said.html", context)


@access.organiser_required
@require_POST
def write(request: Request, session_id: UUID) -> HttpResponse:
    """Note one remark."""
    form = RemarkForm(request.POST, prefix="remark")

    def act() -> None:
        draft = remarks.RemarkDraft(**form.cleaned_data)
        remarks.write_remark(by=request.actor, session_id=session_id, draft=draft)

    return do(request, session_id, _("Noted."), act, {"remark": form})


@access.organiser_required
@require_POST
def withdraw(request: Request, session_id: UUID, remark_id: UUID) -> HttpResponse:
    """Take a remark back."""
    remarks.withdraw_remark(by=request.actor, session_id=session_id, remark_id=remark_id)
    messages.success(request, _("Taken back."))
    return redirect("activities:session", session_id)
