"""The packs of a season: how far handing out is, what they hold, who gets them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.packs.contracts import PackKind, Tally
from dongxun.packs.forms.packs import PackForm
from dongxun.packs.queries import lists as list_queries
from dongxun.packs.queries import stock as queries
from dongxun.packs.services import definitions
from dongxun.packs.views.shared import Choices, is_open, season_of, tabs, units
from dongxun.seasons.contracts import SeasonCard


@access.organiser_required
@require_GET
def overview(request: Request) -> HttpResponse:
    """Show how many have theirs, and every pack and list of the season."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    cards = list_queries.lists(season.id, by=request.actor)
    sums: dict[UUID, Tally] = {}
    for card in cards:
        before = sums.get(card.pack_id, Tally())
        sums[card.pack_id] = Tally(
            before.received + card.tally.received, before.total + card.tally.total
        )
    context = {
        "season": season,
        "tally": list_queries.season_tally(season.id, by=request.actor),
        "packs": [
            (pack, sums.get(pack.id, Tally()), queries.contents_words(pack.contents.all()))
            for pack in queries.packs(season.id, by=request.actor)
        ],
        "lists": cards,
        "tabs": tabs("overview"),
        "may": is_open(season),
        "as_of": clock.now(),
    }
    return render(request, "packs/overview.html", context)


@access.organiser_required
@require_GET
def pack(request: Request, pack_id: UUID) -> HttpResponse:
    """Show a pack: what lies in it, how many there are, and its lists."""
    row = queries.pack(pack_id, by=request.actor)
    cards = list_queries.lists(row.season_id, by=request.actor, pack_id=row.id)
    replaced = {c.article_id for c in row.contents.all() if c.article.edition > 1}
    context = {
        "pack": row,
        "contents": list(row.contents.all()),
        "editions": replaced,
        "lists": cards,
        "makes": queries.packs_in(row, by=request.actor),
        "mine": request.actor.reaches(row.organisation.lft),
        "received": sum(card.tally.received for card in cards),
        "total": sum(card.tally.total for card in cards),
        "as_of": clock.now(),
    }
    return render(request, "packs/pack.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_pack(request: Request) -> HttpResponse:
    """Define a pack."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    form = PackForm(sent(request), units=units(request.actor), articles=_articles(request))
    return _save(request, form, season.id, None, season)


@access.organiser_required
@require_http_methods(BOTH)
def edit_pack(request: Request, pack_id: UUID) -> HttpResponse:
    """Change a pack; lists that were issued keep what lay in them."""
    row = definitions.own_pack(pack_id, by=request.actor)
    initial = {
        "organisation": str(row.organisation_id),
        "name": row.name,
        "kind": row.kind,
        "spec": row.spec,
        "note": row.note,
        "contents": {str(c.article_id): c.quantity for c in row.contents.all()},
    }
    own = (str(row.organisation_id), str(row.organisation))
    choices = list(dict([*units(request.actor), own]).items())
    form = PackForm(sent(request), units=choices, articles=_articles(request), initial=initial)
    return _save(request, form, row.season_id, row.id, None)


def _articles(request: Request) -> Choices:
    return [
        (str(row.id), " ".join(filter(None, (row.title, row.spec, f"（{row.unit}）"))))
        for row in queries.current_articles(request.actor)
    ]


def _save(
    request: Request,
    form: PackForm,
    season_id: UUID,
    pack_id: UUID | None,
    season: SeasonCard | None,
) -> HttpResponse:
    made: list[UUID] = []

    def save() -> None:
        data = form.cleaned_data
        made.append(
            definitions.save_pack(
                by=request.actor,
                season_id=season_id,
                organisation_id=UUID(data["organisation"]),
                name=data["name"],
                kind=PackKind(data["kind"]),
                contents=form.contents(),
                spec=data["spec"],
                note=data["note"],
                pack_id=pack_id,
            )
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("packs:pack", made[0])
    context = {
        "form": form,
        "season": season,
        "pack_id": pack_id,
        "back": reverse("packs:pack", args=[pack_id]) if pack_id else reverse("packs:overview"),
    }
    return render(request, "packs/pack_form.html", context, status=status)
