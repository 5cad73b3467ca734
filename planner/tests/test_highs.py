import gc
import itertools
import threading
import time
import weakref

import highspy.highs
import numpy as np

from dongxun_planner import highs
from dongxun_planner.highs import INF, Master, RowMaker, solve


def market_split(rows=6, size=45, seed=1):
    """Return a program that nobody solves in minutes: who buys what so that all shares are even."""
    dice = np.random.default_rng(seed)
    table = dice.integers(0, 100, (rows, size))
    maker = RowMaker()
    for k, row in enumerate(table):
        more = [size + 2 * k, size + 2 * k + 1]
        even = float(row.sum() // 2)
        maker.add([*range(size), *more], [*row.astype(float).tolist(), 1.0, -1.0], even, even)
    cost = np.concatenate([np.zeros(size), np.ones(2 * rows)])
    upper = np.concatenate([np.ones(size), np.full(2 * rows, INF)])
    whole = np.arange(len(cost)) < size
    return cost, upper, maker.rows(), whole


def test_a_program_ends_with_what_it_has_soon_after_it_is_told_to():
    cost, upper, rows, whole = market_split()
    stop = threading.Event()
    threading.Timer(1.0, stop.set).start()
    began = time.monotonic()
    answer = solve(cost, upper, rows, whole=whole, seconds=600.0, stop=stop)
    assert time.monotonic() - began < 30
    assert answer.x is not None
    assert 0 <= answer.bound <= answer.cost
    assert answer.cost == cost @ answer.x


def test_a_program_that_does_not_hear_is_left_behind_with_what_it_told(monkeypatch):
    monkeypatch.setattr(highs, "PATIENCE_S", 0.0)
    cost, upper, rows, whole = market_split()
    stop, before = threading.Event(), set(threading.enumerate())
    monkeypatch.setattr(highspy.highs.HighsCallbackEvent, "interrupt", lambda _event: None)
    threading.Timer(1.0, stop.set).start()
    answer = solve(cost, upper, rows, whole=whole, seconds=5.0, stop=stop)
    assert answer.x is not None
    assert 0 <= answer.bound <= answer.cost
    for thread in set(threading.enumerate()) - before:
        thread.join()  # an interpreter that ends meanwhile is ended by it


def test_a_program_that_looks_at_no_clock_is_left_behind_when_its_time_is_over(monkeypatch):
    monkeypatch.setattr(highs, "PATIENCE_S", 0.0)
    given = highs._options
    monkeypatch.setattr(highs, "_options", lambda _seconds, *others: given(5.0, *others))
    monkeypatch.setattr(highspy.highs.HighsCallbackEvent, "interrupt", lambda _event: None)
    cost, upper, rows, whole = market_split()
    before = set(threading.enumerate())
    answer = solve(cost, upper, rows, whole=whole, seconds=1.0, stop=threading.Event())
    assert 0 <= answer.bound <= answer.cost
    left = set(threading.enumerate()) - before
    assert left
    for thread in left:
        thread.join()


def test_a_program_may_use_more_threads_than_the_one_before_it():
    cost, upper, rows, _whole = market_split(size=5)
    for threads in (1, 2):
        answer = solve(cost, upper, rows, threads=threads, stop=threading.Event())
        assert answer.x is not None


def test_a_growing_program_that_is_told_to_end_gives_prices_of_nothing_and_goes():
    asked = itertools.count()
    master = Master(np.ones(40), np.full(40, INF), ended=lambda: next(asked) < 0)
    for n in range(400):
        master.add(1.0 + n % 7, [n % 40, (n + 1 + n // 40) % 40], [1.0, 1.0])
    _prices, value = master.solve()
    late = Master(np.ones(40), np.full(40, INF), ended=lambda: True)
    for n in range(40):
        late.add(1.0, [n, (n + 1) % 40], [1.0, 1.0])
    prices, endless = late.solve()

    assert next(asked) > 0
    assert np.isfinite(value)
    assert not master.broken_off
    assert (late.broken_off, endless) == (True, INF)
    assert not prices.any()
    assert not late.values().any()
    gone = weakref.ref(late)
    del late
    gc.collect()
    assert gone() is None
