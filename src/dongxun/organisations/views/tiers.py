"""示范型, 提升型, 培育型: who is in which tier, and what each is asked to do."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.kernel.errors import NotFound
from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows
from dongxun.organisations import services, tiers
from dongxun.organisations.contracts import Tier
from dongxun.organisations.forms import GuidesForm


@require_http_methods(["GET", "POST"])
@for_console
def by_tier(request: Request) -> HttpResponse:
    """List the units of each tier, and write what each is asked to do (422: as typed)."""
    top = tiers.top_of(request.actor)
    if top is None:
        raise NotFound
    form = GuidesForm(request.POST or None, initial=tiers.guides_of(top.id))
    if request.method == "POST" and form.is_valid():
        texts = {Tier(code): text for code, text in form.cleaned_data.items()}
        services.save_guides(by=request.actor, organisation_id=top.id, texts=texts)
        messages.success(request, _("Saved."))
        return redirect("organisations:by_tier")
    units = tiers.units_by_tier(top)
    context = {
        "here": top,
        "rows": [(Tier(code), found) for code, found in units.items()],
        "form": form,
        "can_manage": allows("organisations.manage", request.actor, top.interval),
    }
    status = 422 if form.is_bound else 200
    return render(request, "organisations/by_tier.html", context, status=status)
