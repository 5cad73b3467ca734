"""推荐、审核、聘任 on the console."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt, sent
from dongxun.lecturers.contracts import CandidateState
from dongxun.lecturers.forms import AppointForm, CandidateForm, VetForm, a_year
from dongxun.lecturers.models import Candidate
from dongxun.lecturers.queries import profiles as reading
from dongxun.lecturers.services import appointing as services
from dongxun.lecturers.views.shared import A_PAGE, units
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer

TONES = {"nominated": "warn", "passed": "info", "refused": "", "appointed": "ok"}


@access.organiser_required
@require_safe
def candidates(request: Request) -> HttpResponse:
    """Show who was nominated, and where each nomination stands."""
    counts = reading.candidate_counts(by=request.actor)
    state = request.GET.get("state", "")
    if state not in CandidateState.values:
        state = next((one for one, n in counts.items() if n), CandidateState.NOMINATED.value)
    rows = reading.candidates(by=request.actor).filter(state=state)
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "states": [
            (f"{label} {counts[key]}", f"?state={key}", key == state)
            for key, label in CandidateState.choices
        ],
        "state": state,
        "kinds": people.lecturer_kinds(),
        "waiting": counts[CandidateState.NOMINATED],
        "passed": counts[CandidateState.PASSED],
        "tone": TONES[state],
        "as_of": clock.now(),
    }
    return render(request, "lecturers/candidates.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def nominate(request: Request) -> HttpResponse:
    """Nominate somebody."""
    kinds = people.lecturer_kinds(retired=False)
    form = CandidateForm(sent(request), units=units(request), kinds=kinds.items())
    made: list[UUID] = []

    def save() -> None:
        key, by = UUID(form.cleaned_data["organisation"]), request.actor
        found = []
        if form.cleaned_data["on_roster"]:
            words = form.cleaned_data["name"]
            found = people.find(words, people.reach_of(by), where="name", counted=True)
        member = found[0] if found else None
        made.append(services.nominate(by=by, organisation_id=key, draft=form.draft(member)))

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Nominated; it is vetted next."))
        return redirect("lecturers:candidate", made[0])
    return render(request, "lecturers/nominate.html", {"form": form}, status=status)


@access.organiser_required
@require_http_methods(BOTH)
def candidate(request: Request, candidate_id: UUID) -> HttpResponse:
    """Show one nomination; vet it, appoint who passed."""
    row, by = reading.candidate(candidate_id, by=request.actor), request.actor
    what = request.POST.get("what", "")
    if request.method == "POST" and what not in {"pass", "refuse", "appoint"}:
        raise NotFound
    vet_form = VetForm(request.POST if what in {"pass", "refuse"} else None)
    term_form = AppointForm(
        sent(request, "appoint"),
        initial=a_year(clock.today()),
        units=_tops(request),
        known=_to_choose(row, by),
    )

    def vet() -> None:
        words = vet_form.cleaned_data["words"]
        services.vet(by=by, candidate_id=row.id, passed=what == "pass", words=words)

    def appoint() -> None:
        services.appoint(by=by, candidate_id=row.id, **term_form.act())

    status = attempt(term_form, appoint) if what == "appoint" else attempt(vet_form, vet)
    if status == DONE:
        said = {"pass": _("Passed."), "refuse": _("Not passed; the reason is kept.")}
        messages.success(request, said.get(what, _("Appointed; the letter can be printed.")))
        return redirect("lecturers:candidate", row.id)
    return _page(request, row, vet_form, term_form, status)


def _to_choose(row: Candidate, by: Actor) -> list[Lecturer]:
    """Return who somebody to be appointed may be; nobody where the roster tells it."""
    if row.state != CandidateState.PASSED or (row.person_id and people.lecturers_of(row.person_id)):
        return []
    return reading.namesakes(row, by=by)


def _tops(request: Request) -> list[tuple[str, str]]:
    """Return the units whose lecturer somebody can become: the desk's own, highest first."""
    found = organisations.own_units(request.actor)
    return organisations.choices(found)


def _page(
    request: Request,
    row: Candidate,
    vet_form: VetForm,
    term_form: AppointForm,
    status: int = SHOWN,
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "kind": people.lecturer_kinds().get(row.kind, ""),
        "tone": TONES[row.state],
        "term": getattr(row, "appointment", None),
        "can_print": hasattr(row, "appointment")
        and request.actor.reaches(row.appointment.organisation.lft),
        "may": allows("lecturers.appoint", request.actor, row.organisation.lft),
        "vet_form": vet_form,
        "term_form": term_form,
    }
    return render(request, "lecturers/candidate.html", context, status=status)
