"""Every link on every screen leads to a page, for whoever is shown it."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from dongxun.access.tests.make import come_in, make_account
from dongxun.kernel.actors import Role
from dongxun.organisations.tests.make import make_district
from tests.answers import body_of
from tests.cast import ROLES
from tests.crawl_table import TABLE
from tests.test_crawl import World, arguments, ask, words_of, world

__all__ = ["world"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the crawl asks each address on both
HREF = re.compile(r'(?:href|hx-get)="(/[^"#]*)')
NOT_PAGES = ("/static/", "/manifest", "/s/", "/p/")


def screens(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Yield address and words of every page of HTML that ``role`` may open."""
    for name, row in TABLE.items():
        if role not in row.may or name.startswith("kit:"):
            continue
        address = reverse(name, kwargs=arguments(name, row, world.cast, world.cast.own)) + row.query
        answer = ask(world.clients[role], "GET", address)
        if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
            yield address, words_of(answer)
        else:
            body_of(answer)


def kind_of(href: str) -> tuple[str, ...]:
    """Return what makes two links lead to the same view with the same parameters."""
    parts = urlsplit(href)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return (href,)
    given = sorted(part.partition("=")[0] for part in parts.query.split("&"))
    return (match.view_name, str(match.kwargs.get("kind", "")), *given)


def dead_links(client: Client, address: str, words: str, seen: set[tuple[str, ...]]) -> list[str]:
    """Return the links of a page that lead nowhere; ``seen`` are those followed before."""
    dead = []
    for href in map(unescape, HREF.findall(words)):
        if href.startswith(NOT_PAGES) or (kind := kind_of(href)) in seen:
            continue
        seen.add(kind)
        answer = ask(client, "GET", href)
        body_of(answer)
        if answer.status_code >= 400 and answer.status_code != 405:
            dead.append(f"{address} leads to {href}: {answer.status_code}")
    return dead


@pytest.mark.parametrize("role", [one for one in ROLES if not one.startswith("other_")])
def test_every_link_leads_somewhere(world: World, role: str):
    seen: set[tuple[str, ...]] = set()
    dead = []
    for address, words in screens(world, role):
        dead += dead_links(world.clients[role], address, words, seen)
    if dead:
        pytest.fail("\n".join(dead), pytrace=False)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.ORGANISER, Role.SECRETARY])
def test_every_link_leads_somewhere_before_there_is_a_season(client: Client, role: Role):
    district = make_district()
    place = {Role.OFFICE: "district", Role.ORGANISER: "平潮镇", Role.SECRETARY: "平潮镇支部"}[role]
    come_in(client, make_account(role, district[place]))
    client.raise_request_exception = False
    ready, seen, dead = ["/console/", "/branch/", "/me/"], set(), []
    for address in ready:
        answer = ask(client, "GET", address)
        if answer.status_code != 200 or "html" not in answer.headers.get("Content-Type", ""):
            continue
        words = words_of(answer)
        ready += [
            href
            for href in map(unescape, HREF.findall(words))
            if href not in ready and not href.startswith(NOT_PAGES) and kind_of(href) not in seen
        ]
        dead += dead_links(client, address, words, seen)
    if dead:
        pytest.fail("\n".join(dead), pytrace=False)
