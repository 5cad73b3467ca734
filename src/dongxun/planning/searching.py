"""One search from its row to its row: steps and plans are written as they come."""

import logging
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from dongxun.kernel import clock, jobs
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.rows import wanted_row
from dongxun.planning import solving
from dongxun.planning.child import CLASHES
from dongxun.planning.contracts import THREADS, RunState
from dongxun.planning.models import Run
from dongxun_planner.kinds import KINDS
from dongxun_planner.protocol import CUT
from dongxun_planner.wire import read

EVERY_S: Final = 1.0
MOST_STEPS: Final = 400
log = logging.getLogger(__name__)
RESULT: Final = ("state", "error", "plan", "outcome", "steps", "phase", "finished_at")


def failure(failed: str) -> str:
    """Say why a search ended without a result."""
    said = {
        "memory": _("The search ran out of memory. Plan a smaller unit, or fewer topics."),
        "late": _("The search did not end in time and was ended. Try a shorter limit."),
        "refused": _(
            "Halls, lecturers, days and what is kept contradict each other."
            " Look them over and try again."
        ),
        "cut": _(
            "The search ended early by a fault of its own, which is noted; this is the plan it had"
            " before, and it keeps all rules."
        ),
    }
    return said.get(failed, _("The search broke off. Start it again."))[:400]


def keeps_rules(row: Run, plan: Mapping[str, Any]) -> bool:
    """Check a plan once more in this process, by the checker that knows no solver."""
    kind = KINDS[row.problem["kind"]]
    return not kind.check(read(kind.problem, row.problem), read(kind.plan, plan)).broken


class Search:
    """Writes down how a search goes."""

    def __init__(self, row: Run, run: JobRun | None = None) -> None:
        self.row, self._run = row, run
        self._told_at = 0.0
        self._fresh = False
        row.state, row.steps, row.error = RunState.RUNNING, [], ""
        row.phase = "preparing"
        row.save(update_fields=["state", "steps", "error", "phase"])

    def watch(self, step: dict[str, Any], plan: dict[str, Any] | None) -> None:
        """Take a step down; a better plan at once."""
        point = [step["seconds"], step["cost"], step["bound"]]
        if not self.row.steps or self.row.steps[-1][1:] != point[1:]:
            self.row.steps = thinned([*self.row.steps, point])
        self.row.phase, self._fresh = step["phase"][:80], True
        best = self.row.outcome.get("cost")
        if plan is not None and (best is None or step["cost"] < best):
            self.row.plan = plan
            self.row.outcome = {"cost": step["cost"], "bound": step["bound"]}
            self._write("plan", "outcome")

    def _write(self, *more: str) -> None:
        self.row.save(update_fields=["steps", "phase", *more])
        self._fresh = False

    def stops(self) -> bool:
        """Keep the lease; tell whether somebody ended the search.

        Raises:
            Cancelled, LeaseLost: as the job says.
        """
        now = clock.now().timestamp()
        if now - self._told_at < EVERY_S:
            return False
        self._told_at = now
        if self._fresh:
            self._write()
        if self._run is not None:
            self._run.save()
        return Run.objects.filter(id=self.row.id, stops=True).exists()

    def end(self, found: solving.Found) -> None:
        """Write down what came of it; a plan that breaks a rule is none."""
        row = self.row
        stopped = Run.objects.filter(id=row.id, stops=True).exists()
        best = row.outcome.get("cost")
        cost = found.outcome.get("cost")
        if found.plan is not None and (best is None or (cost is not None and cost <= best)):
            row.plan = found.plan
        if found.outcome:
            row.outcome = found.outcome if row.plan is found.plan else found.outcome | row.outcome
        row.state = RunState.CANCELLED if stopped else RunState.DONE
        if found.words:
            log.warning("the planner refused the problem of %s: %s", row.id, found.words)
        if any(one["code"] == CUT for one in found.outcome.get(CLASHES, [])):
            log.error("the planner broke a rule of %s: %s", row.id, found.outcome["causes"])
            row.error = failure("cut")
        if found.failed and not stopped:
            row.state, row.error = RunState.FAILED, failure(found.failed)
        if row.plan is not None and not keeps_rules(row, row.plan):
            row.plan, row.state, row.error = None, RunState.FAILED, failure("broken")
        row.finished_at, row.phase = clock.now(), ""
        row.save(update_fields=RESULT)


def thinned(steps: list[list[Any]]) -> list[list[Any]]:
    """Return steps with every second of the older ones left out once there are too many."""
    if len(steps) <= MOST_STEPS:
        return steps
    return [*steps[: MOST_STEPS // 2 : 2], *steps[MOST_STEPS // 2 :]]


def run_job(run: JobRun) -> Mapping[str, Any] | None:
    """Search for the plan of a run, as a job; one that was ended meanwhile is left alone.

    Raises:
        NotFound: the row is gone.
    """
    row = wanted_row(Run.objects.filter(id=UUID(run.payload["run"])))
    if row.is_over:
        return None
    search = Search(row, run)
    limits = solving.Limits(
        seconds=float(row.settings["seconds"]),
        threads=THREADS,
        seed=int(row.settings["seed"]),
        work=row.settings.get("work"),
    )
    try:
        found = solving.solve(row.problem, limits, watch=search.watch, stops=search.stops)
    except jobs.Cancelled:
        Run.objects.filter(id=row.id).update(stops=True)
        search.end(solving.Found())
        raise
    search.end(found)
    return {"message": str(row.error)} if row.error else None
