"""点单、派单、评单 on the console."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import beside, clock
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.rules import allows
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.lecturers.contracts import BEGINS, TO_DISPATCH, DayPart, Moment, OrderState
from dongxun.lecturers.forms import NAMES, OrderForm, RateForm, WhenForm, WhyForm
from dongxun.lecturers.queries import orders as reading
from dongxun.lecturers.queries import pool
from dongxun.lecturers.services import orders as services
from dongxun.lecturers.views.shared import A_PAGE, season_of, units
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

USUAL_MINUTES = 60
TONES = {
    OrderState.WAITING: "warn",
    OrderState.BACK: "bad",
    OrderState.ASKED: "info",
    OrderState.ACCEPTED: "ok",
    OrderState.HELD: "warn",
    OrderState.RATED: "ok",
}


@access.organiser_required
@require_safe
def orders(request: Request) -> HttpResponse:
    """Show the orders of the season by where they stand, and what each level was asked for."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "lecturers")
    season = season_of(request)
    found = reading.orders(season.id, by=request.actor)
    counts = reading.group_counts(found)
    group = request.GET.get("group", "")
    if group not in reading.GROUPS:
        group = next((name for name, n in counts.items() if n), "open")
    shown = [line for line in found if line.state in reading.GROUPS[group]]
    words = {
        "open": _("To dispatch"),
        "asked": _("Lecturer asked"),
        "accepted": _("Accepted"),
        "held": _("To rate"),
        "rated": _("Rated"),
        "closed": _("Closed"),
    }
    context = {
        "season": season,
        "page": Paginator(shown, A_PAGE).get_page(request.GET.get("page")),
        "groups": [
            (f"{words[name]} {n}", f"?group={name}", name == group) for name, n in counts.items()
        ],
        "group": group,
        "counts": counts,
        "figures": reading.figures(found),
        "levels": pool.levels(season.id, by=request.actor),
        "tones": TONES,
        "may": season.state != SeasonState.CLOSED,
        "as_of": clock.now(),
    }
    return render(request, "lecturers/orders.html", context)


@access.organiser_required
@require_http_methods(BOTH)
def new_order(request: Request) -> HttpResponse:
    """Order a lesson for one of the actor's units."""
    season, by = season_of(request), request.actor
    first = max(clock.today() + timedelta(days=3), season.starts_on)
    initial = {
        "wanted_from": first,
        "wanted_until": first + timedelta(days=6),
        "lecturer": request.GET.get("lecturer", ""),
        "topic": request.GET.get("topic", ""),
        "wish": request.GET.get("wish", "")[:160],
    }
    form = OrderForm(
        sent(request),
        initial=initial,
        units=units(request),
        topics=[(str(t.id), f"{t.number}. {t.name}") for t in seasons.rules(season.id).topics],
        lecturers=[
            (str(one.id), f"{one.name}　{'、'.join(one.subjects)}".strip())
            for one in people.lecturers(by=by, shared=True)
        ],
        places=[
            (str(s.id), f"{s.name}　{s.organisation_name}") for s in organisations.sites_for(by)
        ],
    )
    made: list[UUID] = []

    def save() -> None:
        key = UUID(form.cleaned_data["organisation"])
        made.append(
            services.place_order(
                by=by, season_id=season.id, organisation_id=key, draft=form.draft()
            )
        )

    status = attempt(form, save, NAMES)
    if status == DONE:
        messages.success(request, _("Ordered; a lecturer is sought now."))
        return redirect("lecturers:order", made[0])
    context = {"form": form, "season": season}
    return render(request, "lecturers/new_order.html", context, status=status)


@access.organiser_required
@require_safe
def order(request: Request, order_id: UUID) -> HttpResponse:
    """Show an order: what is wished, who was asked, and what comes next."""
    return _page(request, reading.order(order_id, by=request.actor))


def _page(request: Request, line: reading.Line, *, status: int = 200, **more: Any) -> HttpResponse:
    by, row = request.actor, line.order
    open_ = row.season.state != SeasonState.CLOSED
    desk = allows("lecturers.dispatch", by, row.organisation.lft)
    rating = reading.rating_of(row)
    known = {"stars": rating.stars, "words": rating.words} if rating else None
    context: dict[str, Any] = {
        "line": line,
        "order": row,
        "tone": TONES.get(line.state, ""),
        "rating": rating,
        "can_dispatch": desk and open_ and line.state in TO_DISPATCH | {OrderState.ASKED},
        "can_withdraw": open_
        and line.state in TO_DISPATCH | {OrderState.ASKED, OrderState.ACCEPTED},
        "can_rate": open_ and line.state in {OrderState.HELD, OrderState.RATED},
        "rate_form": RateForm(initial=known, prefix="rate"),
        "why_form": WhyForm(prefix="why"),
        "as_of": clock.now(),
    }
    return render(request, "lecturers/order.html", context | more, status=status)


@access.organiser_required
@require_POST
def do_order(request: Request, order_id: UUID) -> HttpResponse:
    """Withdraw an order, say that it cannot be met, or rate its lesson."""
    line, by = reading.order(order_id, by=request.actor), request.actor
    what = request.POST.get("what", "")
    rate_form, why_form = RateForm(request.POST, prefix="rate"), WhyForm(request.POST, prefix="why")
    if what == "rate":
        status = attempt(
            rate_form,
            lambda: services.rate(by=by, order_id=order_id, **rate_form.cleaned_data),
        )
        if status != DONE:
            return _page(request, line, status=status, rate_form=rate_form)
        messages.success(request, _("Thank you; it is counted."))
    elif what in {"withdraw", "refuse"}:
        act = services.withdraw_order if what == "withdraw" else services.refuse_order
        status = attempt(why_form, lambda: act(by=by, order_id=order_id, **why_form.cleaned_data))
        if status != DONE:
            return _page(request, line, status=status, why_form=why_form)
        messages.success(request, _("The order is closed."))
    else:
        raise NotFound
    return redirect("lecturers:order", order_id)


@access.organiser_required
@require_http_methods(BOTH)
def dispatch(request: Request, order_id: UUID) -> HttpResponse:
    """Show who can teach this, then, there; send one of them."""
    by, line = request.actor, reading.order(order_id, by=request.actor)
    row = line.order
    if not allows("lecturers.dispatch", by, row.organisation.lft):
        raise NotFound
    asked = request.POST if request.method == "POST" else request.GET
    form = WhenForm(asked if "day" in asked else None, initial=_usual(line))
    refusal: DomainError | None = None
    if not form.is_bound:
        form = WhenForm(form.initial)
    good = form.is_valid()
    if request.method == "POST" and good:
        starts_at, _ends_at = form.moment()
        try:
            services.dispatch(
                by=by,
                order_id=order_id,
                lecturer_id=wanted_id(request.POST.get("lecturer", "")),
                starts_at=starts_at,
                minutes=form.cleaned_data["minutes"],
            )
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Asked; the answer shows here."))
            return redirect("lecturers:order", order_id)
    moment = Moment(*form.moment()) if good else Moment(*_moment(line))
    status = refusal.status if refusal else 200 if good else 422
    return render(
        request,
        "lecturers/dispatch.html",
        _offer(request, line, moment, form, refusal),
        status=status,
    )


def _usual(line: reading.Line) -> dict[str, Any]:
    """Return the time that an order is first sought for: as drawn up, else as wished."""
    session = line.order.session
    if (
        session
        and line.state in {OrderState.ASKED, OrderState.BACK}
        and session.starts_at > clock.now()
    ):
        at = clock.local(session.starts_at)
        minutes = int((session.ends_at - session.starts_at).total_seconds() // 60)
        return {"day": at.date().isoformat(), "at": f"{at:%H:%M}", "minutes": minutes}
    part = line.order.part
    day = max(line.order.wanted_from, clock.today() + timedelta(days=1))
    begins = BEGINS[DayPart(part or DayPart.MORNING)]
    return {"day": day.isoformat(), "at": f"{begins:%H:%M}", "minutes": USUAL_MINUTES}


def _moment(line: reading.Line) -> Any:
    form = WhenForm(_usual(line))
    form.is_valid()
    return form.moment()


def _offer(
    request: Request,
    line: reading.Line,
    moment: Moment,
    form: WhenForm,
    refusal: DomainError | None,
) -> dict[str, Any]:
    found = pool.choices(line.order, moment, line.asked, by=request.actor)
    kinds = people.lecturer_kinds()
    only, words = request.GET.get("only", ""), request.GET.get("q", "").strip()[:40]
    shown = [
        one
        for one in found
        if (only != "fits" or one.fits)
        and (not words or words in f"{one.lecturer.name}{'、'.join(one.lecturer.subjects)}")
    ]
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    return {
        "line": line,
        "order": line.order,
        "form": form,
        "refusals": [str(message) for _where, message in refusal.details] or [str(refusal)]
        if refusal
        else [],
        "moment": moment,
        "can_come": sum(one.can_come for one in found),
        "whole": len(found),
        "page": page,
        "rows": [(one, kinds.get(one.lecturer.kind, ""), _strip(one)) for one in page],
        "days": pool.days_of(line.order),
        "only": only,
        "query": words,
        "ways": beside.lines("dispatch", [line.order.organisation_id], by=request.actor).get(
            line.order.organisation_id, []
        ),
        "fitting": sum(one.fits for one in found),
        "tiers": pool.tiers_of(line.order, by=request.actor),
        "as_of": clock.now(),
    }


SLOT, HIGH, GAP = 22, 12, 2


def _strip(one: pool.Choice) -> dict[str, Any]:
    """Return the free-and-busy strip as rectangles: a column a day, a row a part of it."""
    cells = [
        {
            "x": (number // len(DayPart)) * (SLOT + GAP),
            "y": 14 + (number % len(DayPart)) * (HIGH + GAP),
            "state": cell.state,
        }
        for number, cell in enumerate(one.cells)
    ]
    days = list(dict.fromkeys(cell.day for cell in one.cells))
    return {
        "cells": cells,
        "days": [(number * (SLOT + GAP) + SLOT // 2, day.day) for number, day in enumerate(days)],
        "width": len(days) * (SLOT + GAP),
        "height": 14 + len(DayPart) * (HIGH + GAP),
    }
