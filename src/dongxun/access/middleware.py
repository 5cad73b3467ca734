"""Put the actor on the request: account by session, device by cookie, else the public."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dongxun.kernel.actors import Actor


class ActorMiddleware:
    """Set ``request.actor``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = Actor.public()  # type: ignore[attr-defined]
        return self.get_response(request)
