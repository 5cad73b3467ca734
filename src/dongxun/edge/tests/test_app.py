import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from dongxun.edge.app import Edge
from dongxun.edge.beats import Beats
from dongxun.edge.hub import Hub
from dongxun.edge.tests.test_hub import Log
from dongxun.kernel import tickets
from dongxun.kernel.ids import new_id

LIVE, LESSON, LIN, CHAPTER = new_id(), new_id(), new_id(), new_id()


class Request:
    """One request to the edge, and what it answers."""

    def __init__(self, path: str, method: str = "GET", query: str = "", body: bytes = b"") -> None:
        self.scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode(),
            "headers": [],
        }
        self.body = body
        self.sent: list[Mapping[str, Any]] = []
        self.gone = asyncio.Event()
        self._is_read = False

    async def receive(self) -> Mapping[str, Any]:
        if not self._is_read:
            self._is_read = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.sent.append(message)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.sent).decode()


def an_edge(log: Log, kept: list[Any]) -> Edge:
    async def keep(places: Any) -> None:
        kept.append(list(places))

    hub: Hub = log.hub()
    return Edge(hub, Beats(keep))


async def settle() -> None:
    for _time in range(20):
        await asyncio.sleep(0)


def test_a_stream_tells_what_happens_until_the_page_is_closed():
    async def story() -> None:
        log = Log(2)
        edge = an_edge(log, [])
        ticket = tickets.mint("live", LIVE, LIN, seconds=60)
        page = Request("/edge/live", query=f"t={ticket}&after=1")
        task = asyncio.ensure_future(edge(page.scope, page.receive, page.send))
        await settle()
        log.happen()
        await edge.hub.tick()
        await settle()
        assert page.status == 200
        assert [line for line in page.text.splitlines() if line.startswith("id")] == [
            "id: 2",
            "id: 3",
        ]
        page.gone.set()
        await task
        assert edge.hub.channels == {}

    asyncio.run(story())


@pytest.mark.parametrize("ticket", ["", "forged", "live.x.y.z.w", "a" * 5000])
def test_without_a_ticket_nothing_is_told(ticket):
    async def story() -> None:
        page = Request("/edge/live", query=f"t={ticket}")
        edge = an_edge(Log(3), [])
        await edge(page.scope, page.receive, page.send)
        assert (page.status, page.text) == (401, "")

    asyncio.run(story())


def test_a_ticket_is_good_for_its_own_thing_and_its_own_time():
    lesson = tickets.mint("lesson", LESSON, LIN, seconds=60)
    assert tickets.read(lesson, "lesson") is not None
    assert tickets.read(lesson, "live") is None
    assert tickets.read(lesson.replace(LIN.hex, new_id().hex), "lesson") is None
    assert tickets.read(tickets.mint("live", LIVE, LIN, seconds=-1), "live") is None


def test_beats_are_answered_once_they_are_kept_in_one_commit():
    async def story() -> None:
        kept: list[Any] = []
        edge = an_edge(Log(), kept)
        beats = []
        for number in range(40):
            ticket = tickets.mint("lesson", LESSON, new_id(), seconds=60)
            body = json.dumps({"t": ticket, "chapter": str(CHAPTER), "at": number}).encode()
            beats.append(Request("/edge/beat", "POST", body=body))
        tasks = [asyncio.ensure_future(edge(one.scope, one.receive, one.send)) for one in beats]
        await settle()
        assert [one.sent for one in beats] == [[]] * 40
        await edge.beats.tick()
        await asyncio.gather(*tasks)
        assert {one.status for one in beats} == {204}
        assert [len(places) for places in kept] == [40]
        assert (edge.beats.beats, edge.beats.commits) == (40, 1)

    asyncio.run(story())


def test_what_could_not_be_kept_is_not_called_kept():
    async def story() -> None:
        async def broken(places: Any) -> None:
            raise OSError("disk full")

        edge = Edge(Log().hub(), Beats(broken))
        ticket = tickets.mint("lesson", LESSON, LIN, seconds=60)
        body = json.dumps({"t": ticket, "chapter": str(CHAPTER), "at": 5}).encode()
        beat = Request("/edge/beat", "POST", body=body)
        task = asyncio.ensure_future(edge(beat.scope, beat.receive, beat.send))
        await settle()
        with pytest.raises(OSError, match="disk full"):
            await edge.beats.tick()
        await task
        assert beat.status == 500

    asyncio.run(story())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"t": 1, "chapter": 2, "at": 3}',
        b"{" + b" " * 5000,
        json.dumps({"t": "x", "chapter": str(UUID(int=4)), "at": True}).encode(),
    ],
)
def test_what_is_no_beat_is_refused_and_never_an_error(body):
    async def story() -> None:
        beat = Request("/edge/beat", "POST", body=body)
        edge = an_edge(Log(), [])
        await edge(beat.scope, beat.receive, beat.send)
        assert beat.status == 401

    asyncio.run(story())
