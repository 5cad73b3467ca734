"""Pages of coming in and going out."""

from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from dongxun.access import sessions, throttle
from dongxun.access.forms import ActivationForm, CodeForm, PasswordForm, SignInForm
from dongxun.access.models import Account
from dongxun.access.queries import account_actor
from dongxun.access.queries.accounts import own_account
from dongxun.access.services import sign_in as services
from dongxun.access.views.shared import refuse, safe_next
from dongxun.kernel.errors import DomainError, SignInNeeded
from dongxun.kernel.http import Request

SIGN_IN = "access/sign_in.html"
SECOND = "access/second_factor.html"
ENROL = "access/enrol.html"
ACTIVATE = "access/activate.html"
PASSWORD = "access/password.html"  # noqa: S105 - a template
HOME = "/"
NOTES = {
    "idle": gettext_lazy("You were signed out because nothing happened for a while."),
    "ended": gettext_lazy("This session was ended. Please sign in again."),
    "second": gettext_lazy("Your role needs a second step. Please sign in again."),
}


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """Ask for name and password; go on to the second step if the role wants one."""
    context: dict[str, Any] = {"next": safe_next(request, ""), "title": _("Sign in")}
    if request.method != "POST":
        note = request.session.pop(sessions.NOTE, "") if sessions.NOTE in request.session else ""
        context |= {"form": SignInForm(), "note": NOTES.get(note, "")}
        return render(request, SIGN_IN, context)
    form = SignInForm(request.POST)
    if not form.is_valid():
        return refuse(request, SIGN_IN, form, None, **context)
    try:
        account = services.verify_password(request, **form.cleaned_data)
    except DomainError as error:
        return refuse(request, SIGN_IN, form, error, **context)
    return enter(request, account, safe_next(request, HOME))


def enter(request: Request, account: Account, next_path: str) -> HttpResponse:
    """Let somebody in whose password was right, or ask for the second step."""
    held = account_actor(account.id)
    if held is not None and held.needs_second_factor:
        sessions.begin_pending(request, account, next_path)
        return redirect("access:second_factor" if account.totp_secret else "access:enrol")
    return _let_in(request, account, next_path, second_factor=False)


def _let_in(
    request: Request, account: Account, next_path: str, *, second_factor: bool
) -> HttpResponse:
    sessions.begin(request, account, second_factor=second_factor)
    address = sessions.client_address(request)
    services.note_sign_in(account=account, second_factor=second_factor, address=address)
    response = redirect(next_path)
    sessions.remember_browser(request, response, account.id)
    return response


def _waiting(request: Request) -> tuple[Account, str]:
    """Return who has given the password and where they wanted to go."""
    held = sessions.pending(request)
    account = services.account_of(UUID(held["account"])) if held else None
    if held is None or account is None or account.epoch != held["epoch"]:
        raise SignInNeeded
    return account, held["next"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: Request) -> HttpResponse:
    """Ask for the code of the authenticator app."""
    account, next_path = _waiting(request)
    context = {"title": _("Second step")}
    if not account.totp_secret:
        return redirect("access:enrol")
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, SECOND, context | {"form": form})
    if not form.is_valid():
        return refuse(request, SECOND, form, None, **context)
    try:
        services.verify_second_factor(request, account=account, code=form.cleaned_data["code"])
    except DomainError as error:
        return refuse(request, SECOND, form, error, **context)
    return _let_in(request, account, next_path, second_factor=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: Request) -> HttpResponse:
    """Bind an authenticator app: show the QR code, ask for the first code."""
    account, next_path = _waiting(request)
    if account.totp_secret:
        return redirect("access:second_factor")
    held = request.session[sessions.PENDING]
    plain = held.get("totp") or services.new_totp_secret()
    request.session[sessions.PENDING] = held | {"totp": plain}
    context = {
        "title": _("Set up the second step"),
        "qr": qr_svg(services.totp_uri(account, plain)),
        "secret": " ".join(plain[i : i + 4] for i in range(0, len(plain), 4)),
    }
    form = CodeForm(request.POST or None)
    if request.method != "POST":
        return render(request, ENROL, context | {"form": form})
    if not form.is_valid():
        return refuse(request, ENROL, form, None, **context)
    try:
        throttle.throttle(f"enrol:{account.id}", limit=20, window_s=600)
        services.enrol_second_factor(account=account, plain=plain, code=form.cleaned_data["code"])
    except DomainError as error:
        return refuse(request, ENROL, form, error, **context)
    return _let_in(request, account, next_path, second_factor=True)


def qr_svg(text: str) -> SafeString:
    """Return a QR code as inline SVG, without any style attribute."""
    svg = segno.make(text, error="m").svg_inline(
        scale=5, border=2, dark="#000", light="#fff", omitsize=True, svgclass="qr"
    )
    return mark_safe(svg)  # noqa: S308 - drawn by segno from our own text


@require_POST
def sign_out(request: Request) -> HttpResponse:
    """Leave; the session is gone on the server too, and the browser clears its caches."""
    sessions.end(request)
    response = redirect("access:sign_in")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


@never_cache
@sensitive_post_parameters("password", "again", "code")
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: Request) -> HttpResponse:
    """Turn the code of a printed slip into a password, and go on signed in."""
    context = {"title": _("First sign-in")}
    if request.method != "POST":
        form = ActivationForm(initial={"username": request.GET.get("u", "")[:60]})
        return render(request, ACTIVATE, context | {"form": form})
    form = ActivationForm(request.POST)
    if not form.is_valid():
        return refuse(request, ACTIVATE, form, None, **context)
    typed = form.cleaned_data
    key = f"activate:{sessions.client_address(request)}"
    try:
        throttle.refuse_early(key, free=50)
        account = services.activate(
            username=typed["username"], code=typed["code"], password=typed["password"]
        )
    except DomainError as error:
        if error.code == "code_refused":
            throttle.note_failure(key)
        return refuse(request, ACTIVATE, form, error, **context)
    return enter(request, account, HOME)


def _self(request: Request) -> Account:
    account = services.account_of(request.actor.id) if request.actor.is_account else None
    if account is None:
        raise SignInNeeded
    return account


@never_cache
def my_account(request: Request) -> HttpResponse:
    """Show one's own account: roles, second step, password."""
    account = _self(request)
    card = own_account(by=request.actor)
    context = {"title": _("My account"), "account": card, "username": account.username}
    return render(request, "access/my_account.html", context)


@never_cache
@sensitive_post_parameters("old", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: Request) -> HttpResponse:
    """Ask for the old password and a new one; other browsers are signed out."""
    account = _self(request)
    context = {"title": _("Change the password")}
    form = PasswordForm(request.POST or None)
    if request.method != "POST":
        return render(request, PASSWORD, context | {"form": form})
    if not form.is_valid():
        return refuse(request, PASSWORD, form, None, **context)
    try:
        throttle.throttle(f"password:{account.id}", limit=10, window_s=600)
        account = services.change_password(
            account=account, old=form.cleaned_data["old"], new=form.cleaned_data["password"]
        )
    except DomainError as error:
        return refuse(request, PASSWORD, form, error, **context)
    sessions.begin(request, account, second_factor=request.actor.second_factor)
    messages.success(request, _("The password is changed. Other browsers are signed out."))
    return redirect("access:my_account")


@require_POST
def end_my_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere, here too."""
    services.end_sessions(account=_self(request))
    sessions.end(request, "ended")
    return redirect(reverse("access:sign_in"))
