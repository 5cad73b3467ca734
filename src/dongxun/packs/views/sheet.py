"""Entering a returned issue sheet: one page, one button, safe to enter again."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kit.forms import BOTH
from dongxun.kit.shown import Row, Shown, Word, overtaken
from dongxun.packs.contracts import LineState, ReceiptHow
from dongxun.packs.models import IssueLine
from dongxun.packs.queries import lists as queries
from dongxun.packs.queries.lists import LineView
from dongxun.packs.services import sheets
from dongxun.packs.services.sheets import Entered, Mark
from dongxun.packs.views.shared import words_of

STATES = {
    "sheet": ReceiptHow.SHEET,
    "thumb": ReceiptHow.THUMB,
    "proxy": ReceiptHow.PROXY,
    "": None,
}
Problems = dict[str, str]
ALL, LONG = "all", 60


@access.organiser_required
@require_http_methods(BOTH)
def sheet(request: Request, list_id: UUID) -> HttpResponse:
    """Show the sheet as the record has it; take what was typed."""
    card = queries.list_card(list_id, by=request.actor)
    signed = [key.removeprefix("state-") for key, state in request.POST.items() if state]
    here = Q(returned_at=None) | Q(id__in=read_ids(signed))  # come back meanwhile: it is said so
    rows = queries.lines_of(list_id, by=request.actor).filter(queries.COUNTED, here)
    branch = _branch(request, rows)
    views = queries.as_views(rows.filter(branch_id=branch) if branch else rows)
    if request.method != "POST":
        was = Shown({str(row.id): _row(row) for row in views})
        return _page(request, card, views, {}, {}, was=was)
    was = Shown.posted(request.POST)
    marks, problems = _read(request.POST, views, was)
    entered: Entered | None = None
    refusal, status = "", 422
    if not problems:
        try:
            entered = sheets.enter_sheet(by=request.actor, list_id=list_id, marks=marks)
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            problems = {where: str(words) for where, words in error.details}
            refusal, status = ("" if problems else words_of(error)), error.status
    if entered is None:
        typed = request.POST.dict()
        return _page(request, card, views, typed, problems, was=was, refusal=refusal, status=status)
    _tell(request, entered, views)
    return redirect(reverse("packs:sheet", args=[list_id]) + (f"?branch={branch or ALL}"))


def _branch(request: Request, rows: QuerySet[IssueLine]) -> UUID | None:
    """Return the branch whose lines are entered: of a long list one at a time, unless all are."""
    asked = request.GET.get("branch", "")
    if asked == ALL or (not asked and rows.count() <= LONG):
        return None
    return read_id(asked) or rows.values_list("branch_id", flat=True).first()


def _page(
    request: Request,
    card: queries.ListCard,
    views: list[LineView],
    typed: Mapping[str, object],
    problems: Problems,
    *,
    was: Shown,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    lines = [
        {
            "row": row,
            "state": typed.get(f"state-{row.id}", _state(row)),
            "on": typed.get(f"on-{row.id}", _day(row)),
            "by": typed.get(f"by-{row.id}", row.received_by),
            "relation": typed.get(f"relation-{row.id}", row.relation),
            "problem": problems.get(str(row.id), ""),
        }
        for row in views
    ]
    everybody = queries.lines_of(card.id, by=request.actor)
    branches = dict(
        everybody.values_list("branch_id", "branch__short_name").order_by("branch__lft")
    )
    context = {
        "list": card,
        "lines": lines,
        "was": was.text,
        "branches": branches,
        "chosen": _branch(request, everybody.filter(queries.COUNTED, returned_at=None)),
        "problems": [(row, problems[str(row.id)]) for row in views if str(row.id) in problems],
        "refusal": refusal,
        "as_of": clock.now(),
    }
    return render(request, "packs/sheet.html", context, status=status)


def _state(row: LineView) -> str:
    if row.state != LineState.RECEIVED:
        return ""
    return row.how if row.how in {"thumb", "proxy"} else "sheet"


def _day(row: LineView) -> str:
    return clock.day_of(row.received_at).isoformat() if row.received_at else ""


def _row(row: LineView) -> Row:
    """Return what the page shows of a line."""
    return (_state(row), _day(row), row.received_by, row.relation)


def _read(data: QueryDict, views: list[LineView], was: Shown) -> tuple[dict[UUID, Mark], Problems]:
    """Return the marks of the lines that were changed, and what does not fit, by line.

    One that somebody else changed meanwhile is a problem once.
    """
    marks: dict[UUID, Mark] = {}
    problems: Problems = {}
    for row in views:
        key = str(row.id)
        if f"state-{key}" not in data:
            continue
        fields = ("state", "on", "by", "relation")
        state, typed, by, relation = (data.get(f"{name}-{key}", "").strip() for name in fields)
        day = dict(zip(fields, was.rows.get(key, _row(row)), strict=False)).get("on", "")
        word = was.weigh(key, (state, typed or day, by, relation), _row(row), _agree)
        on = _date(typed)
        if word is Word.NOTHING:
            continue
        if word is Word.ASK:
            problems[key] = overtaken(_spoken(row))
        elif state not in STATES:
            problems[key] = _("Choose signed, thumb-printed, taken by another, or nothing.")
        elif typed and on is None:
            problems[key] = _("A day like 2026-12-20, please.")
        elif on and on > clock.today():
            problems[key] = _("This day has not come yet.")
        elif state == "proxy" and not (by and relation):
            problems[key] = _("Say who took it and how they are related.")
        else:
            marks[row.id] = Mark(STATES[state], on, by, relation)
    return marks, problems


def _agree(typed: Row, now: Row) -> bool:
    """Return whether two wrote the same; no day written leaves the other's."""
    return (typed[0], *typed[2:]) == (now[0], *now[2:]) and typed[1] in {"", now[1]}


def _spoken(row: LineView) -> str:
    if row.state != LineState.RECEIVED:
        return str(row.state.label)
    return f"{ReceiptHow(row.how).label} {_day(row)} {row.received_by}".strip()


def _date(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _tell(request: Request, entered: Entered, views: list[LineView]) -> None:
    n = entered.received
    words = ngettext("%(n)d receipt entered", "%(n)d receipts entered", n) % {"n": n}
    if entered.taken_back:
        words += _(", %(n)d taken back") % {"n": entered.taken_back}
    messages.success(request, words + _(". Enter it again corrected whenever you need to."))
    kept = [row.name for row in views if row.id in entered.kept_stronger]
    if kept:
        warning = _("Kept as received, because a phone has it too: %(names)s.")
        messages.warning(request, warning % {"names": "、".join(kept)})
