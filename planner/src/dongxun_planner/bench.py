"""Published benchmarks: read an instance, solve it, write its solution."""

from importlib import import_module
from pathlib import Path
from typing import Any

from dongxun_planner.protocol import Limits, Outcome, Watch

FORMATS = ("curtois", "cvrplib", "hhcrsp", "itc2007", "pmed", "solomon")


def run(form: str, path: Path, limits: Limits, watch: Watch) -> tuple[Outcome[Any], str | None]:
    """Solve the instance in this file; return the outcome and the solution's text.

    Raises:
        BadProblemError: the file is not of this format.
    """
    module = import_module(f"dongxun_planner.formats.{form}")
    problem = module.read(path)
    outcome: Outcome[Any] = module.solve(problem, limits, watch)
    return outcome, None if outcome.plan is None else module.write(problem, outcome.plan)
