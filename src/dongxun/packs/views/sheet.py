"""Entering a returned issue sheet: one page, one button, safe to enter again."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
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
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH
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
    rows = queries.lines_of(list_id, by=request.actor).filter(queries.COUNTED, returned_at=None)
    branch = _branch(request, rows)
    views = queries.as_views(rows.filter(branch_id=branch) if branch else rows)
    if request.method != "POST":
        return _page(request, card, views, {}, {})
    marks, problems = _read(request.POST, views)
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
        return _page(
            request, card, views, request.POST.dict(), problems, refusal=refusal, status=status
        )
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


def _read(data: QueryDict, views: list[LineView]) -> tuple[dict[UUID, Mark], Problems]:
    """Return the marks that differ from the record, and what does not fit, by line."""
    marks: dict[UUID, Mark] = {}
    problems: Problems = {}
    for row in views:
        key = str(row.id)
        state = data.get(f"state-{key}")
        if state is None:
            continue
        typed = data.get(f"on-{key}", "").strip()
        on = _date(typed)
        by, relation = data.get(f"by-{key}", "").strip(), data.get(f"relation-{key}", "").strip()
        if state not in STATES:
            problems[key] = _("Choose signed, thumb-printed, taken by another, or nothing.")
        elif typed and on is None:
            problems[key] = _("A day like 2026-12-20, please.")
        elif on and on > clock.today():
            problems[key] = _("This day has not come yet.")
        elif state == "proxy" and not (by and relation):
            problems[key] = _("Say who took it and how they are related.")
        elif (state, typed or _day(row), by, relation) != (
            _state(row),
            _day(row),
            row.received_by,
            row.relation,
        ):
            marks[row.id] = Mark(STATES[state], on, by, relation)
    return marks, problems


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
