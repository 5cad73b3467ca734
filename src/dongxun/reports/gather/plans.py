"""冬训计划表: the sessions of a season that touch an organisation."""

from collections.abc import Sequence

from dongxun.activities import api as activities
from dongxun.activities.api import SessionLine
from dongxun.reports import contracts as c
from dongxun.reports.gather.words import (
    clock_of,
    day_words,
    half_of,
    joined,
    local,
)
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import ZoneRow

COUNTED = "学时按计划学时，人数为今天在册的应到人数"


def season_plan(order: Order) -> c.SeasonPlan:
    """Return the schedule of an organisation, cancelled sessions and drafts left out."""
    sessions = activities.paper_sessions(
        order.season.id, order.interval, by=order.by, first=order.first, last=order.last
    )
    zones = seasons.zones(order.season.id)
    return c.SeasonPlan(
        season=order.season.name,
        organisation=order.node.name,
        version=_version(order),
        rows=tuple(_row(session, order, zones) for session in sessions),
        imprint=order.imprint("活动排期", COUNTED),
    )


def _version(order: Order) -> str:
    found = seasons.versions(order.season.id, by=order.by)
    if not found:
        return "第1版"
    return f"第{found[0].number}版，{day_words(local(found[0].created_at).date())}"


def _row(session: SessionLine, order: Order, zones: Sequence[ZoneRow]) -> c.PlanRow:
    names = [name for _, name, _ in session.topics]
    lecturers = [name for name, _ in session.lecturers]
    posts = [title for _, title in session.lecturers]
    guests = joined(session.invited)
    remarks = [
        "第一课" if session.is_first_lesson else "",
        "分会场" if session.is_sub_venue else "",
        f"邀请{guests}" if guests else "",
    ]
    topic = joined(names)
    return c.PlanRow(
        day=local(session.starts_at).date(),
        half=half_of(session.starts_at),
        clock=clock_of(session.starts_at, session.ends_at),
        topic=f"{session.title}（{topic}）"
        if topic and topic not in session.title
        else session.title,
        form=session.type_name,
        lecturer=joined(lecturers),
        post=joined(posts),
        audience=session.audience_name,
        headcount=session.expected or None,
        place=session.place,
        host=session.host,
        co_hosts=joined(session.co_hosts),
        responsible=session.organiser,
        hours=activities.planned_hours(session.credit_minutes, session.format, order.season),
        remark="；".join(word for word in remarks if word),
        title=session.title,
        topics=topic,
        code=session.code,
        note=session.note,
        zone=_zone_of(session, zones),
        tags="、".join(session.tags),
        is_first_lesson=session.is_first_lesson,
        link=session.online_url,
        brand=session.brand,
    )


def _zone_of(session: SessionLine, zones: Sequence[ZoneRow]) -> str:
    """Return the zone of the host; of a host above the zones none."""
    return next(
        (zone.name for zone in zones if any(session.host_lft in part for part in zone.intervals)),
        "",
    )
