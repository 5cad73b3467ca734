"""``dongxun-plan``: problems and plans as files, progress as lines, a last line of JSON.

Ends with 0 where a plan came out, 1 where none did, 2 where the input was bad, a file could not be
written or the planner itself failed; it always says so in words.
"""

import argparse
import io
import json
import math
import os
import signal
import sys
import tempfile
import threading
import traceback
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from dongxun_planner import bench
from dongxun_planner.generate.district import VERSION, district
from dongxun_planner.kinds import KINDS, Kind, kind_of, read_problem
from dongxun_planner.protocol import Limits, Outcome, Step, gap, kept
from dongxun_planner.warm import is_needed, warm
from dongxun_planner.wire import BadProblemError, parse, read, schema, write

COMMANDS = {
    "zoning": "towns into zones, agencies into areas, villages to hubs or with enterprises",
    "season": "who learns together where, taught by whom and when",
    "visits": "who visits which homes, on which day, in which order",
    "roster": "who is on duty when",
    "replan": "repair a published season with as few changes as can be",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except BadProblemError as error:
        for complaint in error.complaints:
            print(complaint, file=sys.stderr)
        _say({"status": "bad_problem", "causes": list(error.complaints)})
        return 2
    except KeyboardInterrupt:  # before a search could hear it
        return _failed("cancelled", "stopped before the search began") - 1
    except OSError as error:
        return _failed("bad_problem", f"{error.filename or 'the output'}: {error.strerror}")
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a line
        where = traceback.extract_tb(error.__traceback__)[-1]
        words = " ".join(str(error).split()) or "no more is known"
        place = f"{Path(where.filename).name}:{where.lineno}"
        return _failed("failed", f"the planner failed, {type(error).__name__}: {words} ({place})")


def run() -> NoReturn:
    """Run one command as a program, and end at once: a solver left behind would end it badly.

    What the terminal has no letters for is written as JSON would.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    if threading.active_count() > 1:
        os._exit(status)
    sys.exit(status)


def _failed(status: str, message: str) -> int:
    print(message, file=sys.stderr)
    _say({"status": status, "causes": [message]})
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dongxun-plan", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, about in COMMANDS.items():
        command = commands.add_parser(name, help=about)
        command.add_argument("problem", type=Path)
        _add_limits(command)
        command.set_defaults(run=_plan, command=name)
    command = commands.add_parser("check", help="check a plan against its problem")
    command.add_argument("problem", type=Path)
    command.add_argument("plan", type=Path)
    command.set_defaults(run=_check)
    command = commands.add_parser("generate", help="make a synthetic district's season")
    command.add_argument("what", choices=["district"])
    command.add_argument("--seed", type=_seed, default=1, metavar="K")
    command.add_argument("--size", type=_size, default=1.0, help="1 is a whole district")
    command.add_argument(
        "--tightness", type=_size, default=0.93, help="sessions wanted to holdable"
    )
    command.add_argument(
        "--wishes",
        type=_share,
        default=0.0,
        help="half-days that a lecturer would rather not teach",
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="instead of printing it")
    command.set_defaults(run=_generate)
    command = commands.add_parser("schema", help="print the JSON schema of a kind of problem")
    command.add_argument("kind", choices=KINDS)
    command.add_argument("--of-plan", action="store_true", help="of its plan instead")
    command.set_defaults(run=_schema)
    command = commands.add_parser("bench", help="solve a published benchmark instance")
    command.add_argument("format", choices=bench.FORMATS)
    command.add_argument("file", type=Path)
    _add_limits(command)
    command.set_defaults(run=_bench)
    return parser


def _add_limits(command: argparse.ArgumentParser) -> None:
    command.add_argument("--time-limit", type=_seconds, default=60.0, metavar="S")
    command.add_argument(
        "--cpu-limit", type=_seconds, default=math.inf, metavar="S", help="of all threads together"
    )
    command.add_argument("--threads", type=_threads, default=1, metavar="N")
    command.add_argument("--seed", type=_seed, default=1, metavar="K")
    command.add_argument("--out", type=Path, metavar="FILE", help="where the plan goes")


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e7:
        raise argparse.ArgumentTypeError("must be 0 or more seconds")
    return value


def _threads(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 256:
        raise argparse.ArgumentTypeError("must be 1 to 256")
    return value


def _seed(text: str) -> int:
    value = int(text)
    if not 0 <= value < 2**31:
        raise argparse.ArgumentTypeError("must be 0 to 2147483647")
    return value


def _size(text: str) -> float:
    value = float(text)
    if not 0.01 <= value <= 10:
        raise argparse.ArgumentTypeError("must be 0.01 to 10")
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return value


def _limits(given: argparse.Namespace) -> Limits:
    """Return the limits; Ctrl-C ends a search with what it has, a second one ends the program."""
    limits = Limits(
        seconds=given.time_limit,
        cpu_seconds=given.cpu_limit,
        threads=given.threads,
        seed=given.seed,
    )

    def stop(*_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        limits.stop.set()

    signal.signal(signal.SIGINT, stop)
    return limits


def _plan(given: argparse.Namespace) -> int:
    kind, problem = read_problem(parse(given.problem), given.command)
    _can_write(given.out)
    _warm(problem.kind)
    outcome = kind.solve(problem, _limits(given), _show)
    if outcome.plan is None:
        return _end(outcome)
    document = {"plan": write(outcome.plan), **_summary(outcome)}
    return _end(outcome, given.out, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def _bench(given: argparse.Namespace) -> int:
    _can_write(given.out)
    form = bench.load(given.format)
    problem = form.read(given.file)
    _warm(given.format)
    outcome = kept(partial(form.solve, problem, _limits(given), _show))
    text = None if outcome.plan is None else form.write(problem, outcome.plan)
    return _end(outcome, given.out, text)


def _warm(what: str) -> None:
    """Have kernels compiled before the clock runs: only the first time on a machine takes long."""
    if is_needed(what):
        _line("loading kernels; the first time they are compiled, which is not in the limit")
        warm(what)


def _can_write(path: Path | None) -> None:
    """Refuse a place for the plan before there is one.

    Raises:
        BadProblemError: nothing can be written there.
    """
    if path is None:
        return
    if path.is_dir() or not path.parent.is_dir():
        raise BadProblemError(
            f"{path}: no file can be here; is it a folder, or its folder missing?"
        )
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BadProblemError(f"{path}: may not be written")


def _keep(path: Path, text: str) -> str:
    """Write a plan, elsewhere if it must be; return what went wrong, nothing if nothing did."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return f"{path}: {error.strerror}; {_save(text)}"
    return ""


def _save(text: str) -> str:
    """Keep a plan that has no other place; return where it is."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="dongxun-plan-", suffix=".txt", delete=False
        ) as file:
            file.write(text)
    except OSError:
        print(text)
        return "the plan stands above"
    return f"the plan is in {file.name}"


def _check(given: argparse.Namespace) -> int:
    kind, problem = read_problem(parse(given.problem))
    plan = _read_plan(kind, parse(given.plan))
    verdict = kind.check(problem, plan)
    for rule in verdict.broken:
        print(f"broken: {rule}")
    _say(
        {
            "status": "broken" if verdict.broken else "kept",
            "cost": verdict.cost,
            "parts": verdict.parts,
            "broken": list(verdict.broken),
        }
    )
    return int(bool(verdict.broken))


def _read_plan(kind: Kind, document: Any) -> Any:
    inner = document.get("plan", document) if isinstance(document, dict) else document
    if kind_of(inner) is not kind:
        raise BadProblemError(f"$.plan.kind: is {inner['kind']!r}, the problem is of another kind")
    return read(kind.plan, inner)


def _schema(given: argparse.Namespace) -> int:
    kind = KINDS[given.kind]
    described = schema(kind.plan if given.of_plan else kind.problem)
    print(json.dumps(described, ensure_ascii=False, indent=1), flush=True)
    return 0


def _generate(given: argparse.Namespace) -> int:
    problem = district(given.seed, size=given.size, tightness=given.tightness, wishes=given.wishes)
    text = json.dumps(write(problem), ensure_ascii=False, indent=1) + "\n"
    if given.out is None:
        print(text, end="", flush=True)
        return 0
    try:
        given.out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadProblemError(f"{given.out}: {error.strerror}") from error
    _say({"status": "generated", "units": len(problem.units), "version": VERSION})
    return 0


def _show(step: Step) -> None:
    share = gap(step.cost, step.bound)
    _line(
        f"{step.seconds:8.2f} s  cost {_number(step.cost)}  bound {_number(step.bound)}"
        f"  gap {'-' if share is None else f'{share:.2%}'}  {step.phase}"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}" if abs(value) < 1e5 else f"{value:.0f}"


def _summary(outcome: Outcome[Any]) -> dict[str, Any]:
    return {
        "cost": outcome.cost,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "status": outcome.status.value,
        "causes": list(outcome.causes),
        "parts": outcome.parts,
        "seconds": round(outcome.seconds, 3),
        "cpu_seconds": round(outcome.cpu_seconds, 3),
    }


def _end(outcome: Outcome[Any], out: Path | None = None, text: str | None = None) -> int:
    lost = _keep(out, text) if out and text is not None else ""
    if out and text is None and out.exists():
        print(f"{out}: stands as it was before; no plan came out", file=sys.stderr)
    summary = _summary(outcome)
    summary["causes"] = [*outcome.causes, *([lost] if lost else [])]
    for cause in summary["causes"]:
        print(cause, file=sys.stderr)
    _say(summary)
    return 2 if lost else int(outcome.plan is None)


def _say(values: dict[str, Any]) -> None:
    sys.stderr.flush()
    _line(json.dumps(write(values), ensure_ascii=False))


def _line(text: str) -> None:
    """Print a line; where nobody reads or holds it any more, go on for the plan's sake."""
    try:
        print(text, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    run()
