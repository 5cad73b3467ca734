"""One line of a list: every receipt it has, and what can be said of it."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dongxun.access import api as access
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kit.forms import BOTH, DONE, SHOWN, attempt, sent
from dongxun.packs.forms.packs import ReasonForm, SignForm
from dongxun.packs.queries import lists as queries
from dongxun.packs.services import lists, receipts, returns
from dongxun.packs.views.signing import sign


@access.organiser_required
@require_http_methods(BOTH)
def line(request: Request, line_id: UUID) -> HttpResponse:
    """Show a line with all its receipts; take a receipt, a return, or a correction."""
    card, view = _found(request, line_id)
    what = request.POST.get("what", "")
    forms: dict[str, Form] = {
        "sign": SignForm(sent(request, "sign")),
        "return": ReasonForm(sent(request, "return")),
        "withdraw": ReasonForm(sent(request, "withdraw")),
        "kept": Form(sent(request, "kept")),
    }
    status = SHOWN
    if what == "leave_out" and request.method == "POST":
        lists.leave_out(by=request.actor, line_id=line_id)
        return redirect("packs:list", card.id)
    if what in forms:
        status = attempt(forms[what], lambda: _do(request, line_id, what, forms[what]))
    if status == DONE:
        return redirect("packs:line", line_id)
    context = {"list": card, "line": view, "forms": forms}
    return render(request, "packs/line.html", context, status=status)


def _found(request: Request, line_id: UUID) -> tuple[queries.ListCard, queries.LineView]:
    row = queries.line(line_id, by=request.actor)
    if row is None:
        raise NotFound
    return queries.list_card(row.list_id, by=request.actor), queries.as_views([row])[0]


def _do(request: Request, line_id: UUID, what: str, form: Form) -> None:
    data = form.cleaned_data
    if what == "return":
        returns.return_line(by=request.actor, line_id=line_id, reason=data["reason"])
        messages.success(request, _("Noted as come back; its goods are in the store again."))
    elif what == "kept":
        returns.take_return_back(by=request.actor, line_id=line_id)
        messages.success(request, _("Noted: it did not come back."))
    elif what == "withdraw":
        receipts.withdraw_receipts(by=request.actor, line_id=line_id, reason=data["reason"])
        messages.success(request, _("Taken back. The receipts stay below."))
    else:
        sign(request, line_id, data)
