import threading

import pytest

from dongxun.kernel import events, worker
from dongxun.kernel.models import Event


@pytest.fixture
def heard(monkeypatch):
    payloads = []
    monkeypatch.setitem(events._handlers, "SessionChanged", [payloads.append])
    return payloads


@pytest.mark.django_db
def test_worker_delivers_an_announced_event_once(heard):
    events.announce("SessionChanged", session="s1")
    assert worker.work_once() == 1
    assert worker.work_once() == 0
    assert heard == [{"session": "s1"}]
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_worker_goes_on_after_a_broken_turn(monkeypatch):
    stop = threading.Event()
    tries = []

    def turn():
        tries.append(len(tries))
        if len(tries) == 1:
            raise RuntimeError
        stop.set()
        return 1

    monkeypatch.setattr(worker, "_turns", [turn])
    monkeypatch.setattr(worker, "_lanes", [])
    monkeypatch.setattr(worker, "AFTER_ERROR_S", 0.0)
    worker.run(stop)
    assert tries == [0, 1]


@pytest.mark.django_db(transaction=True)
def test_turns_go_on_while_a_lane_is_busy_for_long(monkeypatch):
    stop, done = threading.Event(), threading.Event()
    waited = []

    def lane():
        waited.append(done.wait(60))
        stop.set()
        return 0

    def turn():
        done.set()
        return 0

    monkeypatch.setattr(worker, "_turns", [turn])
    monkeypatch.setattr(worker, "_lanes", [lane])
    worker.run(stop)
    assert waited == [True]
