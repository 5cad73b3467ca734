"""What is followed up: gaps, pledges, outcomes, stations of lecturers, stops of a vehicle."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.activities import api as activities
from dongxun.activities.contracts import SessionState
from dongxun.exchanges import queries
from dongxun.exchanges.forms import (
    Choices,
    FollowGapForm,
    FollowPledgeForm,
    GapForm,
    OutcomeForm,
    PledgeForm,
    StationForm,
    soon,
)
from dongxun.exchanges.models import Exchange, StopSession
from dongxun.exchanges.services import following, stations
from dongxun.exchanges.views.exchanges import page_of
from dongxun.exchanges.views.shared import linked, season_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.forms import put_error
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people


@access.organiser_required
@require_POST
def add_gap(request: Request, exchange_id: UUID) -> HttpResponse:
    """Note a gap found on an exchange (422: with what was typed)."""
    row = queries.exchange(exchange_id, by=request.actor)
    nodes = organisations.nodes([party.organisation_id for party in row.parties.all()])
    form = GapForm(request.POST, units=organisations.choices(nodes.values()), prefix="gap")
    if form.is_valid():
        try:
            following.save_gap(by=request.actor, exchange_id=exchange_id, **form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Noted; it is followed up until it is closed."))
            return redirect("exchanges:exchange", exchange_id)
    return page_of(request, row, status=422, gap_form=form)


@access.organiser_required
@require_GET
def follow(request: Request) -> HttpResponse:
    """Show what is open: gaps, pledges and outcomes of the actor's units."""
    return _follow_page(request)


def _follow_page(request: Request, status: int = 200, **more: Any) -> HttpResponse:
    by = request.actor
    season = season_of(by)
    said_at, node, first = _occasion(request)
    units = _units(by, node)
    gaps = list(queries.gaps(by=by, season_id=season.id))
    pledges = list(queries.pledges(by=by, season_id=season.id))
    outcomes = list(queries.outcomes(by=by, season_id=season.id))
    context: dict[str, Any] = {
        "season": season,
        "gaps": gaps,
        "pledges": pledges,
        "outcomes": outcomes,
        "linked": linked(by, gaps, pledges, outcomes),
        "due": queries.due(by=by, season_id=season.id),
        "said_at": said_at,
        "pledge_form": PledgeForm(units=units, initial=soon() | first, prefix="pledge"),
        "outcome_form": OutcomeForm(units=units, initial=soon(), prefix="outcome"),
        "gap_states": FollowGapForm(),
        "pledge_states": FollowPledgeForm(),
        "today": clock.today(),
        "as_of": clock.now(),
    }
    return render(request, "exchanges/follow.html", context | more, status=status)


def _occasion(request: Request) -> tuple[str, Node | None, dict[str, Any]]:
    """Return where a pledge was said, ``?session=`` or ``?exchange=``: title, unit, form values.

    Raises:
        NotFound: not the actor's to see.
    """
    by = request.actor
    if raw := request.GET.get("session", ""):
        session = activities.paper_session(wanted_id(raw), by=by)
        node = organisations.node(session.host_id)
        mine = node if by.reaches(node.interval.lft) else None
        return session.title, mine, _at(mine) | {"session_id": session.id}
    if raw := request.GET.get("exchange", ""):
        row = queries.exchange(wanted_id(raw), by=by)
        own = [one.organisation for one in row.parties.all() if by.reaches(one.organisation.lft)]
        node = organisations.node(own[0].id)
        return row.title, node, _at(node) | {"exchange_id": row.id}
    return "", None, {}


def _at(node: Node | None) -> dict[str, Any]:
    return {"organisation": str(node.id)} if node else {}


def _units(by: Actor, node: Node | None) -> Choices:
    """Return the units to choose from, with the one that the page was opened for."""
    return organisations.choices(organisations.own_units(by, *[node] if node else []))


@access.organiser_required
@require_POST
def add_pledge(request: Request) -> HttpResponse:
    """Note a pledge (422: with what was typed)."""
    return _add(request, PledgeForm, "pledge", following.save_pledge)


@access.organiser_required
@require_POST
def add_outcome(request: Request) -> HttpResponse:
    """Note what study turned into (422: with what was typed)."""
    return _add(request, OutcomeForm, "outcome", following.save_outcome)


def _chosen(request: Request, name: str) -> Node | None:
    """Return the unit that a form sends, if the actor organises it."""
    try:
        return organisations.node_in_scope(UUID(request.POST.get(name, "")), by=request.actor)
    except (ValueError, NotFound):
        return None


def _add(request: Request, kind: Any, prefix: str, write: Any) -> HttpResponse:
    season = season_of(request.actor)
    units = _units(request.actor, _chosen(request, f"{prefix}-organisation"))
    form = kind(request.POST, units=units, prefix=prefix)
    if form.is_valid():
        try:
            write(by=request.actor, season_id=season.id, **form.cleaned_data)
        except NotFound:
            raise
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Noted."))
            return redirect("exchanges:follow")
    return _follow_page(request, 422, **{f"{prefix}_form": form})


@access.organiser_required
@require_POST
def follow_gap(request: Request, gap_id: UUID) -> HttpResponse:
    """Say how far a gap is closed."""
    said = {name: request.POST.get(name, "") for name in ("state", "result")}
    standing = request.POST.get("standing")
    return _followed(
        request,
        gap_id,
        lambda: following.follow_gap(by=request.actor, gap_id=gap_id, standing=standing, **said),
    )


@access.organiser_required
@require_POST
def follow_pledge(request: Request, pledge_id: UUID) -> HttpResponse:
    """Say what became of a pledge."""
    form = FollowPledgeForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    return _followed(
        request,
        pledge_id,
        lambda: following.follow_pledge(
            by=request.actor,
            pledge_id=pledge_id,
            state=data.get("state", ""),
            outcome=data.get("outcome", ""),
            again_on=data.get("again_on"),
            standing=request.POST.get("standing"),
        ),
    )


def _followed(request: Request, key: UUID, write: Any) -> HttpResponse:
    try:
        write()
    except NotFound:
        raise
    except DomainError as error:
        said = "；".join(str(text) for _where, text in error.details) or str(error)
        return _follow_page(request, error.status, refusal=said, refused_id=key)
    messages.success(request, _("Noted."))
    return redirect("exchanges:follow")


@access.organiser_required
@require_http_methods(["GET", "POST"])
def master_stations(request: Request) -> HttpResponse:
    """Show where master lecturers teach regularly, and open such a station."""
    by = request.actor
    lecturers = [(str(one.id), f"{one.name} {one.title}") for one in people.lecturers(by=by)]
    units, visit = organisations.own_units(by), _visit(request)
    form = StationForm(
        request.POST or None,
        units=organisations.choices(units),
        lecturers=lecturers,
        places=_places(units),
        initial={"exchange_id": visit.id} if visit else {},
    )
    if request.method == "POST" and form.is_valid():
        try:
            stations.open_station(by=by, **form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("Opened."))
            visit_id = form.cleaned_data["exchange_id"]
            return (
                redirect("exchanges:exchange", visit_id)
                if visit_id
                else redirect("exchanges:master_stations")
            )
    rows = queries.stations(by=by)
    context = {
        "rows": rows,
        "open": rows.filter(until=None).count(),
        "form": form,
        "has_lecturers": bool(lecturers),
        "visit": visit,
    }
    status = 422 if form.is_bound else 200
    return render(request, "exchanges/master_stations.html", context, status=status)


def _visit(request: Request) -> Exchange | None:
    """Return the exchange whose item the station is to be, ``?exchange=``."""
    raw = request.GET.get("exchange", "")
    return queries.exchange(wanted_id(raw), by=request.actor) if raw else None


def _places(units: list[Node]) -> Choices:
    """Return the open public stations of these units, to choose from."""
    own = {unit.id for unit in units}
    found = [site for site in organisations.stations() if site.organisation_id in own]
    return [("", "—"), *((str(site.id), site.name) for site in found)]


@access.organiser_required
@require_POST
def end_station(request: Request, station_id: UUID) -> HttpResponse:
    """Let a station end today."""
    stations.end_station(by=request.actor, station_id=station_id)
    messages.success(request, _("Ended; it stays on record."))
    return redirect("exchanges:master_stations")


@access.organiser_required
@require_http_methods(["GET", "POST"])
def stops(request: Request) -> HttpResponse:
    """Show the route of the mobile classroom, and plan a session at a stop."""
    by = request.actor
    units = organisations.own_units(by)
    if request.method == "POST":
        return _teach(request)
    found = organisations.vehicle_stops(by=by)
    known = {
        (row.place_id, row.starts_at): row.session_id
        for row in StopSession.objects.filter(
            place_id__in={stop.place_id for stop in found}
        ).exclude(session__state=SessionState.CANCELLED)
    }
    rows = [(stop, known.get((stop.place_id, stop.starts_at))) for stop in found]
    context = {
        "rows": rows,
        "units": units,
        "planned": sum(session is not None for _stop, session in rows),
        "as_of": clock.now(),
    }
    return render(request, "exchanges/stops.html", context)


def _teach(request: Request) -> HttpResponse:
    try:
        place_id = UUID(request.POST.get("place", ""))
        host_id = UUID(request.POST.get("host", ""))
        starts_at = datetime.fromisoformat(request.POST.get("starts_at", ""))
        if starts_at.tzinfo is None:
            raise NotFound
    except ValueError as error:
        raise NotFound from error
    session_id = stations.teach_at_stop(
        by=request.actor,
        season_id=season_of(request.actor).id,
        place_id=place_id,
        starts_at=starts_at,
        host_id=host_id,
    )
    messages.success(request, _("Drawn up as a draft; add topics, then publish it."))
    return redirect("activities:session", session_id)
