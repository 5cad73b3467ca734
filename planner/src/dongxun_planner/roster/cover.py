"""What a roster must man: posts moment by moment, hand-overs, and numbers on shifts."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dongxun_planner.roster.problems import DAY, Post, RosterProblem, Shift, is_heavy


@dataclass(frozen=True)
class Want:
    """So many people among those on these shifts, of whom those with the skill count."""

    of: tuple[tuple[int, str], ...]
    wanted: int
    under: float
    over: float
    skill: str | None
    says: str
    part: str


def wants(problem: RosterProblem) -> list[Want]:
    """Return everything to be manned."""
    result = [
        Want(
            ((cover.day, cover.shift),),
            cover.wanted,
            cover.under,
            cover.over,
            cover.skill,
            f"{cover.shift} on day {cover.day}",
            "cover",
        )
        for cover in problem.covers
    ]
    for post in problem.posts:
        shifts = [shift for shift in problem.shifts if shift.post == post.id]
        for day in range(problem.days):
            result.extend(_manned(post, shifts, day))
            if post.handover:
                result.extend(_handed(post, shifts, day))
    return result


def _manned(post: Post, shifts: list[Shift], day: int) -> Iterator[Want]:
    """Ask for people in every piece of a day between two moments at which a shift changes."""
    cuts = {post.opens, post.closes}
    for shift in shifts:
        starts = shift.starts or 0
        cuts |= {starts, starts + shift.minutes, starts + shift.minutes - DAY}
    moments = sorted(cut for cut in cuts if post.opens <= cut <= post.closes)
    for begin, end in pairwise(moments):
        of = _spanning(shifts, day, begin, end)
        if of is not None:
            hours = (end - begin) / 60
            says = f"{post.id} on day {day} from {_clock(begin)} to {_clock(end)}"
            yield Want(of, post.people, round(post.under * hours, 6), 0.0, None, says, "posts")


def _handed(post: Post, shifts: list[Shift], day: int) -> Iterator[Want]:
    """Ask at every end of a shift for people who came early enough, and stay."""
    finishes = [(shift.starts or 0) + shift.minutes for shift in shifts]
    ends = {end % DAY for end in finishes if day or end < DAY}
    for end in sorted(end for end in ends if post.opens < end < post.closes or _all_day(post)):
        of = _spanning(shifts, day, end - post.handover, end + 1)
        if of is not None:
            says = f"hand-over at {post.id} on day {day} at {_clock(end)}"
            yield Want(of, post.people, post.unhanded, 0.0, None, says, "handovers")


def _all_day(post: Post) -> bool:
    return post.opens == 0 and post.closes == DAY


def _spanning(
    shifts: list[Shift], day: int, begin: int, end: int
) -> tuple[tuple[int, str], ...] | None:
    """Return the shifts from begin to end; none where the roster before has a say."""
    of = [
        (day - back, shift.id)
        for shift in shifts
        for back in (0, 1)
        if (shift.starts or 0) - back * DAY <= begin
        and end <= (shift.starts or 0) + shift.minutes - back * DAY
    ]
    return None if any(when < 0 for when, _ in of) else tuple(of)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def with_fairness(problem: RosterProblem) -> Callable[[float], float]:
    """Return what makes a bound of all costs but fairness one of all costs.

    So many heavy places are either manned, and then shared by so many people, or each of them
    costs at least the smallest price of one that is not.
    """
    shifts = {shift.id: shift for shift in problem.shifts}
    cells: dict[tuple[int, str], tuple[int, float]] = {}
    for cover in problem.covers:
        if cover.skill is None and is_heavy(problem, cover.day, shifts[cover.shift]):
            cell = cover.day, cover.shift
            cells[cell] = max(cells.get(cell, (0, 0.0)), (cover.wanted, cover.under))
    wanted = sum(many for many, _ in cells.values())
    least = min((under for many, under in cells.values() if many), default=0.0)

    def raised(bound: float) -> float:
        def at(empty: int) -> float:
            return max(bound, least * empty) + problem.fairness * _shared(wanted - empty, problem)

        rises = bisect_left(range(wanted), True, key=lambda empty: at(empty + 1) >= at(empty))
        return at(rises)  # the least of all, since both parts are convex

    return raised


def _shared(places: int, problem: RosterProblem) -> int:
    """Return what so many places count, shared as evenly as can be."""
    each, more = divmod(places, len(problem.workers))
    return len(problem.workers) * each * (each - 1) // 2 + more * each
