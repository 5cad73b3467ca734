"""The protocol of every search here: better and better plans, a rising bound, and a way out.

A search offers plans; each is checked by the problem's own checker before anyone sees it, and its
cost is what the checker says, never what a solver says. Costs are minimised. A reached limit and
a proof that no plan exists are values of ``Status``, not exceptions.
"""

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Self, TypeVar

P = TypeVar("P")


class Status(StrEnum):
    """How a search ended."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    NONE_FOUND = "none_found"
    CANCELLED = "cancelled"


class Cause(str):
    """Words, with a code and the ids of what they speak of, for whoever says it otherwise."""

    __slots__ = ("about", "code")
    code: str
    about: dict[str, Any]

    def __new__(cls, words: str, code: str = "", **about: Any) -> Self:
        """Say something about things that have ids."""
        cause = super().__new__(cls, words)
        cause.code, cause.about = code, about
        return cause

    def said(self, before: str) -> "Cause":
        """Return the same with other words before it."""
        return Cause(f"{before}{self}", self.code, **self.about)


CUT = "cut"
"""Code of the cause that says why a search ended with the plan before."""


class RefusedError(AssertionError):
    """A search offered a plan that breaks a rule: a bug of ours, and the plan stays inside.

    ``outcome`` is what the search had before, if it had a plan.
    """

    outcome: "Outcome[Any] | None" = None


@dataclass(frozen=True)
class Limits:
    """What a search may use; the first limit reached ends it.

    Args:
        seconds: by the clock on the wall.
        cpu_seconds: of all threads together, and of processes that search for this one.
        stop: ends the search when it is set, from whichever thread.
        work: rounds of improvement; with it, and time enough, the same seed gives the same plan.
    """

    seconds: float = 10.0
    cpu_seconds: float = math.inf
    threads: int = 1
    seed: int = 1
    work: int | None = None
    stop: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)


@dataclass(frozen=True)
class Verdict:
    """What a checker says: the cost, its parts, and every broken rule in words."""

    cost: float
    broken: tuple[str, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One line of progress; ``plan`` is the new best plan, on the step that found it."""

    seconds: float
    cpu_seconds: float
    phase: str
    cost: float | None
    bound: float | None
    plan: Any = field(default=None, compare=False, repr=False)


Watch = Callable[[Step], None]


def quiet(step: Step) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class Outcome(Generic[P]):
    """What a search hands back.

    ``bound`` holds for every plan that keeps the problem's own rules; ``causes`` say in words
    what is impossible and why.
    """

    plan: P | None
    cost: float | None
    bound: float | None
    status: Status
    causes: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    parts: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def gap(self) -> float | None:
        """Tell how far, in parts of its cost, the plan may be from the best possible."""
        return gap(self.cost, self.bound)


def kept(solve: Callable[[], Outcome[P]]) -> Outcome[P]:
    """Solve; where a later plan is refused, hand back the good one before it, with a cause.

    Raises:
        RefusedError: there was none before.
    """
    try:
        return solve()
    except RefusedError as error:
        if error.outcome is None:
            raise
        return error.outcome


def gap(cost: float | None, bound: float | None) -> float | None:
    """Return (cost − bound) / |cost|; nothing where one of the two is unknown."""
    if cost is None or bound is None:
        return None
    if cost == bound:
        return 0.0
    return max(0.0, cost - bound) / abs(cost) if cost else math.inf


class Search(Generic[P]):
    """One run: limits, the best plan so far, the best bound so far, and who is told.

    Args:
        check: the problem's checker.
        watch: called with each step, in the thread of the search.
        step: costs are multiples of it, so a bound may be rounded up to the next.
    """

    def __init__(
        self,
        limits: Limits,
        check: Callable[[P], Verdict],
        *,
        watch: Watch = quiet,
        step: float = 0.0,
    ) -> None:
        self.limits = limits
        self.plan: P | None = None
        self.cost = math.inf
        self.bound = -math.inf
        self.causes: tuple[str, ...] = ()
        self.phase = "start"
        self.cpu_elsewhere = 0.0  # of processes that search for this one
        self._check = check
        self._watch = watch
        self._step = step
        self._parts: dict[str, float] = {}
        self._steps: list[Step] = []
        self._began = time.monotonic()
        self._cpu_began = time.process_time()

    @property
    def cancelled(self) -> bool:
        """Tell whether somebody asked for the end."""
        return self.limits.stop.is_set()

    @property
    def seconds(self) -> float:
        """Return the time since the beginning."""
        return time.monotonic() - self._began

    @property
    def cpu_seconds(self) -> float:
        """Return what this process, and others for it, worked since the beginning."""
        return time.process_time() - self._cpu_began + self.cpu_elsewhere

    @property
    def left(self) -> float:
        """Return the seconds left; zero once cancelled."""
        if self.cancelled:
            return 0.0
        cpu = (self.limits.cpu_seconds - self.cpu_seconds) / max(1, self.limits.threads)
        return max(0.0, min(self.limits.seconds - self.seconds, cpu))

    @property
    def spent(self) -> float:
        """Return the share that is used of the limit that is nearer, by the clock or of work; 1 is all."""
        clock = self.seconds / max(0.1, self.limits.seconds)
        return max(clock, self.cpu_seconds / max(0.1, self.limits.cpu_seconds))

    @property
    def over(self) -> bool:
        """Tell whether to stop: no time left, cancelled, or nothing left to gain."""
        return self.proven or self.left <= 0

    @property
    def proven(self) -> bool:
        """Tell whether the plan is known to be one of the best."""
        return self.plan is not None and self.bound >= self.cost - 1e-6

    def offer(self, plan: P, *, says_more: bool = False) -> bool:
        """Keep a plan if it is better than what we have; tell whether it was kept.

        Args:
            says_more: it is kept too where it costs the same.

        Raises:
            RefusedError: the checker found a broken rule.
        """
        verdict = self._check(plan)
        if verdict.broken:
            raise self._refused("; ".join(verdict.broken[:5]))
        if verdict.cost > self.cost or (verdict.cost == self.cost and not says_more):
            return False
        self.plan, self.cost, self._parts = plan, verdict.cost, verdict.parts
        self._tell(plan)
        return True

    def _refused(self, words: str) -> RefusedError:
        error = RefusedError(words)
        if self.plan is not None:
            cause = f"the search ended early; its next plan broke a rule and was not taken: {words}"
            self.causes = (*self.causes, Cause(cause, CUT))
            error.outcome = self.outcome()
        return error

    def at_least(self, bound: float) -> None:
        """Note that no plan costs less than this."""
        if self._step and math.isfinite(bound):
            bound = math.ceil(bound / self._step - 1e-6) * self._step
        if bound > self.bound:
            self.bound = bound
            self.tell()

    def tell(self, phase: str | None = None) -> None:
        """Report where the search stands."""
        self.phase = phase or self.phase
        self._tell()

    def _tell(self, plan: P | None = None) -> None:
        cost = self.cost if self.plan is not None else None
        bound = self.bound if math.isfinite(self.bound) else None
        step = Step(self.seconds, self.cpu_seconds, self.phase, cost, bound, plan)
        self._steps.append(step)
        self._watch(step)

    def impossible(self, *causes: str, **parts: float) -> Outcome[P]:
        """End with the proof that no plan exists; ``parts`` are figures of what would help."""
        self.causes, self._parts, self.bound = causes, parts, -math.inf
        return self._outcome(Status.INFEASIBLE)

    def outcome(self) -> Outcome[P]:
        """End with what we have."""
        if self.proven:
            return self._outcome(Status.OPTIMAL)
        if self.cancelled:
            return self._outcome(Status.CANCELLED)
        if self.plan is not None:
            return self._outcome(Status.FEASIBLE)
        self.causes = self.causes or ("no plan was found within the limits",)
        return self._outcome(Status.NONE_FOUND)

    def _outcome(self, status: Status) -> Outcome[P]:
        bound = self.bound if math.isfinite(self.bound) else None
        if self.plan is not None and bound is not None:
            bound = min(bound, self.cost)
        return Outcome(
            plan=self.plan,
            cost=self.cost if self.plan is not None else None,
            bound=bound,
            status=status,
            causes=self.causes,
            steps=tuple(self._steps),
            parts=self._parts,
            seconds=self.seconds,
            cpu_seconds=self.cpu_seconds,
        )
