"""竞赛: the contests of a season, each from call to results."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseFormSet, formset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.contests.contracts import WRITTEN, Kind, State
from dongxun.contests.forms import ContestForm, PrizeLine, ReasonForm, ScaleLine
from dongxun.contests.models import Contest
from dongxun.contests.queries import console as queries
from dongxun.contests.queries import marks
from dongxun.contests.rules import is_judged
from dongxun.contests.services import bracket, calling_off, results
from dongxun.contests.services import contests as services
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound, Overtaken
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, REFUSED, SHOWN, attempt, filled, put_beside_lines, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50
SPARE = 2


@access.organiser_required
@require_safe
def contests(request: Request) -> HttpResponse:
    """Show the contests, what runs first."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "contests")
    rows = queries.contests(season.id, by=request.actor)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "season": season,
        "page": page,
        "rows": [(row, request.actor.reaches(row.organisation.lft)) for row in page],
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "contests/contests.html", context)


def _form(request: Request, row: Contest | None) -> ContestForm:
    units = organisations.choices(organisations.own_units(request.actor))
    initial = _first(row) if row else {}
    return ContestForm(sent(request), initial=initial, units=units, is_new=row is None)


def _first(row: Contest) -> dict[str, object]:
    """Return what the form shows of a contest; ``version`` is what the writer sees."""
    names = ("title", "kind", "call", "opens_at", "closes_at", "team", "tie", "trimmed")
    return {name: getattr(row, name) for name in names} | {"version": marks.of_contest(row)}


@access.organiser_required
@require_http_methods(BOTH)
def new_contest(request: Request) -> HttpResponse:
    """Begin a contest; its scales and prizes come next."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "contests")
    return _edit(request, season, None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_contest(request: Request, contest_id: UUID) -> HttpResponse:
    """Change a contest."""
    row = queries.contest(contest_id, by=request.actor)
    return _edit(request, seasons.season(row.season_id, by=request.actor), row)


def _edit(request: Request, season: SeasonCard, row: Contest | None) -> HttpResponse:
    form, made = _form(request, row), list[UUID]()

    def save() -> None:
        at = row.organisation_id if row else UUID(form.cleaned_data["organisation"])
        key = services.write_contest(
            by=request.actor,
            organisation_id=at,
            season_id=season.id,
            draft=form.draft(),
            contest_id=row.id if row else None,
            version=form.cleaned_data["version"],
        )
        made.append(key)

    def now() -> dict[str, object]:
        return _first(queries.contest(row.id, by=request.actor)) if row else {}

    status = attempt(form, save, now=now)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("contests:contest" if row else "contests:rules", made[0])
    context = {"form": form, "contest": row, "season": season}
    return render(request, "contests/edit_contest.html", context, status=status)


@access.organiser_required
@require_http_methods(BOTH)
def rules(request: Request, contest_id: UUID) -> HttpResponse:
    """Write the scales of the judges and the prizes."""
    row = queries.contest(contest_id, by=request.actor)
    there, seen = _lines_of(row)
    typed, kinds = sent(request), {"scales": ScaleLine, "prizes": PrizeLine}
    sets: dict[str, BaseFormSet[Any]] = {
        # a line sent again is one that was typed, even where it stands like this already
        name: formset_factory(kind, extra=SPARE)(
            typed, prefix=name, initial=None if typed else there[name]
        )
        for name, kind in kinds.items()
    }
    status = SHOWN
    if request.method == "POST":
        status, seen = _write_rules(request, row, sets)
        if status == DONE:
            messages.success(request, _("Saved."))
            return redirect("contests:contest", row.id)
    context = {
        "contest": row,
        "version": seen,
        "judged": row.kind in WRITTEN,
        "is_optional": row.kind == Kind.COLLECTION,
        **sets,
    }
    return render(request, "contests/rules.html", context, status=status)


def _lines_of(row: Contest) -> tuple[dict[str, list[dict[str, object]]], str]:
    """Return the scales and prizes as lines to be typed, and the mark of them."""
    scales, prizes = marks.rules_of(row)
    lines: dict[str, list[dict[str, object]]] = {
        "scales": [{"name": one.name, "number": one.most} for one in scales],
        "prizes": [{"name": one.name, "number": one.places} for one in prizes],
    }
    return lines, marks.of_rules(scales, prizes)


def _write_rules(
    request: Request, row: Contest, sets: dict[str, BaseFormSet[Any]]
) -> tuple[int, str]:
    """Write what was sent; return ``DONE``, or the status of a refusal said at its line.

    Beside it the mark of what the writer has seen now.
    """
    seen = request.POST.get("version", "")
    sound = [lines.is_valid() for lines in sets.values()]
    if not all(sound):
        return REFUSED, seen
    kept = {name: filled(lines) for name, lines in sets.items()}
    try:
        services.write_rules(
            by=request.actor,
            contest_id=row.id,
            scales=[form.draft() for form in kept["scales"]],
            prizes=[form.draft() for form in kept["prizes"]],
            version=seen,
        )
    except NotFound:
        raise
    except Overtaken as error:
        there, seen = _lines_of(row)
        for name, lines in sets.items():
            put_beside_lines(lines, there[name], str(error))
        return error.status, seen
    except DomainError as error:
        for where, words in error.details or ((error.where, error.message),):
            name, _dot, rest = where.partition(".")
            place, _dot, spot = rest.partition(".")
            if place.isdecimal():
                field = "name" if spot == "name" else "number"
                kept[name][int(place)].add_error(field, str(words))
            else:
                sets[name or "scales"].non_form_errors().append(str(words))
        return error.status, seen
    return DONE, seen


@access.organiser_required
@require_safe
def contest(request: Request, contest_id: UUID) -> HttpResponse:
    """Show a contest as it stands, and what comes next."""
    row = queries.contest(contest_id, by=request.actor)
    return _contest(request, row, ReasonForm())


def _contest(request: Request, row: Contest, form: ReasonForm, status: int = 200) -> HttpResponse:
    entries = queries.entries(row)
    context: dict[str, Any] = {
        "contest": row,
        "may": row.season.state != SeasonState.CLOSED,
        "judged": row.kind in WRITTEN,
        "is_shown": row.kind == Kind.COLLECTION and not is_judged(row),
        "page": Paginator(entries, PER_PAGE).get_page(request.GET.get("page")),
        "n_in": row.entries.filter(state="in").count(),
        "n_late": row.entries.filter(state="late").count(),
        "n_untold": row.entries.exclude(state="out").exclude(household="").count(),
        "judges": queries.judges(row),
        "scales": row.criteria.all(),
        "prizes": row.prizes.all(),
        "missing": _missing(row),
        "is_early": row.state == State.CALL and row.closes_at and clock.now() < row.closes_at,
        "form": form,
        "as_of": clock.now(),
    }
    if row.kind == Kind.KNOWLEDGE:
        context["rounds"] = row.rounds.select_related("quiz")
    if row.kind == Kind.DEBATE:
        context["matches"] = row.matches.select_related("first", "second", "winner")
    return render(request, "contests/contest.html", context, status=status)


def _missing(row: Contest) -> Sequence[tuple[str, Any]]:
    if row.state == State.DRAFT:
        return services.missing(row)
    return results.missing(row) if row.state == State.JUDGING else []


@access.organiser_required
@require_POST
def do(request: Request, contest_id: UUID) -> HttpResponse:
    """Open or close the call, draw the debates, publish the results; go on after all."""
    row = queries.contest(contest_id, by=request.actor)
    what, by = request.POST.get("what", ""), request.actor
    if what not in {"open", "close", "draw", "publish", "reinstate"}:
        raise NotFound
    try:
        if what == "open":
            services.open_call(by=by, contest_id=row.id)
            words = _("The call is open; members find it on their phones.")
        elif what == "close":
            services.close_call(by=by, contest_id=row.id)
            words = _("Closed. The entries have their numbers now; judges see nothing else.")
        elif what == "draw":
            bracket.draw(by=by, contest_id=row.id)
            words = _("Drawn.")
        elif what == "reinstate":
            calling_off.reinstate(by=by, contest_id=row.id)
            words = _("It goes on; whoever takes part is told.")
        else:
            n = results.publish(by=by, contest_id=row.id)
            words = ngettext(
                "Published; %(n)d certificate.", "Published; %(n)d certificates.", n
            ) % {"n": n}
    except NotFound:
        raise
    except DomainError as error:
        said = [str(words) for _where, words in error.details] or [str(error)]
        messages.error(request, " ".join(said))
        return redirect("contests:contest", row.id)
    messages.success(request, words)
    return redirect("contests:contest", row.id)


@access.organiser_required
@require_POST
def take_back(request: Request, contest_id: UUID) -> HttpResponse:
    """Take published results back, with a reason."""
    row = queries.contest(contest_id, by=request.actor)
    form = ReasonForm(request.POST)

    def save() -> None:
        results.take_back(by=request.actor, contest_id=row.id, reason=form.cleaned_data["reason"])

    status = attempt(form, save)
    if status != DONE:
        return _contest(request, row, form, status)
    messages.success(request, _("Taken back; the certificates hold no more."))
    return redirect("contests:contest", row.id)


@access.organiser_required
@require_POST
def call_off(request: Request, contest_id: UUID) -> HttpResponse:
    """Call a contest off, with a reason."""
    row = queries.contest(contest_id, by=request.actor)
    form = ReasonForm(request.POST)

    def save() -> None:
        reason = form.cleaned_data["reason"]
        calling_off.call_off(by=request.actor, contest_id=row.id, reason=reason)

    status = attempt(form, save)
    if status != DONE:
        return _contest(request, row, form, status)
    messages.success(request, _("Called off; whoever takes part is told."))
    return redirect("contests:contest", row.id)
