"""The ASGI application: a stream of what happens in a class, and heartbeats of lessons."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from dongxun.edge.beats import Beats, Busy, Lost
from dongxun.edge.hub import Full, Hub, Listener
from dongxun.kernel import clock, tickets
from dongxun.kernel.ids import read_id

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

RETRY = b"retry: 3000\n\n"
MOST_BODY = 1024
FAR_S = 4 * 3600
ANYBODY = (b"access-control-allow-origin", b"*")
"""A ticket opens a stream, no cookie does; so any origin may ask."""
TEXT = (b"content-type", b"text/plain; charset=utf-8")
log = logging.getLogger(__name__)


class Edge:
    """Answers requests with a hub and a gatherer of beats."""

    def __init__(self, hub: Hub, beats: Beats) -> None:
        self.hub, self.beats = hub, beats

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        if method == "GET" and path == "/edge/live":
            await self._live(scope, receive, send)
        elif method == "POST" and path == "/edge/beat":
            await self._beat(receive, send)
        elif method == "GET" and path == "/edge/ticket":
            await _answer(send, 204 if _ticket(scope) else 401)
        elif method == "GET" and path == "/edge/health":
            said = f"listening {self.hub.listening} beats {self.beats.beats} commits {self.beats.commits}"
            await _answer(send, 200, said.encode())
        else:
            await _answer(send, 404)

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        ticket = _ticket(scope)
        if ticket is None:
            await _answer(send, 401)
            return
        try:
            after = _after(scope)
            listener, missed = await self.hub.join(ticket.object_id, ticket.person_id, after)
        except Full:
            await _answer(send, 503)
            return
        try:
            listener.ends = ticket.ends
            await self._stream(listener, RETRY + missed, receive, send)
        finally:
            self.hub.leave(ticket.object_id, listener)

    async def _stream(self, listener: Listener, first: bytes, receive: Receive, send: Send) -> None:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            ANYBODY,
        ]
        headers.append((b"x-accel-buffering", b"no"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": first, "more_body": True})
        gone = asyncio.ensure_future(_until_gone(receive))
        gone.add_done_callback(lambda _done: listener.end())
        try:
            while (frame := await listener.next()) is not None:
                await send({"type": "http.response.body", "body": frame, "more_body": True})
            if not gone.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            gone.cancel()

    async def _beat(self, receive: Receive, send: Send) -> None:
        place = _place(await _body(receive))
        if place is None:
            await _answer(send, 401)
            return
        try:
            await self.beats.beat(place)
        except Busy:
            await _answer(send, 503)
        except Lost:
            await _answer(send, 500)
        else:
            await _answer(send, 204)


def _asked(scope: Scope, name: str) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get(name, [""])[0]


def _ticket(scope: Scope) -> tickets.Ticket | None:
    """Return the ticket to a class that an address holds."""
    return tickets.read(_asked(scope, "t"), "live")


def _after(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"last-event-id" and value.isdigit() and len(value) < 16:
            return int(value)
    text = _asked(scope, "after")
    return int(text) if text.isdecimal() and len(text) < 16 else 0


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) <= MOST_BODY:
        message = await receive()
        body += bytes(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body
    return b""


def _place(body: bytes) -> tuple[UUID, UUID, UUID, int, Any] | None:
    """Return what ``{"t": ticket, "chapter": id, "at": second}`` says; None when it is nothing."""
    try:
        said = json.loads(body)
        ticket = tickets.read(str(said["t"]), "lesson")
        chapter, at = read_id(said["chapter"]), said["at"]
    except (ValueError, KeyError, TypeError):
        return None
    if ticket is None or chapter is None or type(at) is not int or not 0 <= at <= FAR_S:
        return None
    return ticket.object_id, ticket.person_id, chapter, at, clock.now()


async def _answer(send: Send, status: int, body: bytes = b"") -> None:
    await send({"type": "http.response.start", "status": status, "headers": [TEXT, ANYBODY]})
    await send({"type": "http.response.body", "body": body})
