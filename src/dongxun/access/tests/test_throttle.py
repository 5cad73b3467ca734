from datetime import timedelta

import pytest

from dongxun.access import tasks, throttle
from dongxun.access.models import Throttle
from dongxun.kernel import clock, worker
from dongxun.kernel.errors import TooMany

pytestmark = pytest.mark.django_db


def test_a_window_lets_its_limit_pass_and_begins_anew():
    start = clock.now()
    with clock.frozen(start):
        for _ in range(3):
            throttle.throttle("code:x", limit=3, window_s=60)
        with pytest.raises(TooMany):
            throttle.throttle("code:x", limit=3, window_s=60)
        throttle.throttle("code:y", limit=3, window_s=60)
    with clock.frozen(start + timedelta(seconds=61)):
        throttle.throttle("code:x", limit=3, window_s=60)
    assert Throttle.objects.get(key=throttle._key("code:x")).count == 1


def test_each_failure_beyond_the_free_ones_waits_twice_as_long():
    now = clock.now()
    waits = []
    for _ in range(8):
        waited = 0
        while True:
            try:
                with clock.frozen(now + timedelta(seconds=waited)):
                    throttle.attempt("signin:a")
                break
            except TooMany:
                waited += 1
        waits.append(waited)
        now += timedelta(seconds=waited)
    assert waits == [0, 0, 0, 0, 0, 1, 2, 4]


def test_waiting_never_exceeds_a_quarter_of_an_hour():
    assert throttle.wait_s(5000) == 900


def test_a_success_takes_the_failures_back():
    for _ in range(5):
        throttle.attempt("signin:a")
    throttle.forgive("signin:a")
    throttle.attempt("signin:a")
    assert Throttle.objects.get().count == 1


def test_keys_hold_no_name_and_no_address():
    throttle.attempt("signin:zhou.mingyuan|10.1.2.3")
    [row] = Throttle.objects.all()
    assert row.key.startswith("signin:")
    assert "zhou" not in row.key
    assert "10.1" not in row.key


def test_sweeping_removes_what_is_a_day_old():
    with clock.frozen(clock.now() - timedelta(days=2)):
        throttle.attempt("signin:old")
    throttle.attempt("signin:new")
    assert throttle.sweep() == 1


def test_only_what_was_counted_spends_a_limit():
    start = clock.now()
    with clock.frozen(start):
        for _ in range(50):
            throttle.refuse_spent("who:hall", limit=2, window_s=60)
        throttle.throttle("who:hall", limit=2, window_s=60)
        throttle.refuse_spent("who:hall", limit=2, window_s=60)
        throttle.throttle("who:hall", limit=2, window_s=60)
        with pytest.raises(TooMany):
            throttle.refuse_spent("who:hall", limit=2, window_s=60)
    with clock.frozen(start + timedelta(seconds=61)):
        throttle.refuse_spent("who:hall", limit=2, window_s=60)


def test_the_worker_sweeps_now_and_then_and_is_never_busy_with_it():
    turn = worker.seldom(tasks.SWEEP_EVERY_S, throttle.sweep)
    for _ in range(2):
        with clock.frozen(clock.now() - timedelta(days=2)):
            throttle.attempt("signin:old")
        assert turn() == 0
    assert Throttle.objects.count() == 1
