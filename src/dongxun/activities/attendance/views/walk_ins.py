"""Walk-ins: noted at the desk, confirmed by the home secretary."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities.attendance import walk_ins
from dongxun.activities.attendance.views.check_in import WalkInForm
from dongxun.activities.attendance.views.roll import session_for
from dongxun.activities.contracts import Method
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id


@access.organiser_required
@require_GET
def waiting(request: Request) -> HttpResponse:
    """Show who says to belong to the actor's branches, with the people it could be."""
    rows = [(row, walk_ins.candidates(row)) for row in walk_ins.waiting(by=request.actor)]
    return render(request, "activities/walk_ins.html", {"rows": rows, "as_of": clock.now()})


@access.organiser_required
@require_POST
def answer(request: Request, walk_in_id: UUID) -> HttpResponse:
    """Confirm who it was, or refuse with a reason."""
    if request.POST.get("what") == "refuse":
        reason = request.POST.get("reason", "").strip() or _("not one of ours")
        walk_ins.refuse_walk_in(by=request.actor, walk_in_id=walk_in_id, reason=reason)
        messages.success(request, _("Refused; nothing was written."))
    else:
        person_id = wanted_id(request.POST.get("person"))
        try:
            walk_ins.confirm_walk_in(by=request.actor, walk_in_id=walk_in_id, person_id=person_id)
        except Conflict as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Confirmed and credited at home."))
    return redirect("activities:walk_ins")


@require_http_methods(["GET", "POST"])
def note(request: Request, session_id: UUID) -> HttpResponse:
    """Note somebody at the desk."""
    session = session_for(request, session_id)
    form = WalkInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            walk_ins.note_walk_in(
                by=request.actor,
                session_id=session.id,
                branch_id=form.cleaned_data["branch"],
                name=form.cleaned_data["name"],
                digits=form.cleaned_data["digits"],
                method=Method.SHEET,
                occurred_at=session.starts_at,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Noted; their secretary confirms."))
            return redirect("activities:note_walk_in", session.id)
    status = 422 if form.errors else 200
    context = {"session": session, "form": form, "rows": walk_ins.noted(session)}
    return render(request, "activities/note_walk_in.html", context, status=status)
