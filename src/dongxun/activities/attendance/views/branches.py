"""The branches a walk-in may name: names of organisations are no secret."""

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.attendance.views.check_in import session_of
from dongxun.kernel.http import Request
from dongxun.organisations import api as organisations

MOST = 20


@require_GET
def branches(request: Request, code: str) -> JsonResponse:
    """Answer ``?q=`` with branches whose name or first letters fit, for the picker."""
    session_of(code)
    access.throttle(f"branches:{access.client_address(request)}", 600, 60)
    words = request.GET.get("q", "").strip()
    found = organisations.find_branches(words, MOST) if words else []
    return JsonResponse(
        {"results": [{"id": str(n.id), "label": n.name, "path": p} for n, p in found]}
    )
