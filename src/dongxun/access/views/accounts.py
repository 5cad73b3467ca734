"""设置 › 账号与权限: accounts, their roles, and slips for the first sign-in."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dongxun.access.contracts import ROLE_NAMES, AccountSlip
from dongxun.access.forms import AccountForm, GrantForm
from dongxun.access.guards import signed_in
from dongxun.access.queries import accounts as queries
from dongxun.access.rules import GIVEN_BY_OFFICE, GIVEN_BY_ORGANISER, PRINTS_SLIPS
from dongxun.access.services import accounts as services
from dongxun.access.services import grants
from dongxun.access.views.shared import refuse
from dongxun.kernel.actors import Actor, Role
from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_id
from dongxun.kernel.rules import allows, require
from dongxun.organisations import api as organisations

PAGE = 50
LIST = "access/accounts.html"
ONE = "access/account.html"
NEW = "access/new_account.html"
SLIPS = "access/slips.html"


def roles_to_give(actor: Actor) -> list[Role]:
    """Return the roles that ``actor`` may give somewhere, the least first."""
    given = GIVEN_BY_OFFICE if actor.holds(Role.OFFICE) else GIVEN_BY_ORGANISER
    if actor.holds(Role.SECURITY_ADMIN):
        given = frozenset(Role)
    return [role for role in reversed(Role) if role in given]


@signed_in
@never_cache
def accounts(request: Request) -> HttpResponse:
    """List the accounts of the subtrees one oversees."""
    require("access.see_accounts", request.actor)
    asked = request.GET
    unit = read_id(asked.get("unit", ""))
    found = queries.found_accounts(
        by=request.actor,
        text=asked.get("q", "")[:80],
        state=asked.get("state", ""),
        role=asked.get("role", ""),
        organisation_id=unit,
    )
    page = Paginator(found, PAGE).get_page(asked.get("page"))
    context: dict[str, Any] = {
        "title": _("Accounts"),
        "page": page,
        "cards": [queries.as_card(row) for row in page.object_list],
        "counts": queries.counts(request.actor),
        "states": _states(request),
        "roles": ROLE_NAMES.items(),
        "asked": asked,
        "unit": organisations.node(unit) if unit else None,
        "slip_units": organisations.choices(
            organisations.own_units(request.actor, roles=PRINTS_SLIPS)
        ),
    }
    return render(request, LIST, context)


def _states(request: Request) -> list[tuple[str, str, bool]]:
    """Return the filters by state as (words, address, is current)."""
    now = request.GET.get("state", "")
    words = {
        "": _("All"),
        "active": _("In use"),
        "waiting": _("Not yet in"),
        "disabled": _("Disabled"),
    }
    options = []
    for state, label in words.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = state
        options.append((label, f"?{query.urlencode()}", state == now))
    return options


@signed_in
@require_GET
def find_unit(request: Request) -> JsonResponse:
    """Answer the picker: units in which one may make accounts or give roles."""
    require("access.see_accounts", request.actor)
    reach = queries.reach(request.actor)
    return JsonResponse(
        organisations.answer(organisations.search(request.GET.get("q", ""), reach=reach))
    )


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_account(request: Request) -> HttpResponse:
    """Ask for name and unit; answer with the slip."""
    require("access.see_accounts", request.actor)
    context = {"title": _("New account")}
    form = AccountForm(request.POST or None, reach=queries.reach(request.actor))
    if request.method != "POST":
        return render(request, NEW, context | {"form": form})
    if not form.is_valid():
        return refuse(request, NEW, form, None, **context)
    try:
        slip = services.create_account(
            by=request.actor,
            display_name=form.cleaned_data["display_name"],
            organisation_id=form.cleaned_data["organisation"].id,
        )
    except DomainError as error:
        return refuse(request, NEW, form, error, **context)
    return _slips(request, [slip])


def _slips(request: Request, slips: list[AccountSlip]) -> HttpResponse:
    """Show slips once, ready to print; their codes are stored nowhere."""
    address = request.build_absolute_uri("/activate/")
    context = {"title": _("Slips for the first sign-in"), "slips": slips, "address": address}
    return render(request, SLIPS, context)


@signed_in
@never_cache
@require_POST
def print_slips(request: Request) -> HttpResponse:
    """Make what accounts are missing and show the slips of a subtree."""
    require("access.see_accounts", request.actor)
    unit = read_id(request.POST.get("unit", ""))
    if unit is None:
        messages.warning(request, _("Choose the unit whose slips to print."))
        return redirect("access:accounts")
    slips = services.issue_slips(by=request.actor, organisation_id=unit)
    if not slips:
        messages.info(request, _("Everybody there has signed in already."))
        return redirect("access:accounts")
    return _slips(request, slips)


@signed_in
@never_cache
def account(request: Request, account_id: UUID) -> HttpResponse:
    """Show one account: roles, and what can be done with it."""
    require("access.see_accounts", request.actor)
    return render(request, ONE, _account_page(request, account_id))


def _account_page(
    request: Request, account_id: UUID, form: GrantForm | None = None
) -> dict[str, Any]:
    card = queries.account(account_id, by=request.actor)
    _row, thing = queries.managed(account_id, by=request.actor)
    own = organisations.nodes([card.organisation_id]) if card.organisation_id else {}
    initial = {"organisation": "".join(organisations.typed(own.values()).values())}
    roles = roles_to_give(request.actor)
    reach = queries.reach(request.actor)
    return {
        "title": card.name,
        "account": card,
        "may_manage": allows("access.manage_account", request.actor, thing),
        "may_reset_second": allows("access.reset_second_factor", request.actor, thing),
        "may_end": queries.endable(account_id, by=request.actor),
        "is_self": account_id == request.actor.id,
        "form": form or GrantForm(reach=reach, roles=roles, initial=initial),
    }


@signed_in
@never_cache
@require_POST
def give_role(request: Request, account_id: UUID) -> HttpResponse:
    """Give a role; on a refusal show the page again with what was chosen."""
    require("access.see_accounts", request.actor)
    queries.account(account_id, by=request.actor)
    form = GrantForm(
        request.POST, reach=queries.reach(request.actor), roles=roles_to_give(request.actor)
    )
    error: DomainError | None = None
    if form.is_valid():
        until = form.cleaned_data["until"]
        try:
            grants.grant_role(
                by=request.actor,
                account_id=account_id,
                role=Role(form.cleaned_data["role"]),
                organisation_id=form.cleaned_data["organisation"].id,
                valid_to=until + timedelta(days=1) if until else None,
            )
        except DomainError as refused:
            error = refused
        else:
            return redirect("access:account", account_id)
    context = _account_page(request, account_id, form)
    context.pop("form")
    return refuse(request, ONE, form, error, **context)


@signed_in
@require_POST
def end_grant(request: Request, grant_id: UUID) -> HttpResponse:
    """Take a role away."""
    account_id = grants.end_grant(by=request.actor, grant_id=grant_id)
    messages.success(request, _("The role is ended, from now on."))
    return redirect("access:account", account_id)


@signed_in
@require_POST
def disable(request: Request, account_id: UUID) -> HttpResponse:
    """End an account and its sessions."""
    services.disable_account(by=request.actor, account_id=account_id)
    messages.success(request, _("The account is disabled; its sessions are over."))
    return redirect("access:account", account_id)


@signed_in
@require_POST
def enable(request: Request, account_id: UUID) -> HttpResponse:
    """Open a disabled account again."""
    services.enable_account(by=request.actor, account_id=account_id)
    messages.success(request, _("The account works again."))
    return redirect("access:account", account_id)


@signed_in
@never_cache
@require_POST
def reset(request: Request, account_id: UUID) -> HttpResponse:
    """Take the password away and show the slip for a new one."""
    slip = services.reset_account(by=request.actor, account_id=account_id)
    return _slips(request, [slip])


@signed_in
@require_POST
def reset_second_factor(request: Request, account_id: UUID) -> HttpResponse:
    """Unbind a lost authenticator app."""
    services.reset_second_factor(by=request.actor, account_id=account_id)
    messages.success(request, _("The app is unbound. The next sign-in binds a new one."))
    return redirect("access:account", account_id)


@signed_in
@never_cache
def grant_list(request: Request) -> HttpResponse:
    """List who may do what, by place."""
    require("access.see_accounts", request.actor)
    found = queries.grants(by=request.actor)
    role = request.GET.get("role", "")
    if role in set(Role):
        found = found.filter(role=role)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": _("Who may do what"),
        "page": page,
        "grants": [(queries.as_grant(row), row.account) for row in page.object_list],
        "roles": ROLE_NAMES.items(),
        "role": role,
    }
    return render(request, "access/grants.html", context)
