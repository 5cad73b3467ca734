"""Every screen in every look: no violation of WCAG 2.2 AA, nothing sideways, targets large enough.

The addresses are those of ``tests/crawl_table.py``; whoever of ``VIEWERS`` comes first
among those who may open one looks at it. Light, dark and elder are switched on the page: light
at both sizes, dark and elder at the one a page is made for; ``make looks`` has all at both.
"""

import os
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from dongxun.access.tests.make import PASSWORD, make_account
from dongxun.access.tests.make import come_in as as_account
from dongxun.activities.models import RunStep, Session
from dongxun.kernel.actors import Role
from dongxun.organisations.models import Organisation, Place
from dongxun.organisations.tests.make import make_organisation
from dongxun.people.models import Person
from tests.answers import body_of
from tests.cast import Cast
from tests.crawl_table import TABLE
from tests.test_crawl import arguments
from tests.walks.conftest import Finder, Opener, picture_of
from tests.walks.scene import come_in, enliven, fill_season, wear

VIEWERS = (
    "member",
    "phone",
    "organiser",
    "office",
    "secretary",
    "lecturer",
    "helper",
    "security",
    "audit",
)
ALSO = {
    "system": ["access:my_account", "web:home"],
    "zone_lead": ["web:home", "activities:plan", "people:roster", "coverage:statistics"],
    "public": [
        "web:me",
        "access:sign_in",
        "access:open_link",
        "activities:check_in",
        "activities:nearby",
    ],
    "secretary": ["web:home", "activities:roll", "people:roster", "web:record"],
    "phone": ["publishing:said", "quizzes:answer_survey"],
    "visitor": ["visits:app", "visits:plain", "visits:door"],
}
"""What looks different to somebody else."""
ALONE = {"access:open_link"}
"""Shown to nobody else: a new link to somebody ends the one that this person came by."""
VARIANTS = {
    "activities:plan": ("", "?view=month", "?view=list"),
    "activities:makeup": ("", "?tab=open"),
    "exchanges:floating": ("", "?tab=register", "?tab=here", "?tab=new"),
}
"""Pages that show quite another thing by their query."""
LOOKS = {"light": ("light", ""), "dark": ("dark", ""), "elder": ("light", "1")}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
COLOURS = ("color-contrast", "link-in-text-block")
CHANGED_BY = {"dark": COLOURS, "elder": (*COLOURS, "target-size", "scrollable-region-focusable")}
"""All that a look can change: dark other colours, elder sizes too; the elements are the same."""
SIGN_IN = "/sign-in/"
PORTION = 40
EVERY_LOOK = os.environ.get("DONGXUN_LOOKS") == "all"
NARROW = (320, 390, 1280)
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
PUT_ON = """([theme, elder]) => {
  const root = document.documentElement;
  root.dataset.theme = theme;
  if (elder) root.dataset.elder = elder; else delete root.dataset.elder;
}"""
TARGETS = {
    "phone": "a, button, summary, label.tick, select",
    "console": ".btn, .chip, select, label.tick, .tabs a, .side nav a",
}
"""What a finger must hit, on pages for phones and on the console; the rest is axe's 24 px."""
SMALL_TARGETS = """([which, least]) => [...document.querySelectorAll(which)]
  .filter(one => one.checkVisibility() && !one.closest("p, .sr, .skip, .matrix, .steps"))
  .map(one => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && box.height < least - 0.5)
  .map(([html, box]) => `${Math.round(box.height)} ${html}`)"""


@cache
def looked_at_by() -> dict[str, list[str]]:
    """Return the names of the addresses that each viewer looks at."""
    found: dict[str, list[str]] = {role: list(names) for role, names in ALSO.items()}
    for name, row in TABLE.items():
        role = "" if name in ALONE else next((one for one in VIEWERS if one in row.may), "")
        if role and name not in found.get(role, ()):
            found.setdefault(role, []).append(name)
    return found


@pytest.fixture
def scene(cast: Cast) -> Cast:
    fill_season(cast)
    enliven(cast)
    Session.objects.filter(id=cast.own.session.id).update(open_to_all=True)
    return cast


def portions() -> Iterator[tuple[str, int]]:
    """Yield role and first place of every portion, so that two workers can share the screens."""
    for role, names in sorted(looked_at_by().items()):
        for first in range(0, len(names), PORTION):
            yield role, first


def screens(client: Client, cast: Cast, role: str, first: int) -> Iterator[tuple[str, str]]:
    """Yield name and address of every page of HTML of a portion that answers 200 to ``role``."""
    for name in looked_at_by()[role][first : first + PORTION]:
        row = TABLE[name]
        address = reverse(name, kwargs=arguments(name, row, cast, cast.own)) + row.query
        answer = client.get(address)
        assert not answer.headers.get("Location", "").startswith(SIGN_IN), (role, name)
        is_page = answer.status_code == 200 and not answer.streaming
        if is_page and b"<!doctype html>" in answer.content[:20]:
            yield from ((name + query, address + query) for query in VARIANTS.get(name, ("",)))
        body_of(answer)


@pytest.mark.parametrize(("role", "first"), list(portions()))
def test_every_screen_is_right_in_every_look(
    scene: Cast, role: str, first: int, desk: Opener, look_for: Finder
) -> None:
    page = desk("/offline/")
    client = come_in(page, scene, role)
    found = [
        f"{role} {name} {fault}"
        for name, address in screens(client, scene, role, first)
        for fault in faults(page, name, address, look_for)
    ]
    assert found == [], "\n".join(found)


def faults(page: Page, name: str, address: str, look_for: Finder) -> Iterator[str]:
    """Yield what is wrong with one screen."""
    page.set_viewport_size(size("desk"))
    page.goto(address)
    home = "phone" if shell_of(page) == "phone" else "desk"
    for large in SIZES:
        page.set_viewport_size(size(large))
        for look, worn in LOOKS.items():
            if large == home or EVERY_LOOK:
                rules = CHANGED_BY.get(look)
            elif look == "light":
                rules = CHANGED_BY["elder"]  # the elements are the same, their sizes others
            else:
                continue
            page.evaluate(PUT_ON, worn)
            picture_of(page, f"{name.replace(':', '-')}-{large}-{look}")
            for fault in look_for(page, rules):
                yield f"{large} {look}: {fault}"
    yield from geometry(page)


def size(name: str) -> Any:
    width, height = SIZES[name]
    return {"width": width, "height": height}


def shell_of(page: Page) -> str:
    """Return whether a page is made for phones or for the console."""
    return "phone" if page.locator("body > .phone").count() else "console"


def geometry(page: Page) -> Iterator[str]:
    """Yield what scrolls sideways or is too small for a finger."""
    shell = shell_of(page)
    for look, least in (("light", 44), ("elder", 60 if shell == "phone" else 44)):
        page.evaluate(PUT_ON, LOOKS[look])
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 844})
            if (beyond := page.evaluate(SIDEWAYS)) > 0:
                yield f"{look} at {width}: {beyond} px sideways"
        page.set_viewport_size(size("phone"))
        small = page.evaluate(SMALL_TARGETS, [TARGETS[shell], least])
        yield from (f"{look}: target {target}" for target in small)


UNBEGUN = (
    "/console/",
    "/console/plan/",
    "/console/makeup/",
    "/console/reports/",
    "/console/volunteers/",
    "/nowhere/",
)


@pytest.mark.django_db(transaction=True)
def test_an_office_before_its_first_season(
    desk: Opener, look_for: Finder, complaints: list[str]
) -> None:
    office = make_account(Role.OFFICE, make_organisation("通州区", type_code="district"))
    page = desk("/sign-in/")
    page.get_by_label("账号").fill(office.username)
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    wrong = look_for(page)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("6 位验证码")).to_be_visible()
    found = [*wrong, *look_for(page)]
    wear(page, as_account(Client(), office))
    for address in UNBEGUN:
        found += [
            f"{address} {fault}"
            for fault in faults(page, address.strip("/").replace("/", "-"), address, look_for)
        ]
    complaints.clear()  # what is not there was asked for on purpose
    assert found == [], "\n".join(found)


LONG = "江苏省南通市通州区平潮镇社会主义核心价值观示范村联合党总支"
CROWDED = (
    "web:home",
    "activities:plan",
    "activities:schedule",
    "activities:session",
    "activities:roll",
    "activities:sheet",
    "activities:screen",
    "people:roster",
    "people:person",
    "coverage:names",
    "reports:home",
)


@pytest.mark.parametrize("role", ["organiser", "member", "secretary"])
def test_too_much_text_stays_inside(scene: Cast, role: str, desk: Opener, look_for: Finder) -> None:
    crowd(scene)
    page = desk("/offline/")
    come_in(page, scene, role)
    own = {"member": ["web:me", "web:record", "activities:mine"], "secretary": ["web:branch"]}
    found = []
    for name in own.get(role, CROWDED):
        row = TABLE[name]
        address = reverse(name, kwargs=arguments(name, row, scene, scene.own)) + row.query
        page.set_viewport_size(size("desk"))
        page.goto(address)
        picture_of(page, f"crowded-{name.replace(':', '-')}-desk")
        page.set_viewport_size(size("phone"))
        picture_of(page, f"crowded-{name.replace(':', '-')}-phone")
        found += [f"{role} {name} {fault}" for fault in (*look_for(page), *geometry(page))]
    assert found == [], "\n".join(found)


def crowd(cast: Cast) -> None:
    """Give everything names of about 30 characters, and the session 12 steps."""
    Organisation.objects.filter(id__in=[cast.own.branch.id, cast.own.node.id]).update(
        name=f"{LONG}委员会", short_name=LONG
    )
    Person.objects.filter(branch_id=cast.own.branch.id).update(name=f"阿依古丽·{LONG}"[:30])
    Place.objects.filter(id=cast.own.place.id).update(name=LONG)
    Session.objects.update(title=f"{LONG}第一期集中轮训暨主题党日活动")
    for number in range(12):
        RunStep.objects.create(
            session=cast.own.session, order=number, title=f"第{number + 1}项 {LONG}", minutes=10
        )
