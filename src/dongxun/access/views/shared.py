"""What several views of this room need."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from dongxun.kernel.errors import DomainError
from dongxun.kernel.http import Request
from dongxun.kit.forms import put_error


def refuse(
    request: Request, template: str, form: BaseForm, error: DomainError | None, **context: Any
) -> HttpResponse:
    """Answer with the form itself: what was typed stays, and the reason stands beside it."""
    if error is not None:
        put_error(form, error)
    status = 429 if error is not None and error.status == 429 else 422
    return render(request, template, {"form": form, **context}, status=status)


def safe_next(request: Request, default: str) -> str:
    """Return where to go on, if it is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    own = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if own else default
