"""The problem of a duty roster, and its plan, as immutable values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from dongxun_planner.wire import Amount, Between, Count, Positive, twice

DAY = 1440
Minute = Annotated[int, Between(0, DAY)]
Weekday = Annotated[int, Between(0, 6)]


@dataclass(frozen=True)
class Shift:
    """A time of duty that recurs every day.

    Args:
        starts: minutes after midnight; needed for shifts of a post and for the common rest.
        post: where; a shift of no post is manned by ``Cover`` alone.
        skills: whoever takes it needs every one of them.
        not_before: shifts that may not come the day after.
        heavy: taken by turns (``fairness``).
    """

    id: str
    minutes: Annotated[int, Between(1, DAY)]
    starts: Minute | None = None
    post: str | None = None
    skills: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    heavy: bool = False


@dataclass(frozen=True)
class Post:
    """A place that is manned from ``opens`` to ``closes``, around the clock as it stands.

    Args:
        handover: minutes whoever leaves stays beside whoever comes.
        under: price of each hour that somebody is lacking.
        unhanded: price of each person lacking at a hand-over.
    """

    id: str
    people: Positive = 1
    opens: Minute = 0
    closes: Minute = DAY
    handover: Count = 0
    under: Amount = 100.0
    unhanded: Amount = 50.0


@dataclass(frozen=True)
class Worker:
    """Somebody on the roster, and the rules of their work.

    Runs of work or of free days that touch the first or the last day may be shorter than said: they
    began before, or go on.

    Args:
        most: of some shifts, how many at most.
        longest, shortest: days of work on end.
        free_days: days free on end, at least.
        weekends: how many at most with work on Saturday or Sunday.
        off: days away.
        fixed: days with the shift they certainly have.
    """

    id: str
    skills: tuple[str, ...] = ()
    most: Mapping[str, Count] = field(default_factory=dict)
    most_minutes: Count | None = None
    least_minutes: Count = 0
    longest: Positive | None = None
    shortest: Positive = 1
    free_days: Positive = 1
    weekends: Count | None = None
    off: tuple[Count, ...] = ()
    fixed: tuple[tuple[Count, str], ...] = ()


@dataclass(frozen=True)
class Cover:
    """So many on a shift on a day; with a skill, only who has it counts."""

    day: Count
    shift: str
    wanted: Count
    under: Amount = 100.0
    over: Amount = 0.0
    skill: str | None = None


@dataclass(frozen=True)
class Wish:
    """Somebody wants a shift on a day (or any, without one), or wants not to have it."""

    worker: str
    day: Count
    wanted: bool
    weight: Amount
    shift: str | None = None


@dataclass(frozen=True)
class RosterProblem:
    """Give everybody a shift or a free day, for every day.

    Cost: hours and hand-overs nobody mans, people lacking or too many on a shift, wishes not met,
    and ``fairness`` for the second heavy shift of a person, twice that for the third, and so on.

    Args:
        first_weekday: of day 0; Monday is 0.
        rest: minutes between the end of a shift and the beginning of the next.
        heavy_days: days on which every shift is heavy, such as the days of 春节.
    """

    kind: Literal["roster"]
    days: Annotated[int, Between(1, 3660)]
    shifts: tuple[Shift, ...]
    workers: tuple[Worker, ...]
    posts: tuple[Post, ...] = ()
    covers: tuple[Cover, ...] = ()
    wishes: tuple[Wish, ...] = ()
    first_weekday: Weekday = 0
    rest: Minute = 0
    fairness: Amount = 0.0
    heavy_days: tuple[Count, ...] = ()
    version: Literal[1] = 1

    def complaints(self) -> Iterator[str]:
        """Say what clashes."""
        yield from twice("shift", [each.id for each in self.shifts])
        yield from twice("worker", [each.id for each in self.workers])
        yield from twice("post", [each.id for each in self.posts])
        if not self.shifts:
            yield "shifts: there are none"
        if not self.workers:
            yield "workers: there are none"
        shifts = {each.id: each for each in self.shifts}
        yield from self._of_shifts(shifts)
        yield from self._of_posts()
        yield from self._of_workers(shifts)
        names = {each.id for each in self.workers}
        for cover in self.covers:
            if cover.shift not in shifts or cover.day >= self.days:
                yield f"cover {cover.shift} on day {cover.day}: one of the two is not here"
        for wish in self.wishes:
            known = wish.shift is None or wish.shift in shifts
            if wish.worker not in names or wish.day >= self.days or not known:
                yield f"wish of {wish.worker} for day {wish.day}: names what is not here"

    def _of_shifts(self, shifts: dict[str, Shift]) -> Iterator[str]:
        posts = {each.id for each in self.posts}
        for shift in self.shifts:
            for other in shift.not_before:
                if other not in shifts:
                    yield f"shift {shift.id}: not before {other}, which is no shift here"
            if shift.post is not None and shift.post not in posts:
                yield f"shift {shift.id}: {shift.post} is no post here"
            if shift.starts is None and (shift.post is not None or self.rest):
                yield f"shift {shift.id}: has no start"
        starts = [shift.starts for shift in self.shifts if shift.starts is not None]
        for shift in self.shifts:
            ends = (shift.starts or 0) + shift.minutes + self.rest
            if starts and shift.starts is not None and ends > min(starts) + 2 * DAY:
                yield f"shift {shift.id}: its rest lasts into the day after the next"

    def _of_posts(self) -> Iterator[str]:
        for post in self.posts:
            if post.opens >= post.closes:
                yield f"post {post.id}: closes before it opens"
            if not any(shift.post == post.id for shift in self.shifts):
                yield f"post {post.id}: has no shifts"

    def _of_workers(self, shifts: dict[str, Shift]) -> Iterator[str]:
        for worker in self.workers:
            for name in worker.most:
                if name not in shifts:
                    yield f"worker {worker.id}: {name} is no shift here"
            if worker.longest is not None and worker.shortest > worker.longest:
                yield f"worker {worker.id}: the shortest run is longer than the longest"
            most = worker.most_minutes
            if most is not None and worker.least_minutes > most:
                yield f"worker {worker.id}: least minutes above the most"
            yield from twice(f"worker {worker.id}: day", [str(day) for day, _ in worker.fixed])
            for day, name in worker.fixed:
                if name not in shifts or day >= self.days:
                    yield f"worker {worker.id}: fixed {name} on day {day} is not here"
                elif day in worker.off:
                    yield f"worker {worker.id}: fixed {name} on day {day}, and away"
                elif set(shifts[name].skills) - set(worker.skills):
                    yield f"worker {worker.id}: fixed {name} on day {day} without its skills"


@dataclass(frozen=True)
class Row:
    """A worker's shift of each day, nothing on a free one."""

    worker: str
    shifts: tuple[str | None, ...]


@dataclass(frozen=True)
class RosterPlan:
    """A row for each worker."""

    rows: tuple[Row, ...]
    kind: Literal["roster"] = "roster"
    version: Literal[1] = 1


def clashing(problem: RosterProblem, first: Shift, then: Shift) -> bool:
    """Tell whether a shift may not come the day after another."""
    if then.id in first.not_before:
        return True
    if first.starts is None or then.starts is None:
        return False
    return DAY + then.starts - first.starts - first.minutes < problem.rest


def is_weekend(problem: RosterProblem, day: int) -> bool:
    """Tell whether a day is a Saturday or a Sunday."""
    return (problem.first_weekday + day) % 7 >= 5


def is_heavy(problem: RosterProblem, day: int, shift: Shift) -> bool:
    """Tell whether a shift on a day is one taken by turns."""
    return shift.heavy or day in problem.heavy_days
