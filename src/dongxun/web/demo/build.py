"""The demo district, in one transaction: all of it is there, or nothing."""

import time
from collections.abc import Callable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation

from dongxun.activities import api as activities
from dongxun.activities.contracts import SessionState
from dongxun.coverage import api as coverage
from dongxun.kernel import bulk, clock, outbox
from dongxun.web.demo import (
    aired,
    asked,
    away,
    cast,
    collected,
    contested,
    duty,
    exchanges,
    fair,
    gifts,
    heard,
    home_visits,
    lecturing,
    lessons,
    needs,
    people,
    presence,
    season,
    sessions,
    specials,
    spoken,
    tree,
    venues,
    words,
)
from dongxun.web.demo.sessions import Calendar, Item
from dongxun.web.demo.world import SYSTEM, World

SNAPSHOT_WEEKS = 6
PUBLISHED_BY_HAND = 6


@transaction.atomic
def build(
    *, seed: int = 1, small: bool = False, say: Callable[[str], None] = lambda _line: None
) -> str:
    """Write the whole district; return what is printed about its accounts."""
    world = new_world(seed=seed, small=small, say=say)
    with translation.override(settings.LANGUAGE_CODE), bulk.roomy():
        text = _steps(world)
    outbox.drop_told()
    return text


def new_world(
    *, seed: int = 1, small: bool = False, say: Callable[[str], None] = lambda _line: None
) -> World:
    """Return the district before anything of it is written."""
    today = demo_today()
    now = clock.now() + (clock.moment(today) - clock.moment(clock.today()))
    return World(seed, small, now, today, say)


def demo_today() -> date:
    """Return the day that the demo is about: today, or ``DONGXUN_DEMO_TODAY``."""
    return date.fromisoformat(settings.DEMO_TODAY) if settings.DEMO_TODAY else clock.today()


def _steps(world: World) -> str:
    _step(world, "organisations", lambda: tree.build(world))
    _step(world, "zones and pairings", lambda: tree.zones_and_ties(world))
    _step(world, "places", lambda: tree.places(world))
    _step(world, "people", lambda: people.build(world))
    _step(world, "lecturers", lambda: people.lecturers(world))
    received: list[away.Guest] = []
    _step(world, "members away", lambda: received.extend(away.build(world)))
    _step(world, "season", lambda: season.build(world))
    items: list[Item] = []
    _step(world, "sessions", lambda: items.extend(_sessions(world)))
    _step(world, "attendance", lambda: presence.build(world, items))
    _step(world, "home visits", lambda: home_visits.build(world))
    _step(world, "guests", lambda: away.guests(world, items, received))
    _step(world, "orders of lessons", lambda: lecturing.build(world))
    _step(world, "surveys", lambda: asked.build(world))
    _step(world, "lessons", lambda: lessons.build(world))
    _step(world, "lessons to hear and watch", lambda: heard.build(world))
    _step(world, "a live class", lambda: aired.build(world, items))
    _step(world, "members' words", lambda: spoken.build(world))
    _step(world, "quizzes and contests", lambda: contested.build(world))
    _step(world, "a collection", lambda: collected.build(world))
    _step(world, "stamp cards", lambda: fair.build(world))
    _step(world, "coverage", lambda: _coverage(world))
    _step(world, "posters", lambda: spoken.posters(world))
    _step(world, "notices", lambda: _tell(world, items))
    _step(world, "needs", lambda: needs.build(world))
    _step(world, "packs", lambda: gifts.build(world))
    _step(world, "volunteers", lambda: duty.build(world))
    _step(world, "exchanges", lambda: exchanges.build(world, items))
    _step(world, "points", lambda: contested.switch_points_on(world))
    text: list[str] = []
    _step(world, "accounts", lambda: text.append(cast.build(world)))
    return text[0]


def _step(world: World, name: str, work: Callable[[], object]) -> None:
    begun = time.process_time()
    work()
    world.say(f"  {name}: {time.process_time() - begun:.1f} CPU-s")


def _sessions(world: World) -> list[Item]:
    calendar = Calendar(world, world.dice("calendar"))
    items = sessions.topic_classes(world, calendar)
    items += specials.all_of_them(world, calendar)
    for item in _to_publish(world, items):
        item.past = sessions.changed(item.past, state=SessionState.DRAFT)
    sessions.write(items)
    return items + venues.held(world)


def _soon(world: World, items: list[Item]) -> list[Item]:
    """Return the next classes from tomorrow on, those of the cast's town first."""
    coming = [i for i in items if clock.day_of(i.starts_at) > world.today and i.topic is not None]
    return sorted(coming, key=lambda i: (i.town != "平潮镇", i.starts_at, i.past.plan.title))


def _to_publish(world: World, items: list[Item]) -> list[Item]:
    soon = _soon(world, items)
    return soon[: min(PUBLISHED_BY_HAND, len(soon) // 3)]


def _coverage(world: World) -> None:
    days = {world.today - timedelta(days=1)}
    days |= {world.today - timedelta(weeks=n) for n in range(1, SNAPSHOT_WEEKS)}
    coverage.begin_with_history(by=SYSTEM, season_id=world.season(), frozen=days)


def _tell(world: World, items: list[Item]) -> None:
    """Publish the next classes, call one off, move one, hold one online: each tells its people."""
    for item in _to_publish(world, items):
        if item.id:
            activities.publish_session(by=SYSTEM, session_id=item.id)
    known = [
        item
        for item in _soon(world, items)
        if item.past.state == SessionState.PUBLISHED and not item.makeup
    ][:3]
    for item, what in zip(known, (_cancel, _move, _online), strict=False):
        what(item)
    venues.coming(world)
    venues.said(world, items)
    presence.walk_ins(world, items)


def _cancel(item: Item) -> None:
    if item.id:
        activities.cancel_session(by=SYSTEM, session_id=item.id, reason=words.WHY_CANCELLED)


def _move(item: Item) -> None:
    plan = item.past.plan
    if item.id:
        later = timedelta(days=1)
        activities.move_session(
            by=SYSTEM,
            session_id=item.id,
            starts_at=plan.starts_at + later,
            ends_at=plan.ends_at + later,
            reason=words.WHY_MOVED,
        )


def _online(item: Item) -> None:
    if item.id:
        activities.go_online(
            by=SYSTEM,
            session_id=item.id,
            url="https://live.example/dongxun",
            reason=words.WHY_ONLINE,
        )
