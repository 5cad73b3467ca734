import asyncio
import http.server
import json
import shutil
import subprocess
import threading

import pytest

from dongxun.edge import nchan
from dongxun.edge.nchan import Post, Teller
from dongxun.edge.tests.test_app import Request, an_edge
from dongxun.edge.tests.test_hub import LIVE, Log, run
from dongxun.kernel import tickets

NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def a_teller(log, told, *, arrives=lambda _n: 99, ids=(LIVE,)):
    async def on_air():
        return list(ids)

    async def read(_key, after):
        return [event for event in log.events if event["seq"] > after]

    async def latest(_key):
        return len(log.events)

    async def tell(_key, events):
        kept = list(events)[: arrives(len(told))]
        told.extend(event["seq"] for event in kept)
        return len(kept)

    return Teller(on_air, read, latest, tell)


def test_what_happens_in_a_class_on_air_is_handed_on_once_and_in_order():
    async def story() -> None:
        log, told = Log(3), []
        teller = a_teller(log, told)
        await teller.look()
        log.happen(2)
        for _time in range(2):
            await teller.tick()
        await teller.look()
        log.happen()
        await teller.tick()
        assert told == [3, 4, 5, 6]

    run(story())


def test_that_a_class_began_is_told():
    async def story() -> None:
        log, told, ids = Log(), [], []
        teller = a_teller(log, told, ids=ids)
        await teller.look()
        ids.append(LIVE)
        log.happen()
        await teller.look()
        await teller.tick()
        assert told == [1]

    run(story())


def test_what_did_not_arrive_is_handed_on_again():
    async def story() -> None:
        log, told = Log(), []
        teller = a_teller(log, told, arrives=lambda n: 1 if n < 2 else 99)
        await teller.look()
        log.happen(4)
        for _time in range(3):
            await teller.tick()
        assert told == [1, 2, 3, 4]

    run(story())


def test_a_ticket_is_believed_for_nginx_too():
    async def story() -> None:
        edge = an_edge(Log(), [])
        good = tickets.mint("live", LIVE, seconds=60)
        for query, status in ((f"t={good}", 204), ("t=forged", 401), ("", 401)):
            request = Request("/edge/ticket", query=query)
            await edge(request.scope, request.receive, request.send)
            assert request.status == status

    asyncio.run(story())


class Ear(http.server.BaseHTTPRequestHandler):
    """Notes what is posted, as nchan does."""

    heard: list[tuple[str, dict[str, int]]]

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, json.loads(raw)))
        self.send_response(201)
        self.end_headers()

    def log_message(self, *_words):
        return


def test_events_are_posted_and_one_who_is_away_is_told_later():
    Ear.heard = []
    server = http.server.HTTPServer(("127.0.0.1", 0), Ear)
    post = Post(f"http://127.0.0.1:{server.server_port}/tell")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    assert post(LIVE, [{"seq": 1}, {"seq": 2}]) == 2
    assert Ear.heard == [(f"/tell?class={LIVE.hex}", {"seq": n}) for n in (1, 2)]
    server.shutdown()
    server.server_close()
    assert Post("http://127.0.0.1:9/tell")(LIVE, [{"seq": 3}]) == 0


@pytest.mark.parametrize(
    ("redis", "workers"), [("", "auto"), ("redis://127.0.0.1:6379", "1")], ids=["one", "several"]
)
def test_nginx_takes_the_configuration(tmp_path, redis, workers):
    where = {"listen": "127.0.0.1:18002", "tell": "127.0.0.1:18003"}
    text = nchan.configuration(**where, edge="http://127.0.0.1:18001", redis=redis, place=tmp_path)
    path = tmp_path / "nchan.conf"
    path.write_text(text)
    assert f"worker_processes {workers};" in text
    words = [NGINX, "-t", "-e", str(tmp_path / "nginx.log"), "-c", str(path)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603
    assert done.returncode == 0, done.stderr
