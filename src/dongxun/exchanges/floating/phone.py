"""报到 without account, and the secretary's own list: where do I belong while away?"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.exchanges import queries
from dongxun.exchanges.beside import at_places
from dongxun.exchanges.floating import guessing, kept
from dongxun.exchanges.floating.console import contact_days, station_list
from dongxun.exchanges.floating.forms import ReportForm
from dongxun.kernel import clock
from dongxun.kernel.actors import Role
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.sync import answer_since
from dongxun.kit.forms import put_error
from dongxun.kit.offline import keep_offline
from dongxun.organisations import api as organisations
from dongxun.organisations.api import Site
from dongxun.people import api as people
from dongxun.people.contracts import ContactWay, PrivatePurpose
from dongxun.seasons import api as seasons

MOST_BRANCHES = 20
SEEN_FOR = timedelta(days=1)
"""How long the phone that sent a report can see that it is noted, and whom to call."""
DUE_SHOWN = 30
secretary = access.holding(Role.SECRETARY)


@require_GET
def stations(request: Request) -> HttpResponse:
    """Show anybody the stations of a town, or those that words find; the phone sorts by nearness."""
    context = station_list(request)
    cards = people.names(request.actor.persons)
    own = [(card, people.own_stay_of(card.id, by=request.actor)) for card in cards.values()]
    masters = at_places([site.id for site in context["stations"]], request.actor)
    context["stations"] = [(site, masters.get(site.id, [])) for site in context["stations"]]
    return render(request, "exchanges/stations.html", context | {"own": own})


@require_GET
def branches(request: Request) -> JsonResponse:
    """Answer ``?q=`` with branches whose name or first letters fit, for the picker."""
    access.throttle(f"branches:{access.client_address(request)}", 600, 60)
    words = request.GET.get("q", "").strip()[:40]
    found = organisations.find_branches(words, MOST_BRANCHES) if words else []
    return JsonResponse(organisations.answer([node for node, _above in found]))


@keep_offline(hours=12)
@never_cache
@require_http_methods(["GET", "POST"])
def report(request: Request, place_id: UUID) -> HttpResponse:
    """Report in at one station: one tap for whom this phone knows, else branch, name, digits."""
    place = people.station(place_id)
    if request.method == "GET":
        return _page(request, place)
    return _own(request, place) if "person" in request.POST else _stranger(request, place)


def _stranger(request: Request, place: Site) -> HttpResponse:
    """Take the word of somebody whom this phone does not know, against the roster."""
    form = ReportForm(request.POST)
    about = request.POST.get("branch", ""), request.POST.get("name", "")
    here = access.client_address(request)
    if guessing.is_spent(here, *about):
        form.add_error(None, _("Too many wrong tries. Wait a little, or call your secretary."))
        return _page(request, place, status=429, form=form)
    if not form.is_valid():
        return _page(request, place, status=422, form=form)
    data = form.cleaned_data
    try:
        _id, repeated = people.report_in_by_digits(
            by=request.actor,
            branch_id=data["branch"].id,
            name=data["name"],
            digits=data["digits"],
            place_id=place.id,
            phone=data["phone"],
        )
    except people.NotRecognised as error:
        guessing.count_wrong(here, *about)
        put_error(form, error)
        return _page(request, place, status=422, form=form)
    except DomainError as error:
        put_error(form, error)
        return _page(request, place, status=error.status, form=form)
    contact = organisations.contact_of(data["branch"].interval.lft)
    return _page(request, place, noted=True, repeated=repeated, contact=contact)


@never_cache
@require_GET
def noted(request: Request, place_id: UUID, report_id: UUID) -> HttpResponse:
    """Say that what waited on this phone is noted, and whom to call."""
    said = answer_since(report_id, kept.KIND, clock.now() - SEEN_FOR)
    if said not in {SyncAnswer.STORED, SyncAnswer.MERGED}:
        raise NotFound
    place, home = people.station(place_id), people.home_of_report(report_id)
    contact = organisations.contact_of(organisations.node(home).interval.lft) if home else None
    return _page(request, place, noted=True, repeated=home is None, contact=contact)


def _own(request: Request, place: Site) -> HttpResponse:
    person_id = wanted_id(request.POST.get("person", ""))
    if person_id not in request.actor.persons:
        raise NotFound
    try:
        people.report_in(by=request.actor, person_id=person_id, place_id=place.id)
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, place, status=error.status, refusal=str(error))
    return redirect("exchanges:report", place.id)


def _page(request: Request, place: Site, *, status: int = 200, **more: Any) -> HttpResponse:
    cards = people.names(request.actor.persons)
    own = [(card, people.own_stay_of(card.id, by=request.actor)) for card in cards.values()]
    context = {
        "place": place,
        "host_contact": organisations.contacts([place.organisation_id]).get(place.organisation_id),
        "own": own,
        "is_received": any(
            stay
            and stay.report
            and stay.state == "received"
            and stay.report.host_id == place.organisation_id
            for _card, stay in own
        ),
        "masters": queries.teaching_at(place.id),
        "form": ReportForm(),
        "today": clock.today(),
    }
    return render(request, "exchanges/report.html", context | more, status=status)


@secretary
@require_GET
def branch_floating(request: Request) -> HttpResponse:
    """Show the secretary who waits for a word: to confirm, to receive, to call."""
    return _branch_page(request)


def _branch_page(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    by = request.actor
    days = contact_days(seasons.current_season(by))
    due = people.stays(by=by, due_days=days)
    counts = people.stay_counts(by=by)
    context = {
        "for_home": people.waiting_for_home(by=by),
        "for_host": people.waiting_for_host(by=by),
        "due": due[:DUE_SHOWN],
        "due_count": len(due),
        "away": sum(n for state, n in counts.items() if state != "back"),
        "ways": ContactWay.choices,
        "days": days,
        "as_of": clock.now(),
    }
    return render(request, "exchanges/branch_floating.html", context | more, status=status)


@secretary
@never_cache
@require_POST
def call(request: Request, stay_id: UUID) -> HttpResponse:
    """Reveal the number of one's own member who lives elsewhere; the looking is written down."""
    line = people.stay(stay_id, by=request.actor)
    found = people.private_of(line.person_id, by=request.actor, purpose=PrivatePurpose.CONTACT)
    context = {"line": line, "phone": found.phone, "ways": ContactWay.choices}
    return render(request, "exchanges/call.html", context)


@secretary
@require_POST
def spoke(request: Request, stay_id: UUID) -> HttpResponse:
    """Note a word with a member, from the phone; today unless said otherwise."""
    raw = request.POST.get("on", "")
    try:
        on = date.fromisoformat(raw) if raw else clock.today()
        people.note_contact(
            by=request.actor,
            stay_id=stay_id,
            on=on,
            way=request.POST.get("way", ""),
            words=request.POST.get("words", ""),
        )
    except ValueError:
        return _branch_page(request, 422, refusal=_("Write the day as 2027-01-20."))
    except NotFound:
        raise
    except DomainError as error:
        words = "；".join(str(message) for _where, message in error.details) or str(error)
        return _branch_page(request, error.status, refusal=words)
    messages.success(request, _("Noted."))
    return redirect("exchanges:branch_floating")
