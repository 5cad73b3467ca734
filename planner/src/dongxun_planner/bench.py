"""Published benchmarks: read an instance, solve it, write its solution."""

from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from dongxun_planner.protocol import Limits, Outcome, Watch

FORMATS = ("curtois", "cvrplib", "hhcrsp", "itc2007", "pmed", "solomon")


class Format(Protocol):
    """One benchmark's form, a module of ``formats``."""

    def read(self, path: Path) -> Any:
        """Read an instance; ``BadProblemError`` where the file is not of this form."""
        ...

    def solve(self, problem: Any, limits: Limits, watch: Watch = ...) -> Outcome[Any]:
        """Solve it."""
        ...

    def write(self, problem: Any, plan: Any) -> str:
        """Write a solution."""
        ...


def load(form: str) -> Format:
    """Return the form of this name."""
    module: Any = import_module(f"dongxun_planner.formats.{form}")
    return module  # type: ignore[no-any-return]
