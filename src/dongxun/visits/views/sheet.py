"""Entering a returned visit record sheet: one page, one button, safe to enter again."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH
from dongxun.kit.shown import Row, Shown, Word, overtaken
from dongxun.visits import queries, services
from dongxun.visits.contracts import REACHED, StopState
from dongxun.visits.forms import LineForm
from dongxun.visits.models import Round, Stop

FIELDS = ("outcome", "at", "minutes", "words", "signed", "why_unsigned")
Lines = list[tuple[Stop, LineForm]]


@access.organiser_required
@require_http_methods(BOTH)
def sheet(request: Request, round_id: UUID) -> HttpResponse:
    """Show the sheet as the record has it; take the lines that were changed (422)."""
    row, stops = queries.round_page(round_id, by=request.actor)
    own = queries.paper_words([stop.id for stop in stops])
    record = {str(stop.id): _row(stop, own.get(stop.id, "")) for stop in stops}
    lines: Lines = [(stop, _form(record, stop)) for stop in stops]
    if request.method != "POST":
        return _page(request, row, lines, own, Shown(record))
    shown = Shown.posted(request.POST)
    lines, counted = _read(request.POST, lines, record, shown)
    if not any(form.errors for _stop, form in lines):
        try:
            done = services.enter_sheet(
                by=request.actor,
                round_id=round_id,
                lines=[form.line(stop.id) for stop, form in counted],
            )
        except NotFound:
            raise
        except DomainError as error:
            _place(error, {str(stop.id): form for stop, form in counted})
        else:
            said = _("%(written)d lines entered, %(same)d stood there already.")
            same = done.same + sum(
                not form.is_bound and bool(form["outcome"].initial) for _stop, form in lines
            )
            messages.success(request, said % {"written": done.written, "same": same})
            return redirect("visits:round", round_id)
    return _page(request, row, lines, own, shown, status=422)


def _page(
    request: Request,
    row: Round,
    lines: Lines,
    own: Mapping[UUID, str],
    was: Shown,
    *,
    status: int = 200,
) -> HttpResponse:
    heard = [
        [
            words
            for words in stop.words.splitlines()
            if words not in own.get(stop.id, "").splitlines()
        ]
        for stop, _form in lines
    ]
    context = {
        "row": row,
        "lines": [(*line, words) for line, words in zip(lines, heard, strict=True)],
        "was": was.text,
        "bad": status != 200,
    }
    return render(request, "visits/sheet.html", context, status=status)


def _row(stop: Stop, words: str) -> Row:
    """Return what the page shows of a home; of one nobody has been to yet, nothing."""
    if stop.state not in REACHED:
        return ("",) * len(FIELDS)
    at = f"{clock.local(stop.began_at):%H:%M}" if stop.began_at else ""
    minutes = str(stop.minutes or "")
    return (stop.state, at, minutes, words, stop.signed, stop.why_unsigned)


def _form(record: Mapping[str, Row], stop: Stop, data: Mapping[str, str] | None = None) -> LineForm:
    key = str(stop.id)
    return LineForm(data, prefix=key, initial=dict(zip(FIELDS, record[key], strict=True)))


def _read(
    data: Mapping[str, str], lines: Lines, record: Mapping[str, Row], shown: Shown
) -> tuple[Lines, Lines]:
    """Return all lines to be drawn again, and those among them that count.

    One left alone is drawn as the record has it now; one that cannot count says why.
    """
    drawn: Lines = []
    counted: Lines = []
    for stop, as_it_is in lines:
        key = str(stop.id)
        typed = tuple(_plain(data.get(f"{key}-{name}", "")) for name in FIELDS)
        is_there = f"{key}-outcome" in data
        word = shown.weigh(key, typed, record[key], _agree) if is_there else Word.NOTHING
        if word is Word.NOTHING:
            shown.rows[key] = record[key]
            drawn.append((stop, as_it_is))
            continue
        form = _form(record, stop, data)
        drawn.append((stop, form))
        if word is Word.ASK:
            form.add_error(None, overtaken(_spoken(record[key])))
        elif not typed[0]:
            form.add_error("outcome", _("Choose how the visit ended."))
        else:
            counted.append((stop, form))
    return drawn, counted


def _plain(typed: str) -> str:
    return typed.replace("\r\n", "\n").strip()


def _agree(typed: Row, now: Row) -> bool:
    """Return whether two wrote the same of a visit; what is left out leaves the other's."""
    same = (typed[0], typed[2]) == (now[0], now[2])
    return same and all(one in {"", other} for one, other in zip(typed, now, strict=True))


def _spoken(now: Row) -> str:
    outcome, at, minutes, *_more = now
    when = _("%(at)s, %(n)s min") % {"at": at, "n": minutes} if minutes else at
    return f"{StopState(outcome or StopState.WAITING).label} {when}".strip()


def _place(error: DomainError, forms: Mapping[str, LineForm]) -> None:
    """Put a refusal beside the field it speaks of."""
    for where, message in error.details or [(error.where, error.message)]:
        name, _sep, key = where.partition("_")
        form = forms.get(key) or next(iter(forms.values()))
        form.add_error(name if name in form.fields and key in forms else None, str(message))
