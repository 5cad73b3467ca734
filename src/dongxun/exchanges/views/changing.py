"""What was noted to be followed up is put right, or taken back with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.exchanges import queries
from dongxun.exchanges.forms import GapForm, OutcomeForm, PledgeForm, WithdrawForm
from dongxun.exchanges.models import Followed, Gap, Outcome, Pledge
from dongxun.exchanges.services import following
from dongxun.kernel.errors import DomainError, NotFound, Overtaken
from dongxun.kernel.http import Request
from dongxun.kit.forms import put_beside, put_error
from dongxun.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class Kind:
    """How one of the things is typed and written."""

    model: type[Followed]
    form: Callable[..., forms.Form]
    save: Callable[..., UUID]
    key: str


KINDS = {
    "gap": Kind(Gap, GapForm, following.save_gap, "gap_id"),
    "pledge": Kind(Pledge, PledgeForm, following.save_pledge, "pledge_id"),
    "outcome": Kind(Outcome, OutcomeForm, following.save_outcome, "outcome_id"),
}


@access.organiser_required
@require_http_methods(["GET", "POST"])
def change(request: Request, kind: str, thing_id: UUID) -> HttpResponse:
    """Put right a gap, a pledge or an outcome, or take it back (422: with what was typed)."""
    how = KINDS.get(kind)
    if how is None:
        raise NotFound
    row = queries.followed(how.model, thing_id, by=request.actor)
    taking = "reason" in request.POST
    data = request.POST if request.method == "POST" else None
    form = _form(request, how, row, None if taking else data)
    away = WithdrawForm(data if taking else None)
    bound = away if taking else form
    if bound.is_bound and bound.is_valid() and _done(request, how, row, bound, taking=taking):
        return redirect("exchanges:follow")
    context = {"row": row, "kind": kind, "form": form, "away": away}
    status = 422 if bound.is_bound else 200
    return render(request, "exchanges/change.html", context, status=status)


def _done(request: Request, how: Kind, row: Any, form: forms.Form, *, taking: bool) -> bool:
    by = request.actor
    try:
        if taking:
            reason = form.cleaned_data["reason"]
            following.withdraw(by=by, kind=how.model, thing_id=row.id, reason=reason)
            messages.success(request, _("Taken back; it stays kept with your reason."))
        else:
            place = {"exchange_id": row.exchange_id}
            place |= {} if how.model is Gap else {"season_id": row.season_id}
            how.save(by=by, **{how.key: row.id}, **(form.cleaned_data | place))
            messages.success(request, _("Changed."))
    except NotFound:
        raise
    except DomainError as error:
        put_error(form, error)
        if isinstance(error, Overtaken):
            put_beside(form, _first(how.model.objects.get(id=row.id)))
        return False
    return True


def _first(row: Any) -> dict[str, Any]:
    """Return what the form shows of one; ``version`` is what the writer sees."""
    said = {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in model_to_dict(row).items()
    }
    return said | {"version": row.version}


def _form(request: Request, how: Kind, row: Any, data: Any) -> Any:
    if how.model is Gap:
        found = queries.exchange(row.exchange_id, by=request.actor).parties.all()
        nodes = list(organisations.nodes([party.organisation_id for party in found]).values())
    else:
        own = organisations.node(row.organisation_id)
        nodes = organisations.own_units(request.actor, own)
    form = how.form(data, units=organisations.choices(nodes), initial=_first(row))
    form.fields["version"] = forms.CharField(widget=forms.HiddenInput, required=False)
    return form
