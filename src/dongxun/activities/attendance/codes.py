"""Check-in codes: signed, short-lived, never leaving the server before their time.

The screen shows a QR code that changes every ten seconds; the current and the
previous one are taken, so a forwarded photo is dead after twenty. Phones that
cannot scan type six digits that change every minute.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core import signing

from dongxun.kernel import clock, secret

STEP_S = 10
DIGITS_STEP_S = 60
ADVANCE_STEPS = 60
TICKET_S = 600
TICKET_COOKIE = "dxticket"
_SALT = "dongxun.activities.ticket"


@dataclass(frozen=True, slots=True)
class ScreenCode:
    """One code of the screen: valid to be shown from ``since`` for ``STEP_S`` seconds."""

    token: str
    digits: str
    since: datetime


def _mac(session_id: UUID, kind: str, step: int) -> bytes:
    text = f"{session_id}|{kind}|{step}".encode()
    return hmac.new(secret.key("check-in"), text, sha256).digest()


def _step(moment: datetime, length: int) -> int:
    return int(moment.timestamp()) // length


def token_at(session_id: UUID, moment: datetime) -> str:
    """Return the QR code's token at a moment: ``step.mac``, 80 bits of mac."""
    step = _step(moment, STEP_S)
    return f"{step:x}.{_mac(session_id, 'qr', step)[:10].hex()}"


def digits_at(session_id: UUID, moment: datetime) -> str:
    """Return the six digits to type at a moment."""
    number = int.from_bytes(_mac(session_id, "digits", _step(moment, DIGITS_STEP_S))[:8], "big")
    return f"{number % 1_000_000:06d}"


def token_holds(session_id: UUID, token: str) -> bool:
    """Return whether ``token`` is the current or the previous code of the screen."""
    now = clock.now()
    return any(
        secret.same(token_at(session_id, now - timedelta(seconds=back)), token)
        for back in (0, STEP_S)
    )


def digits_hold(session_id: UUID, digits: str) -> bool:
    """Return whether ``digits`` are the current or the previous ones. Callers throttle."""
    now = clock.now()
    return any(
        secret.same(digits_at(session_id, now - timedelta(seconds=back)), digits)
        for back in (0, DIGITS_STEP_S)
    )


def codes_ahead(session_id: UUID) -> list[ScreenCode]:
    """Return the codes of the next ten minutes, for a screen that may lose the network."""
    now = clock.now()
    start = datetime.fromtimestamp(_step(now, STEP_S) * STEP_S, tz=now.tzinfo)
    moments = [start + timedelta(seconds=STEP_S * n) for n in range(ADVANCE_STEPS)]
    return [ScreenCode(token_at(session_id, m), digits_at(session_id, m), m) for m in moments]


def ticket(session_id: UUID) -> str:
    """Return a signed ticket: this browser has just shown a valid code of this session.

    It lives in an HttpOnly cookie, so it stays with the browser that earned it.
    """
    return signing.dumps([str(session_id), clock.now().timestamp()], salt=_SALT)


def ticket_holds(value: str, session_id: UUID) -> bool:
    """Return whether a ticket is of this session and under ten minutes old."""
    try:
        held_session, issued = signing.loads(value, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return False
    fresh = 0 <= clock.now().timestamp() - float(issued) <= TICKET_S
    return fresh and bool(held_session == str(session_id))
