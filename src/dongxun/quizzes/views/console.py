"""测试: the quizzes of a season, who passed, and when they can be answered."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.quizzes.forms import QuizForm
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.queries import console as queries
from dongxun.quizzes.queries import marks
from dongxun.quizzes.services import quizzes as services
from dongxun.quizzes.views.bank import units_of
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50


@access.organiser_required
@require_safe
def quizzes(request: Request) -> HttpResponse:
    """Show the quizzes with how many have passed."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "quizzes")
    rows = queries.quizzes(season.id, by=request.actor)
    context = {
        "season": season,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "quizzes/quizzes.html", context)


def _form(request: Request, season: SeasonCard, row: Quiz | None) -> QuizForm:
    rules = seasons.rules(season.id)
    initial: dict[str, object] = {"pass_mark": rules.parameters.quiz_pass}
    here: list[Node] = []
    if row is not None:
        here = [organisations.node(row.organisation_id)]  # it may lie deeper than the list goes
        initial = _first(row)
    return QuizForm(
        sent(request),
        initial=initial,
        topics=[(str(topic.id), f"{topic.number}. {topic.name}") for topic in rules.topics],
        units=units_of(request.actor, *here),
    )


def _first(row: Quiz) -> dict[str, object]:
    """Return what the form shows of a quiz; ``version`` is what the writer sees."""
    said = {"topic": str(row.topic_id or ""), "organisation": str(row.organisation_id)}
    names = ("title", "paper", "pass_mark", "tries", "opens_at", "closes_at", "summary")
    return said | {name: getattr(row, name) for name in names} | {"version": marks.of_quiz(row)}


@access.organiser_required
@require_http_methods(BOTH)
def new_quiz(request: Request) -> HttpResponse:
    """Begin a quiz; its questions come next."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "quizzes")
    return _edit(request, season, None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_quiz(request: Request, quiz_id: UUID) -> HttpResponse:
    """Change a quiz."""
    row = queries.quiz(quiz_id, by=request.actor)
    return _edit(request, seasons.season(row.season_id, by=request.actor), row)


def _edit(request: Request, season: SeasonCard, row: Quiz | None) -> HttpResponse:
    form, made = _form(request, season, row), list[UUID]()

    def save() -> None:
        key = services.write_quiz(
            by=request.actor,
            organisation_id=UUID(form.cleaned_data["organisation"]),
            season_id=season.id,
            draft=form.draft(),
            quiz_id=row.id if row else None,
            version=form.cleaned_data["version"],
        )
        made.append(key)

    def now() -> dict[str, object]:
        return _first(queries.quiz(row.id, by=request.actor)) if row else {}

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("quizzes:quiz" if row else "quizzes:paper", made[0])
    context = {"form": form, "quiz": row, "season": season}
    return render(request, "quizzes/edit_quiz.html", context, status=status)


@access.organiser_required
@require_safe
def quiz(request: Request, quiz_id: UUID) -> HttpResponse:
    """Show a quiz as it stands: its paper, its window, and who has passed."""
    row = queries.quiz(quiz_id, by=request.actor)
    results = queries.results(row, by=request.actor)
    context = {
        "quiz": row,
        "mine": request.actor.reaches(row.organisation.lft)
        and row.season.state != SeasonState.CLOSED,
        "parts": row.parts.all(),
        "listed": row.listed.count(),
        "missing": services.missing(row),
        "results": Paginator(results, PER_PAGE).get_page(request.GET.get("page")),
        "passed": results.filter(n_passed__gt=0).count(),
        "as_of": clock.now(),
    }
    return render(request, "quizzes/quiz.html", context)


@access.organiser_required
@require_POST
def do(request: Request, quiz_id: UUID) -> HttpResponse:
    """Open or close a quiz."""
    row = queries.quiz(quiz_id, by=request.actor)
    what = request.POST.get("what", "")
    if what == "open":
        try:
            services.open_quiz(by=request.actor, quiz_id=row.id)
        except NotFound:
            raise
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("quizzes:quiz", row.id)
        messages.success(request, _("Open; members find it under what to learn."))
    elif what == "close":
        services.close_quiz(by=request.actor, quiz_id=row.id)
        messages.success(request, _("Closed; what was answered in time stays."))
    else:
        raise NotFound
    return redirect("quizzes:quiz", row.id)
