"""The code of an activity, typed by hand: the way in, and what a mistyped one is told."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import normal_code

PAGE = "activities/enter_code.html"
LONGEST = 20


class UnknownCode(NotFound):
    """No published activity has this code."""

    code = "unknown_code"


def spoken(text: str) -> str:
    """Return a typed code as it was issued, without whatever cannot be part of one."""
    return "".join(c for c in normal_code(text) if c.isascii() and c.isalnum())


@never_cache
@require_GET
def enter(request: Request) -> HttpResponse:
    """Ask for the code, and go to its activity."""
    typed = request.GET.get("code", "").strip()
    if spoken(typed):
        return redirect("activities:check_in", spoken(typed))
    return unknown(request, typed) if typed else render(request, PAGE)


def unknown(request: Request, typed: str) -> HttpResponse:
    """Say that no activity has this code, with what was typed to be put right."""
    return render(request, PAGE, {"typed": typed[:LONGEST]}, status=404)


def told(view: Callable[[Request, str], HttpResponse]) -> Callable[[Request, str], HttpResponse]:
    """Answer a mistyped code with words and the field, instead of a page that is not there."""

    @wraps(view)
    def answered(request: Request, code: str) -> HttpResponse:
        try:
            return view(request, code)
        except UnknownCode:
            return unknown(request, code)

    return answered
