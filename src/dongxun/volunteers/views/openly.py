"""跑腿 for everybody: ask without an account, look up with the code, confirm the receipt."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access import api as access
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import new_id, wanted_id
from dongxun.kit.forms import put_error
from dongxun.kit.offline import keep_offline
from dongxun.seasons import api as seasons
from dongxun.volunteers.contracts import Receipt
from dongxun.volunteers.forms import PublicErrandForm
from dongxun.volunteers.services import errands
from dongxun.volunteers.views.shared import REFUSABLE

ASKED_AN_HOUR = 10
LOOKED_A_MINUTE = 20


@keep_offline(hours=12)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Request) -> HttpResponse:
    """Ask for an errand; the answer is a code."""
    form = PublicErrandForm(request.POST or None)
    item = request.POST.get("item", "") or str(new_id())
    if request.method == "POST" and form.is_valid():
        access.throttle(f"errand:{access.client_address(request)}", ASKED_AN_HOUR, 3600)
        try:
            made = errands.ask_errand(by=request.actor, draft=form.draft(wanted_id(item)))
        except DomainError as error:
            put_error(form, error)
        else:
            return redirect(f"{reverse('volunteers:asked')}?code={made.code}&new=1")
    context = {"form": form, "item": item, "season": any(seasons.seasons_of_day())}
    status = 422 if form.is_bound else 200
    return render(request, "volunteers/ask.html", context, status=status)


@never_cache
@require_GET
def arrived(request: Request, errand_id: UUID) -> HttpResponse:
    """Go from the number that a phone gave an errand to the page that its code opens."""
    return redirect(f"{reverse('volunteers:asked')}?code={errands.code_of(errand_id)}&new=1")


@keep_offline(hours=12)
@never_cache
@require_http_methods(["GET", "HEAD"])
def asked(request: Request) -> HttpResponse:
    """Show what became of an errand, to whoever has its code."""
    code = request.GET.get("code", "").strip()[:12]
    row, refusal = None, None
    if code:
        access.throttle(f"errand-code:{access.client_address(request)}", LOOKED_A_MINUTE, 60)
        try:
            row = errands.errand_of_code(code)
        except NotFound as error:
            refusal = error
    context = {"errand": row, "code": code, "refusal": refusal, "new": "new" in request.GET}
    status = 422 if refusal else 200
    return render(request, "volunteers/asked.html", context, status=status)


@never_cache
@require_POST
def received(request: Request) -> HttpResponse:
    """Confirm with the code that it arrived."""
    code = request.POST.get("code", "").strip()[:12]
    access.throttle(f"errand-code:{access.client_address(request)}", LOOKED_A_MINUTE, 60)
    row = errands.errand_of_code(code)
    try:
        errands.receive_errand(by=request.actor, errand_id=row.id, how=Receipt.CODE, code=code)
    except DomainError as error:
        if error.status not in REFUSABLE:
            raise
        context = {"errand": row, "code": code, "refusal": error}
        return render(request, "volunteers/asked.html", context, status=error.status)
    messages.success(request, _("Thank you; it is noted as received."))
    return redirect(f"{reverse('volunteers:asked')}?code={row.code}")
