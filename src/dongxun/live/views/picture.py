"""The picture of a class in pieces, for whoever holds a ticket: many phones ask for each piece."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from dongxun.kernel import tickets
from dongxun.kernel.errors import NotFound
from dongxun.kernel.http import Request
from dongxun.live import gateway, queries
from dongxun.live.contracts import MOST_HOURS, ClassState, Source
from dongxun.live.models import LiveClass

KINDS = {"m3u8": "application/vnd.apple.mpegurl", "ts": "video/mp2t"}
REHEARSAL = "rehearsal"
"""The ticket of whoever prepares a class: it opens the picture before others see it."""
LISTS = {"video.m3u8": False, "sound.m3u8": True}
TICKET_S = (MOST_HOURS + 1) * 3600
"""As long as any class lasts: a page that is left open never asks for another ticket."""


def shown_picture(row: LiveClass, session_id: UUID) -> dict[str, Any]:
    """Return where the picture of a class is played from, and what it takes; nothing without one."""
    if row.source != Source.ENCODER or row.state != ClassState.LIVE:
        return {}
    key, ticket = queries.stream_key(row), tickets.mint("picture", session_id, seconds=TICKET_S)
    picture, sound = gateway.playlist(key), gateway.playlist(key, sound=True)
    sources = [reverse("live:picture", args=[session_id, ticket, name]) for name in LISTS]
    return {
        "picture": sources[0] if picture else "",
        "sound": sources[1] if sound else "",
        "picture_mb": gateway.mb_an_hour(key, picture),
        "sound_mb": gateway.mb_an_hour(key, sound, sound=True),
        "lost_at": row.picture_lost_at if row.picture_at else None,
        "is_coming": queries.has_picture(row) and not picture,
    }


@require_safe
def picture(request: Request, session_id: UUID, ticket: str, name: str) -> HttpResponseBase:
    """Serve the list of pieces, or a piece; ``s7.ts`` is one of the sound alone.

    Raises:
        NotFound: the ticket is not for this class or over, or there is no such piece.
    """
    found = tickets.read(ticket, "picture")
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
