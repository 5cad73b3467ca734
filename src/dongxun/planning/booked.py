"""What is booked by now where an accepted plan would go: said with names, so that nothing is written."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Conflict
from dongxun.kit import times
from dongxun.lecturers import api as lecturers
from dongxun.organisations import api as organisations
from dongxun.organisations.api import Site
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer
from dongxun.planning.snapshots.slots import KMH, Grid, pauses
from dongxun.seasons.contracts import TopicRule

MOST = 3


@dataclass(frozen=True, slots=True)
class Want:
    """Who and what a session needs, and when; ``is_new_hall``: it was held elsewhere, or not at all.

    ``seats`` are so many as come; 0 where its hall is not to be asked. ``teaches`` are the topics
    that its lecturer must teach; none where they are down for it already. ``people`` are subtrees that
    come whole, ``named`` those who come by name, with the positions of their homes.
    """

    starts_at: datetime
    ends_at: datetime
    place_id: UUID
    lecturer_id: UUID
    people: tuple[Interval, ...]
    is_new_hall: bool = True
    seats: int = 0
    teaches: tuple[TopicRule, ...] = ()
    named: Mapping[UUID, int] = field(default_factory=dict, hash=False)

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether something else is at the same time."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def refuse(season_id: UUID, wants: Sequence[Want], *, by: Actor, apart: Collection[UUID]) -> None:
    """Refuse what cannot be held as it is wanted.

    Args:
        apart: sessions that stand in nobody's way: they are moved themselves.

    Raises:
        Conflict: a lecturer, hall or unit is taken by now; the first few are named.
    """
    found = list(dict.fromkeys(_taken(season_id, wants, by, apart)))
    if not found:
        return
    words = _("Booked otherwise meanwhile: %(what)s. Solve it again.")
    raise Conflict(words % {"what": few(found)})


def few(said: Sequence[str]) -> str:
    """Return the first of these in one line, and how many more there are."""
    more = _(" and %(n)d more") % {"n": len(said) - MOST} if len(said) > MOST else ""
    return "；".join(said[:MOST]) + more


def dated(sessions: Iterable[activities.PlannedSession]) -> str:
    """Return the first of these sessions in one line, each with its day."""
    return few([f"{one.title} {times.day_with_weekday(one.starts_at)}" for one in sessions])


def _taken(
    season_id: UUID, wants: Sequence[Want], by: Actor, apart: Collection[UUID]
) -> Iterator[str]:
    if not wants:
        return
    yield from _halls_and_people(season_id, wants, apart)
    yield from _lecturers(wants, apart)
    open_ = {site.id for site in organisations.sites_for(by)}
    names = organisations.sites({one.place_id for one in wants})
    for one in wants:
        site = names.get(one.place_id)
        name, seats = (site.name, site.capacity or 0) if site else ("—", 0)
        if one.is_new_hall and one.place_id not in open_:
            yield _("%(hall)s is closed") % {"hall": name}
        elif seats < one.seats:
            words = _("%(hall)s has %(seats)d seats, and %(n)d come")
            yield words % {"hall": name, "seats": seats, "n": one.seats}


def _span(wants: Iterable[Want]) -> tuple[datetime, datetime]:
    return min(one.starts_at for one in wants), max(one.ends_at for one in wants)


def _days(wants: Iterable[Want]) -> tuple[datetime, datetime]:
    first, last = _span(wants)
    return clock.moment(clock.day_of(first)), clock.moment(clock.day_of(last) + timedelta(days=1))


def _halls_and_people(
    season_id: UUID, wants: Sequence[Want], apart: Collection[UUID]
) -> Iterator[str]:
    names = organisations.sites({one.place_id for one in wants})
    by_day: dict[date, list[activities.Use]] = {}
    for use in activities.uses_between(season_id, *_span(wants)):
        if use.id not in apart and use.main_id not in apart:
            by_day.setdefault(clock.day_of(use.starts_at), []).append(use)
    for one in wants:
        for use in by_day.get(clock.day_of(one.starts_at), ()):
            if not one.overlaps(use.starts_at, use.ends_at):
                continue
            about = {"when": _when(use.starts_at)}
            if use.place_id == one.place_id and one.place_id in names:
                words = _("%(hall)s is taken on %(when)s")
                yield words % (about | {"hall": names[one.place_id].name})
            yield from _people(one, use, about)


def _people(one: Want, use: activities.Use, about: Mapping[str, str]) -> Iterator[str]:
    """Say who is expected at both: whole subtrees, and people by name, counted by their homes."""
    mine = activities.Use(
        None, "", None, one.starts_at, one.ends_at, None, people=one.people, named=one.named
    )
    for span in activities.common_people(mine, use):
        words = _("%(who)s is expected elsewhere on %(when)s")
        yield words % {**about, "who": organisations.subtree_top(span)}
    known = {**one.named, **use.named}
    homes = Counter(known[person] for person in activities.common_names(mine, use))
    for lft, n in sorted(homes.items()):
        words = _("%(who)s: %(n)d expected elsewhere on %(when)s")
        yield words % {**about, "who": organisations.subtree_top(Interval(lft, lft)), "n": n}


def _lecturers(wants: Sequence[Want], apart: Collection[UUID]) -> Iterator[str]:
    ids = {one.lecturer_id for one in wants}
    names, free = people.lecturer_names(ids), lecturers.times_of(ids)
    lessons: dict[UUID, list[activities.Taken]] = {}
    for lesson in activities.taken(ids, *_days(wants)):
        if lesson.session_id not in apart:
            lessons.setdefault(lesson.lecturer_id, []).append(lesson)
    every = [lesson for some in lessons.values() for lesson in some]
    known = {one.place_id for one in wants} | {one.place_id for one in every if one.place_id}
    sites = organisations.sites(known)
    for one in wants:
        person = names.get(one.lecturer_id)
        who = person.name if person else "—"
        yield from _unable(person, one.teaches)
        if not free[one.lecturer_id].can_come(clock.day_of(one.starts_at)):
            words = _("%(who)s cannot come on %(when)s")
            yield words % {"who": who, "when": _when(one.starts_at)}
        for lesson in lessons.get(one.lecturer_id, ()):
            about = {"who": who, "when": _when(lesson.starts_at), "host": lesson.host}
            if one.overlaps(lesson.starts_at, lesson.ends_at):
                yield _("%(who)s teaches for %(host)s on %(when)s") % about
            elif _too_far(one, lesson, sites):
                words = _(
                    "%(who)s teaches for %(host)s on %(when)s, too far away to be there in time"
                )
                yield words % about


def _unable(person: Lecturer | None, topics: Sequence[TopicRule]) -> Iterator[str]:
    """Say what somebody no longer teaches."""
    who = person.name if person else "—"
    for topic in topics:
        if person is None or not person.active:
            yield _("%(who)s teaches no more") % {"who": who}
        elif not person.speaks_of(topic.name, topic.short_name):
            words = _("%(who)s does not teach %(topic)s any more")
            yield words % {"who": who, "topic": topic.name}


def _too_far(one: Want, lesson: activities.Taken, sites: Mapping[UUID, Site]) -> bool:
    """Whether there is no time for the way between two lessons; where one is unknown there is."""
    here, there = (sites.get(key) if key else None for key in (one.place_id, lesson.place_id))
    points = [(site.latitude, site.longitude) for site in (here, there) if site]
    known = [(a, b) for a, b in points if a is not None and b is not None]
    if len(known) < len((here, there)):
        return False
    return organisations.distance_km(*known) > KMH * _between(one, lesson) / timedelta(hours=1)


def _between(one: Want, lesson: activities.Taken) -> timedelta:
    """Return the time between two lessons; at least what a plan counts on between their halves."""
    between = max(one.starts_at - lesson.ends_at, lesson.starts_at - one.ends_at)
    grid = Grid((clock.day_of(one.starts_at),))
    slot, others = grid.slot_of(one.starts_at), grid.touched(lesson.starts_at, lesson.ends_at)
    apart = min((abs(other - slot) for other in others), default=0) if slot is not None else 0
    if not apart:
        return between
    minutes = round((one.ends_at - one.starts_at).total_seconds() / 60)
    return max(between, timedelta(minutes=pauses(minutes)[apart - 1]))


def _when(at: datetime) -> str:
    return f"{times.day_with_weekday(at)} {times.hour_minute(at)}"
