"""全区视频大课: a main hall and a sub-venue in each zone's first town; and what was said after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from dongxun.activities import api as activities
from dongxun.activities.api import Asked, Past, RemarkDraft, SessionPlan
from dongxun.activities.contracts import ActivityType, Audience, SessionState
from dongxun.kernel import clock
from dongxun.web.demo import sessions, words
from dongxun.web.demo.sessions import Item
from dongxun.web.demo.world import SYSTEM, Member, Town, World

TITLE = "全区支部书记视频大课：{}"
HELD, COMING = -8, 5
"""Days from today."""
RATE = 0.94


def held(world: World) -> list[Item]:
    """Write the lesson that was held, with its sub-venues; return what presence is told of."""
    main = Item(_past(world, _plan(world, HELD, 2)), [], RATE)
    sessions.write([main])
    subs = [
        Item(
            Past(
                plan=replace(
                    main.past.plan,
                    host_id=town.node.id,
                    place_id=town.hall_id,
                    main_session_id=main.id,
                    is_group_viewing=True,
                    lecturers=(),
                ),
                planned_at=main.past.planned_at,
                state=SessionState.PUBLISHED,
            ),
            _secretaries(town),
            RATE,
        )
        for town in _hosts(world)
    ]
    sessions.write(subs)
    elsewhere = {member.id for sub in subs for member in sub.people}
    everybody = [member for town in world.towns for member in _secretaries(town)]
    main.people = [member for member in everybody if member.id not in elsewhere]
    return [main, *subs]


def coming(world: World) -> None:
    """Draw up the next one by the services that a person would use; its people are told."""
    main = Item(_past(world, _plan(world, COMING, 3), state=SessionState.DRAFT))
    sessions.write([main])
    if main.id is None:
        return
    for town in _hosts(world):
        activities.add_sub_venue(
            by=SYSTEM, session_id=main.id, host_id=town.node.id, place_id=town.hall_id
        )
    activities.publish_session(by=SYSTEM, session_id=main.id)


def said(world: World, items: list[Item]) -> None:
    """Note what was said after the cast's town's latest lesson."""
    over = [
        item
        for item in sessions.begun(world, items)
        if item.town == sessions.CAST_TOWN and item.past.plan.ends_at <= world.now
    ]
    last = max(over, key=lambda item: (item.starts_at, item.past.plan.title), default=None)
    if last is None or last.id is None:
        return
    for kind, speaker, people, score, text in words.FEEDBACK:
        draft = RemarkDraft(kind=kind, words=text, speaker=speaker, people=people, score=score)
        activities.write_remark(by=SYSTEM, session_id=last.id, draft=draft)


def _plan(world: World, days: int, topic: int) -> SessionPlan:
    starts_at = clock.moment(world.today + timedelta(days=days), time(16, 30))
    return SessionPlan(
        season_id=world.season(),
        host_id=world.district.id,
        title=TITLE.format(words.TOPICS[topic][1]),
        type=ActivityType.GROUP_VIEWING,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=60),
        topics=((world.topic_ids[topic], 30),),
        place_id=world.agencies.hall_id,
        audience=Audience.SECRETARIES,
        organiser_name="区冬训办",
        lecturers=(Asked(world.lecturers[topic], words.TOPICS[topic][1]),),
    )


def _past(world: World, plan: SessionPlan, state: str = SessionState.PUBLISHED) -> Past:
    answers = {one.lecturer_id: "confirmed" for one in plan.lecturers}
    planned_at = clock.moment(world.today - timedelta(days=14))
    return Past(plan=plan, planned_at=planned_at, state=state, answers=answers)


def _hosts(world: World) -> Iterator[Town]:
    """Yield the first town of each zone, as far as it is in this district."""
    by_name = {town.name: town for town in world.towns}
    for names in words.GEO_ZONES.values():
        if names[0] in by_name:
            yield by_name[names[0]]


def _secretaries(town: Town) -> list[Member]:
    return [member for member in town.members() if member.is_secretary]
