"""Smaller pages of the console: disputes, pairs, a home, a photo."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock, secret
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id, read_ids
from dongxun.kit.views import no_season
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.visits import queries, services
from dongxun.visits.forms import HomeForm, PairForm
from dongxun.visits.models import Home, Pair
from dongxun.visits.sealing import NOTE
from dongxun.visits.services.photos import open_photo
from dongxun.visits.views.desk import desk_of

MOST_CHOICES = 400


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def disputes(request: Request) -> HttpResponse:
    """Show doors about which records differ; decide which one counts (422: with why not)."""
    desk = desk_of(request)
    if desk is None:
        return no_season(request, "visits")
    error = ""
    if request.method == "POST":
        try:
            _settle(request)
        except Invalid as refusal:
            error = str(refusal)
        else:
            messages.success(request, _("Decided; both records stay kept."))
            return redirect("visits:disputes")
    rows = queries.disputed(by=request.actor, interval=desk.node.interval)
    shots = queries.photos_at([stop.id for stop, _claims in rows])
    others = queries.two_bodies(by=request.actor, interval=desk.node.interval)
    by_door: dict[UUID, list[queries.NotTaken]] = {}
    for one in queries.refused(by=request.actor, interval=desk.node.interval):
        by_door.setdefault(one.stop.id, []).append(one)
    context = {
        "desk": desk,
        "rows": [(stop, claims, shots.get(stop.id, [])) for stop, claims in rows],
        "others": others,
        "refused": list(by_door.values()),
        "total": len(rows) + len(others),
        "error": error,
        "as_of": clock.now(),
    }
    return render(request, "visits/disputes.html", context, status=422 if error else 200)


def _settle(request: Request) -> None:
    seen = read_ids(request.POST.getlist("seen"))
    if seen:
        services.see_refused(by=request.actor, item_ids=seen)
        return
    other = read_id(request.POST.get("other", ""))
    if other is not None:
        take = request.POST.get("take") == "1"
        services.settle_other(by=request.actor, other_id=other, take=take)
        return
    stop_id = read_id(request.POST.get("stop", ""))
    if stop_id is None:
        raise NotFound
    raw = request.POST.get("at", "").strip()
    try:
        at = clock.parse_local(raw) if raw else None
    except ValueError as error:
        raise Invalid(_("Give day and time."), where="at") from error
    claim = read_id(request.POST.get("claim", ""))
    services.settle(by=request.actor, stop_id=stop_id, claim_id=claim, at=at)


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def pairs(request: Request) -> HttpResponse:
    """Show the pairs of an elder and a young member; make one or end one (422)."""
    desk = desk_of(request)
    if desk is None:
        return no_season(request, "visits")
    by, here = request.actor, desk.node.interval
    elders = _choices(people.by_years(here, MOST_CHOICES, by=by))
    young = _choices(people.by_years(here, MOST_CHOICES, by=by, youngest=True))
    ends = request.POST.get("end", "")
    form = PairForm(
        request.POST if request.method == "POST" and not ends else None, elders=elders, young=young
    )
    if ends:
        services.end_pair(by=by, pair_id=_needed(ends))
        return redirect("visits:pairs")
    if form.is_bound and form.is_valid():
        try:
            services.save_pair(
                by=by,
                season_id=desk.rules.id,
                elder_id=UUID(form.cleaned_data["elder"]),
                young_id=UUID(form.cleaned_data["young"]),
            )
        except Invalid as error:
            form.add_error(error.where or None, str(error))
        else:
            return redirect("visits:pairs")
    inside = organisations.within([here], "elder__branch__lft")
    rows = Pair.objects.filter(inside, season_id=desk.rules.id, until=None)
    rows = rows.select_related("elder__branch", "young__branch").order_by("-since", "id")
    context = {"desk": desk, "form": form, "rows": list(rows[:200]), "as_of": clock.now()}
    return render(request, "visits/pairs.html", context, status=422 if form.errors else 200)


def _choices(cards: list[Card]) -> list[tuple[str, str]]:
    return [(str(card.id), f"{card.name} {card.branch_name}") for card in cards]


def _needed(raw: str) -> UUID:
    found = read_id(raw)
    if found is None:
        raise NotFound
    return found


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def home(request: Request, person_id: UUID) -> HttpResponse:
    """Write down how to behave at a home and where it is (422: with what was typed)."""
    card = people.card(person_id, by=request.actor)
    known = Home.objects.filter(person_id=person_id).first()
    first: dict[str, object] = {
        "note": secret.unseal(known.note, NOTE) if known else "",
        "latitude": known.latitude if known else None,
        "longitude": known.longitude if known else None,
    }
    if known:
        first["weekdays"] = [*known.weekdays]
        first |= {name: getattr(known, name) for name in ("opens", "closes", "language", "two")}
    form = HomeForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        try:
            services.save_home(by=request.actor, person_id=person_id, draft=form.draft())
        except Invalid as error:
            form.add_error(error.where or None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("visits:rounds")
    context = {"person": card, "form": form}
    return render(request, "visits/home.html", context, status=422 if form.errors else 200)


@access.organiser_required
@require_http_methods(["GET", "HEAD"])
def photo(request: Request, photo_id: UUID) -> HttpResponse:
    """Show a photo taken at a door."""
    picture = open_photo(by=request.actor, photo_id=photo_id)
    return HttpResponse(picture, content_type="image/jpeg")
