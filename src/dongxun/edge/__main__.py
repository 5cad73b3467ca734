"""Run the edge: ``python -m dongxun.edge --port 8001``; one process, ended with its parent."""

import argparse
import asyncio
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from granian.constants import Interfaces
from granian.server.embed import Server

from dongxun.edge.app import Edge
from dongxun.edge.beats import WINDOW_S, Beats
from dongxun.edge.hub import PING_S, TICK_S, Event, Hub
from dongxun.edge.nchan import Post, Tell, Teller

PRESENT_S = 30.0
WATCH_S = 1.0
LOOK_S = 1.0
OPEN_AT_ONCE = 20_000
T = TypeVar("T")
log = logging.getLogger("dongxun.edge")


def main() -> None:
    """Read the options, set Django's tables up, serve until the parent is gone."""
    parser = argparse.ArgumentParser(prog="dongxun.edge", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument(
        "--tell", default="", help="where nchan is told, http://127.0.0.1:8003/tell"
    )
    parser.add_argument("--parent", type=int, default=0, help="end with this process")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dongxun.web.settings")
    import django

    django.setup()
    import uvloop

    uvloop.run(_serve(options))


async def _serve(options: argparse.Namespace) -> None:
    store = Store()
    hub, beats = Hub(store.events, store.latest), Beats(store.keep_places)
    server: Any = Server(
        Edge(hub, beats),
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGINL,
        websockets=False,
        backlog=4096,
        backpressure=OPEN_AT_ONCE,
        log_enabled=False,
        ssl_cert=options.certificate,
        ssl_key=options.key,
    )
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, server.stop)

    async def watch() -> None:
        if options.parent and os.getppid() != options.parent:
            server.stop()

    turns = [
        loop.create_task(_every(TICK_S, hub.tick)),
        loop.create_task(_every(PING_S, hub.ping)),
        loop.create_task(_every(WINDOW_S, beats.tick)),
        loop.create_task(_every(PRESENT_S, lambda: store.keep_present(hub.present()))),
        loop.create_task(_every(WATCH_S, watch)),
    ]
    if options.tell:
        teller = Teller(store.on_air, store.events, store.latest, store.tell(options.tell))
        turns.append(loop.create_task(_every(LOOK_S, teller.look)))
        turns.append(loop.create_task(_every(TICK_S, teller.tick)))
    await server.serve()
    for turn in turns:
        turn.cancel()
    await beats.tick()
    os._exit(0)  # streams that are still open hold nothing of value


async def _every(seconds: float, act: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a failure is logged and does not end it."""
    while True:
        begun = time.monotonic()
        try:
            await act()
        except Exception:
            log.exception("The edge goes on after a failure.")
        await asyncio.sleep(max(0.01, seconds - (time.monotonic() - begun)))


class Store:
    """The doors of the rooms, read in one thread beside the loop and written in another.

    A write may wait long behind an import on SQLite; what happens in classes is told meanwhile.
    Each has one connection, which stays open: opening one at every tick took more than all the
    sending. When the database went away meanwhile, what was asked is asked once more.
    """

    def __init__(self) -> None:
        self._reader, self._writer = ThreadPoolExecutor(1), ThreadPoolExecutor(1)

    async def _ask(self, act: Callable[[], T]) -> T:
        return await self._do(self._reader, act)

    async def _keep(self, act: Callable[[], T]) -> T:
        return await self._do(self._writer, act)

    async def _do(self, thread: ThreadPoolExecutor, act: Callable[[], T]) -> T:
        from django.db import Error, connection

        def asked() -> T:
            try:
                return act()
            except Error:
                connection.close()
                return act()

        return await asyncio.get_running_loop().run_in_executor(thread, asked)

    async def events(self, live_id: UUID, after: int) -> list[dict[str, Any]]:
        """Return what happened in a class since."""
        from dongxun.live import api as live

        return await self._ask(lambda: live.events_after(live_id, after))

    async def latest(self, live_id: UUID) -> int:
        """Return the number of the last event of a class."""
        from dongxun.live import api as live

        return await self._ask(lambda: live.latest(live_id))

    async def on_air(self) -> list[UUID]:
        """Return the classes that are on air, or were a moment ago."""
        from dongxun.live import api as live

        return await self._ask(live.on_air_now)

    def tell(self, address: str) -> Tell:
        """Return what hands events on to nchan, in a thread of its own."""
        post, thread = Post(address), ThreadPoolExecutor(1)

        async def told(live_id: UUID, events: Sequence[Event]) -> int:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(thread, post, live_id, events)

        return told

    async def keep_places(self, places: Sequence[Any]) -> None:
        """Keep how far people are."""
        from dongxun.library import api as library

        await self._keep(lambda: library.keep_places(places))

    async def keep_present(self, present: set[tuple[UUID, UUID]]) -> None:
        """Note who listens."""
        from dongxun.kernel import clock
        from dongxun.live import api as live

        if present:
            now = clock.now()
            await self._keep(lambda: live.keep_presence([(*pair, now) for pair in present]))


if __name__ == "__main__":
    main()
