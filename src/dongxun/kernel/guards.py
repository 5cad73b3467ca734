"""Who must have signed in to see a page of a room below access; what one may do is asked further in."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse

from dongxun.kernel.actors import ORGANISERS, Role
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponse]


def for_console(view: View[P]) -> View[P]:
    """Let pass who plans or watches; others sign in, or find nothing here."""

    @wraps(view)
    def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.actor.is_account:
            raise SignInNeeded
        if not request.actor.holds(*ORGANISERS, Role.ZONE_LEAD):
            raise NotFound
        return view(request, *args, **kwargs)

    return guarded
