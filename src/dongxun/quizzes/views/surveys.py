"""需求调查: written and read on the console, answered on the phone or entered from paper."""

from datetime import timedelta
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
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id, read_number, wanted_id
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.quizzes.contracts import MOST_QUESTIONS
from dongxun.quizzes.forms.surveys import AnswerForm, PaperForm, SurveyForm, typed_of, usual
from dongxun.quizzes.models import Survey
from dongxun.quizzes.queries import surveys as reading
from dongxun.quizzes.services import surveys as services
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

PER_PAGE = 30
USUAL_DAYS = 14


@access.organiser_required
@require_safe
def surveys(request: Request) -> HttpResponse:
    """Show the surveys of the season, with how many have answered each."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "quizzes")
    rows = reading.surveys(season.id, by=request.actor)
    context = {
        "season": season,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "above": reading.from_above(season.id, by=request.actor),
        "may": season.state != SeasonState.CLOSED,
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "quizzes/surveys.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def edit(request: Request, survey_id: UUID | None = None) -> HttpResponse:
    """Write a survey, or change one; what was answered to stays as it was asked."""
    by = request.actor
    row = reading.survey(survey_id, by=by) if survey_id else None
    season = seasons.season(row.season_id, by=by) if row else seasons.current_season(by)
    if season is None:
        return no_season(request, "quizzes")
    last = min(clock.today() + timedelta(days=USUAL_DAYS), max(season.ends_on, clock.today()))
    here = [organisations.node(row.organisation_id)] if row else []
    form = SurveyForm(
        sent(request),
        initial=typed_of(row) if row else usual(last),
        units=organisations.choices(organisations.own_units(by, *here)),
    )
    made: list[UUID] = []

    def save() -> None:
        made.append(
            services.write_survey(
                by=by,
                organisation_id=UUID(form.cleaned_data["organisation"]),
                season_id=season.id,
                draft=form.draft(),
                survey_id=survey_id,
                fresh_id=form.cleaned_data["id"],
                version=form.cleaned_data["version"],
            )
        )

    def now() -> dict[str, Any]:
        return typed_of(reading.survey(form.cleaned_data["id"] if row is None else row.id, by=by))

    status = attempt(form, save, form.places(), now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("quizzes:survey", made[0])
    answered = row is not None and row.replies.exists()
    context = {"form": form, "survey": row, "season": season, "answered": answered}
    return render(request, "quizzes/edit_survey.html", context, status=status)


@access.organiser_required
@require_http_methods(BOTH)
def survey(request: Request, survey_id: UUID) -> HttpResponse:
    """Show what was answered, each number with how many answered; open or close it."""
    row = reading.survey(survey_id, by=request.actor)
    refusal: DomainError | None = None
    if request.method == "POST":
        what = request.POST.get("what", "")
        if what not in {"open", "close"}:
            raise NotFound
        try:
            services.set_survey_open(by=request.actor, survey_id=row.id, is_open=what == "open")
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            said = _("Open; members find it on their first page.")
            messages.success(request, said if what == "open" else _("Closed."))
            return redirect("quizzes:survey", row.id)
    replies = list(row.replies.values_list("is_paper", flat=True))
    context = {
        "survey": row,
        "refusal": refusal,
        "is_open": reading.is_open(row),
        "results": reading.results(
            row, whole=read_number(request.GET.get("all", ""), MOST_QUESTIONS) or 0
        ),
        "n": len(replies),
        "paper": sum(replies),
        "papers": row.papers.select_related("organisation").order_by("organisation__lft"),
        "may": row.season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else SHOWN
    return render(request, "quizzes/survey.html", context, status=status)


def _topics(row: Survey) -> list[tuple[str, str]]:
    return [(str(topic.id), topic.name) for topic in seasons.rules(row.season_id).topics]


@access.organiser_required
@require_http_methods(BOTH)
def enter_paper(request: Request, survey_id: UUID) -> HttpResponse:
    """Enter the papers of a survey one after the other."""
    by = request.actor
    row = reading.survey_on_paper(survey_id, by=by)
    units = reading.units_to_enter(row, by=by)
    is_own, choices = by.reaches(row.organisation.lft), organisations.choices(units)
    form = PaperForm(sent(request), row=row, topics=_topics(row), units=choices)

    def save() -> None:
        services.enter_paper(
            by=by,
            survey_id=row.id,
            sheet_id=wanted_id(request.POST.get("sheet", "")),
            answers=form.answers(),
            unit_id=read_id(form.cleaned_data.get("unit")),
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Entered; here is the next."))
        return redirect("quizzes:survey_paper", row.id)
    context = {
        "survey": row,
        "form": form,
        "sheet": request.POST.get("sheet", "") or new_id(),
        "may": reading.takes_papers(row, by=by) or form.is_bound,
        "is_own": is_own,
        "n": row.replies.filter(is_paper=True).count() if is_own else reading.entered(row, units),
    }
    return render(request, "quizzes/survey_paper.html", context, status=status)


@access.phone_required
@require_http_methods(BOTH)
def answer(request: Request, survey_id: UUID) -> HttpResponse:
    """Answer a survey on the phone; sending again replaces what was said before."""
    card, _others = access.person_of(request)
    row = reading.own_survey(survey_id, card.id, by=request.actor)
    form = AnswerForm(sent(request), row=row, topics=_topics(row))

    def save() -> None:
        services.reply(
            by=request.actor, survey_id=row.id, person_id=card.id, answers=form.answers()
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Thank you; it goes into the plan without your name."))
        return redirect("web:me")
    context: dict[str, Any] = {
        "survey": row,
        "form": form,
        "person": card,
        "is_open": reading.is_open(row),
        "needs_link": card.id not in request.actor.owned and not form.is_bound,
    }
    return render(request, "quizzes/answer_survey.html", context, status=status)
