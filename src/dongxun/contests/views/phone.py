"""竞赛 on a member's phone: calls, the own entry, results; and a judge's sheet of numbers."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.contests.contracts import Blind, EntryState, OwnInterest, Source, State
from dongxun.contests.entry_form import EntryForm, sealed_media
from dongxun.contests.models import Contest, Entry, Judge
from dongxun.contests.queries import judging as sheets
from dongxun.contests.queries import reading
from dongxun.contests.queries.gallery import gallery, has_gallery
from dongxun.contests.rules import is_judged
from dongxun.contests.services import entries as services
from dongxun.contests.services import judging as judging_services
from dongxun.contests.views.desk import score_form, write_score
from dongxun.contests.views.works import take_file, work_of
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id
from dongxun.kernel.rows import wanted_row
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt, sent
from dongxun.kit.offline import keep_offline
from dongxun.library import api as library
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card

A_DAY_H = 24
ENTERED_AN_HOUR = 60
A_PAGE = 50


@access.phone_required
@keep_offline(hours=A_DAY_H)
@require_safe
def contests(request: Request) -> HttpResponse:
    """Show the contests, where one judges, and what one has won."""
    card, switch = access.person_of(request)
    lines = reading.own_contests(card.id, by=request.actor)
    context = {
        "person": card,
        "switch": switch,
        "lines": lines,
        "open": sum(line.is_open for line in lines),
        "judging": reading.own_judgeships(card.id, by=request.actor),
        "awards": reading.own_awards(card.id, by=request.actor),
        "as_of": clock.now(),
    }
    return render(request, "contests/own.html", context)


@access.phone_required
@keep_offline(hours=A_DAY_H)
@require_safe
def contest(request: Request, contest_id: UUID) -> HttpResponse:
    """Show a call, the own entry, and the results once they are out."""
    card, _switch = access.person_of(request)
    row = reading.contest_open_to(contest_id, card.id)
    entry = reading.own_entry(row, card.id)
    context = {
        "person": card,
        "contest": row,
        "entry": entry,
        "work": work_of(entry.media_id if entry else None),
        "is_own": card.id in request.actor.owned,
        "is_open": reading.is_open(row),
        "is_coming": bool(row.opens_at and clock.now() < row.opens_at),
        "judged": is_judged(row),
        "has_gallery": has_gallery(row),
        "scales": row.criteria.all(),
        "prizes": row.prizes.all(),
        "rounds": reading.own_rounds(row, entry),
        "matches": reading.own_matches(entry),
        "winners": reading.winners(row) if row.state == State.DECIDED else [],
        "awards": [
            one for one in reading.own_awards(card.id, by=request.actor) if one.contest_id == row.id
        ],
        "as_of": clock.now(),
    }
    return render(request, "contests/take.html", context)


@access.phone_required
@keep_offline(hours=A_DAY_H)
@require_safe
def works(request: Request, contest_id: UUID) -> HttpResponse:
    """Show what a collection brought in."""
    card, _switch = access.person_of(request)
    row = reading.contest_open_to(contest_id, card.id)
    page = Paginator(gallery(row), A_PAGE).get_page(request.GET.get("page"))
    played = library.playables([one.media_id for one in page if one.media_id])
    context = {
        "person": card,
        "contest": row,
        "page": page,
        "lines": [
            (one, _who(one, card), played.get(one.media_id) if one.media_id else None)
            for one in page
        ],
        "as_of": clock.now(),
    }
    return render(request, "contests/works.html", context)


def _who(entry: Entry, reader: Card) -> str:
    """Return whose a work is, as others read it: full names inside the own branch only."""
    if entry.household or entry.team_name:
        return entry.household or entry.team_name
    is_near = entry.branch_id == reader.branch_id
    names = [one.person.name for one in entry.entrants.all()]
    return "、".join(name if is_near else f"{name[:1]}*" for name in names)


@access.phone_required
@require_http_methods(BOTH)
def enter(request: Request, contest_id: UUID) -> HttpResponse:
    """Enter, or change what was entered; what was typed stays when it is refused."""
    card, switch = access.person_of(request)
    if card.id not in request.actor.owned:
        raise NotFound
    row = reading.contest_open_to(contest_id, card.id)
    if row.is_over and request.method != "POST":
        return redirect(f"{reverse('contests:take', args=[row.id])}?person={card.id}")
    own = reading.own_entry(row, card.id)
    before = None if own else reading.taken_back(row, card.id)
    given, initial = (sent(request), request.FILES or None), _initial(own or before, card)
    form = EntryForm(*given, initial=initial, contest=row, is_own=True)
    if request.method == "POST":
        access.throttle(f"contest:{card.id}", ENTERED_AN_HOUR, 3600)
    made: list[Entry] = []

    def save() -> None:
        take_file(form, row, by=request.actor, source=Source.PHONE, who=card.id)
        here = organisations.node(card.branch_id).interval
        mates = form.who(here, besides=reading.people_in(own, but=card.id))
        draft = form.draft([card.id, *mates])
        made.append(services.enter(by=request.actor, contest_id=row.id, draft=draft))

    status = attempt(form, save)
    if status == DONE:
        is_late = made[0].state == EntryState.LATE
        late = _("Kept, but it came after the end of the call. Your organiser decides on it.")
        messages.success(request, late if is_late else _("Entered."))
        return redirect(f"{reverse('contests:take', args=[row.id])}?person={card.id}")
    if status != SHOWN and own is None:
        _enter_anew(form)
    context = {
        "person": card,
        "switch": switch,
        "contest": row,
        "entry": own,
        "before": before,
        "form": form,
        "work": work_of(shown.media_id if (shown := own or before) else None),
        "is_open": reading.is_open(row),
    }
    return render(request, "contests/enter.html", context, status=status)


def _enter_anew(form: EntryForm) -> None:
    """Let what was refused be a new entry when it is sent again: its own may be withdrawn by now."""
    said = cast("QueryDict", form.data).copy()
    said["id"] = str(new_id())
    form.data = said


def _initial(own: Entry | None, card: Card) -> dict[str, Any]:
    """Return what the form holds: the own entry, or the words of one that was taken back."""
    if own is None:
        return {"id": new_id()}
    names = ("team_name", "title", "text", "recording")
    return {
        "id": new_id() if own.state == EntryState.OUT else own.id,
        "people": people.words_of(reading.people_in(own, but=card.id)),
        "work": sealed_media(own.media_id),
        **{name: getattr(own, name) for name in names},
    }


@access.phone_required
@require_POST
def withdraw(request: Request, entry_id: UUID) -> HttpResponse:
    """Take the own entry back."""
    row = wanted_row(Entry.objects.filter(id=entry_id, entrants__person_id__in=request.actor.owned))
    services.withdraw(by=request.actor, entry_id=row.id)
    messages.success(request, _("Taken back. Until the call ends you may enter anew."))
    return redirect("contests:take", row.contest_id)


def _judge(request: Request, judge_id: UUID) -> tuple[Judge, Contest]:
    """Return a judge who is a person of this phone.

    Raises:
        NotFound: they are not.
    """
    judge, row = judging_services.judge_acting(judge_id, by=request.actor)
    if judge.person_id not in request.actor.owned:
        raise NotFound
    return judge, row


@access.phone_required
@require_safe
def judging(request: Request, judge_id: UUID) -> HttpResponse:
    """Show a judge the numbers to score."""
    judge, row = _judge(request, judge_id)
    lines = sheets.sheet(judge, row)
    context = {
        "judge": judge,
        "contest": row,
        "page": Paginator(lines, A_PAGE).get_page(request.GET.get("page")),
        "done": sum(one.is_done for one in lines),
        "of": sum(not one.is_aside for one in lines),
        "judged": is_judged(row),
    }
    return render(request, "contests/judging.html", context)


@access.phone_required
@require_http_methods(BOTH)
def score(request: Request, judge_id: UUID, entry_id: UUID) -> HttpResponse:
    """Show one entry by its number, and take the points for it."""
    judge, row = _judge(request, judge_id)
    scales = list(row.criteria.all())
    one = sheets.wanted(judge, row, entry_id)
    if one.is_aside:
        raise OwnInterest
    if request.POST.get("what") == "aside":
        reason = request.POST.get("reason", "")
        judging_services.recuse(by=request.actor, judge_id=judge.id, entry_id=one.id, reason=reason)
        messages.success(request, _("You stand aside for number %(n)d.") % {"n": one.number})
        return redirect("contests:judging", judge.id)
    form = score_form(one, scales, sent(request))
    status = write_score(request, judge.id, one.id, form) if form.is_bound else 200
    if status == DONE:
        return _next(request, judge, row, one)
    context = {
        "judge": judge,
        "contest": row,
        "one": one,
        "work": work_of(one.media_id),
        "form": form,
        "may": row.state == State.JUDGING,
    }
    return render(request, "contests/score.html", context, status=status)


def _next(request: Request, judge: Judge, row: Contest, one: Blind) -> HttpResponse:
    """Go to the next number that waits, else back to the sheet."""
    messages.success(request, _("Number %(n)d is scored.") % {"n": one.number})
    open_ = [line for line in sheets.sheet(judge, row) if not (line.is_done or line.is_aside)]
    after = next((line for line in open_ if line.number > one.number), None)
    if after is None:
        return redirect("contests:judging", judge.id)
    return redirect("contests:score", judge.id, after.id)
