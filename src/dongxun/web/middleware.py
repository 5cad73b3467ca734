"""Request ids and the one place where a refusal becomes a page, a fragment or JSON."""

import logging
from collections.abc import Callable
from contextlib import suppress
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from dongxun.kernel.errors import DomainError, TooLarge
from dongxun.kernel.http import BODY_BYTES
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


class BodySizeMiddleware:
    """Refuse what is larger than its view takes before a byte of it is read.

    It stands before the check of forms, which reads whole bodies and puts files on the disk,
    whoever sends them. A body without a length is read as empty.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        size = int(said) if said.isdecimal() else 0
        if size > BODY_BYTES and size > (most := _taken_by(request)):
            words = _("This is larger than %(n)d MB; nothing of it was taken.")
            return refusal(request, TooLarge(words % {"n": most // 1024**2}))
        return self.get_response(request)


def _taken_by(request: HttpRequest) -> int:
    with suppress(Resolver404):
        return int(getattr(resolve(request.path_info).func, "body_bytes", BODY_BYTES))
    return BODY_BYTES


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
