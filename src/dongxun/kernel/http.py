"""The request as our views see it: Django's, with its actor and HTMX's word."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from dongxun.kernel.actors import Actor


class Request(HttpRequest):
    """An ``HttpRequest`` after our middleware. Only for types; never constructed."""

    actor: Actor
    htmx: HtmxDetails
    csp_nonce: str
    id: str


BODY_BYTES: Final = 64 * 1024 * 1024
"""What a request may bring: several pictures of a phone, a workbook."""
View = TypeVar("View", bound=Callable[..., Any])


def takes(most: int) -> Callable[[View], View]:
    """Let a view take a file of so many bytes, and a little around it. Outermost, but for access."""

    def mark(view: View) -> View:
        view.body_bytes = most + 16 * 1024 * 1024  # type: ignore[attr-defined]
        return view

    return mark
