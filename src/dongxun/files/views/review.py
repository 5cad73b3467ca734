"""Look through a checked import: what will happen, and bad rows by cause, fixed in place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dongxun.files import queries
from dongxun.files.contracts import Action
from dongxun.files.models import ImportBatch
from dongxun.files.registry import importer_of
from dongxun.files.services import rows
from dongxun.files.views import present
from dongxun.files.views.jobs import require_account
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request

A_PAGE = 20
SHOWN = (Action.BAD, Action.NEW, Action.CHANGED, Action.MOVED, Action.SKIP)
MISSING = "missing"


def page(request: Request, batch: ImportBatch, context: dict[str, Any]) -> HttpResponse:
    """Show the counts, the causes, and the rows of what was chosen."""
    importer = importer_of(batch.kind)
    show = request.GET.get("show") or (Action.BAD if batch.counts.get(Action.BAD) else Action.NEW)
    groups = queries.causes(batch) if batch.counts.get(Action.BAD) else []
    cause = request.GET.get("cause", "") if show == Action.BAD else ""
    if show == Action.BAD and groups and cause not in {group.cause for group in groups}:
        cause = groups[0].cause
    context |= summary(batch) | {
        "show": show,
        "views": _views(batch, show),
        "groups": groups,
        "cause": cause,
        "group": next((group for group in groups if group.cause == cause), None),
    }
    if show == MISSING:
        return render(request, "files/review.html", context)
    action = Action(show) if show in SHOWN else Action.NEW
    found = Paginator(queries.rows(batch, action, cause), A_PAGE).get_page(request.GET.get("page"))
    opened = queries.opened(list(found))
    if action == Action.BAD:
        places = present.positions(batch)
        context["bad"] = [present.bad_row(row, importer, places) for row in opened]
    else:
        context["good"] = [present.good_row(row, importer) for row in opened]
    return render(request, "files/review.html", context | {"page": found})


def summary(batch: ImportBatch) -> dict[str, Any]:
    """Return the figures at the top of the page."""
    return {"batch": batch, "ready": present.ready_count(batch)}


def _views(batch: ImportBatch, show: str) -> list[tuple[str, str, bool]]:
    """Return the kinds of rows there are, with their numbers, for the switch above the list."""
    words = {
        Action.BAD: _("To correct %(n)s"),
        Action.NEW: _("New %(n)s"),
        Action.CHANGED: _("Changed %(n)s"),
        Action.MOVED: _("Moved %(n)s"),
        Action.SKIP: _("Left out %(n)s"),
        MISSING: _("Not in the file %(n)s"),
    }
    return [
        (text % {"n": f"{batch.counts[key]:,}"}, f"?show={key}", key == show)
        for key, text in words.items()
        if batch.counts.get(key) or key == show
    ]


@require_POST
def correct_row(request: Request, batch_id: UUID, row_id: int) -> HttpResponse:
    """Check one row again with what was typed, or leave it out; answer with the row."""
    require_account(request)
    posted = request.POST
    refusal = ""
    if posted.get("do") == "leave-out":
        rows.leave_out(by=request.actor, batch_id=batch_id, row_id=row_id)
    elif posted.get("do") == "take-in":
        rows.take_in(by=request.actor, batch_id=batch_id, row_id=row_id)
    else:
        try:
            rows.correct_row(
                by=request.actor,
                batch_id=batch_id,
                row_id=row_id,
                typed=_answers(request, "value-"),
                choice={k: v for k, v in _answers(request, "choice-").items() if v},
            )
        except Invalid as error:
            refusal = str(error)
    return _answer(request, batch_id, row_id, refusal)


def _answers(request: Request, prefix: str) -> dict[str, str]:
    return {
        name.removeprefix(prefix): request.POST[name]
        for name in request.POST
        if name.startswith(prefix)
    }


def _answer(request: Request, batch_id: UUID, row_id: int, refusal: str) -> HttpResponse:
    batch = queries.batch(batch_id, by=request.actor)
    row = queries.row_view(queries.row(batch, row_id))
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        return redirect(_back(request, batch))
    importer = importer_of(batch.kind)
    show, cause = request.POST.get("back-show", ""), request.POST.get("back-cause", "")
    context = summary(batch) | {
        "importer": importer,
        "refusal": refusal,
        "fresh": True,
        "show": show,
        "cause": cause,
        "views": _views(batch, show),
        "groups": queries.causes(batch),
    }
    if row.action == Action.BAD:
        context["item"] = present.bad_row(row, importer, present.positions(batch))
        return render(request, "files/review.html#answer_bad", context, status=422)
    context["item"] = present.good_row(row, importer) | {"action": row.action}
    return render(request, "files/review.html#answer_good", context)


def _back(request: Request, batch: ImportBatch) -> str:
    kept = {k: v for k in ("show", "cause", "page") if (v := request.POST.get(f"back-{k}"))}
    url = reverse("files:import", args=[batch.id])
    return f"{url}?{urlencode(kept)}#rows" if kept else url


@require_POST
def treat_cause(request: Request, batch_id: UUID) -> HttpResponse:
    """Take over a cause's suggestions, give one answer, check its rows again, or leave them out."""
    require_account(request)
    cause = request.POST.get("cause", "")
    if request.POST.get("do") == "accept":
        count = rows.accept_suggestions(by=request.actor, batch_id=batch_id, cause=cause)
        words = ngettext("%(n)s row corrected.", "%(n)s rows corrected.", count)
    elif request.POST.get("do") == "choose":
        value = request.POST.get("value", "")
        try:
            count = rows.choose_alike(by=request.actor, batch_id=batch_id, cause=cause, value=value)
        except Invalid as refusal:
            messages.error(request, str(refusal))
            return redirect("files:import", batch_id)
        words = ngettext("%(n)s row corrected.", "%(n)s rows corrected.", count)
    elif request.POST.get("do") == "again":
        count = rows.check_again(by=request.actor, batch_id=batch_id, cause=cause)
        words = ngettext("%(n)s row fits now.", "%(n)s rows fit now.", count)
    else:
        count = rows.leave_out(by=request.actor, batch_id=batch_id, cause=cause)
        words = ngettext("%(n)s row left out.", "%(n)s rows left out.", count)
    messages.success(request, words % {"n": count})
    return redirect("files:import", batch_id)
