"""Request ids and the one place where a refusal becomes a page, a fragment or JSON."""

import logging
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from dongxun.kernel.errors import DomainError
from dongxun.web import others
from dongxun.web.errors import refusal, wrong_method

GetResponse = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)
WRONG_METHOD = 405


class RequestIdMiddleware:
    """Give each request an id, in the response header and in the log of a bug, and count it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.id = uuid4().hex[:12]  # type: ignore[attr-defined]
        with others.served():
            response = self.get_response(request)
        response["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response


class DomainErrorMiddleware:
    """Answer a ``DomainError`` with its status and its words; give a bare 405 some."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        return wrong_method(request, answer) if answer.status_code == WRONG_METHOD else answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn a refusal into an answer; leave bugs to Django."""
        if isinstance(error, DomainError):
            return refusal(request, error)
        return None
