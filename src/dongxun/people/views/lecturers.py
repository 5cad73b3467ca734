"""讲师: who can teach, and on what."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.kernel import beside
from dongxun.kernel.actors import ORGANISERS, Role
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows, require
from dongxun.kit.forms import BOTH, DONE, attempt, listed, sent
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import profiles, services
from dongxun.people.contracts import Lecturer, LecturerId
from dongxun.people.forms import LecturerForm, LecturerKindForm

SAVED = 302
A_PAGE = 30


@require_http_methods(["GET", "POST"])
@for_console
def lecturers(request: Request) -> HttpResponse:
    """List the lecturers one may book, with those of the zone if asked, and enter a new one."""
    shared = request.GET.get("shared") == "1"
    form = LecturerForm(
        request.POST or None,
        nodes=_nodes(request),
        kinds=profiles.lecturer_kinds(retired=False),
    )
    status = 200
    if request.method == "POST":
        status = _save(request, form, None)
        if status == SAVED:
            messages.success(request, _("Saved."))
            return redirect("people:lecturers")
    kinds = profiles.lecturer_kinds()
    found = profiles.lecturers(by=request.actor, active_only=False, shared=shared)
    reach = {one.id for one in profiles.manageable_lecturers(by=request.actor)}
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    said = beside.lines("lecturer", [one.id for one in page], by=request.actor)
    context = {
        "page": page,
        "lecturers": [
            (one, kinds.get(one.kind, ""), one.id in reach, said.get(one.id, [])) for one in page
        ],
        "shared": shared,
        "form": form,
        "organises": request.actor.holds(*ORGANISERS),
        "can_add": request.actor.holds(Role.OFFICE, Role.ORGANISER),
        "may_kinds": allows("people.set_lecturer_kinds", request.actor),
    }
    return render(request, "people/lecturers.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_console
def lecturer(request: Request, lecturer_id: UUID) -> HttpResponse:
    """Correct a lecturer, or book them no more."""
    own = {one.id: one for one in profiles.manageable_lecturers(by=request.actor)}
    old = own.get(LecturerId(lecturer_id))
    if old is None:
        raise NotFound
    nodes: dict[UUID, Node] = {node.id: node for node in _nodes(request)}
    nodes |= organisations.nodes([old.organisation_id])
    known = {name: getattr(old, name) for name in ("name", "kind", "title", "active")}
    known |= {"subjects": "、".join(old.subjects), "organisation": str(old.organisation_id)}
    kinds = profiles.lecturer_kinds(retired=False)
    if old.kind not in kinds:
        kinds[old.kind] = profiles.lecturer_kinds().get(old.kind, old.kind)
    form = LecturerForm(
        request.POST or None, nodes=list(nodes.values()), kinds=kinds, initial=known
    )
    form.fields["phone"].help_text = _("Empty: it stays as it is.")
    status = _save(request, form, old) if request.method == "POST" else 200
    if status == SAVED:
        messages.success(request, _("Saved."))
        return redirect("people:lecturers")
    said = beside.lines("lecturer", [old.id], by=request.actor).get(old.id, [])
    context = {"form": form, "lecturer": old, "said": said}
    return render(request, "people/lecturer.html", context, status=status)


def _nodes(request: Request) -> list[Node]:
    return organisations.own_units(request.actor)


def _save(request: Request, form: LecturerForm, old: Lecturer | None) -> int:
    """Save what was sent; return ``SAVED``, or 422 with the refusal in the form."""
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    try:
        services.save_lecturer(
            by=request.actor,
            name=data["name"],
            kind=data["kind"],
            organisation_id=UUID(data["organisation"]),
            title=data["title"],
            subjects=listed(data["subjects"]),
            phone=data["phone"] or (None if old else ""),
            person_id=old.person_id if old else None,
            active=data["active"],
            lecturer_id=old.id if old else None,
        )
    except DomainError as error:
        form.add_error(error.where if error.where in form.fields else None, str(error))
        return 422
    return SAVED


@require_http_methods(BOTH)
@for_console
def lecturer_kinds(request: Request) -> HttpResponse:
    """Show the kinds of lecturer; add one, rename one, or offer it no more."""
    require("people.set_lecturer_kinds", request.actor)
    kinds, offered = profiles.lecturer_kinds(), profiles.lecturer_kinds(retired=False)
    code = request.POST.get("code", "")
    form = LecturerKindForm(sent(request))

    def save() -> None:
        services.save_lecturer_kind(by=request.actor, code=code, **form.cleaned_data)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("people:lecturer_kinds")
    fresh = LecturerKindForm() if code else form
    rows = [
        (
            key,
            name,
            key in offered,
            form
            if key == code
            else LecturerKindForm(initial={"name": name, "retired": key not in offered}),
        )
        for key, name in kinds.items()
    ]
    context = {"rows": rows, "form": fresh, "refused": code if form.is_bound else ""}
    return render(request, "people/lecturer_kinds.html", context, status=status)
