"""Opening a personal link: first a page, then, on a press, this phone and no other.

Looking at the page binds nothing, because chat programs fetch every link that
is sent to see what it shows.
"""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dongxun.access import phones, sessions, throttle
from dongxun.access.contracts import LinkDead, LinkPurpose
from dongxun.access.models import Device, PersonalLink
from dongxun.access.services import phones as services
from dongxun.kernel.http import Request

DESTINATIONS = {
    LinkPurpose.MEMBER: "web:me",
    LinkPurpose.LECTURER: "activities:lessons",
    LinkPurpose.HELPER: "activities:roll",
    LinkPurpose.VISITOR: "visits:my_round",
}
"""Where each purpose leads; pages of rooms above, known by name only."""
WITH_OBJECT = frozenset({LinkPurpose.HELPER, LinkPurpose.VISITOR})
GUESSES_PER_MINUTE = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: Request, code: str) -> HttpResponse:
    """Show what pressing will do; on POST bind the link to this phone and go on."""
    key = f"link:{sessions.client_address(request)}"
    device = phones.device_of(request)
    try:
        if request.method == "POST":
            return _bind(request, code, device)
        link = services.find_link(code, device)
    except LinkDead:
        throttle.throttle(key, limit=GUESSES_PER_MINUTE, window_s=60)
        raise
    if link.device_id is not None:
        return redirect(destination(LinkPurpose(link.purpose), link))
    context = {"title": _("Open on this phone"), "purpose": link.get_purpose_display()}
    return render(request, "access/open_link.html", context)


def _bind(request: Request, code: str, device: Device | None) -> HttpResponse:
    opened = services.open_link(by=request.actor, code=code, device=device)
    response = redirect(destination(opened.purpose, opened))
    phones.set_phone_cookie(request, response, opened.token)
    return response


def destination(purpose: LinkPurpose, opened: services.OpenedLink | PersonalLink) -> str:
    """Return the page that a link leads to; the start page while that page does not exist."""
    args = [opened.object_id] if purpose in WITH_OBJECT else []
    try:
        return reverse(DESTINATIONS[purpose], args=args)
    except NoReverseMatch:
        return "/"
