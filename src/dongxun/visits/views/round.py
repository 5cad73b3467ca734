"""One round in the console: its order, who goes, and everything that may happen to it."""

from collections.abc import Callable
from datetime import time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError, Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit import drawing
from dongxun.kit.templatetags.kit_forms import located
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.visits import neighbours, queries, services, sketch
from dongxun.visits.contracts import LinkInUse, StopState
from dongxun.visits.forms import GuestForm, SoundForm, VisitorForm, WindowForm
from dongxun.visits.models import Home, Round, Stop, Visitor
from dongxun.visits.services.sounds import MOST_BYTES

Act = Callable[[Request, UUID], UUID | None]


@access.organiser_required
@require_http_methods(["GET", "HEAD"])
def round_page(request: Request, round_id: UUID) -> HttpResponse:
    """Show a round: route, stops in order, visitors, what to carry."""
    return _page(request, round_id)


def _page(
    request: Request,
    round_id: UUID,
    *,
    error: DomainError | None = None,
    link: str = "",
    in_use: Visitor | None = None,
) -> HttpResponse:
    row, stops = queries.round_page(round_id, by=request.actor)
    lines = _lines(request, row, stops)
    others = queries.rounds_of(
        by=request.actor,
        season_id=row.season_id,
        interval=organisations.node(row.organisation_id).interval,
    ).filter(day=row.day)
    context = {
        "row": row,
        "lines": lines,
        "drawn": [dot for _stop, dot, *_more in lines if dot],
        "done": sum(stop.state == StopState.DONE for stop in stops),
        "visitor_form": VisitorForm(choices=_choices(request, row)),
        "guest_form": GuestForm(),
        "sound_form": SoundForm(),
        "others": [other for other in others if other.id != row.id],
        "is_open": row.state == "open",
        "error": error,
        "link": link,
        "in_use": in_use,
        "qr": drawing.qr(link) if link else "",
        "as_of": clock.now(),
    }
    return render(request, "visits/round.html", context, status=422 if error else 200)


def _lines(request: Request, row: Round, stops: list[Stop]) -> list[tuple[Any, ...]]:
    """Return each home with its dot on the sketch and all that is said of it."""
    ids = [stop.person_id for stop in stops if stop.person_id]
    homes = {home.person_id: home for home in Home.objects.filter(person_id__in=ids)}
    places = [homes.get(stop.person_id) if stop.person_id else None for stop in stops]
    found = sketch.dots([_point(home) for home in places])
    carry = neighbours.to_carry(stops, by=request.actor)
    shots = queries.photos_of(row.id)
    owed = queries.lacks_at(row, [stop for stop in stops if stop.state != StopState.DONE])
    return [
        (
            stop,
            dot,
            carry.get(stop.id, []),
            bool(home),
            shots.get(stop.id, []),
            owed.get(stop.id, ()),
        )
        for stop, dot, home in zip(stops, found, places, strict=True)
    ]


def _point(home: Home | None) -> tuple[float, float] | None:
    if home is None or home.latitude is None or home.longitude is None:
        return None
    return home.latitude, home.longitude


def _choices(request: Request, row: Round) -> list[tuple[str, str]]:
    """Return who could go: accounts that one oversees, then people of the round's place."""
    interval = organisations.node(row.organisation_id).interval
    accounts = access.accounts_within(interval, by=request.actor)
    visited = {stop.person_id for stop in row.stops.all()}
    members = people.people_under(interval, by=request.actor)[:500]
    return [
        *((f"a{key}", f"{name} {place or ''}".strip()) for key, name, place in accounts),
        *((f"p{c.id}", f"{c.name} {c.branch_name}") for c in members if c.id not in visited),
    ]


@access.organiser_required
@require_POST
def act(request: Request, round_id: UUID) -> HttpResponse:
    """Do one thing to a round (422: the page again, with why not)."""
    what = ROUND_ACTS.get(request.POST.get("what", ""))
    if what is None:
        raise NotFound
    try:
        return _after(what(request, round_id) or round_id)
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, round_id, error=error)


def _after(round_id: UUID) -> HttpResponseRedirect:
    return redirect("visits:round", round_id)


def _cancel(request: Request, round_id: UUID) -> None:
    reason = request.POST.get("reason", "")
    services.cancel_round(by=request.actor, round_id=round_id, reason=reason)
    messages.success(request, _("Called off; what phones recorded before is still taken."))


def _close(request: Request, round_id: UUID) -> None:
    services.close_round(by=request.actor, round_id=round_id)
    messages.success(request, _("Closed. Records still on a phone are taken for 90 days."))


def _split(request: Request, round_id: UUID) -> UUID:
    chosen = [one for raw in request.POST.getlist("stops") if (one := read_id(raw))]
    new = read_id(request.POST.get("new", ""))
    return services.split_round(by=request.actor, round_id=round_id, stop_ids=chosen, new=new)


def _merge(request: Request, round_id: UUID) -> UUID:
    into = read_id(request.POST.get("into", ""))
    if into is None:
        raise NotFound
    services.merge_rounds(by=request.actor, round_id=round_id, into_id=into)
    return into


def _send(request: Request, round_id: UUID) -> None:
    raw, name = request.POST.get("visitor", ""), request.POST.get("named", "")
    if name.strip() and not raw:
        row = services.round_row(round_id, by=request.actor)
        here = organisations.node(row.organisation_id).interval
        for one in people.find(name, [here], where="named", counted=True)[:1]:
            raw = f"p{one.id}"
    key = read_id(raw[1:])
    services.add_visitor(
        by=request.actor,
        round_id=round_id,
        person_id=key if raw.startswith("p") else None,
        account_id=key if raw.startswith("a") else None,
    )
    if key and raw.startswith("p"):
        _warn_of_two(request, services.round_row(round_id, by=request.actor), key)


def _warn_of_two(request: Request, row: Round, person_id: UUID) -> None:
    """Say where somebody who was sent on a round goes on another at that time."""
    mine = (row.day, row.starts_at or time.min, row.ends_at or time.max)
    others = queries.engaged([person_id], [row.day], besides=row.id)
    if any(one.overlaps(*mine) for one in others):
        name = people.card(person_id, by=request.actor).name
        words = _("%(name)s goes on another round at the same time; take one of them off.")
        messages.warning(request, words % {"name": name})


def _guest(request: Request, round_id: UUID) -> None:
    form = GuestForm(request.POST)
    if form.is_valid():
        services.add_stops(by=request.actor, round_id=round_id, guests=[form.guest()])
        return
    raise _refusal(form)


@access.organiser_required
@require_POST
def sound(request: Request, round_id: UUID) -> HttpResponse:
    """Put a recorded lesson on a round, or take it off (422: the round again, with why not)."""
    by = request.actor
    try:
        if request.POST.get("what") == "remove":
            services.remove_sound(by=by, round_id=round_id)
            return _after(round_id)
        services.round_row(round_id, by=by)
        given = request.FILES.get("sound")
        if given is None:
            raise Invalid(_("Choose a recording first."), where="sound")
        size = given.size or 0
        raw = given.read() if size <= MOST_BYTES else b""
        services.save_sound(by=by, round_id=round_id, name=given.name or "", raw=raw, size=size)
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, round_id, error=error)
    messages.success(request, _("The recording is on the round; phones fetch it with the homes."))
    return _after(round_id)


def _refusal(form: BaseForm) -> Invalid:
    """Return what does not fit as a refusal."""
    [first, *_more] = [message for bound in form for message in located(bound)]
    return Invalid(first)


ROUND_ACTS: dict[str, Act] = {
    "cancel": _cancel,
    "close": _close,
    "split": _split,
    "merge": _merge,
    "send": _send,
    "guest": _guest,
}


@access.organiser_required
@require_POST
def stop(request: Request, stop_id: UUID) -> HttpResponse:
    """Move a stop, change it, or take it off (422: the round again, with why not)."""
    row = services.stop_row(stop_id, by=request.actor)
    try:
        _change(request, row)
    except NotFound:
        raise
    except DomainError as error:
        return _page(request, row.round_id, error=error)
    response = _after(row.round_id)
    response["Location"] += f"#s{stop_id}"
    return response


def _change(request: Request, row: Stop) -> None:
    by, what = request.actor, request.POST.get("what", "")
    if what in {"up", "down"}:
        services.move_stop(by=by, stop_id=row.id, up=what == "up")
    elif what == "drop":
        services.drop_stop(by=by, stop_id=row.id)
    elif what == "edit":
        form = WindowForm(request.POST)
        if not form.is_valid():
            raise _refusal(form)
        services.edit_stop(by=by, stop_id=row.id, **form.cleaned_data)
    else:
        raise NotFound


@access.organiser_required
@require_POST
def visitor(request: Request, visitor_id: UUID) -> HttpResponse:
    """Make a visitor's link and show it once, or send somebody else.

    A phone that has the round by an earlier link loses it: that is asked about first.
    """
    row = services.visitor_row(visitor_id, by=request.actor)
    if request.POST.get("what") == "remove":
        services.remove_visitor(by=request.actor, visitor_id=visitor_id)
        return _after(row.round_id)
    again = request.POST.get("what") == "again"
    try:
        link = services.link_for(by=request.actor, visitor_id=visitor_id, again=again)
    except LinkInUse:
        return _page(request, row.round_id, in_use=row)
    return _page(request, row.round_id, link=request.build_absolute_uri(link.path))
