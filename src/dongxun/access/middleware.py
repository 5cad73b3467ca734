"""Put the actor on the request: account by session, device by cookie, else the public.

Costs nothing without cookies, one query for the session and one for the actor with.
"""

from collections.abc import Callable
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from dongxun.access import phones, sessions
from dongxun.access.passes import is_by_itself
from dongxun.access.queries import account_actor
from dongxun.kernel.actors import Actor
from dongxun.kernel.http import Request


class ActorMiddleware:
    """Set ``request.actor``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find out who it is, then go on."""
        asked = cast(Request, request)
        asked.actor = _signed_in(asked) or phones.actor_of(asked) or Actor.public()
        response = self.get_response(request)
        if asked.actor.is_account or asked.actor.persons or asked.actor.links:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _signed_in(request: Request) -> Actor | None:
    """Return the account's actor, or end a session that is over."""
    held = request.session.get(sessions.KEY)
    if held is None:
        return None
    found = account_actor(UUID(held["account"]), second_factor=bool(held["second"]))
    if found is None or not found.is_active or found.epoch != held["epoch"]:
        sessions.end(request, "ended")
        return None
    if sessions.is_over(held, found.roles):
        sessions.end(request, "idle")
        return None
    if found.needs_second_factor and not held["second"]:
        sessions.end(request, "second")
        return None
    if not is_by_itself(request):
        sessions.touch(request, held)
    return found.actor
