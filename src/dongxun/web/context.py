"""What every page template can count on."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Return actor, theme and elder mode of this request."""
    theme = request.COOKIES.get("dxtheme", "")
    return {
        "actor": getattr(request, "actor", None),
        "theme": theme if theme in {"light", "dark"} else "",
        "elder": request.COOKIES.get("dxelder") == "1",
    }
