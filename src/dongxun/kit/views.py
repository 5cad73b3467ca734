"""Preferences of one browser, the service worker, and the style guide."""

from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kit import samples
from dongxun.kit.nav import address

YEAR_S = 365 * 24 * 3600
PREFERENCES = {
    "theme": ("dxtheme", ("", "light", "dark")),
    "elder": ("dxelder", ("", "1", "2")),
    "language": ("dxlang", ("zh-hans", "en")),
}
"""Cookie and allowed values by preference; an empty value forgets the cookie."""


def way_back(request: Request, default: str = "/") -> str:
    """Return where to go after a small form: its ``next``, else the page it stood on."""
    for url in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        hosts = {request.get_host()}
        if url and url_has_allowed_host_and_scheme(url, hosts, request.is_secure()):
            return url
    return default


def no_season(request: Request, nav: str) -> HttpResponse:
    """Say that there is no season yet; whoever may draw one up is led there.

    Args:
        nav: the entry of the menu that led here.
    """
    url = address("seasons:new") if request.actor.holds(Role.OFFICE) else ""
    return render(request, "kit/no_season.html", {"nav": nav, "new_season_url": url})


@require_POST
def set_preference(request: Request, name: str) -> HttpResponse:
    """Remember theme, elder mode or language in this browser and go back."""
    if name not in PREFERENCES:
        raise NotFound
    cookie, allowed = PREFERENCES[name]
    value = request.POST.get("value", "")
    if value not in allowed:
        raise Invalid(where="value")
    response = redirect(way_back(request))
    if value:
        secure = request.is_secure()
        response.set_cookie(cookie, value, max_age=YEAR_S, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(cookie, samesite="Lax")
    return response


@require_GET
@never_cache
def token(request: Request) -> HttpResponse:
    """Give a fresh form token to a page that was kept on the phone."""
    return JsonResponse({"token": get_token(request)})


@require_GET
def offline(request: Request) -> HttpResponse:
    """Say that there is no network and what is safe; the phone keeps this page.

    With ``?unsent=1``, shown over a dead line, that a form did not arrive.
    """
    unsent = bool(request.GET.get("unsent"))
    return render(request, "kit/offline.html", {"unsent": unsent})


@require_GET
@never_cache
def service_worker(request: Request) -> HttpResponse:
    """Serve the service worker from the root, so that it may speak for the whole site."""
    path = finders.find("sw.js")
    if not isinstance(path, str):
        raise NotFound
    return HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")


@require_GET
def manifest(request: Request) -> HttpResponse:
    """Describe the phone app for the home screen."""
    icon = {"src": static("kit/seal.svg"), "sizes": "any", "type": "image/svg+xml"}
    body = {
        "name": _("Winter training"),
        "short_name": _("Winter training"),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f4",
        "theme_color": "#f5f6f4",
        "icons": [icon],
    }
    return JsonResponse(body, content_type="application/manifest+json")


@require_GET
def styleguide(request: Request, page: str = "parts") -> HttpResponse:
    """Show every component, in the theme and size asked for by the address."""
    if page not in samples.PAGES:
        raise NotFound
    context = samples.PAGES[page]()
    theme, elder = request.GET.get("theme"), request.GET.get("elder")
    if theme in PREFERENCES["theme"][1]:
        context["theme"] = theme
    if elder in PREFERENCES["elder"][1]:
        context["elder"] = elder
    return render(request, f"kit/styleguide/{page}.html", context)
