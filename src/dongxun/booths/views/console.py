"""集章卡 at the desk: cards and their booths, live counts, who filled one."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.booths.contracts import CardState
from dongxun.booths.forms import BoothForm, CardForm
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries import cards as queries
from dongxun.booths.queries import standing
from dongxun.booths.services import cards as services
from dongxun.booths.services import stamping
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonState

PER_PAGE = 50


@access.organiser_required
@require_safe
def cards(request: Request) -> HttpResponse:
    """Show the stamp cards of the season."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "booths")
    rows = queries.cards(season.id, by=request.actor)
    context = {
        "season": season,
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "booths/cards.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_card(request: Request) -> HttpResponse:
    """Begin a card; its booths come next."""
    season = seasons.current_season(request.actor)
    if season is None:
        return no_season(request, "booths")
    return _edit(request, season, None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_card(request: Request, card_id: UUID) -> HttpResponse:
    """Change a card."""
    row = queries.card(card_id, by=request.actor)
    return _edit(request, seasons.season(row.season_id, by=request.actor), row)


def _edit(request: Request, season: SeasonCard, row: StampCard | None) -> HttpResponse:
    sessions = queries.sessions_to_choose(season.id, by=request.actor)
    initial: dict[str, object] = {}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("title", "needed", "prize", "stock")}
        initial |= {"organisation": row.organisation_id, "session": row.session_id or ""}
        if row.session and str(row.session_id) not in dict(sessions):
            sessions.append((str(row.session_id), row.session.title))
    if row is not None:
        units = [(str(row.organisation_id), row.organisation.short_name)]
    else:
        units = organisations.choices(organisations.own_units(request.actor))
    form = CardForm(sent(request), initial=initial, units=units, sessions=sessions)
    made: list[UUID] = []

    def save() -> None:
        key = services.write_card(
            by=request.actor,
            organisation_id=UUID(form.cleaned_data["organisation"]),
            season_id=season.id,
            draft=form.draft(),
            card_id=row.id if row else None,
            fresh_id=form.cleaned_data["id"],
        )
        made.append(key)

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("booths:card", made[0])
    context = {"form": form, "card": row, "season": season}
    return render(request, "booths/edit_card.html", context, status=status)


@access.organiser_required
@require_safe
def card(request: Request, card_id: UUID) -> HttpResponse:
    """Show a card: its booths with their stamps so far, and who has how many."""
    row = queries.card(card_id, by=request.actor)
    booths, holders = standing.counts(row)
    full = [one for one in holders if one.full_at]
    context = {
        "card": row,
        "booths": booths,
        "page": Paginator(holders, PER_PAGE).get_page(request.GET.get("page")),
        "people": len(holders),
        "full": len(full),
        "given": sum(one.prize_at is not None for one in holders),
        "missing": services.missing(row.needed, len(booths))
        if row.state == CardState.DRAFT
        else [],
        "may": row.season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    if request.htmx:
        return render(request, "booths/card.html#counts", context)
    return render(request, "booths/card.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_booth(request: Request, card_id: UUID) -> HttpResponse:
    """Add a booth to a card."""
    return _booth(request, queries.card(card_id, by=request.actor), None)


@access.organiser_required
@require_http_methods(BOTH)
def edit_booth(request: Request, booth_id: UUID) -> HttpResponse:
    """Change a booth."""
    row = queries.booth(booth_id, by=request.actor)
    return _booth(request, row.card, row)


def _booth(request: Request, card: StampCard, row: Booth | None) -> HttpResponse:
    initial: dict[str, object] = {}
    if row is not None:
        initial = {name: getattr(row, name) for name in ("title", "place", "task")}
        initial |= {"quiz": row.quiz_id or ""}
    choices = queries.quizzes_to_choose(card, row.quiz_id if row else None, by=request.actor)
    form = BoothForm(sent(request), initial=initial, quizzes=choices)

    def save() -> None:
        services.write_booth(
            by=request.actor,
            card_id=card.id,
            draft=form.draft(),
            booth_id=row.id if row else None,
            fresh_id=form.cleaned_data["id"],
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("booths:card", card.id)
    context = {"form": form, "card": card, "booth": row}
    return render(request, "booths/edit_booth.html", context, status=status)


@access.organiser_required
@require_POST
def do(request: Request, card_id: UUID) -> HttpResponse:
    """Open or close a card, take a booth off it, note a prize that was handed out."""
    row, by, sent_in = queries.card(card_id, by=request.actor), request.actor, request.POST
    acts = {
        "open": lambda: services.open_card(by=by, card_id=row.id),
        "close": lambda: services.close_card(by=by, card_id=row.id),
        "remove": lambda: services.remove_booth(by=by, booth_id=wanted_id(sent_in.get("booth"))),
        "prize": lambda: stamping.give_prize(by=by, card_id=row.id, who=sent_in.get("who", "")),
    }
    said = {
        "open": _("Open; stamps can be earned now."),
        "close": _("Closed; what was earned stays."),
        "remove": _("Removed."),
        "prize": _("Noted as handed out."),
    }
    what = sent_in.get("what", "")
    if what not in acts:
        raise NotFound
    try:
        acts[what]()
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said[what])
    return redirect("booths:card", row.id)
