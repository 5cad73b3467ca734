"""The cookie of a phone: a signed random token, of which we keep a keyed hash."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from dongxun.access.contracts import PhoneToken
from dongxun.access.models import Device
from dongxun.access.queries import device_actor
from dongxun.kernel import clock, secret
from dongxun.kernel.actors import Actor

SALT = "access.device"
SEEN_EVERY = timedelta(days=1)


def cookie_name() -> str:
    """Return the cookie's name; bound to this host when served over https."""
    return "__Host-dxd" if settings.SESSION_COOKIE_SECURE else "dxd"


def new_token() -> str:
    """Return a fresh token for a phone."""
    return secrets.token_urlsafe(24)


def token_hash(raw: str) -> str:
    """Return what we store of a token."""
    return secret.keyed_hash(raw, "device")


def raw_token_of(request: HttpRequest) -> str:
    """Return the phone's token, "" when there is none or the signature is not ours."""
    try:
        return signing.Signer(salt=SALT).unsign(request.COOKIES.get(cookie_name(), ""))
    except signing.BadSignature:
        return ""


def actor_of(request: HttpRequest) -> Actor | None:
    """Return the actor of the phone that asks, None when we do not know it."""
    raw = raw_token_of(request)
    found = device_actor(token_hash(raw)) if raw else None
    if found is None:
        return None
    actor, seen_at = found
    now = clock.now()
    if actor.id and now - seen_at > SEEN_EVERY:
        Device.objects.filter(id=actor.id).update(seen_at=now)
    return actor


def device_of(request: HttpRequest) -> Device | None:
    """Return the phone's row, for a service that adds to it."""
    raw = raw_token_of(request)
    if not raw:
        return None
    return Device.objects.filter(
        token_hash=token_hash(raw), revoked_at=None, expires_at__gt=clock.now()
    ).first()


def set_phone_cookie(request: HttpRequest, response: HttpResponse, token: PhoneToken) -> None:
    """Hand the token to the phone, or renew the one it has, until the season ends."""
    raw = token.raw or raw_token_of(request)
    response.set_cookie(
        cookie_name(),
        signing.Signer(salt=SALT).sign(raw),
        expires=token.expires_at,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
        path="/",
    )
