"""Donations: what is wanted, who gives, and where it is on its way."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.kit.views import no_season
from dongxun.needs import api as needs
from dongxun.needs.contracts import NeedCard
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import DonationDraft, DonationKind, DonationState
from dongxun.packs.forms.donations import (
    ArriveForm,
    ChangeDonationForm,
    DonationForm,
    DriveForm,
    ShipForm,
    ShowForm,
    ThankForm,
    typed_goods,
)
from dongxun.packs.forms.packs import ReasonForm
from dongxun.packs.models import Donation, Drive
from dongxun.packs.queries import donations as queries
from dongxun.packs.services import donations as services
from dongxun.packs.services.promises import change_donation
from dongxun.packs.views.shared import is_open, places, season_of, tabs, units

PER_PAGE = 50


@access.organiser_required
@require_http_methods(BOTH)
def donations(request: Request) -> HttpResponse:
    """Show what is wanted, what was given, and what is still on its way."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    rows = queries.donations(season.id, by=request.actor)
    wanted = request.GET.get("state", "")
    if wanted in DonationState:
        rows = rows.filter(state=wanted)
    what = request.GET.get("what", "")
    rows = queries.behind(rows, what)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "season": season,
        "totals": queries.totals(season.id, by=request.actor),
        "drives": _drives(request, season.id),
        "page": page,
        "chips": [
            ("", _("All"), not wanted and what not in queries.WITH),
            *((one.value, str(one.label), one.value == wanted) for one in DonationState),
        ],
        "tabs": tabs("donations"),
        "may": is_open(season),
        "as_of": clock.now(),
    }
    return render(request, "packs/donations.html", context)


def _drives(request: Request, season_id: UUID) -> list[tuple[Drive, int, bool, NeedCard | None]]:
    """Return what is wanted, with how many give, whether it is the actor's, and the need."""
    rows = list(queries.drives(season_id, by=request.actor))
    its = needs.cards([row.need_id for row in rows if row.need_id], by=request.actor)
    return [
        (
            row,
            len(row.donations.all()),
            request.actor.reaches(row.organisation.lft),
            its.get(row.need_id) if row.need_id else None,
        )
        for row in rows
    ]


@access.organiser_required
@require_http_methods(BOTH)
def new_drive(request: Request) -> HttpResponse:
    """Write down what is wanted."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    form = DriveForm(sent(request), units=units(request.actor), initial=_asked_for(request))

    def save() -> None:
        data = form.cleaned_data
        services.open_drive(
            by=request.actor,
            season_id=season.id,
            organisation_id=UUID(data["organisation"]),
            title=data["title"],
            wanted=data["wanted"],
            consignee_id=data["consignee"].id,
            need_id=data["need"],
        )

    status = attempt(form, save)
    if status == DONE:
        messages.success(request, _("Noted."))
        return redirect("packs:donations")
    context = {"form": form, "season": season, "title": _("What is wanted")}
    return render(request, "packs/donation_form.html", context, status=status)


def _asked_for(request: Request) -> dict[str, str]:
    """Return what the need in the address says already.

    Raises:
        NotFound, NotAllowed, NotNow: it is none for which the actor may look for a donor.
    """
    need_id = read_id(request.GET.get("need", ""))
    if need_id is None:
        return {}
    need = needs.need_to_aid(need_id, by=request.actor)
    return {
        "need": str(need.id),
        "title": need.text[:40],
        "wanted": need.text[:400],
        "consignee": organisations.node(need.organisation_id).name,
    }


@access.organiser_required
@require_POST
def close(request: Request, drive_id: UUID) -> HttpResponse:
    """Say that nothing more is wanted."""
    services.close_drive(by=request.actor, drive_id=drive_id)
    messages.success(request, _("Closed."))
    return redirect("packs:donations")


@access.organiser_required
@require_http_methods(BOTH)
def new_donation(request: Request) -> HttpResponse:
    """Write down what somebody gives."""
    season = season_of(request)
    if season is None:
        return no_season(request, "packs")
    open_drives = queries.drives(season.id, by=request.actor).filter(closed_at=None)
    form = DonationForm(
        sent(request),
        units=units(request.actor),
        drives=[(str(row.id), row.title) for row in open_drives],
        initial={"drive": request.GET.get("drive", ""), "consignee": _consignee(request)},
    )
    made: list[UUID] = []
    status = attempt(form, lambda: made.append(_promise(request, form, season.id)))
    if status == DONE:
        return redirect("packs:donation", made[0])
    context = {"form": form, "season": season, "title": _("A donation")}
    return render(request, "packs/donation_form.html", context, status=status)


def _consignee(request: Request) -> str:
    """Return where the drive in the address goes to."""
    drive_id = read_id(request.GET.get("drive", ""))
    season = season_of(request)
    if drive_id is None or season is None:
        return ""
    row = queries.drives(season.id, by=request.actor).filter(id=drive_id).first()
    return row.consignee.name if row else ""


def _promise(request: Request, form: DonationForm, season_id: UUID) -> UUID:
    data = form.cleaned_data
    return services.promise_donation(
        by=request.actor,
        season_id=season_id,
        organisation_id=UUID(data["organisation"]),
        draft=_draft(data, data["item"], read_id(data["drive"])),
    )


def _draft(data: Mapping[str, Any], key: UUID, drive_id: UUID | None = None) -> DonationDraft:
    return DonationDraft(
        id=key,
        kind=DonationKind(data["kind"]),
        donor_name=data["donor"],
        donor_id=donor_of(data["donor"]),
        consignee_id=data["consignee"].id,
        drive_id=drive_id,
        lines=data["lines"],
        amount_yuan=data["amount_yuan"],
        people=data["people"],
        on=data["on"],
        note=data["note"],
    )


def _change_form(request: Request, row: Donation) -> ChangeDonationForm:
    plain = ("kind", "amount_yuan", "people", "on", "note")
    initial = {name: getattr(row, name) for name in plain}
    initial |= {"donor": row.donor_name, "consignee": row.consignee.name}
    initial |= {"lines": typed_goods(row.lines.all())}
    return ChangeDonationForm(sent(request, "change"), initial=initial, prefix="change")


def donor_of(words: str) -> UUID | None:
    """Return the unit of this name, inside or outside; None for a donor known by name only."""
    try:
        return organisations.named(words).id
    except Invalid:
        return None


@access.organiser_required
@require_http_methods(BOTH)
def donation(request: Request, donation_id: UUID) -> HttpResponse:
    """Show one donation with its next step; take that step."""
    row = queries.donation(donation_id, by=request.actor)
    mine = request.actor.reaches(row.organisation.lft)
    forms, acts = _steps(request, row)
    what = request.POST.get("what", "")
    status = attempt(forms[what], acts[what]) if what in forms else 200
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("packs:donation", donation_id)
    context = {
        "donation": row,
        "lines": list(row.lines.all()),
        "forms": forms,
        "mine": mine,
        "next": _next(row) if mine else "",
        "as_of": clock.now(),
    }
    return render(request, "packs/donation.html", context, status=status)


def _next(row: Donation) -> str:
    """Return which step is offered first."""
    if row.state == DonationState.WITHDRAWN:
        return ""
    if row.kind != DonationKind.GOODS or row.arrived_on:
        return "thank" if row.thanked_on is None else "show"
    return "arrive" if row.shipped_on else "ship"


def _steps(
    request: Request, row: Donation
) -> tuple[dict[str, Form], dict[str, Callable[[], object]]]:
    ship = ShipForm(sent(request, "ship"))
    arrive = ArriveForm(
        sent(request, "arrive"), places=places(request.actor), lines=row.lines.all()
    )
    thank = ThankForm(sent(request, "thank"))
    show = ShowForm(sent(request, "show"))
    drop = ReasonForm(sent(request, "drop"))
    change = _change_form(request, row)
    by, key = request.actor, row.id

    def accept() -> None:
        data = arrive.cleaned_data
        services.accept_donation(
            by=by,
            donation_id=key,
            place_id=UUID(data["place"]),
            on=data["on"],
            accepted_by=data["accepted_by"],
            accepted=arrive.accepted(),
            remark=data["remark"],
        )

    def put_right() -> None:
        data = change.cleaned_data
        change_donation(by=by, donation_id=key, draft=_draft(data, key), why=data["why"])

    acts: dict[str, Callable[[], object]] = {
        "ship": lambda: services.ship_donation(by=by, donation_id=key, **ship.cleaned_data),
        "arrive": accept,
        "thank": lambda: services.thank_donor(by=by, donation_id=key, **thank.cleaned_data),
        "show": lambda: services.show_donation(by=by, donation_id=key, **show.cleaned_data),
        "change": put_right,
        "drop": lambda: services.withdraw_donation(by=by, donation_id=key, **drop.cleaned_data),
    }
    forms = {"ship": ship, "arrive": arrive, "thank": thank, "show": show}
    return {**forms, "change": change, "drop": drop}, acts
