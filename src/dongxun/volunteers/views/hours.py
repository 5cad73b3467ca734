"""志愿时长: to be approved, hanging out, to be certified; and a filled sheet entered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.forms import put_error
from dongxun.people import api as people
from dongxun.volunteers.contracts import PUBLISHED_DAYS
from dongxun.volunteers.forms import CertificateForm
from dongxun.volunteers.queries import hours as reading
from dongxun.volunteers.services import certificates
from dongxun.volunteers.services import hours as services
from dongxun.volunteers.views.shared import REFUSABLE, season_of

PER_PAGE = 20
PARTS = ("waiting", "hanging", "people", "certificates")


@access.organiser_required
@require_safe
def hours(request: Request) -> HttpResponse:
    """Show the hours that wait, those that hang out, who is due a certificate, and who has one."""
    return _page(request)


def _page(request: Request, *, refusal: DomainError | None = None) -> HttpResponse:
    season, by = season_of(request), request.actor
    lists: dict[str, Any] = {
        "waiting": reading.waiting(season.id, by=by),
        "hanging": reading.hanging(season.id, by=by),
        "people": reading.people(season.id, by=by),
        "certificates": reading.certificates(season.id, by=by),
    }
    asked = request.GET.get("show", "")
    shown = asked if asked in lists else PARTS[0]
    pages: dict[str, Paginator[Any]] = {
        name: Paginator(rows, PER_PAGE) for name, rows in lists.items()
    }
    page = pages[shown].get_page(request.GET.get("page"))
    if shown in {"waiting", "hanging"}:
        page.object_list = [(reading.line(turn), turn.published_on) for turn in page.object_list]
    context = {
        "season": season,
        "shown": shown,
        "page": page,
        "parts": [
            (
                label % {"n": pages[name].count},
                f"?season={season.id}&show={name}",
                name == shown,
            )
            for name, label in zip(PARTS, _labels(), strict=True)
        ],
        "n_waiting": pages["waiting"].count,
        "elsewhere": reading.waiting_elsewhere(season.id, by=by),
        "days": PUBLISHED_DAYS,
        "refusal": refusal,
        "as_of": clock.now(),
    }
    status = refusal.status if refusal else 200
    return render(request, "volunteers/hours.html", context, status=status)


def _labels() -> tuple[str, str, str, str]:
    return (
        _("To approve (%(n)d)"),
        _("Hanging out (%(n)d)"),
        _("Volunteers (%(n)d)"),
        _("Certificates (%(n)d)"),
    )


@access.organiser_required
@require_POST
def approve(request: Request) -> HttpResponse:
    """Approve the hours that are ticked."""
    ids = [wanted_id(raw) for raw in request.POST.getlist("turn")]
    try:
        n = services.approve_hours(by=request.actor, turn_ids=ids)
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        return _page(request, refusal=error)
    words = ngettext(
        "%(n)d turn is approved and hangs out from today.",
        "%(n)d turns are approved and hang out from today.",
        n,
    )
    messages.success(request, words % {"n": n})
    season = season_of(request)
    return redirect(f"{reverse('volunteers:hours')}?season={season.id}")


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def certify(request: Request, person_id: UUID) -> HttpResponse:
    """Issue a certificate to one person."""
    season = season_of(request)
    turns = certificates.ripe(person_id, season.id, request.actor.intervals())
    if turns:  # who served here may be a member elsewhere
        card = people.names([person_id])[person_id]
    else:
        card = people.card(person_id, by=request.actor)
    first = {"handler": request.actor.label}
    form = CertificateForm(request.POST or None, by=request.actor, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = certificates.issue_certificate(
                by=request.actor,
                person_id=card.id,
                season_id=season.id,
                issuer_id=data["unit"].id,
                responsible=data["responsible"],
                handler=data["handler"],
                phone=data["phone"],
            )
        except DomainError as error:
            put_error(form, error)
        else:
            messages.success(request, _("The certificate is issued."))
            return redirect("volunteers:certificate", made)
    context = {
        "form": form,
        "person": card,
        "lines": [reading.line(turn) for turn in turns],
        "sum": sum(turn.hours or 0 for turn in turns),
        "days": PUBLISHED_DAYS,
    }
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/certify.html", context, status=status)


@require_safe
def certificate(request: Request, certificate_id: UUID) -> HttpResponse:
    """Show a certificate, to its issuer and on the person's own phone."""
    found = reading.certificate(certificate_id, by=request.actor)
    context = {
        "paper": found,
        "is_console": request.actor.is_account and bool(request.actor.grants),
    }
    return render(request, "volunteers/certificate.html", context)
