"""A need is written down at the desk; and what every form that raises one does."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, read_id
from dongxun.kit.forms import put_error
from dongxun.kit.views import no_season
from dongxun.needs import services
from dongxun.needs.contracts import NeedDraft, NeedSource, PictureMoment, Urgency
from dongxun.needs.forms.tickets import REQUESTER, BehalfForm, RaiseForm
from dongxun.needs.models import Enterprise
from dongxun.needs.queries import themes
from dongxun.needs.queries.places import reach_in
from dongxun.needs.services import enterprises
from dongxun.needs.services.enterprises import ENTERPRISE, VISIT
from dongxun.needs.views.shared import season_of
from dongxun.seasons import api as seasons


@access.organiser_required
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Write a need down at the desk, for oneself or for somebody else."""
    if seasons.current_season(request.actor) is None:
        return no_season(request, "needs")
    season = season_of(request)
    about = _enterprise_of(request)
    form = BehalfForm(
        request.POST or None,
        request.FILES or None,
        initial=_first(about) | {"id": new_id()},
        reach=reach_in(season.root_id),
        themes=themes.theme_choices(season.root_id),
    )
    status = 200
    if request.method == "POST":
        status = raise_from(request, form, about=_heard_at(request, about) if about else None)
        if status == 302:
            messages.success(request, _("Written down."))
            return redirect("needs:enterprise", about.id) if about else redirect("needs:list")
    context = {"form": form, "season": season, "enterprise": about}
    return render(request, "needs/new.html", context, status=status)


def _enterprise_of(request: Request) -> Enterprise | None:
    """Return the assisted enterprise in the address, at which a need was heard."""
    asked = read_id(request.GET.get("enterprise"))
    return enterprises.enterprise_row(asked, by=request.actor) if asked else None


def _heard_at(request: Request, at: Enterprise) -> tuple[str, UUID]:
    """Return where a need was heard: on the visit in the address, else at the enterprise."""
    visit = read_id(request.GET.get("visit"))
    known = visit is not None and at.notes.filter(id=visit).exists()
    return (VISIT, visit) if visit and known else (ENTERPRISE, at.id)


def _first(about: Enterprise | None) -> dict[str, Any]:
    """Return how a need at the desk begins; one of an enterprise was heard on a visit there."""
    if about is None:
        return {"source": NeedSource.CONSOLE}
    unit = about.organisation.name
    return {"source": NeedSource.VISIT, "organisation": unit, "name": about.name[:60]}


def raise_from(
    request: Request,
    form: RaiseForm,
    source: NeedSource | None = None,
    about: tuple[str, UUID] | None = None,
) -> int:
    """Raise what a form holds; return the status of the answer, 302 when it went in.

    ``form.receipt`` is the receipt then. A picture that cannot be kept is said beside
    what was typed; the need is there by then, and sending again repeats it harmlessly.
    """
    if not form.is_valid():
        return 422
    data = form.cleaned_data
    draft = NeedDraft(
        id=data["id"],
        text=data["text"],
        source=source or NeedSource(data["source"]),
        organisation_id=data["organisation"].id,
        theme_id=form.theme_id(),
        person_id=data.get("person"),
        requester_name=data["name"],
        requester_phone=data["phone"],
        occurred_at=clock.now(),
        place=data["place"],
        urgency=Urgency(data.get("urgency") or Urgency.USUAL),
        about_kind=about[0] if about else "",
        about_id=about[1] if about else None,
    )
    try:
        form.receipt = services.raise_need(by=request.actor, draft=draft)
        if data["picture"]:
            services.add_picture(
                by=request.actor,
                need_id=draft.id,
                raw=data["picture"].read(),
                moment=PictureMoment.BEFORE,
            )
        if data.get("voice"):
            services.add_voice(by=request.actor, need_id=draft.id, raw=data["voice"].read())
    except DomainError as error:
        put_error(form, error, REQUESTER)
        return error.status
    return 302
