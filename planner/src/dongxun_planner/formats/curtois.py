"""Curtois and Qu's shift scheduling: horizon, shifts, staff, requests, cover.

Solutions: one line for each employee in the instance's order, a shift for each day, separated by
tabs, nothing on a free day.

Source: schedulingbenchmarks.org, 'Computational results on new staff scheduling benchmark
instances', Curtois and Qu 2014.
"""

from pathlib import Path

from dongxun_planner.protocol import Limits, Outcome, Watch, quiet
from dongxun_planner.roster.problems import Cover, RosterPlan, RosterProblem, Shift, Wish, Worker
from dongxun_planner.wire import BadProblemError, checked


def read(path: Path) -> RosterProblem:
    """Read an instance.

    Raises:
        BadProblemError: not of this format.
    """
    try:
        return checked(_problem(path.read_text(encoding="utf-8")), path)
    except BadProblemError:
        raise
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise BadProblemError(f"{path}: no instance of Curtois and Qu: {error}") from error


def _problem(text: str) -> RosterProblem:
    rows: dict[str, list[list[str]]] = {}
    current: list[list[str]] = []
    for line in text.splitlines():
        words = [word.strip() for word in line.split(",")]
        if line.startswith("SECTION_"):
            current = rows.setdefault(line.strip().removeprefix("SECTION_"), [])
        elif line.strip() and not line.startswith("#"):
            current.append(words)
    off = {name: tuple(map(int, days)) for name, *days in rows.get("DAYS_OFF", [])}
    shifts = tuple(
        Shift(name, int(minutes), not_before=tuple(each for each in after.split("|") if each))
        for name, minutes, after in rows["SHIFTS"]
    )
    wishes = [
        Wish(name, int(day), wanted, float(weight), shift)
        for section, wanted in (("SHIFT_ON_REQUESTS", True), ("SHIFT_OFF_REQUESTS", False))
        for name, day, shift, weight in rows.get(section, [])
    ]
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
