"""流动党员 on the console: who waits to be received, whom to call, the register."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.coverage import api as coverage
from dongxun.exchanges.floating.forms import BackForm, ContactForm, LostForm, StayForm, today
from dongxun.exchanges.floating.suggest import Suggesting, towns
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.together import ask
from dongxun.kit.forms import DONE, attempt, put_error
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.api import StayLine
from dongxun.people.contracts import StayState
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Parameters, SeasonCard, StudyMode

PER_PAGE = 50
FEW = 8
FORMS = ("pdf", "xlsx")
TABS = ("todo", "register", "here", "new")


def contact_days(season: SeasonCard | None) -> int:
    """Return after how many days a branch should speak with a floating member again."""
    rule = seasons.rules(season.id).parameters if season else Parameters()
    return rule.floating_contact_days


@access.organiser_required
@require_GET
def floating(request: Request) -> HttpResponse:
    """Show what waits, the register, whom one's own stations received, whom to register."""
    by, tab = request.actor, request.GET.get("tab", "todo")
    season = seasons.current_season(by)
    top, days = organisations.own_top(by), contact_days(season)
    [waiting] = ask(people.waiting(by=by, due_days=days))
    counts = people.stay_counts(by=by)
    context: dict[str, Any] = {
        "tab": tab if tab in TABS else "todo",
        "top": top,
        "season": season,
        "days": days,
        "waiting": waiting,
        "counts": counts,
        "in_register": sum(n for state, n in counts.items() if state != StayState.BACK),
        "rate": _rate(season, top),
        "names_url": reverse("coverage:names") + f"?in={top.id}&mode={StudyMode.FLOATING}",
        "as_of": clock.now(),
        "today": clock.today(),
    }
    show = {"register": _register, "here": _here, "new": _new}.get(tab, _todo)
    context |= show(request, days)
    context["tabs"] = _tabs(context)
    return render(request, "exchanges/floating.html", context)


def _rate(season: SeasonCard | None, top: Node) -> tuple[int, int] | None:
    if season is None:
        return None
    return coverage.reached_of_mode(season.id, top.interval, StudyMode.FLOATING)


def _tabs(context: dict[str, Any]) -> list[tuple[str, str, bool]]:
    waiting = context["waiting"]
    todo = waiting.for_host + waiting.for_home + waiting.contact_due
    words = {
        "todo": _("To do %(n)d") % {"n": todo},
        "register": _("Register %(n)d") % {"n": context["in_register"]},
        "here": _("Received here"),
        "new": _("Not registered"),
    }
    return [(words[key], f"?tab={key}", key == context["tab"]) for key in TABS]


def _todo(request: Request, days: int) -> dict[str, Any]:
    by = request.actor
    due = people.stays(by=by, due_days=days)
    away = people.stays(by=by, states=[StayState.AWAY])
    return {
        "for_host": people.waiting_for_host(by=by),
        "for_home": people.waiting_for_home(by=by),
        "due": due[:FEW],
        "due_more": max(len(due) - FEW, 0),
        "away": Suggesting().of(away[:FEW]),
        "away_more": max(len(away) - FEW, 0),
    }


def _register(request: Request, days: int) -> dict[str, Any]:
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:40]
    if state and state not in {*StayState.values, "due"}:
        raise NotFound
    found = people.stays(
        by=request.actor,
        states=[state] if state in StayState.values else (),
        due_days=days if state == "due" else None,
        words=words,
    )
    rows: Any = found
    page: Page[StayLine] = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    chips = [(_("All open"), "", not state), (_("Contact due"), "due", state == "due")]
    chips += [(str(one.label), one.value, state == one.value) for one in StayState]
    return {
        "page": page,
        "lines": list(page.object_list),
        "chips": chips,
        "q": words,
        "forms": FORMS,
    }


def _here(request: Request, _days: int) -> dict[str, Any]:
    return {"lines": people.received(by=request.actor)}


def _new(request: Request, _days: int) -> dict[str, Any]:
    rows = people.unregistered(by=request.actor)
    return {"page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))}


@access.organiser_required
@require_http_methods(["GET", "POST"])
def new_stay(request: Request, person_id: UUID) -> HttpResponse:
    """Enter a member of one's own as living elsewhere (422: with what was typed)."""
    person = people.card(person_id, by=request.actor)
    known = people.stay_of(person_id, by=request.actor)
    if known is not None:
        return redirect("exchanges:stay", known.id)
    form = StayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stay_id = people.register_stay(
                by=request.actor, person_id=person_id, draft=form.draft()
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("In the register; they count as floating from today."))
            return redirect("exchanges:stay", stay_id)
    context = {"form": form, "person": person}
    return render(request, "exchanges/new_stay.html", context, status=422 if form.errors else 200)


@access.organiser_required
@require_http_methods(["GET", "POST"])
def stay(request: Request, stay_id: UUID) -> HttpResponse:
    """Show one member's line and timeline; correct it (422: with what was typed)."""
    line = people.stay(stay_id, by=request.actor)
    is_home = request.actor.reaches(line.branch_lft)
    if request.method == "GET":
        return _stay_page(request, line)
    if not is_home:
        raise NotFound
    form = StayForm(request.POST)

    def save() -> None:
        people.change_stay(
            by=request.actor,
            stay_id=stay_id,
            draft=form.draft(),
            version=form.cleaned_data["version"],
        )

    done = attempt(form, save, now=lambda: StayForm.first(line))
    if done == DONE:
        messages.success(request, _("Saved."))
        return redirect("exchanges:stay", stay_id)
    return _stay_page(request, line, status=done, form=form)


def _stay_page(request: Request, line: StayLine, *, status: int = 200, **more: Any) -> HttpResponse:
    by = request.actor
    is_home = by.reaches(line.branch_lft)
    context: dict[str, Any] = {
        "line": line,
        "is_home": is_home,
        "is_host": any(one.id == line.id for one in people.waiting_for_host(by=by)),
        "has_received": any(one.id == line.id for one in people.received(by=by)),
        "timeline": people.stay_timeline(line.id, by=by),
        "contact": organisations.contact_of(line.branch_lft),
        "days": contact_days(seasons.current_season(by)),
        "suggested": None if line.report else Suggesting().nearest(line),
        "as_of": clock.now(),
    }
    if is_home:
        context |= {
            "form": StayForm(initial=StayForm.first(line)),
            "contact_form": ContactForm(initial={} if line.back_on else today(), prefix="contact"),
            "lost_form": LostForm(initial=today(), prefix="lost"),
            "back_form": BackForm(initial=today(), prefix="back"),
        }
    return render(request, "exchanges/stay.html", context | more, status=status)


@access.organiser_required
@require_POST
def note_stay(request: Request, stay_id: UUID, what: str) -> HttpResponse:
    """Note a word with the member, that contact was lost, or that they came back."""
    line = people.stay(stay_id, by=request.actor)
    if what not in WRITES or not request.actor.reaches(line.branch_lft):
        raise NotFound
    kind, write, said = WRITES[what]
    form = kind(request.POST, prefix=what)
    if form.is_valid():
        try:
            write(by=request.actor, stay_id=stay_id, **form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, said())
            return redirect("exchanges:stay", stay_id)
    return _stay_page(request, line, status=422, open=what, **{f"{what}_form": form})


WRITES: dict[str, tuple[Any, Any, Any]] = {
    "contact": (ContactForm, people.note_contact, lambda: _("Noted.")),
    "lost": (
        LostForm,
        people.lose_contact,
        lambda: _("Noted as lost; the next word with them takes it back."),
    ),
    "back": (
        BackForm,
        people.come_back,
        lambda: _("Back at home; they learn with the branch from today."),
    ),
}


@access.organiser_required
@require_POST
def answer(request: Request, report_id: UUID) -> HttpResponse:
    """Say yes or no to a report-in, as ``side`` host or home."""
    sides = {"host": people.answer_as_host, "home": people.answer_as_home}
    write = sides.get(request.POST.get("side", ""))
    if write is None:
        raise NotFound
    accept = request.POST.get("answer") == "yes"
    write(
        by=request.actor,
        report_id=report_id,
        accept=accept,
        reason=request.POST.get("reason", ""),
    )
    words = _("Confirmed; the other side sees it.") if accept else _("Refused, with your reason.")
    messages.success(request, words)
    return redirect("exchanges:branch_floating" if request.POST.get("to") == "phone" else BACK)


BACK = "exchanges:floating"


@access.organiser_required
@require_POST
def left_phone(request: Request, report_id: UUID) -> HttpResponse:
    """Reveal the number that a member left for the station; the looking is written down."""
    phone = people.open_left_phone(by=request.actor, report_id=report_id)
    return render(request, "exchanges/left_phone.html", {"phone": phone})


@access.organiser_required
@require_http_methods(["GET", "POST"])
def choose_station(request: Request, stay_id: UUID) -> HttpResponse:
    """Report one's own member in at a station: find it by town or by name."""
    line = people.stay(stay_id, by=request.actor)
    if not request.actor.reaches(line.branch_lft) or line.back_on:
        raise NotFound
    refusal = ""
    if request.method == "POST":
        try:
            people.report_in(
                by=request.actor,
                person_id=line.person_id,
                place_id=wanted_id(request.POST.get("place", "")),
            )
        except NotFound:
            raise
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Reported in; the station is asked to receive them."))
            return redirect("exchanges:stay", stay_id)
    context = station_list(request) | {"line": line, "refusal": refusal}
    status = 422 if refusal else 200
    return render(request, "exchanges/choose_station.html", context, status=status)


MOST_STATIONS = 60


def station_list(request: Request) -> dict[str, Any]:
    """Return the stations of a town, or those that words find, with what is wanted there.

    With them the towns and facilities to choose from.
    """
    every = towns()
    asked, words = request.GET.get("town", ""), request.GET.get("q", "")[:40].strip()
    facility = request.GET.get("facility", "")[:40]
    town = next((node for node in every if str(node.id) == asked), None)
    found = []
    if town or words or facility or len(every) < FEW:
        found = organisations.stations(under=town.interval if town else None, words=words)
    known = organisations.in_order({word for site in found for word in site.facilities})
    found = [site for site in found if not facility or facility in site.facilities]
    here = {name: word for name, word in (("town", town and town.id), ("q", words)) if word}
    return {
        "facility": facility,
        "facilities": [(word, urlencode(here | {"facility": word})) for word in known],
        "without": urlencode(here),
        "towns": every,
        "town": town,
        "q": words,
        "stations": found[:MOST_STATIONS],
        "more": max(len(found) - MOST_STATIONS, 0),
        "asked": bool(town or words or facility),
    }
