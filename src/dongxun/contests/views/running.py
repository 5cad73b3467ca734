"""Rounds of a knowledge contest, and debates, as they are run on the day."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.contests.contracts import EntryState, State
from dongxun.contests.forms import PointsForm, RoundForm, VoteForm
from dongxun.contests.models import Contest, Match, Round, RoundResult
from dongxun.contests.queries import console as queries
from dongxun.contests.queries import marks
from dongxun.contests.queries.interest import barred_of
from dongxun.contests.services import bracket
from dongxun.contests.services import rounds as services
from dongxun.contests.services.rounds import interval_of
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, DomainError, NotFound, Text
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rows import wanted_row
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.shown import Shown, Word, overtaken
from dongxun.quizzes import api as quizzes

A_PAGE = 50


@access.organiser_required
@require_http_methods(BOTH)
def rounds(request: Request, contest_id: UUID) -> HttpResponse:
    """Show the rounds and write another."""
    row = queries.contest(contest_id, by=request.actor)
    form, status = _write(request, row, None)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("contests:rounds", row.id)
    context = {
        "contest": row,
        "form": form,
        "rounds": row.rounds.select_related("quiz"),
        "may": not row.is_over,
    }
    return render(request, "contests/rounds.html", context, status=status)


def _write(request: Request, contest: Contest, row: Round | None) -> tuple[RoundForm, int]:
    """Write a round, or change one; return the form and the status of :func:`attempt`."""
    found = dict(quizzes.offered(contest.season_id, interval_of(contest), by=request.actor))
    initial = _first(row) if row else {}
    if row is not None and row.quiz is not None:
        found[str(row.quiz_id)] = row.quiz.title
    form = RoundForm(sent(request, "write" if row else ""), initial=initial, quizzes=found.items())

    def save() -> None:
        typed = form.cleaned_data
        services.write_round(
            by=request.actor,
            contest_id=contest.id,
            name=typed["name"],
            quiz_id=read_id(typed["quiz"]),
            advance=typed["advance"],
            round_id=row.id if row else None,
            version=typed["version"],
        )

    def now() -> dict[str, object]:
        return _first(Round.objects.get(id=row.id)) if row else {}

    return form, attempt(form, save, now=now)


def _first(row: Round) -> dict[str, object]:
    """Return what the form shows of a round; ``version`` is what the writer sees."""
    said = {"name": row.name, "quiz": str(row.quiz_id or ""), "advance": row.advance}
    return said | {"version": marks.of_round(row)}


def _do(request: Request, row: Round) -> HttpResponse:
    """Open a round, or take it out."""
    act = {"open": services.open_round, "remove": services.remove_round}[request.POST["what"]]
    is_gone = act is services.remove_round
    try:
        act(by=request.actor, round_id=row.id)
    except NotFound:
        raise
    except DomainError as error:
        said = [str(words) for _where, words in error.details] or [str(error)]
        messages.error(request, " ".join(said))
        is_gone = False
    else:
        messages.success(request, _("Taken out.") if is_gone else _("The round has begun."))
    if is_gone:
        return redirect("contests:rounds", row.contest_id)
    return redirect("contests:round", row.id)


@access.organiser_required
@require_http_methods(BOTH)
def one_round(request: Request, round_id: UUID) -> HttpResponse:
    """Open a round, write its points or count its answers; see who goes on; change it."""
    row = wanted_row(Round.objects.select_related("quiz").filter(id=round_id))
    contest = queries.contest(row.contest_id, by=request.actor)
    what = request.POST.get("what", "")
    if what in {"open", "remove"}:
        return _do(request, row)
    change, status = _write(request, contest, row)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("contests:round", row.id)
    results = list(row.results.filter(entry__state=EntryState.IN).select_related("entry__branch"))
    page = Paginator(results, A_PAGE).get_page(request.GET.get("page"))
    form = PointsForm(None if what else sent(request), results=[] if row.quiz_id else list(page))
    waiting = 0

    fresh = Shown({str(one.entry_id): _mark(one.points) for one in page})
    shown = Shown.posted(request.POST) if form.is_bound else fresh

    def save() -> None:
        nonlocal waiting
        points = None if row.quiz_id else _typed(shown, form.points(), page)
        waiting = services.count_round(by=request.actor, round_id=row.id, points=points)

    status = max(status, attempt(form, save))
    if status == DONE:
        return _after_points(request, row, page, waiting)
    context = {
        "contest": contest,
        "round": row,
        "results": results,
        "page": page,
        "form": form,
        "was": shown.text,
        "change": change,
        "may_change": not contest.is_over,
        "may_remove": contest.state != State.DECIDED and services.is_removable(row),
        "going": sum(one.goes_on for one in results),
        "may": contest.state == State.JUDGING and not services.later(row).exists(),
        "as_of": clock.now(),
    }
    return render(request, "contests/round.html", context, status=status)


def _mark(points: Decimal | None) -> tuple[str]:
    return ("" if points is None else f"{points:.2f}",)


def _typed(
    shown: Shown, typed: Mapping[UUID, Decimal | None], page: Iterable[RoundResult]
) -> dict[UUID, Decimal | None]:
    """Return the points that were changed on the page, and those left empty that nobody has.

    Raises:
        Conflict: somebody else wrote other ones meanwhile; said at each, asked once.
    """
    found: dict[UUID, Decimal | None] = {}
    bad: list[tuple[str, Text]] = []
    for one in page:
        key, now = one.entry_id, _mark(one.points)
        word = shown.weigh(str(key), _mark(typed.get(key)), now)
        if word is Word.ASK:
            bad.append((str(key), overtaken(now[0])))
        elif word is Word.COUNTS or one.points is None:
            found[key] = typed.get(key)
    if bad:
        raise Conflict(details=bad)
    return found


def _after_points(
    request: Request, row: Round, page: Page[RoundResult], waiting: int
) -> HttpResponse:
    """Go on to the next page of points while entries wait for theirs; else say it is counted."""
    here = reverse("contests:round", args=[row.id])
    if not waiting:
        messages.success(request, _("Counted."))
        return redirect(f"{here}?page={page.number}" if page.has_other_pages() else here)
    words = ngettext(
        "Kept. %(n)d entry still waits for its points; then it is counted.",
        "Kept. %(n)d entries still wait for their points; then it is counted.",
        waiting,
    )
    messages.success(request, words % {"n": waiting})
    rows = row.results.filter(entry__state=EntryState.IN).values_list("points", flat=True)
    first = next(place for place, points in enumerate(rows) if points is None)
    return redirect(f"{here}?page={first // A_PAGE + 1}")


@access.organiser_required
@require_http_methods(BOTH)
def debate(request: Request, match_id: UUID) -> HttpResponse:
    """Write down how the judges of a debate voted."""
    row = queries.match(match_id, by=request.actor)
    contest = row.contest
    here = list(contest.judges.filter(dismissed_at=None))
    aside = barred_of(here, contest)
    sides = {one.id for one in (row.first, row.second) if one}
    kept = [one for one in here if aside[one.id] & sides]
    free = [one for one in here if not aside[one.id] & sides]
    gone = [one for one in (row.first, row.second) if one and one.state != EntryState.IN]
    form = VoteForm(sent(request), match=row, judges=free, sides=_sides(row))

    def save() -> None:
        votes, motion = form.votes(), form.cleaned_data["motion"]
        bracket.vote(by=request.actor, match_id=row.id, votes=votes, motion=motion)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Decided."))
        return redirect("contests:contest", contest.id)
    context = {
        "contest": contest,
        "match": row,
        "form": form,
        "aside": kept,
        "may": contest.state == State.JUDGING and len(sides) == 2 and not gone,
        "gone": gone,
        "voted": row.votes.exists(),
    }
    return render(request, "contests/debate.html", context, status=status)


def _sides(row: Match) -> list[tuple[str, str]]:
    found = [one for one in (row.first, row.second) if one]
    return [(str(one.id), one.team_name or f"{one.number}") for one in found]
