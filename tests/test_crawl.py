"""Every address, asked by everybody, for an own object and a foreign one.

No answer is a server error, no answer holds a word of a place that the asker
has no business with, whoever may not come in is turned away, and no POST works
without the form token. The table of who may what is ``tests/crawl_table.py``.
"""

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.answers import body_of
from tests.cast import CANARIES, HOLDERS, ROLES, SEES, SEES_HOLDERS, TITLES, Cast, Town, build
from tests.crawl_objects import ARGUMENTS
from tests.crawl_table import TABLE, Row

pytestmark = pytest.mark.django_db
REFUSED = {401, 403, 404, 405}
STALE_FORM, NOT_TAKEN = 409, 405
METHODS = ("GET", "POST")


def patterns(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every pattern with its full name."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found, f"{found.namespace}:" if found.namespace else space)
        elif isinstance(found, URLPattern):
            yield f"{space}{found.name}", found.pattern


NAMES = sorted({name for name, _pattern in patterns()})


@dataclass(frozen=True)
class World:
    """The cast with a browser for each role, the same for the whole crawl."""

    cast: Cast
    clients: dict[str, Client]


def _browser(cast: Cast, role: str) -> Client:
    client = cast.client(role)
    client.raise_request_exception = False
    return client


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the district once; every request is taken back after it was answered."""
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build()
        yield World(cast, {role: _browser(cast, role) for role in ROLES})
        transaction.set_rollback(True)


def arguments(name: str, row: Row, cast: Cast, town: Town) -> dict[str, Any]:
    if row.arguments:
        return row.arguments(cast, town)
    wanted = {key for n, pattern in patterns() if n == name for key in pattern.converters}
    return {key: ARGUMENTS[key](cast, town) for key in wanted}


def ask(
    client: Client, method: str, address: str, body: dict[str, Any] | None = None
) -> HttpResponseBase:
    """Return the answer, and take back what the request has written and left in the browser."""
    held = client.cookies
    client.cookies = deepcopy(held)
    with transaction.atomic():
        answer = client.get(address) if method == "GET" else client.post(address, body or {})
        transaction.set_rollback(True)
    client.cookies = held
    return answer


def words_of(answer: HttpResponseBase) -> str:
    """Return what an answer says, inside workbooks and archives too."""
    body = body_of(answer)
    if not body.startswith(b"PK"):
        return body.decode("utf-8", "replace") + str(answer.headers)
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def turned_away(answer: HttpResponseBase) -> bool:
    to_sign_in = answer.headers.get("Location", "").startswith(f"{reverse('access:sign_in')}?next")
    return answer.status_code in REFUSED or (answer.status_code == 302 and to_sign_in)


def leaks(role: str, row: Row, answer: HttpResponseBase) -> list[str]:
    """Return the marks of places that ``role`` has no business with."""
    words = words_of(answer)
    kinds = [(CANARIES, SEES), (HOLDERS, SEES_HOLDERS)] + ([] if row.titles else [(TITLES, SEES)])
    return [
        mark
        for marks, sees in kinds
        for place, mark in marks.items()
        if place not in sees.get(role, frozenset()) and mark in words
    ]


@dataclass(frozen=True)
class Question:
    """What everybody asks of one address."""

    row: Row
    address: str
    body: dict[str, Any]
    methods: tuple[str, ...]


def question(world: World, row: Row, address: str, town: Town) -> Question:
    """Return what to ask: no method that an address does not even take from a stranger."""
    body = row.body(world.cast, town) if row.body else {}
    stranger = world.clients["public"]
    taken = [one for one in METHODS if ask(stranger, one, address, body).status_code != NOT_TAKEN]
    return Question(row, address, body, tuple(taken) or METHODS)


def complaints(role: str, client: Client, asking: Question, *, may: bool) -> list[str]:
    found = []
    row, address = asking.row, asking.address
    answers = {method: ask(client, method, address, asking.body) for method in asking.methods}
    for method, answer in answers.items():
        asked = f"{role} {method} {address}: {answer.status_code}"
        if answer.status_code >= 500:
            found.append(asked)
        if marks := leaks(role, row, answer):
            found.append(f"{asked} shows {'、'.join(marks)}")
        if not may and not turned_away(answer):
            found.append(f"{asked}, but should be turned away")
    if may and all(turned_away(answer) for answer in answers.values()):
        codes = [answer.status_code for answer in answers.values()]
        found.append(f"{role} {address}: {codes}, but should get in")
    return found


def test_every_address_is_declared():
    missing = sorted(set(NAMES) - set(TABLE))
    assert missing == [], "add a row for each to tests/crawl_table.py"


def test_no_row_has_lost_its_address():
    assert sorted(set(TABLE) - set(NAMES)) == []


def askers(row: Row) -> tuple[str, ...]:
    """Return who asks for an address: everybody; on PostgreSQL the first who may, and one who may not.

    All others were let in or turned away on SQLite by the same lines.
    """
    if connection.vendor == "sqlite":
        return ROLES
    let_in = [role for role in ROLES if role in row.may]
    return (*let_in[:1], *[role for role in ROLES if role not in row.may][-1:])


@pytest.mark.parametrize("name", [name for name in NAMES if name in TABLE])
def test_address_keeps_its_rules(world: World, name: str):
    row, cast = TABLE[name], world.cast
    own = arguments(name, row, cast, cast.own)
    foreign = arguments(name, row, cast, cast.foreign)
    found = []
    sides = [(foreign, row.may_foreign if foreign != own else row.may)]
    sides += [(own, row.may)] if foreign != own else []
    for given, may in sides:
        address = reverse(name, kwargs=given) + row.query
        asking = question(world, row, address, cast.foreign if given == foreign else cast.own)
        for role in askers(row):
            client = world.clients[role]
            if given == foreign or role in row.may | row.may_foreign:
                found += complaints(role, client, asking, may=role in may)
    if found:
        pytest.fail("\n".join(found), pytrace=False)


@pytest.mark.parametrize("name", [name for name in NAMES if name in TABLE])
def test_address_takes_no_post_without_the_form_token(world: World, name: str):
    row, cast = TABLE[name], world.cast
    address = reverse(name, kwargs=arguments(name, row, cast, cast.own))
    client = Client(enforce_csrf_checks=True)
    role = next((role for role in ROLES if role in row.may), "public")
    with transaction.atomic():
        come_in_strictly(cast, client, role)
        answer = client.post(address)
        transaction.set_rollback(True)
    assert (answer.status_code == STALE_FORM) is row.csrf


def come_in_strictly(cast: Cast, client: Client, role: str) -> None:
    """Let a role come in although this client has no form token to open links with."""
    client.cookies = cast.client(role).cookies
