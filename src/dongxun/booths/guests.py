"""Guests at booths: a browser that speaks for nobody has a number, sealed in a cookie."""

from collections.abc import Sequence
from uuid import UUID

from django.core import signing
from django.http import HttpResponse

from dongxun.kernel import secret
from dongxun.kernel.errors import Invalid
from dongxun.kernel.http import Request
from dongxun.kernel.ids import read_ids, spoken_code

COOKIE = "dxguest"
MONTH_S = 30 * 24 * 3600
SHEET_S = 6 * 3600
PURPOSE = "booths.guest"
LENGTH = 8


def guest_of(request: Request) -> str:
    """Return the number of this browser; empty when it has none, or a forged one."""
    number, _dot, seal = request.COOKIES.get(COOKIE, "").partition(".")
    if len(number) == LENGTH and secret.same(seal, secret.keyed_hash(number, PURPOSE)):
        return number
    return ""


def new_guest() -> str:
    """Return a number nobody has yet."""
    return spoken_code(LENGTH)


def remember(request: Request, response: HttpResponse, number: str) -> HttpResponse:
    """Let this browser keep its number for a month."""
    response.set_cookie(
        COOKIE,
        f"{number}.{secret.keyed_hash(number, PURPOSE)}",
        max_age=MONTH_S,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def sealed(booth_id: UUID, question_ids: Sequence[UUID]) -> str:
    """Return the questions of a sheet as its form carries them."""
    return signing.dumps([str(booth_id), *map(str, question_ids)], salt=PURPOSE, compress=True)


def unsealed(text: str, booth_id: UUID) -> list[UUID]:
    """Return the questions of a sheet that was handed out at this booth.

    Raises:
        Invalid: forged, of another booth, or too old.
    """
    try:
        at, *keys = signing.loads(text, salt=PURPOSE, max_age=SHEET_S)
    except (signing.BadSignature, ValueError) as error:
        raise Invalid(code="stale_sheet") from error
    if at != str(booth_id):
        raise Invalid(code="stale_sheet")
    return read_ids(keys)
