"""What every page template can count on."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return actor, theme and elder mode of this request."""
    theme = request.COOKIES.get("dxtheme", "")
    elder = request.COOKIES.get("dxelder", "")
    return {
        "actor": getattr(request, "actor", None),
        "theme": theme if theme in {"light", "dark"} else "",
        "elder": elder if elder in {"1", "2"} else "",
    }
