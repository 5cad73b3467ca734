"""At the desk: entries that come on paper, late ones, judges and their paper sheets."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.contests.contracts import WRITTEN, EntryState, Source, State
from dongxun.contests.entry_form import EntryForm, sealed_media
from dongxun.contests.forms import JudgeForm, ReasonForm, ScoreForm
from dongxun.contests.models import Contest, Entry
from dongxun.contests.queries import console as queries
from dongxun.contests.queries import judging as sheets
from dongxun.contests.queries import reading
from dongxun.contests.services import entries as services
from dongxun.contests.services import judging
from dongxun.contests.views.works import take_file, work_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, wanted_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.people import api as people

A_PAGE = 50


@access.organiser_required
@require_http_methods(BOTH)
def enter(request: Request, contest_id: UUID) -> HttpResponse:
    """Write down an entry that came on paper or by word of mouth."""
    row = queries.contest(contest_id, by=request.actor)
    return _entry(request, row, None, {"id": new_id()})


@access.organiser_required
@require_http_methods(BOTH)
def entry(request: Request, entry_id: UUID) -> HttpResponse:
    """Show an entry to whoever runs the contest; change, admit or withdraw it."""
    row = queries.entry(entry_id, by=request.actor)
    what = request.POST.get("what", "")
    if what == "withdraw":
        services.withdraw(by=request.actor, entry_id=row.id)
        messages.success(request, _("Withdrawn; what was written stays here."))
        return redirect("contests:entry", row.id)
    reason = ReasonForm(sent(request, "admit"))

    def admit() -> None:
        text = reason.cleaned_data["reason"]
        services.admit(by=request.actor, entry_id=row.id, reason=text)

    status = attempt(reason, admit)
    if status == DONE:
        messages.success(request, _("Admitted; it takes part now."))
        return redirect("contests:entry", row.id)
    initial = {
        "id": row.id,
        "people": people.words_of(reading.people_in(row)),
        "work": sealed_media(row.media_id),
        "unit": row.branch.short_name if row.household else "",
        **{
            name: getattr(row, name)
            for name in ("team_name", "household", "title", "text", "recording")
        },
    }
    return _entry(request, row.contest, row, initial, reason=reason, status=status)


def _entry(
    request: Request,
    contest: Contest,
    row: Entry | None,
    initial: dict[str, Any],
    *,
    reason: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    what = "admit" if reason is not None and reason.is_bound else ""
    data = None if what else sent(request)
    given = (data, None if data is None else request.FILES)
    form = EntryForm(*given, initial=initial, contest=contest, is_own=False)
    made: list[Entry] = []

    def save() -> None:
        take_file(form, contest, by=request.actor, source=Source.DESK, who=request.actor.id)
        at = contest.organisation
        here = Interval(at.lft, at.rgt)
        draft = form.draft(form.who(here, besides=reading.people_in(row)))
        made.append(services.enter_at_desk(by=request.actor, contest_id=contest.id, draft=draft))

    saved = attempt(form, save)
    if saved == DONE:
        is_late = made[0].state == EntryState.LATE
        words = _("Kept, but it came late: admit it, or it does not take part.")
        messages.success(request, words if is_late else _("Entered."))
        return redirect("contests:entry", made[0].id)
    waits = contest.state == State.CALL or (row is not None and row.state == EntryState.LATE)
    is_open = waits and not contest.is_over and (row is None or row.state != EntryState.OUT)
    context = {
        "contest": contest,
        "entry": row,
        "work": work_of(row.media_id if row else None),
        "form": form,
        "reason": reason,
        "judged": contest.kind in WRITTEN,
        "may_change": row is None or form.is_bound or is_open,
        "may_withdraw": row and row.state != EntryState.OUT and not contest.is_over,
    }
    return render(request, "contests/entry.html", context, status=max(saved, status))


@access.organiser_required
@require_http_methods(BOTH)
def judges(request: Request, contest_id: UUID) -> HttpResponse:
    """Show the judges and how far they are; appoint one, or let one go."""
    row = queries.contest(contest_id, by=request.actor)
    if request.POST.get("dismiss"):
        judge = queries.judge(wanted_id(request.POST["dismiss"]), by=request.actor)
        judging.dismiss_judge(by=request.actor, judge_id=judge.id)
        messages.success(request, _("Let go; what they gave counts no more."))
        return redirect("contests:judges", row.id)
    form = JudgeForm(sent(request))

    def save() -> None:
        typed = form.cleaned_data
        if typed["is_outside"]:
            judging.appoint_judge(by=request.actor, contest_id=row.id, name=typed["who"])
            return
        found = people.find(typed["who"], people.reach_of(request.actor), where="who")
        if not found:
            raise Invalid(_("Write who judges."), where="who")
        for card in found:
            judging.appoint_judge(by=request.actor, contest_id=row.id, person_id=card.id)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Appointed."))
        return redirect("contests:judges", row.id)
    context = {
        "contest": row,
        "form": form,
        "judges": queries.judges(row),
        "may": not row.is_over,
        "as_of": clock.now(),
    }
    return render(request, "contests/judges.html", context, status=status)


@access.organiser_required
@require_http_methods(BOTH)
def paper(request: Request, judge_id: UUID) -> HttpResponse:
    """Copy the paper sheet of a judge from outside, by numbers as they stand on the paper."""
    judge = queries.judge(judge_id, by=request.actor)
    if judge.person_id is not None:
        raise NotFound
    contest = judge.contest
    scales = list(contest.criteria.all())
    asked, status = None, 200
    if request.method == "POST":
        asked = sheets.wanted(judge, contest, wanted_id(request.POST.get("entry")))
        if request.POST.get("what") == "aside":
            judging.recuse(by=request.actor, judge_id=judge.id, entry_id=asked.id)
            messages.success(request, _("Stands aside for number %(n)d.") % {"n": asked.number})
            return redirect(request.get_full_path())
        form = ScoreForm(request.POST, prefix=str(asked.number), scales=scales)
        status = write_score(request, judge.id, asked.id, form)
        if status == DONE:
            messages.success(request, _("Number %(n)d is entered.") % {"n": asked.number})
            return redirect(request.get_full_path())
    numbers = sheets.sheet(judge, contest)
    page = Paginator(numbers, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "judge": judge,
        "contest": contest,
        "page": page,
        "lines": [
            (one, form if asked and one.id == asked.id else score_form(one, scales)) for one in page
        ],
        "done": sum(one.is_done for one in numbers),
        "of": sum(not one.is_aside for one in numbers),
        "may": contest.state == State.JUDGING,
    }
    return render(request, "contests/paper.html", context, status=status)


def score_form(one: Any, scales: Any, data: Any = None) -> ScoreForm:
    """Return the form of one entry with what was given before."""
    initial = {f"points_{place}": given for place, given in enumerate(one.points)}
    prefix = str(one.number)
    return ScoreForm(data, prefix=prefix, initial=initial | {"note": one.note}, scales=scales)


def _spots(n: int) -> dict[str, str]:
    return {f"points.{place}": f"points_{place}" for place in range(n)}


def _score(request: Request, judge_id: UUID, entry_id: UUID, form: ScoreForm) -> None:
    judging.score(
        by=request.actor,
        judge_id=judge_id,
        entry_id=entry_id,
        points=form.points(),
        text=form.cleaned_data["note"],
    )


def write_score(request: Request, judge_id: UUID, entry_id: UUID, form: ScoreForm) -> int:
    """Score from a form; return 302, or the status of a refusal said at its field."""
    return attempt(form, lambda: _score(request, judge_id, entry_id, form), _spots(form.n))
