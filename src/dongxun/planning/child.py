"""The process that searches: ``python -m dongxun.planning.child``; it knows no Django.

It takes one line of JSON on its standard input (``problem``, ``seconds``, ``threads``, ``seed``,
``work``, ``memory``) and ends when that is closed. It writes one JSON object a line: ``ready``,
then each ``step`` with the new best ``plan`` if it found one, at the end ``outcome`` or
``refused`` (what is wrong with the problem) or ``failed``. Beside causes and complaints stand
``clashes``: code and ids of what they speak of. SIGINT ends the search with what it has.
"""

import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterable
from typing import Any

READY, STEP, OUTCOME, REFUSED, FAILED = "ready", "step", "outcome", "refused", "failed"
CLASHES = "clashes"


def say(**values: Any) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Search once; return the exit status."""
    # Before it is ready nothing is found; an interrupt raised in the midst of an import may be lost.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    given = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_parent, daemon=True).start()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from dongxun_planner.warm import warm
    from dongxun_planner.wire import BadProblemError

    # Libraries that are refused memory while they are loaded end us in words of their own.
    warm(str(given["problem"].get("kind")))
    memory = given["memory"] // processes(given)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    try:
        return search(given)
    except BadProblemError as error:
        say(**{REFUSED: list(error.complaints), CLASHES: clashes(error.complaints)})
    except MemoryError:
        say(**{FAILED: "memory"})
    return 3


def end_with_parent() -> None:
    """Once nobody listens any more, end at once with all processes of our own."""
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


def processes(given: dict[str, Any]) -> int:
    """Return how many processes share the memory: rounds are sought in one a thread."""
    threads = int(given["threads"])
    return 1 + threads if given["problem"].get("kind") == "rounds" and threads > 1 else 1


def search(given: dict[str, Any]) -> int:
    """Read the problem, search, tell every step."""
    from dongxun_planner.kinds import read_problem
    from dongxun_planner.protocol import Limits, Step
    from dongxun_planner.wire import write

    kind, problem = read_problem(given["problem"])
    limits = Limits(
        seconds=given["seconds"],
        threads=given["threads"],
        seed=given["seed"],
        work=given["work"],
    )
    signal.signal(signal.SIGINT, lambda *_: limits.stop.set())
    say(**{READY: True})

    def watch(step: Step) -> None:
        line = {"seconds": round(step.seconds, 2), "cost": step.cost, "bound": step.bound}
        plan = write(step.plan) if step.plan is not None else None
        say(**{STEP: {**line, "phase": step.phase}, "plan": plan})

    found = kind.solve(problem, limits, watch)
    outcome = {
        "cost": found.cost,
        "bound": found.bound,
        "gap": found.gap,
        "status": found.status.value,
        "causes": list(found.causes),
        CLASHES: clashes(found.causes),
        "parts": found.parts,
        "seconds": round(found.seconds, 2),
        "cpu_seconds": round(found.cpu_seconds, 2),
    }
    plan = write(found.plan) if found.plan is not None else None
    say(**{OUTCOME: write(outcome), "plan": plan})
    return 0


def clashes(causes: Iterable[str]) -> list[dict[str, Any]]:
    """Return what the causes are about, of those that say it."""
    from dongxun_planner.protocol import Cause

    some = [cause for cause in causes if isinstance(cause, Cause) and cause.code]
    return [{"code": cause.code, "about": cause.about} for cause in some]


if __name__ == "__main__":
    sys.exit(main())
