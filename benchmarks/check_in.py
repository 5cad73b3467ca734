"""Check-ins through HTTP against a real server, and a roll call of 30 in one request.

Each check-in is a distinct person's own phone with a fresh ticket: device looked
up, presence claimed, check-in, fact, outbox and audit written, one commit. CPU is
that of the web server and of PostgreSQL's processes, read from ``/proc``.
"""

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from tools.bench import Figure, cpu_of, postmaster

if TYPE_CHECKING:
    from dongxun.activities.models import Session
    from dongxun.people.models import Person

DATABASES = ("postgresql",)
PEOPLE = 400
WARM = 40
ROLL = 30
ROLLS = 12
HOST = "127.0.0.1"


def measure() -> Iterator[Figure]:
    """Yield CPU ms a check-in and a person of a roll call."""
    from dongxun.access.tests.make import make_account
    from dongxun.activities.tests.make import make_session
    from dongxun.kernel.actors import Role
    from dongxun.organisations.tests.make import make_district
    from dongxun.people.tests.make import make_person
    from dongxun.seasons.tests.make import make_participation, make_season

    tree = make_district()
    season = make_season(tree["district"])
    town, branch = tree["平潮镇"], tree["平潮镇支部"]
    people = [make_person(branch=branch) for _ in range(PEOPLE)]
    for person in people:
        make_participation(season, person)
    session = make_session(season, town)
    others = [make_session(season, town) for _ in range(ROLLS + 1)]
    account = make_account(Role.ORGANISER, town)
    phones = [_phone(person, session) for person in people]
    with _server() as (port, pids):
        requests = [(f"/s/{session.code}/me/", cookies, body) for cookies, body in phones]
        yield Figure("check-in over HTTP", _each(port, pids, requests) * 1000, "CPU ms", 12.0)
        yield Figure("check-ins written", len(_written(session)), "rows")
        cost = _roll_calls(port, pids, others, people[:ROLL], account)
        yield Figure("roll call, a person", cost * 1000, "CPU ms", 1.0)


def _phone(person: "Person", session: "Session") -> tuple[str, str]:
    """Return cookies and form of a known phone that has just scanned the screen."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from dongxun.access.tests.make import carry_phone
    from dongxun.activities.attendance import codes

    client = Client()
    carry_phone(client, person)
    token = _get_new_csrf_string()
    jar = {name: morsel.value for name, morsel in client.cookies.items()}
    jar |= {codes.TICKET_COOKIE: codes.ticket(session.id), "dxcsrf": token}
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    return cookies, f"csrfmiddlewaretoken={token}&person={person.id}"


@contextmanager
def _server(*, threads: int = 1) -> Iterator[tuple[int, list[int]]]:
    """Run granian with one worker on a free port; yield port and process ids."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += [
        "--host",
        HOST,
        "--port",
        str(port),
        "--workers",
        "1",
        "--blocking-threads",
        str(threads),
    ]
    command += ["--log-level", "error", "dongxun.web.wsgi:application"]
    server = subprocess.Popen(command, env=os.environ | {"DONGXUN_WORKER": "0"})  # noqa: S603 - ours
    try:
        _wait_for(port)
        yield port, [server.pid, postmaster() or 0]
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def _each(port: int, pids: list[int], requests: list[tuple[str, str, str]]) -> float:
    """Return CPU seconds a request, after a few to warm up; every answer must redirect."""
    connection = http.client.HTTPConnection(HOST, port)
    before = 0.0
    for number, (path, cookies, body) in enumerate(requests):
        if number == WARM:
            before = cpu_of(*pids)
        status = _post(connection, path, cookies, body, "application/x-www-form-urlencoded")
        if status != http.HTTPStatus.FOUND:
            raise AssertionError(status)
    return (cpu_of(*pids) - before) / (len(requests) - WARM)


def _post(
    connection: http.client.HTTPConnection, path: str, cookies: str, body: str, kind: str
) -> int:
    token = re.search(r"dxcsrf=([^;]+)", cookies)
    headers = {"Cookie": cookies, "Content-Type": kind, "Accept-Language": "zh-CN"}
    headers["X-CSRFToken"] = token[1] if token else ""
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _roll_calls(
    port: int, pids: list[int], sessions: "list[Session]", people: "list[Person]", account: object
) -> float:
    """Return CPU seconds a person for roll calls of ``ROLL`` people sent at once."""
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from dongxun.access.tests.make import come_in
    from dongxun.kernel.ids import new_id

    client, token = come_in(Client(), account), _get_new_csrf_string()  # type: ignore[arg-type]
    jar = {name: morsel.value for name, morsel in client.cookies.items()} | {"dxcsrf": token}
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    connection = http.client.HTTPConnection(HOST, port)
    before = 0.0
    for number, session in enumerate(sessions):
        if number == 1:
            before = cpu_of(*pids)
        at = (session.starts_at + timedelta(minutes=1)).isoformat()
        items = [
            {
                "id": str(new_id()),
                "kind": "presence",
                "payload": {
                    "session": str(session.id),
                    "person": str(person.id),
                    "method": "roll",
                    "occurred_at": at,
                },
            }
            for person in people
        ]
        status = _post(
            connection, "/sync", cookies, json.dumps({"items": items}), "application/json"
        )
        if status != http.HTTPStatus.OK:
            raise AssertionError(status)
    return (cpu_of(*pids) - before) / (len(sessions) - 1) / len(people)


def _written(session: "Session") -> list[object]:
    from dongxun.ledger import api as ledger

    return list(ledger.facts_about(session.id))
