"""A row that is about a session we know: what it says is changed, all else stays.

A plan that went out as a workbook comes in again; its code (活动码) finds the
session, and what a workbook cannot say (delegates, steps, capacity) is kept.
"""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from dongxun.activities.models import Session
from dongxun.activities.sessions.credit import planned_hours
from dongxun.activities.sessions.importing.reading import Reader, bare
from dongxun.activities.sessions.rows import plan_of
from dongxun.activities.sessions.shapes import Asked, Invited, SessionPlan
from dongxun.activities.sessions.telling import place_words
from dongxun.kernel import clock
from dongxun.kernel.ids import normal_code


def target_of(reader: Reader, plan: SessionPlan | None) -> Session | None:
    """Return the session a row is about: by its code, else by host, title and day."""
    rows = Session.objects.exclude(state="cancelled").select_related("host", "place")
    if code := normal_code(reader.text("code")):
        return rows.filter(code=code, season_id=reader.known.rules.id).first()
    if plan is None:
        return None
    day = clock.moment(clock.day_of(plan.starts_at))
    same = rows.filter(
        season_id=plan.season_id,
        host_id=plan.host_id,
        title=plan.title,
        starts_at__gte=day,
        starts_at__lt=day + timedelta(days=1),
    )
    return min(same, key=lambda row: abs(row.starts_at - plan.starts_at), default=None)


def merged(reader: Reader, plan: SessionPlan, target: Session) -> SessionPlan:
    """Return the session with what the row says; an empty cell changes nothing."""
    old = plan_of(target)
    values: dict[str, object] = {}
    for column, fields in _PLAIN.items():
        if reader.text(column):
            values |= {name: getattr(plan, name) for name in fields}
    if not reader.text("type"):
        values.pop("is_group_viewing", None)
    if not reader.has_hours() and clock.day_of(plan.starts_at) == clock.day_of(old.starts_at):
        values |= {"starts_at": old.starts_at, "ends_at": old.ends_at}
    if reader.text("place") and bare(reader.text("place")) != bare(place_words(target)):
        values |= {"place_id": plan.place_id, "place_text": plan.place_text}
    return replace(
        old,
        **values,  # type: ignore[arg-type]
        topics=_topics(reader, plan, old),
        co_hosts=_co_hosts(plan, old) if reader.text("co_hosts") else old.co_hosts,
        lecturers=_lecturers(plan, old),
        is_first_lesson=plan.is_first_lesson or old.is_first_lesson,
        note=plan.note or old.note,
    )


_PLAIN = {
    "when": ("starts_at", "ends_at"),
    "title": ("title",),
    "host": ("host_id",),
    "type": ("type", "is_group_viewing"),
    "owner": ("organiser_name",),
    "link": ("online_url",),
    "tags": ("tags",),
    "audience": ("audience",),
}
"""Fields of a plan, by the column that says them."""


def _topics(reader: Reader, plan: SessionPlan, old: SessionPlan) -> tuple[tuple[UUID, int], ...]:
    """Return topics and minutes: the old ones, unless topics or hours are others."""
    before = dict(old.topics)
    wanted = [key for key, _minutes in plan.topics]
    if set(wanted) != set(before):
        return plan.topics
    hours = reader.text("credit")
    known = planned_hours(sum(before.values()), old.format, reader.known.rules)
    if not hours or not before or (known is not None and f"{known:g}" == hours):
        return old.topics
    return plan.topics


def _co_hosts(plan: SessionPlan, old: SessionPlan) -> tuple[Invited, ...]:
    quotas = {part.organisation_id: part.quota for part in old.co_hosts}
    if quotas.keys() == {part.organisation_id for part in plan.co_hosts}:
        return old.co_hosts
    keys = [part.organisation_id for part in plan.co_hosts]
    return tuple(Invited(key, quotas.get(key)) for key in keys)


def _lecturers(plan: SessionPlan, old: SessionPlan) -> tuple[Asked, ...]:
    subjects = {one.lecturer_id: one.subject for one in old.lecturers}
    wanted = [one.lecturer_id for one in plan.lecturers]
    if not wanted or set(wanted) == subjects.keys():
        return old.lecturers
    return tuple(Asked(key, subjects.get(key, "")) for key in wanted)
