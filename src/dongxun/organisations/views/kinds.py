"""Kinds of unit: a list, one to add, each to correct."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.kernel.guards import for_console
from dongxun.kernel.http import Request
from dongxun.kernel.rules import require
from dongxun.kit.forms import BOTH, DONE, attempt, sent
from dongxun.organisations import kinds, services
from dongxun.organisations.forms import KindForm


@require_http_methods(BOTH)
@for_console
def unit_kinds(request: Request) -> HttpResponse:
    """Show the kinds of unit; add one, or correct one (422: with what was typed)."""
    require("organisations.set_kinds", request.actor)
    code = request.POST.get("code", "")
    form = KindForm(sent(request), auto_id=_ids_of(code))
    status = attempt(
        form, lambda: services.save_kind(by=request.actor, code=code, **form.cleaned_data)
    )
    if status == DONE:
        messages.success(request, _("Saved."))
        return redirect("organisations:kinds")
    counts, names = kinds.in_use(), ("name_zh", "name_en", "rank", "has_members")
    rows = [
        (
            kind,
            counts.get(kind.code, 0),
            form
            if kind.code == code
            else KindForm(
                initial={name: getattr(kind, name) for name in names}, auto_id=_ids_of(kind.code)
            ),
        )
        for kind in kinds.kinds()
    ]
    context = {"rows": rows, "form": KindForm() if code else form, "refused": code}
    return render(request, "organisations/kinds.html", context, status=status)


def _ids_of(code: str) -> str:
    """Return how the fields of one form among many are told apart."""
    return f"id_{code}_%s" if code else "id_%s"
