"""The cast in the middle of its season, so that screens have something to show."""

from collections.abc import Callable
from datetime import timedelta

from django.test import Client
from playwright.sync_api import Page, expect

from dongxun.activities.attendance import makeup
from dongxun.activities.models import Session
from dongxun.activities.own.corrections import ask_correction
from dongxun.activities.sessions import planning
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.plan import make_plan
from dongxun.coverage import api as coverage
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.ledger import api as ledger
from dongxun.ledger.tests.make import make_fact
from tests.cast import SYSTEM, Cast

PLANNED = (
    ("lecture", "集中轮训"),
    ("study_tour", "车间课堂"),
    ("joint_class", "联合课堂"),
    ("group_viewing", "集中收看"),
)


def fill_season(cast: Cast) -> None:
    """Plan a handful of sessions over the season, held ones and some to come."""
    towns = [town.node for town in cast.towns.values()]
    for number in range(24):
        start = clock.moment(clock.today() + timedelta(days=number * 3 - 24)) + timedelta(hours=9)
        kind, title = PLANNED[number % 4]
        plan = make_plan(
            cast.season,
            towns[number % 4],
            title=title,
            type=kind,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
        )
        session_id = planning.save_session(by=SYSTEM, plan=plan)
        Session.objects.filter(id=session_id).update(state="published")


def enliven(cast: Cast) -> None:
    """Let people have learned, planned, owed and asked; and count them."""
    at = clock.now() + timedelta(days=2)
    coming = make_session(
        cast.season, cast.own.branch, starts_at=at, ends_at=at + timedelta(hours=2), sign_up=True
    )
    facts = [
        make_fact(
            person,
            season_id=cast.season.id,
            topic_id=cast.topics[0].id,
            seconds=minutes * 60,
            object_id=cast.own.session.id,
        )
        for person, minutes in ((cast.lin, 60), (cast.qian, 30))
    ]
    ledger.record(facts, by=SYSTEM)
    makeup.open_makeup(
        by=SYSTEM,
        owing=makeup.Owing(
            cast.season.id,
            cast.topics[0].id,
            (cast.qian.id, cast.zhou.id),
            offered_session_id=coming.id,
        ),
    )
    own = Actor(ActorKind.DEVICE, persons=(cast.lin.id,), owned=frozenset({cast.lin.id}))
    ask_correction(by=own, person_id=cast.lin.id, words="上周五我也到了，没有记上")
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)


def come_in(page: Page, cast: Cast, role: str) -> Client:
    """Give a page's browser all that ``role`` carries: session, phone, opened link.

    Return a client that carries the same; a second entry would take the link from the first.
    """
    client = cast.enter(Client(), role)
    wear(page, client)
    return client


def wear(page: Page, client: Client) -> None:
    """Give a page's browser the cookies of a client."""
    origin = page.url.partition("//")[2].partition("/")[0]
    page.context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": f"http://{origin}"}
            for name, morsel in client.cookies.items()
        ]
    )


def make_a_poster(page: Page, look: Callable[[Page], None] = lambda _page: None) -> None:
    """Go from a member's record to the poster of what was learned; ``look`` at each page."""
    page.goto("/me/record/")
    page.get_by_role("link", name="我的海报").tap()
    page.get_by_role("link", name="做海报").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("选一句自己写的话")
    look(page)
    page.get_by_role("button", name="做海报").tap()
    expect(page.get_by_role("link", name="保存图片")).to_be_visible()
    look(page)
    shown = page.locator("img.study-poster").evaluate(
        "one => one.decode().then(() => one.naturalWidth)"
    )
    assert shown == 1080
