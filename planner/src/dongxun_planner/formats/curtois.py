"""Curtois and Qu's shift scheduling: horizon, shifts, staff, requests, cover.

Solutions: one line for each employee in the instance's order, a shift for each day, separated by
tabs, nothing on a free day.

Source: schedulingbenchmarks.org, 'Computational results on new staff scheduling benchmark
instances', Curtois and Qu 2014.
"""

from collections import Counter
from pathlib import Path

from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.roster.problems import Cover, RosterPlan, RosterProblem, Shift, Wish, Worker
from dongxun_planner.wire import BadProblemError, checked, text_of

NEEDED = ("HORIZON", "SHIFTS", "STAFF", "COVER")
REQUESTS = ("SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS")


def read(path: Path) -> RosterProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        return checked(_problem(text_of(path)), path)
    except BadProblemError:
        raise
    except KeyError as error:
        raise BadProblemError(
            f"{path}: no instance of Curtois and Qu: {error} is missing"
        ) from error
    except (OSError, ValueError, IndexError) as error:
        raise BadProblemError(f"{path}: no instance of Curtois and Qu: {error}") from error


def _problem(text: str) -> RosterProblem:
    rows = _parts(text)
    off: dict[str, tuple[int, ...]] = {}
    for name, *days in rows.get("DAYS_OFF", []):
        off[name] = off.get(name, ()) + tuple(map(int, days))
    shifts = tuple(
        Shift(name, int(minutes), not_before=tuple(each for each in after.split("|") if each))
        for name, minutes, after in rows["SHIFTS"]
    )
    wishes = [
        Wish(name, int(day), wanted, float(weight), shift)
        for section, wanted in zip(REQUESTS, (True, False), strict=True)
        for name, day, shift, weight in rows.get(section, [])
    ]
    _covered(rows)
    return RosterProblem(
        kind="roster",
        days=int(rows["HORIZON"][0][0]),
        shifts=shifts,
        workers=tuple(_worker(row, off) for row in rows["STAFF"]),
        covers=tuple(
            Cover(int(day), shift, int(wanted), float(under), float(over))
            for day, shift, wanted, under, over in rows["COVER"]
        ),
        wishes=tuple(wishes),
    )


def _parts(text: str) -> dict[str, list[list[str]]]:
    rows: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("SECTION_"):
            name = line.strip().removeprefix("SECTION_")
            if name not in (*NEEDED, "DAYS_OFF", *REQUESTS):
                raise ValueError(f"{line.strip()}: no such section")
            current = rows.setdefault(name, [])
        elif line.strip() and not line.startswith("#"):
            current.append([word.strip() for word in line.split(",")])
    return rows


def _covered(rows: dict[str, list[list[str]]]) -> None:
    """Refuse a cover that says a thing twice, or that ends before the days do."""
    said = Counter((int(day), shift) for day, shift, *_ in rows["COVER"])
    if twice := [each for each, times in said.items() if times > 1]:
        raise ValueError(f"COVER: day {twice[0][0]}, shift {twice[0][1]} stands there twice")
    if lacking := set(range(int(rows["HORIZON"][0][0]))) - {day for day, _ in said}:
        raise ValueError(f"COVER: nothing for day {min(lacking)}; is it cut?")


def _worker(row: list[str], off: dict[str, tuple[int, ...]]) -> Worker:
    name, most, *numbers = row
    limits = dict(each.split("=") for each in most.split("|"))
    high, low, longest, shortest, free, weekends = (int(each) for each in numbers)
    return Worker(
        name,
        most={shift: int(number) for shift, number in limits.items()},
        most_minutes=high,
        least_minutes=low,
        longest=longest,
        shortest=shortest,
        free_days=free,
        weekends=weekends,
        off=off.get(name, ()),
    )


def solve(problem: RosterProblem, limits: Limits, watch: Watch = quiet) -> Outcome[RosterPlan]:
    """Solve an instance."""
    from dongxun_planner.roster.plan import plan_roster

    return plan_roster(problem, limits, watch)


def write(problem: RosterProblem, plan: RosterPlan) -> str:
    """Write a solution."""
    rows = {row.worker: row.shifts for row in plan.rows}
    return "".join(
        "\t".join(shift or "" for shift in rows[worker.id]) + "\n" for worker in problem.workers
    )
