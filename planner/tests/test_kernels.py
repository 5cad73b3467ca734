"""Compiled kernels are ready before a clock runs, and have a place even where nothing can be written."""

import subprocess
import sys

import pytest

from dongxun_planner import cli
from dongxun_planner.kernels import private

COUNT = """
import gc
from numba.core.dispatcher import Dispatcher
from dongxun_planner.kinds import KINDS
from dongxun_planner.protocol import Limits
from dongxun_planner.warm import warm
from planner.tests.test_cli import some_problems

def compiled():
    return {str(each): len(each.signatures) for each in gc.get_objects() if isinstance(each, Dispatcher)}

problems = some_problems()
limits = Limits(seconds=600.0, work=6)
for kind in ("replan", "hubs", "season", "visits", "roster"):
    warm(kind)
    before = compiled()
    KINDS[kind].solve(problems[kind], limits, lambda step: None)
    assert compiled() == before, kind
"""


@pytest.mark.once
def test_once_warm_no_search_compiles_anything():
    command = [sys.executable, "-c", COUNT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr


def test_kernels_are_compiled_before_the_clock_runs(tmp_path, capsys, monkeypatch):
    began = []
    monkeypatch.setattr(cli, "warm", began.append)
    limits = cli._limits

    def clock(given):
        began.append("clock")
        return limits(given)

    monkeypatch.setattr(cli, "_limits", clock)
    graph = tmp_path / "pmed.txt"
    graph.write_text("4 3 2\n1 2 1\n2 3 9\n3 4 2\n", encoding="ascii")
    assert cli.main(["bench", "pmed", str(graph), "--time-limit", "9"]) == 0
    assert began == ["pmed", "clock"]
    assert "compiled" in capsys.readouterr().out.splitlines()[0]


def test_the_place_of_kernels_is_ones_own_alone(tmp_path):
    place = private(tmp_path)
    assert place.stat().st_mode & 0o777 == 0o700
    place.chmod(0o777)
    assert private(tmp_path) is None
