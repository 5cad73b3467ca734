"""Error pages: what happened, what is safe, what to do next."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from dongxun.access import api as access
from dongxun.kernel.errors import Conflict, DomainError, NotAllowed, NotFound, SignInNeeded


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "") or (
        request.content_type == "application/json"
    )


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Answer with a page, a fragment (HTMX) or JSON, as the client asked."""
    if isinstance(error, NotAllowed) and (actor := getattr(request, "actor", None)):
        who = access.who_can_grant(error, by=actor)
        error.details = (*error.details, ("", who)) if who else error.details
    if _wants_json(request):
        return JsonResponse(error.as_json(), status=error.status)
    if isinstance(error, SignInNeeded) and request.method == "GET":
        url = f"{reverse('access:sign_in')}?{urlencode({'next': request.path})}"
        hypermedia = request.headers.get("HX-Request") == "true"
        return HttpResponseClientRedirect(url) if hypermedia else redirect(url)
    if request.headers.get("HX-Request") != "true":
        return render(request, "kit/error_page.html", {"error": error}, status=error.status)
    answer = render(request, "kit/parts/refusal.html", {"error": error}, status=error.status)
    return retarget(reswap(answer, "innerHTML"), "#refusal")  # what was typed stays


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an unknown address."""
    return refusal(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a bug: calm words and the request id to tell to whoever looks after us."""
    error = DomainError(_("Something broke on our side. What you typed is still on this page."))
    error.status = 500
    error.code = "server_error"
    return refusal(request, error)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what could not be read, or a session that ended meanwhile."""
    error = DomainError(_("That did not go through. Go back, reload the page and try again."))
    error.status = 400
    error.code = "bad_request"
    return refusal(request, error)


def wrong_method(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Put words on an empty 405: the address of a form was opened or reloaded by itself."""
    error = DomainError(_("This address belongs to a form. Go back to the page that it stands on."))
    error.status = 405
    error.code = "wrong_method"
    worded = refusal(request, error)
    worded["Allow"] = answer["Allow"]
    return worded


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page was open too long."""
    words = _("This page was open too long. Go back, reload it and send again.")
    return refusal(request, Conflict(words, code="stale_form"))
