"""Thin guards over views: who must sign in at all, and of whom a phone's page speaks.

What one may do is asked further in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from dongxun.kernel.actors import ORGANISERS, Role
from dongxun.kernel.errors import NotAllowed, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.rules import least
from dongxun.people import api as people
from dongxun.people.contracts import Card

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


def person_of(request: Request, *, own: bool = False) -> tuple[Card, list[tuple[str, str, bool]]]:
    """Return whom a phone's page speaks of, and the choice between several.

    It says so as ``person``, in its address or its form; the first where it does not.

    Args:
        own: only people whose personal link was opened here.

    Raises:
        NotFound: the phone does not speak for that person.
        LinkNeeded: it does, but without the link that an ``own`` page wants.
    """
    asked = request.GET.get("person") or request.POST.get("person", "")
    chosen, cards = people.spoken_for(asked, by=request.actor, own=own)
    switch = [(card.name, f"{request.path}?person={card.id}", card == chosen) for card in cards]
    return chosen, switch if len(cards) > 1 else []
