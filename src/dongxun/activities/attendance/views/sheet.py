"""Entering a returned paper sheet: one page, one button, safe to enter again."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.activities.attendance import expected, rolls, sheets
from dongxun.activities.attendance.contracts import RollRow, RollState
from dongxun.activities.attendance.sheets import ABSENT, ON_LEAVE, PRESENT, Entered, Mark
from dongxun.activities.attendance.views.enter import spoken
from dongxun.activities.attendance.views.roll import branch_of, session_for
from dongxun.activities.models import Session
from dongxun.kernel import clock
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit.shown import Row, Shown, Word

PAGE = "activities/sheet.html"
STATES = frozenset({PRESENT, ON_LEAVE, ABSENT})
NIL = UUID(int=0)
Problem = tuple[str, str]


@access.organiser_required
@require_GET
def find(request: Request) -> HttpResponse:
    """Find the session by the code printed on its sheet."""
    typed = request.GET.get("code", "")
    if not typed:
        return render(request, "activities/find_sheet.html", {})
    session_id = Session.objects.filter(code=spoken(typed)).values_list("id").first()
    try:
        session = session_for(request, session_id[0] if session_id else NIL)
    except NotFound:
        context = {
            "code": typed,
            "problem": _(
                "No sheet of yours has this code. Compare it with the top right of the sheet; "
                "what another unit holds is entered there."
            ),
        }
        return render(request, "activities/find_sheet.html", context, status=404)
    return redirect("activities:sheet", session.id)


@require_http_methods(["GET", "POST"])
def sheet(request: Request, session_id: UUID) -> HttpResponse:
    """Show the sheet as the record has it; take what was typed."""
    session = session_for(request, session_id)
    rows = expected.roll(session, by=request.actor, branch_id=branch_of(request))
    if request.method == "GET":
        return _page(request, session, rows, {}, [], was=Shown(_record(rows)))
    was = Shown.posted(request.POST)
    marks, problems = _read(request.POST, session, rows, was)
    if problems:
        typed = request.POST.dict()
        return _page(request, session, rows, typed, problems, was=was, status=422)
    entered = sheets.enter_sheet(by=request.actor, session_id=session.id, marks=marks)
    _tell(request, entered, rows)
    query = f"?branch={branch_of(request)}" if branch_of(request) else ""
    return redirect(reverse("activities:sheet", args=[session.id]) + query)


def _page(
    request: Request,
    session: Session,
    rows: list[RollRow],
    typed: Mapping[str, object],
    problems: list[Problem],
    *,
    was: Shown,
    status: int = 200,
) -> HttpResponse:
    wrong = dict(problems)
    lines = [
        {
            "row": row,
            "state": typed.get(f"state-{row.person.id}")
            or _state(row, fill=request.GET.get("fill") == PRESENT),
            "at": typed.get(f"at-{row.person.id}", _at(row)),
            "reason": typed.get(f"reason-{row.person.id}", row.reason),
            "problem": wrong.get(str(row.person.id), ""),
        }
        for row in rows
    ]
    everybody = expected.roll(session, by=request.actor)
    branches = {r.person.branch_id: r.person.branch_name for r in everybody if not r.is_guest}
    context = {
        "session": session,
        "lines": lines,
        "was": was.text,
        "branches": branches,
        "chosen": branch_of(request),
        "problems": [
            (r.person, wrong[str(r.person.id)]) for r in rows if str(r.person.id) in wrong
        ],
        "as_of": clock.now(),
    }
    return render(request, PAGE, context, status=status)


def _state(row: RollRow, *, fill: bool) -> str:
    """Return what is ticked already; a mere declaration is not, or saving would confirm it."""
    if fill and row.state in {RollState.MISSING, RollState.DECLARED}:
        return PRESENT
    if row.state == RollState.DECLARED:
        return ""
    if row.state == RollState.PRESENT:
        return PRESENT
    return ON_LEAVE if row.state == RollState.ON_LEAVE else ABSENT


def _at(row: RollRow) -> str:
    if row.occurred_at is None:
        return ""
    return row.occurred_at.astimezone(clock.zone()).strftime("%H:%M")


def _record(rows: list[RollRow]) -> dict[str, Row]:
    """Return what the page shows of each person now: state, time and reason."""
    return {str(row.person.id): (_state(row, fill=False), _at(row), row.reason) for row in rows}


def _read(
    data: QueryDict, session: Session, rows: list[RollRow], was: Shown
) -> tuple[dict[UUID, Mark], list[Problem]]:
    """Return the marks of the people whose row was changed, and what does not fit, by person.

    One that somebody else changed meanwhile is a problem once.
    """
    marks: dict[UUID, Mark] = {}
    problems: list[Problem] = []
    record = _record(rows)
    for row in rows:
        key = str(row.person.id)
        state = data.get(f"state-{key}", "")
        reason, typed = data.get(f"reason-{key}", "").strip(), data.get(f"at-{key}", "").strip()
        now = record[key] if record[key][0] else was.rows.get(key, record[key])
        word = was.weigh(key, (state, typed, reason), now, _agree) if state else Word.NOTHING
        if word is Word.NOTHING:
            continue
        if word is Word.ASK:
            problems.append((key, _changed(now)))
            continue
        at = _moment(session, typed)
        if state not in STATES:
            problems.append((key, _("Choose here, leave or absent.")))
        elif state == ON_LEAVE and not reason:
            problems.append((key, _("Leave needs a reason.")))
        elif typed and at is None:
            problems.append((key, _("A time like 08:41, please.")))
        elif at and state == PRESENT and not rolls.window_holds(session, at):
            problems.append((key, _("Check-in was not open at that time.")))
        else:
            marks[row.person.id] = Mark(state, at, reason)
    return marks, problems


def _agree(typed: Row, now: Row) -> bool:
    """Return whether two clerks wrote the same; no time written leaves the other's."""
    if typed[0] != now[0]:
        return False
    if typed[0] == PRESENT:
        return typed[1] in {"", now[1]}
    return typed[0] == ABSENT or typed[2] == now[2]


def _changed(now: Row) -> str:
    state, at, reason = now
    words = {
        PRESENT: _("Somebody else entered meanwhile: here, %(more)s. Enter again to replace it."),
        ON_LEAVE: _("Somebody else entered meanwhile: leave, %(more)s. Enter again to replace it."),
        ABSENT: _("Somebody else took this back meanwhile. Enter again to replace it."),
    }
    return words[state] % {"more": at if state == PRESENT else reason}


def _moment(session: Session, typed: str) -> datetime | None:
    text = typed.replace("：", ":").replace(".", ":")
    try:
        hours, minutes = text.split(":")
        at = time(int(hours), int(minutes))
    except ValueError:
        return None
    return clock.moment(clock.day_of(session.starts_at), at)


def _tell(request: Request, entered: Entered, rows: list[RollRow]) -> None:
    n = entered.present
    words = ngettext("%(n)d newly present", "%(n)d newly present", n) % {"n": n}
    if entered.corrected:
        words += _(", %(n)d with another time") % {"n": entered.corrected}
    if entered.taken_back:
        words += _(", %(n)d taken back") % {"n": entered.taken_back}
    if entered.on_leave:
        words += _(", %(n)d on leave") % {"n": entered.on_leave}
    messages.success(request, words + _(". Enter it again corrected whenever you need to."))
    said = (
        (
            _("Kept as present, because a phone or a roll call saw them: %(names)s."),
            entered.kept_stronger,
        ),
        (
            _("Their time stays as a phone or a roll call had it: %(names)s."),
            entered.kept_times,
        ),
    )
    for warning, people in said:
        if kept := [row.person.name for row in rows if row.person.id in people]:
            messages.warning(request, warning % {"names": "、".join(kept)})
