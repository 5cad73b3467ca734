"""The picture of a class in pieces, for whoever holds a ticket: many phones ask for each piece."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dongxun.kernel import tickets, video
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.live import gateway, queries
from dongxun.live.contracts import MOST_HOURS, ClassState, Source
from dongxun.live.models import LiveClass

KINDS = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}
REHEARSAL = "rehearsal"
"""The ticket of whoever prepares a class: it opens the picture before others see it."""
PICTURE = "picture"
LISTS = {"video.m3u8": False, "sound.m3u8": True}
TICKET_S = (MOST_HOURS + 1) * 3600
"""As long as any class lasts: a page that is left open never asks for another ticket."""


def shown_picture(row: LiveClass, session_id: UUID) -> dict[str, Any]:
    """Return where the picture of a class is played from, and what it takes; nothing without one."""
    if row.source != Source.ENCODER or row.state != ClassState.LIVE:
        return {}
    key = queries.stream_key(row)
    picture, sound = gateway.playlist(key), gateway.playlist(key, sound=True)
    of_picture, of_sound = addresses(session_id, key, PICTURE)
    return {
        "picture": of_picture if picture else "",
        "sound": of_sound if sound else "",
        "picture_mb": gateway.mb_an_hour(key, picture),
        "sound_mb": gateway.mb_an_hour(key, sound, sound=True),
        "lost_at": row.picture_lost_at if row.picture_at else None,
        "is_coming": queries.has_picture(row) and not picture,
    }


def addresses(session_id: UUID, key: str, kind: str) -> tuple[str, str]:
    """Return where the picture of a class is played from, and its sound alone.

    nginx hands both out where it may, else we do, for a ticket of this kind.
    """
    if video.is_handed_out() and gateway.show(session_id, key):
        place = video.address(gateway.KIND, session_id, seconds=TICKET_S)
        return f"{place}video/{gateway.LIST}", f"{place}sound/{gateway.LIST}"
    ticket = tickets.mint(kind, session_id, seconds=TICKET_S)
    of_picture, of_sound = (reverse("live:picture", args=[session_id, ticket, n]) for n in LISTS)
    return of_picture, of_sound


@require_safe
def picture(request: Request, session_id: UUID, ticket: str, name: str) -> HttpResponseBase:
    """Serve the list of pieces, or a piece; ``s7.ts`` is one of the sound alone.

    Raises:
        NotFound: the ticket is not for this class or over, or there is no such piece.
    """
    found = tickets.read(ticket, PICTURE)
    at_desk = None if found else tickets.read(ticket, REHEARSAL)
    shown = found or at_desk
    if not shown or shown.object_id != session_id:
        raise NotFound
    key = queries.key_of(session_id, rehearsing=at_desk is not None)
    if not key:
        raise NotFound
    if name in LISTS:
        words = gateway.playlist(key, sound=LISTS[name])
        if not words:
            raise NotFound
        if LISTS[name]:
            words = gateway.for_sound(words)
        return _fresh(HttpResponse(words, content_type=KINDS["m3u8"]))
    path = gateway.piece(key, name.removeprefix("s"), sound=name.startswith("s"))
    if path is None:
        raise NotFound
    try:
        return FileResponse(path.open("rb"), content_type=KINDS["ts"])
    except FileNotFoundError as gone:  # nginx took it away after we looked
        raise NotFound from gone


def _fresh(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
