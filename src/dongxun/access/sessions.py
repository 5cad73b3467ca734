"""Signed-in sessions: when they start, when they end, and which browsers are known.

The session holds ids and times only. It ends after a time without use, at the
latest after twelve hours, and at once when the account's epoch has moved on.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from dongxun.access.contracts import TWO_FACTOR_ROLES
from dongxun.access.models import Account
from dongxun.kernel import clock
from dongxun.kernel.actors import Role

KEY = "dx"
PENDING = "dx_pending"
NOTE = "dx_note"
LONGEST = timedelta(hours=12)
PENDING_FOR = timedelta(minutes=10)
WRITE_SEEN_EVERY_S = 60
KNOWN_FOR = timedelta(days=180)


def _stamp() -> int:
    return int(clock.now().timestamp())


def client_address(request: HttpRequest) -> str:
    """Return where a request comes from; behind a trusted proxy, what that proxy saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if settings.TRUST_PROXY and forwarded:
        return forwarded.rsplit(",", 1)[-1].strip()[:64]
    return str(request.META.get("REMOTE_ADDR", ""))


def begin(request: HttpRequest, account: Account, *, second_factor: bool) -> None:
    """Open a fresh session for ``account``; whatever the old one held is gone."""
    request.session.flush()
    request.session[KEY] = {
        "account": account.id.hex,
        "epoch": account.epoch,
        "since": _stamp(),
        "seen": _stamp(),
        "second": second_factor,
    }
    request.session.set_expiry(int(LONGEST.total_seconds()))
    rotate_token(request)


def begin_pending(request: HttpRequest, account: Account, next_path: str) -> None:
    """Remember that the password was right and the second factor is still to come."""
    request.session.flush()
    request.session[PENDING] = {
        "account": account.id.hex,
        "epoch": account.epoch,
        "since": _stamp(),
        "next": next_path,
    }
    request.session.set_expiry(int(PENDING_FOR.total_seconds()))
    rotate_token(request)


def pending(request: HttpRequest) -> dict[str, Any] | None:
    """Return who stands between password and second factor, for ten minutes."""
    waiting: dict[str, Any] | None = request.session.get(PENDING)
    if waiting is None or waiting["since"] + PENDING_FOR.total_seconds() < _stamp():
        return None
    return waiting


def end(request: HttpRequest, note: str = "") -> None:
    """Close the session; ``note`` says why, on the sign-in page."""
    request.session.flush()
    if note:
        request.session[NOTE] = note


def idle_limit_s(roles: frozenset[Role]) -> int:
    """Return after how many seconds without use a session ends."""
    strict = bool(roles & TWO_FACTOR_ROLES)
    return 60 * (settings.IDLE_MINUTES if strict else settings.IDLE_MINUTES_ORGANISERS)


def is_over(held: dict[str, Any], roles: frozenset[Role]) -> bool:
    """Return whether a session has outlived its idle or its absolute limit."""
    now = _stamp()
    limit = idle_limit_s(roles)
    return now - int(held["seen"]) > limit or now - int(held["since"]) > LONGEST.total_seconds()


def touch(request: HttpRequest, held: dict[str, Any]) -> None:
    """Note that the session is in use; written at most once a minute."""
    if _stamp() - int(held["seen"]) >= WRITE_SEEN_EVERY_S:
        request.session[KEY] = held | {"seen": _stamp()}


def _known_cookie() -> str:
    return "__Host-dxk" if settings.SESSION_COOKIE_SECURE else "dxk"


def known_browser(request: HttpRequest, account_id: UUID) -> str:
    """Return this browser's mark if ``account_id`` has signed in on it before, else ""."""
    try:
        marks: dict[str, str] = signing.loads(
            request.COOKIES.get(_known_cookie(), ""),
            salt="access.known",
            max_age=int(KNOWN_FOR.total_seconds()),
        )
    except signing.BadSignature:
        return ""
    return marks.get(account_id.hex, "")


def remember_browser(request: HttpRequest, response: HttpResponse, account_id: UUID) -> None:
    """Leave a signed mark, so that a stranger's wrong guesses never slow this browser down."""
    mark = known_browser(request, account_id) or uuid4().hex
    response.set_cookie(
        _known_cookie(),
        signing.dumps({account_id.hex: mark}, salt="access.known"),
        max_age=int(KNOWN_FOR.total_seconds()),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/",
    )
