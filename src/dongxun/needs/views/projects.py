"""项目: handed in with figures, reviewed, followed up with readings and pictures."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import attempt
from dongxun.kit.views import no_season
from dongxun.needs import services
from dongxun.needs.contracts import Milestone, PictureMoment, ProjectState
from dongxun.needs.forms.work import (
    MilestoneForm,
    PictureForm,
    ProjectForm,
    ReadingForm,
    ReviewForm,
)
from dongxun.needs.models import Project
from dongxun.needs.queries import tickets
from dongxun.needs.services import projects
from dongxun.needs.views.shared import own_reach, season_of
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

SHOWN = 200


@access.organiser_required
@require_GET
def listed(request: Request) -> HttpResponse:
    """List the projects of the actor's units by state."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    found = Project.objects.filter(season_id=season.id).select_related("organisation")
    found = found.filter(organisations.within(request.actor.intervals(), "organisation__lft"))
    every = list(found.prefetch_related("readings").order_by("due_on", "created_at")[:SHOWN])
    state = request.GET.get("state", "")
    rows = [(row, _reached(row)) for row in every if state in {"", row.state}]
    chips = [("", _("All"), len(every))] + [
        (value, label, sum(row.state == value for row in every))
        for value, label in ProjectState.choices
    ]
    context = {
        "season": season,
        "rows": rows,
        "every": every,
        "chips": chips,
        "state": state,
        "waiting": sum(row.state == ProjectState.SUBMITTED for row in every),
        "as_of": clock.now(),
    }
    return render(request, "needs/projects.html", context)


def _reached(row: Project) -> Any:
    readings = list(row.readings.all())
    return readings[-1].amount if readings else None


@access.organiser_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Write a project down, perhaps out of a need."""
    need_id = read_id(request.GET.get("need"))
    need = tickets.need_row(need_id, by=request.actor) if need_id else None
    initial = {
        "id": new_id(),
        "organisation": organisations.own_top(request.actor).name,
        "title": need.text[:60] if need else "",
        "version": 0,
    }
    form = ProjectForm(request.POST or None, initial=initial, reach=own_reach(request))

    def now() -> dict[str, Any]:
        return _first(projects.project_row(form.cleaned_data["id"], by=request.actor))

    saved = attempt(form, lambda: _save(request, form, need_id), now=now)
    if saved == 302:
        messages.success(request, _("Saved as a draft."))
        return redirect("needs:project", form.cleaned_data["id"])
    context = {"form": form, "need": need}
    return render(request, "needs/project_form.html", context, status=saved)


@access.organiser_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, project_id: UUID) -> HttpResponse:
    """Change a project that has not been handed in, or was returned."""
    row = projects.project_row(project_id, by=request.actor)
    initial = _first(row)
    form = ProjectForm(request.POST or None, initial=initial, reach=own_reach(request))
    saved = attempt(form, lambda: _save(request, form, row.need_id, row.id), now=lambda: initial)
    if saved == 302:
        messages.success(request, _("Saved."))
        return redirect("needs:project", row.id)
    return render(request, "needs/project_form.html", {"form": form, "row": row}, status=saved)


def _first(row: Project) -> dict[str, Any]:
    names = ("title", "target", "amount", "unit", "due_on", "responsible", "partners", "version")
    values = {name: getattr(row, name) for name in names}
    return values | {"id": row.id, "organisation": row.organisation.name}


def _save(
    request: Request, form: ProjectForm, need_id: UUID | None, key: UUID | None = None
) -> None:
    data = form.cleaned_data
    draft = projects.ProjectDraft(
        id=key or data["id"],
        title=data["title"],
        organisation_id=data["organisation"].id,
        need_id=need_id,
        target=data["target"],
        amount=data["amount"],
        unit=data["unit"],
        due_on=data["due_on"],
        responsible=data["responsible"],
        partners=data["partners"],
        version=data["version"] or 0,
    )
    projects.save_project(by=request.actor, draft=draft)


@access.organiser_required
@require_GET
def project(request: Request, project_id: UUID) -> HttpResponse:
    """Show one project: what is to be reached, how far it is, and its pictures."""
    return _show(request, projects.project_row(project_id, by=request.actor))


def _show(request: Request, row: Project, status: int = 200, **more: Any) -> HttpResponse:
    by = request.actor
    may_review = allows("needs.review", by, row.organisation.lft) and by.id != row.written_by
    context = {
        "row": row,
        "reached": _reached(row),
        "readings": row.readings.all(),
        "milestones": row.milestones.all(),
        "pictures": row.pictures.filter(removed_at=None),
        "missing": projects.missing(row) if row.state in projects.OPEN else [],
        "is_open": row.state in projects.OPEN,
        "may_review": may_review and row.state == ProjectState.SUBMITTED,
        "review_form": ReviewForm(),
        "reading_form": ReadingForm(initial={"on": clock.today()}),
        "milestone_form": MilestoneForm(),
        "picture_form": PictureForm(),
        "late": row.due_on is not None
        and row.due_on < clock.today()
        and row.state != ProjectState.REACHED,
        "as_of": clock.now(),
    }
    return render(request, "needs/project.html", context | more, status=status)


@access.organiser_required
@require_POST
def act(request: Request, project_id: UUID, what: str) -> HttpResponse:
    """Hand in, review, read off, set a milestone, add a picture."""
    row = projects.project_row(project_id, by=request.actor)
    if what not in FORMS:
        raise NotFound
    name, form_class, words = FORMS[what]
    form = form_class(request.POST, request.FILES)
    done = attempt(form, lambda: _do(request, row, what, form.cleaned_data))
    if done == 302:
        messages.success(request, words)
        return redirect("needs:project", row.id)
    fresh = projects.project_row(project_id, by=request.actor)
    return _show(request, fresh, done, **{name: form, "open_form": name})


FORMS: dict[str, tuple[str, type[Any], Any]] = {
    "hand-in": ("hand_in_form", ReviewForm, gettext_lazy("Handed in.")),
    "approve": ("review_form", ReviewForm, gettext_lazy("Approved.")),
    "return": ("review_form", ReviewForm, gettext_lazy("Returned with the reason.")),
    "reading": ("reading_form", ReadingForm, gettext_lazy("Noted.")),
    "milestone": ("milestone_form", MilestoneForm, gettext_lazy("Noted.")),
    "picture": ("picture_form", PictureForm, gettext_lazy("The picture is kept.")),
}


def _do(request: Request, row: Project, what: str, data: dict[str, Any]) -> None:
    by, key = request.actor, row.id
    if what == "hand-in":
        projects.hand_in(by=by, project_id=key)
    elif what in ("approve", "return"):
        approved = what == "approve"
        projects.review(by=by, project_id=key, approved=approved, reason=data["reason"])
    elif what == "reading":
        projects.read_off(
            by=by, project_id=key, amount=data["amount"], on=data["on"], note=data["note"]
        )
    elif what == "milestone":
        projects.set_milestone(
            by=by,
            project_id=key,
            kind=Milestone(data["kind"]),
            planned_on=data["planned_on"],
            reached_on=data["reached_on"],
        )
    else:
        services.add_picture(
            by=by,
            project_id=key,
            raw=data["picture"].read(),
            moment=PictureMoment(data["moment"]),
            words=data["words"],
        )
