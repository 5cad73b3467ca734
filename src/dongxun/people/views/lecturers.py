"""讲师: who can teach, and on what."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.kernel.actors import Role
from dongxun.kernel.errors import DomainError
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations
from dongxun.people import queries, services
from dongxun.people.contracts import LecturerKind
from dongxun.people.forms import LecturerForm


@require_http_methods(["GET", "POST"])
@for_console
def lecturers(request: Request) -> HttpResponse:
    """List the lecturers one may book, and enter a new one."""
    tops = organisations.roots_of(request.actor)
    nodes = [node for top in tops for node in (top, *organisations.children(top.id))]
    form = LecturerForm(request.POST or None, nodes=nodes)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            error = _save(request, form)
            if error is None:
                messages.success(request, _("Saved."))
                return redirect("people:lecturers")
            form.add_error(None, str(error))
    kinds = dict(LecturerKind.choices)
    found = queries.lecturers(by=request.actor, active_only=False)
    context = {
        "lecturers": [(lecturer, kinds.get(lecturer.kind, "")) for lecturer in found],
        "form": form,
        "can_add": request.actor.holds(Role.OFFICE, Role.ORGANISER),
    }
    return render(request, "people/lecturers.html", context, status=status)


def _save(request: Request, form: LecturerForm) -> DomainError | None:
    data = form.cleaned_data
    words = data["subjects"].replace("，", ",").replace("、", ",").split(",")
    try:
        services.save_lecturer(
            by=request.actor,
            name=data["name"],
            kind=LecturerKind(data["kind"]),
            organisation_id=UUID(data["organisation"]),
            title=data["title"],
            subjects=[word.strip() for word in words if word.strip()],
            phone=data["phone"],
        )
    except DomainError as error:
        return error
    return None
