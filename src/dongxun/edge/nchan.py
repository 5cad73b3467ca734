"""At scale: nginx with nchan holds the pages, the edge tells it what happens; Redis joins several.

``python -m dongxun.edge.nchan`` prints the configuration. The edge runs with ``--tell``, and pages
find nginx where they found the edge: the same address, the same tickets, the same frames.
"""

import argparse
import http.client
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from dongxun.edge.hub import Event, Latest, Read

MODULE = "/usr/lib/nginx/modules/ngx_nchan_module.so"
PATIENCE_S = 3
TICKET_S = 900
KEPT_S = 60
"""So long nginx keeps what was told, for pages that come back; the rest they ask for, and of
words hidden meanwhile they are told the hiding right after."""
ONE_WORKER = "1; # so that a page is never let in before Redis is found"
"""Up to nchan 1.3.6, which Debian 12 has, a page may come to a worker that has found Redis while the
one that keeps its class has not: then no page of this nginx hears of that class any more (slact/nchan
#666). One worker holds 20,000 connections; until it has found Redis it answers 503, and pages ask."""
log = logging.getLogger(__name__)

OnAir = Callable[[], Awaitable[Sequence[UUID]]]
"""Returns the classes that are on air, or were a moment ago."""
Tell = Callable[[UUID, Sequence[Event]], Awaitable[int]]
"""Hands events of a class on; returns how many of them arrived."""


class Teller:
    """Hands on what happens in every class that is on air, each event once and in order.

    Of a class that is new here the last thing is told as well: that it began. Begun anew it goes
    on with that: pages know what they have by the numbers, and ask the pages' server for the rest.
    """

    def __init__(self, on_air: OnAir, read: Read, latest: Latest, tell: Tell) -> None:
        self._on_air, self._read, self._latest, self._tell = on_air, read, latest, tell
        self._last: dict[UUID, int] = {}

    async def look(self) -> None:
        """Learn which classes are on air."""
        ids = await self._on_air()
        new = {key: max(0, await self._latest(key) - 1) for key in ids if key not in self._last}
        self._last = {key: self._last.get(key, new.get(key, 0)) for key in ids}

    async def tick(self) -> None:
        """Hand on what is new; what did not arrive is handed on again the next time."""
        for key, last in list(self._last.items()):
            events = await self._read(key, last)
            if events and (n := await self._tell(key, events)):
                self._last[key] = int(events[n - 1]["seq"])


class Post:
    """Tells nginx, over one connection; for one thread."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._path = parts.path
        self._line = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE_S)

    def __call__(self, live_id: UUID, events: Iterable[Event]) -> int:
        """Hand events of a class on; return how many arrived."""
        n = 0
        for event in events:
            body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
            try:
                self._line.request("POST", f"{self._path}?class={live_id.hex}", body)
                answer = self._line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                self._line.close()
                log.warning("nchan does not answer; it is told again")
                break
            if answer.status >= 300:
                log.warning("nchan answers %s; it is told again", answer.status)
                break
            n += 1
        return n


_SHAPE = """\
load_module {module};
daemon off;
pid {place}/nchan.pid;
error_log {place}/nchan.log warn;
worker_processes {workers};
worker_rlimit_nofile 65536;
events {{ worker_connections 20000; }}
http {{
  access_log off; {temporary}
  nchan_shared_memory_size 256M;
  {redis}
  map $arg_t $live_class {{ default ""; "~^live\\.(?<class>[0-9a-f]+)\\." $class; }}
  server {{ # the pages
    listen {listen} backlog=4096;
    location = /edge/live {{
      if ($live_class = "") {{ return 401; }}
      set $live_ticket $arg_t;
      nchan_subscriber eventsource;
      nchan_channel_id "live-$live_class";
      nchan_authorize_request /ticket;
      nchan_subscriber_first_message newest;
      nchan_eventsource_ping_interval 20;
      nchan_subscriber_timeout {patience}; # as long as a ticket
      {shared}
    }}
    location = /ticket {{
      internal;
      proxy_pass {edge}/edge/ticket?t=$live_ticket;
      proxy_pass_request_body off; proxy_set_header Content-Length "";
    }}
    location /edge/ {{ proxy_pass {edge}; }}
  }}
  server {{ # the edge, on this machine only
    listen {tell};
    location = /tell {{
      nchan_publisher http;
      nchan_channel_id "live-$arg_class";
      nchan_message_buffer_length 200; nchan_message_timeout {kept}s; # words may be hidden since
      {shared}
    }}
  }}
}}
"""
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def configuration(*, listen: str, tell: str, edge: str, redis: str, place: Path) -> str:
    """Return nginx's configuration.

    Args:
        listen: address and port for pages; the office's proxy with its certificate leads here.
        tell: address and port where the edge hands events on; never open to others.
        edge: where the edge answers, ``http://127.0.0.1:8001``.
        redis: ``redis://127.0.0.1:6379``, or nothing where there is one nginx only.
    """
    return _SHAPE.format(
        module=MODULE,
        patience=TICKET_S,
        kept=KEPT_S,
        workers=ONE_WORKER if redis else "auto",
        place=place,
        listen=listen,
        tell=tell,
        edge=edge,
        redis=f"upstream between {{ nchan_redis_server {redis}; }}" if redis else "",
        shared="nchan_redis_pass between;" if redis else "",
        temporary=" ".join(f"{name}_temp_path {place / name};" for name in _TEMPORARY),
    )


def main() -> None:
    """Print the configuration."""
    parser = argparse.ArgumentParser(prog="dongxun.edge.nchan", description=__doc__)
    parser.add_argument("--listen", default="0.0.0.0:8002")
    parser.add_argument("--tell", default="127.0.0.1:8003")
    parser.add_argument("--edge", default="http://127.0.0.1:8001")
    parser.add_argument("--redis", default="", help="redis://127.0.0.1:6379, for several machines")
    parser.add_argument("--place", type=Path, default=Path("var"), help="for its log and pid")
    print(configuration(**vars(parser.parse_args())))  # noqa: T201 - that is what it is for


if __name__ == "__main__":
    main()
