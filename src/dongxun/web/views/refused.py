"""未能入账的手机记录: what phones recorded and was not taken, each until somebody deals with it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, Invalid, Text
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kernel.lately import kept, places
from dongxun.kernel.refusals import Refusal, refusals, seen, settle_refusal
from dongxun.kernel.refusals import waiting as records_waiting
from dongxun.kernel.sync import storable
from dongxun.kernel.together import Question
from dongxun.visits import api as visits
from dongxun.web.sync import REASONS

BY_HAND: dict[str, Text] = {
    "visit_step": gettext_lazy("Enter it on the sheet"),
    "visit_done": gettext_lazy("Enter it on the sheet"),
    "need": gettext_lazy("Enter it on the sheet"),
    "presence": gettext_lazy("Enter them on the roll"),
    "duty_mark": gettext_lazy("Enter when they were there"),
    "duty_entry": gettext_lazy("Open the register"),
    "pack_receipt": gettext_lazy("Enter the receipt"),
    "need_raised": gettext_lazy("Write the need down"),
    "errand_asked": gettext_lazy("Write the errand down"),
    "errand_step": gettext_lazy("Open the errand"),
    "errand_received": gettext_lazy("Open the errand"),
}
"""What can be done instead, by kind; its page is what the room says of the record."""
OPEN_IT: Text = gettext_lazy("Open the page")


@dataclass(frozen=True, slots=True)
class Line:
    """One record as the page shows it: why it was not taken, and what can be done instead."""

    refusal: Refusal
    why: str
    by_hand: Text


def waiting(by: Actor) -> Question[int]:
    """Return how many wait for the actor, as of a minute ago at most."""
    return kept("web.refused", places(by), count=lambda: records_waiting(by))


@access.organiser_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: Request) -> HttpResponse:
    """Show what was not taken; note what was done about one (422: with what was typed)."""
    refusal, key, words = "", "", storable(request.POST.get("words", ""))
    if request.method == "POST":
        key = request.POST.get("id", "")
        try:
            settle_refusal(by=request.actor, item_id=wanted_id(key), words=words)
        except Invalid as error:
            refusal = "；".join(str(said) for _where, said in error.details) or str(error)
        else:
            messages.success(request, _("Noted; the record stays kept."))
            return redirect("web:refused")
    rows = [_line(one) for one in refusals(by=request.actor)]
    context = {
        "rows": rows,
        "doors": visits.refused_of(by=request.actor),
        "done": [_line(one) for one in seen(by=request.actor)],
        "refusal": refusal,
        "refused_id": key,
        "words": words,
        "as_of": clock.now(),
    }
    return render(request, "web/refused.html", context, status=422 if refusal else 200)


def _line(one: Refusal) -> Line:
    why = str(REASONS.get(one.reason, "") or DomainError.message)
    return Line(one, why, BY_HAND.get(one.kind, OPEN_IT))
