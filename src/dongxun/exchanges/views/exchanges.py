"""走亲与共建: which visits are planned, what each still lacks, what came of them."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.exchanges import queries
from dongxun.exchanges.contracts import ExchangeKind, ExchangeState
from dongxun.exchanges.forms import ChecklistForm, ExchangeForm, GapForm, soon
from dongxun.exchanges.models import Exchange
from dongxun.exchanges.services import planning, stations
from dongxun.exchanges.services.evidence import add_evidence_file, open_word
from dongxun.exchanges.views.shared import linked, season_of
from dongxun.files import api as files
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import attempt, put_error
from dongxun.kit.offline import keep_offline
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

PER_PAGE = 30


@access.organiser_required
@require_GET
def exchanges(request: Request) -> HttpResponse:
    """List the exchanges of the actor's units by kind, with how many items are there."""
    by, kind = request.actor, request.GET.get("kind", "")
    season = seasons.current_season(by)
    if season is None:
        return no_season(request, "exchanges")
    if kind and kind not in ExchangeKind.values:
        raise NotFound
    found = queries.exchanges(by=by, season_id=season.id, kind=kind)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    every = queries.exchanges(by=by, season_id=season.id)
    kinds = [(_("All"), "?", not kind)]
    kinds += [(str(one.label), f"?kind={one.value}", kind == one) for one in ExchangeKind]
    context = {
        "page": page,
        "kinds": kinds,
        "season": season,
        "open": every.filter(state=ExchangeState.PLANNED).count(),
        "complete": every.filter(state=ExchangeState.COMPLETE).count(),
        "due": queries.due(by=by, season_id=season.id),
        "may_set": allows("exchanges.set_checklist", by, season.root_lft),
        "as_of": clock.now(),
    }
    return render(request, "exchanges/exchanges.html", context)


@access.organiser_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, exchange_id: UUID | None = None) -> HttpResponse:
    """Plan an exchange or change one (422: with what was typed)."""
    by, saved = request.actor, []
    row = queries.exchange(exchange_id, by=by) if exchange_id else None
    season_id = row.season_id if row else season_of(by).id
    first = ExchangeForm.first(row) if row else soon()
    form = ExchangeForm(request.POST or None, initial=first)

    def save() -> None:
        saved.append(
            planning.save_exchange(
                by=by,
                season_id=season_id,
                draft=form.draft(),
                exchange_id=exchange_id,
                version=form.cleaned_data["version"] or 0,
            )
        )

    attempt(form, save, now=lambda: first)
    if saved:
        messages.success(request, _("Saved."))
        return redirect("exchanges:exchange", saved[0])
    status = 422 if form.is_bound else 200
    return render(request, "exchanges/edit.html", {"form": form, "row": row}, status=status)


@access.organiser_required
@keep_offline(hours=12)
@require_GET
def exchange(request: Request, exchange_id: UUID) -> HttpResponse:
    """Show one exchange: its items and evidence, and what was brought home."""
    return page_of(request, queries.exchange(exchange_id, by=request.actor))


def page_of(request: Request, row: Exchange, *, status: int = 200, **more: Any) -> HttpResponse:
    """Draw the page of one exchange."""
    by = request.actor
    nodes = organisations.nodes([party.organisation_id for party in row.parties.all()])
    units = organisations.choices(nodes.values())
    slots = list(row.slots.all())
    found = queries.brought_home(row)
    context: dict[str, Any] = {
        "row": row,
        "slots": slots,
        "done": sum(slot.done_at is not None for slot in slots),
        "missing": queries.missing(row),
        "gaps": found.gaps,
        "pledges": found.pledges,
        "outcomes": found.outcomes,
        "linked": linked(by, found.gaps, found.pledges, found.outcomes),
        "stations": row.stations.select_related("lecturer", "host"),
        "gap_form": GapForm(units=units, initial=soon(), prefix="gap"),
        "today": clock.today(),
        "by_id": by.id,
        "as_of": clock.now(),
    }
    return render(request, "exchanges/exchange.html", context | more, status=status)


@access.organiser_required
@require_POST
def evidence(request: Request, slot_id: int) -> HttpResponse:
    """Say what was done for an item, perhaps with a picture (422: with what was typed)."""
    row = queries.slot(slot_id, by=request.actor)
    sent = request.FILES.get("file")
    words = request.POST.get("words", "")
    try:
        planning.give_evidence(
            by=request.actor,
            slot_id=slot_id,
            words=words,
            name=str(sent.name) if sent else "",
            raw=sent.read(planning.MOST_BYTES + 1) if sent else b"",
            before=request.POST.get("before"),
        )
    except DomainError as error:
        said = "；".join(str(text) for _where, text in error.details) or str(error)
        found = queries.exchange(row.exchange_id, by=request.actor)
        more = {"slot_refusal": said, "refused_slot": slot_id, "typed": words}
        return page_of(request, found, status=error.status, **more)
    messages.success(request, _("Noted."))
    return redirect("exchanges:exchange", row.exchange_id)


@access.organiser_required
@require_POST
def add_picture(request: Request, slot_id: int) -> HttpResponse:
    """Take the file that waited on a phone until the words of its item were there."""
    sent = request.FILES.get("file")
    name, raw = (str(sent.name), sent.read(planning.MOST_BYTES + 1)) if sent else ("", b"")
    item_id = read_id(request.POST.get("item", ""))
    add_evidence_file(by=request.actor, slot_id=slot_id, name=name, raw=raw, item_id=item_id)
    return HttpResponse(status=204)


@access.organiser_required
@require_GET
def evidence_file(request: Request, slot_id: int) -> HttpResponse:
    """Hand out the file of an item; only ``?look`` shows a picture inside the browser."""
    return _file(request, *planning.open_evidence(by=request.actor, slot_id=slot_id))


@access.organiser_required
@require_GET
def word_file(request: Request, word_id: UUID) -> HttpResponse:
    """Hand out the file that came with a phone's words, in the same way."""
    return _file(request, *open_word(by=request.actor, word_id=word_id))


def _file(request: Request, name: str, raw: bytes) -> HttpResponse:
    if "look" in request.GET:
        with suppress(Invalid):  # a PDF, or no picture that can be drawn, is handed out
            clean = files.clean_picture(raw)
            return HttpResponse(clean, content_type=files.picture_type(clean))
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = str(
        content_disposition_header(as_attachment=True, filename=name)
    )
    return answer


@access.organiser_required
@require_POST
def act(request: Request, exchange_id: UUID, what: str) -> HttpResponse:
    """Complete an exchange, call it off, or draw up its session."""
    row = queries.exchange(exchange_id, by=request.actor)
    if what not in {"complete", "cancel", "session"}:
        raise NotFound
    try:
        return _done(request, exchange_id, what)
    except NotFound:
        raise
    except DomainError as error:
        said = "；".join(str(text) for _where, text in error.details) or str(error)
        return page_of(request, row, status=error.status, refusal=said)


def _done(request: Request, exchange_id: UUID, what: str) -> HttpResponse:
    if what == "session":
        session_id = stations.plan_session(by=request.actor, exchange_id=exchange_id)
        messages.success(request, _("Drawn up as a draft; add topics, then publish it."))
        return redirect("activities:session", session_id)
    if what == "complete":
        planning.complete_exchange(by=request.actor, exchange_id=exchange_id)
        messages.success(request, _("Complete, with all its items."))
    else:
        reason = request.POST.get("reason", "")
        planning.cancel_exchange(by=request.actor, exchange_id=exchange_id, reason=reason)
        messages.success(request, _("Called off; it stays on record."))
    return redirect("exchanges:exchange", exchange_id)


@access.organiser_required
@require_http_methods(["GET", "POST"])
def checklist(request: Request) -> HttpResponse:
    """Say what visits of the season do."""
    season = season_of(request.actor)
    if not allows("exchanges.set_checklist", request.actor, season.root_lft):
        raise NotFound
    now = "\n".join(label for _code, label in queries.checklist(season.id))
    form = ChecklistForm(request.POST or None, initial={"items": now})
    if request.method == "POST" and form.is_valid():
        lines = form.cleaned_data["items"].splitlines()
        try:
            planning.set_checklist(by=request.actor, season_id=season.id, labels=lines)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("exchanges:list")
    status = 422 if form.is_bound else 200
    return render(
        request, "exchanges/checklist.html", {"form": form, "season": season}, status=status
    )
