"""Pages of notices: for organisers what is to be handed out, for phones what was told."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_ids, read_number
from dongxun.notices import api

PER_PAGE = 50


@access.organiser_required
@require_GET
def all_notices(request: Request) -> HttpResponse:
    """Show what was told to the actor's branches and what is still to hand out."""
    number = read_number(request.GET.get("page", ""), 99_999) or 1
    found = api.notices_page(by=request.actor, number=number, per_page=PER_PAGE)
    waiting, paper = api.waiting(by=request.actor)
    context = {"notices": found, "waiting": waiting, "paper": paper, "as_of": clock.now()}
    return render(request, "notices/messages.html", context)


@access.organiser_required
@require_GET
def notice(request: Request, notice_id: UUID) -> HttpResponse:
    """Show one notice: texts to paste, people to tell by hand."""
    context = {
        "notice": api.notice(notice_id, by=request.actor),
        "texts": api.group_texts(notice_id, by=request.actor),
        "paper": api.printed_list(notice_id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "notices/notice.html", context)


@access.organiser_required
@require_POST
def pasted(request: Request, notice_id: UUID, text_id: int) -> HttpResponse:
    """Note that a text was pasted into its group."""
    api.notice(notice_id, by=request.actor)
    api.mark_pasted(by=request.actor, text_id=text_id)
    messages.success(request, _("Noted as pasted."))
    return redirect("notices:notice", notice_id)


@access.organiser_required
@require_POST
def told(request: Request, notice_id: UUID) -> HttpResponse:
    """Note that people without a phone were told."""
    api.notice(notice_id, by=request.actor)
    chosen = read_ids(request.POST.getlist("person"))
    n = api.mark_told(by=request.actor, notice_id=notice_id, person_ids=chosen)
    messages.success(request, _("%(n)d noted as told.") % {"n": n})
    return redirect("notices:notice", notice_id)


@access.phone_required
@require_GET
def inbox(request: Request) -> HttpResponse:
    """Show a phone's people what they were told; the page says it was opened by a form."""
    copies = api.inbox(by=request.actor)
    context = {"copies": copies, "new": sum(c.is_new for c in copies)}
    response = render(request, "notices/inbox.html", context)
    api.open_inbox(by=request.actor)
    return response
