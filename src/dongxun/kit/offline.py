"""Which pages a phone may keep for a time without network."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

HEADER = "X-Keep-Offline"
View = Callable[..., HttpResponse]


def keep_offline(*, hours: int) -> Callable[[View], View]:
    """Let the service worker show the last copy of this page for ``hours`` at most."""

    def wrap(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            response = view(request, *args, **kwargs)
            if response.status_code == 200:
                response[HEADER] = str(hours * 3600)
            return response

        return kept

    return wrap
