"""The big screen at the door: a code that changes, and who has come."""

from functools import lru_cache
from uuid import UUID

import segno
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from dongxun.access import api as access
from dongxun.activities.attendance import codes, expected, rolls
from dongxun.activities.models import Session
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound, SignInNeeded
from dongxun.kernel.http import Request
from dongxun.kernel.rules import allows

PAGE = "activities/screen.html"


@lru_cache(maxsize=256)
def qr_path(url: str) -> tuple[int, str]:
    """Return the side in modules and the SVG path of a QR code with a quiet zone of two."""
    code = segno.make(url, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=2)]
    parts = [
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    ]
    return len(rows), "".join(parts)


def _session(by: Actor, session_id: UUID) -> Session:
    if not by.is_account and not by.links:
        raise SignInNeeded
    session = rolls.session_row(session_id)
    if not allows("activities.run_check_in", by, session):
        raise NotFound
    return session


def _asks(request: Request, session_id: UUID) -> Actor:
    """Return who asks for a part of the screen: the account that is open, or opened the page.

    A screen hangs at the door for hours and nobody clicks on it; the session of who put it up
    ends meanwhile.
    """
    by = request.actor
    if by.is_account or by.links:
        return by
    return access.holder_of(request.GET.get("pass", ""), session_id) or by


def _url(request: Request, session: Session, token: str) -> str:
    path = reverse("activities:check_in", args=[session.code])
    return request.build_absolute_uri(f"{path}?t={token}")


@never_cache
@require_GET
def screen(request: Request, session_id: UUID) -> HttpResponse:
    """Show the current code, the digits and the live count."""
    session = _session(request.actor, session_id)
    now = clock.now()
    side, path = qr_path(_url(request, session, codes.token_at(session.id, now)))
    left = codes.STEP_S - int(now.timestamp()) % codes.STEP_S
    return render(
        request,
        PAGE,
        {
            "session": session,
            "side": side,
            "path": path,
            "left": left * 100 // codes.STEP_S,
            "address": f"{request.get_host()}/s/{session.code}/",
            "digits": codes.digits_at(session.id, now),
            "tally": expected.tally(session, by=request.actor),
            "now": now,
            "is_open": rolls.window_holds(session, now),
            "pass": access.issue_pass(session.id, by=request.actor, until=rolls.window(session)[1]),
        },
    )


@never_cache
@require_GET
def live(request: Request, session_id: UUID) -> HttpResponse:
    """Answer with the live part of the screen."""
    by = _asks(request, session_id)
    session = _session(by, session_id)
    tally = expected.tally(session, by=by)
    return render(request, f"{PAGE}#live", {"session": session, "tally": tally, "now": clock.now()})


@never_cache
@require_GET
def codes_ahead(request: Request, session_id: UUID) -> JsonResponse:
    """Answer with the codes of the next ten minutes, for a screen that may lose the network."""
    session = _session(_asks(request, session_id), session_id)
    found = []
    for code in codes.codes_ahead(session.id):
        side, path = qr_path(_url(request, session, code.token))
        since = int(code.since.timestamp() * 1000)
        found.append({"since": since, "side": side, "path": path, "digits": code.digits})
    return JsonResponse(
        {"now": int(clock.now().timestamp() * 1000), "step": codes.STEP_S * 1000, "codes": found}
    )
