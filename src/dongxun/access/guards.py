"""Thin guards over views: who must sign in at all. What one may do is asked further in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from dongxun.kernel.actors import ORGANISERS, Role
from dongxun.kernel.errors import NotAllowed, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.rules import least

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def signed_in(view: View[P]) -> View[P]:
    """Send whoever has no account to the sign-in page."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.is_account:
            raise SignInNeeded
        return view(request, *args, **kwargs)

    return guarded


def holding(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let pass accounts with one of ``roles``; others sign in, or are refused."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.actor.is_account:
                raise SignInNeeded
            if not request.actor.holds(*roles):
                raise NotAllowed(role=least(roles))
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def organiser_required(view: View[P]) -> View[P]:
    """Let pass office, organisers and secretaries."""
    return holding(*ORGANISERS)(view)


def console_required(view: View[P]) -> View[P]:
    """Let pass whoever plans or watches: office, organisers, secretaries, zone leads."""
    return holding(*ORGANISERS, Role.ZONE_LEAD)(view)


def phone_required(view: View[P]) -> View[P]:
    """Let pass whoever speaks for a person: a known phone, or an account tied to one."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.persons:
            raise SignInNeeded
        return view(request, *args, **kwargs)

    return guarded
