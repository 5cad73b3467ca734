"""The request as our views see it: Django's, with its actor and HTMX's word."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from dongxun.kernel.actors import Actor


class Request(HttpRequest):
    """An ``HttpRequest`` after our middleware. Only for types; never constructed."""

    actor: Actor
    htmx: HtmxDetails
    csp_nonce: str
    id: str
