import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from dongxun.edge.__main__ import Store
from dongxun.edge.hub import GAP, KEPT, MOST_OF_ONE, PING, QUEUED, Full, Hub, Listener
from dongxun.kernel.ids import new_id
from dongxun.live import api as live

LIVE, LIN = new_id(), new_id()


class Log:
    """What happened in one class, as the database would say it."""

    def __init__(self, n: int = 0) -> None:
        self.events: list[dict[str, Any]] = [{"seq": seq, "kind": "say"} for seq in range(1, n + 1)]
        self.reads = 0

    def happen(self, n: int = 1) -> None:
        for _time in range(n):
            self.events.append({"seq": len(self.events) + 1, "kind": "say"})

    def hub(self) -> Hub:
        async def read(_key: Any, after: int) -> list[dict[str, Any]]:
            self.reads += 1
            return [event for event in self.events if event["seq"] > after][:KEPT]

        async def latest(_key: Any) -> int:
            return len(self.events)

        return Hub(read, latest)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def numbers(*frames: bytes | None) -> list[int]:
    lines = b"".join(frame or b"" for frame in frames).decode().splitlines()
    return [int(line[4:]) for line in lines if line.startswith("id: ")]


def drained(listener: Listener) -> list[int]:
    frames, listener.frames = listener.frames, []
    return numbers(*frames)


def test_everybody_is_told_what_happens_once_and_in_order():
    async def story() -> None:
        log = Log(3)
        hub = log.hub()
        both = [(await hub.join(LIVE, new_id(), 3))[0] for _time in range(2)]
        log.happen(2)
        await hub.tick()
        await hub.tick()
        assert [drained(one) for one in both] == [[4, 5], [4, 5]]

    run(story())


def test_whoever_comes_back_is_told_what_was_missed_without_a_gap():
    async def story() -> None:
        log = Log()
        hub = log.hub()
        stays, _missed = await hub.join(LIVE, new_id(), 0)
        log.happen(7)
        await hub.tick()
        back, missed = await hub.join(LIVE, LIN, 3)
        assert numbers(missed) == [4, 5, 6, 7]
        log.happen()
        await hub.tick()
        assert drained(back) == [8]
        assert drained(stays) == list(range(1, 9))

    run(story())


def test_a_hub_that_was_killed_goes_on_from_the_number_a_page_names():
    async def story() -> None:
        log = Log(20)
        listener, missed = await log.hub().join(LIVE, LIN, 12)
        assert numbers(missed) == list(range(13, 21))
        assert drained(listener) == []

    run(story())


def test_many_who_come_back_at_once_cost_one_look_at_the_database():
    async def story() -> None:
        log = Log(50)
        hub = log.hub()
        for after in range(40):
            _listener, missed = await hub.join(LIVE, new_id(), after)
            assert numbers(missed) == list(range(after + 1, 51))
        assert log.reads == 1

    run(story())


def test_too_much_to_hand_on_is_a_gap():
    async def story() -> None:
        _listener, missed = await Log(KEPT + 5).hub().join(LIVE, LIN, 0)
        assert missed == GAP

    run(story())


def test_a_slow_page_is_let_go_and_takes_no_more_memory():
    async def story() -> None:
        log = Log()
        hub = log.hub()
        slow, _missed = await hub.join(LIVE, LIN, 0)
        for _time in range(QUEUED + 5):
            log.happen()
            await hub.tick()
        assert await slow.next() is None
        assert slow.frames == []
        assert hub.listening == 0
        hub.leave(LIVE, slow)

    run(story())


def test_a_page_that_is_behind_gets_all_that_waits_at_once():
    async def story() -> None:
        log = Log()
        hub = log.hub()
        listener, _missed = await hub.join(LIVE, LIN, 0)
        for _time in range(3):
            log.happen()
            await hub.tick()
        assert numbers(await listener.next()) == [1, 2, 3]

    run(story())


def test_one_person_opens_a_few_pages_only():
    async def story() -> None:
        hub = Log().hub()
        for _time in range(MOST_OF_ONE):
            await hub.join(LIVE, LIN, 0)
        with pytest.raises(Full):
            await hub.join(LIVE, LIN, 0)
        assert hub.present() == {(LIVE, LIN)}

    run(story())


def test_a_person_who_closes_a_page_may_open_another():
    async def story() -> None:
        hub = Log().hub()
        pages = [(await hub.join(LIVE, LIN, 0))[0] for _time in range(MOST_OF_ONE)]
        for _time in range(2):
            hub.leave(LIVE, pages[0])
        await hub.join(LIVE, LIN, 0)
        with pytest.raises(Full):
            await hub.join(LIVE, LIN, 0)

    run(story())


def test_a_page_is_let_go_when_its_ticket_is_over():
    async def story() -> None:
        hub = Log().hub()
        stays, over = [(await hub.join(LIVE, new_id(), 0))[0] for _time in range(2)]
        over.ends = 0
        await hub.ping()
        assert await stays.next() == PING
        assert await over.next() is None

    run(story())


def test_the_last_page_closes_the_class():
    async def story() -> None:
        hub = Log().hub()
        listener, _missed = await hub.join(LIVE, LIN, 0)
        hub.leave(LIVE, listener)
        assert hub.channels == {}

    run(story())


def test_who_comes_back_is_not_told_words_that_were_hidden_since():
    async def story() -> None:
        log = Log()
        said = {"kind": "say", "id": "w", "text": "不该说的话"}
        for seq, more in enumerate((said, {"kind": "pin"}, {"kind": "hide", "id": "w"}, said), 1):
            log.events.append({"seq": seq, **more})
        hub, shown_again = log.hub(), log.events.pop()
        _stays, missed = await hub.join(LIVE, new_id(), 0)
        assert "不该说的话" not in missed.decode()
        assert numbers(missed) == [1, 2, 3]
        log.events.append(shown_again)
        await hub.tick()
        _other, missed = await hub.join(LIVE, new_id(), 0)
        assert missed.decode().count("不该说的话") == 1

    run(story())


def test_what_happens_is_read_while_a_write_waits(monkeypatch):
    free = threading.Event()
    monkeypatch.setattr(live, "keep_presence", lambda _seen: free.wait(10))
    monkeypatch.setattr(live, "events_after", lambda _key, after: [{"seq": after + 1}])

    async def story() -> None:
        store = Store()
        write = asyncio.create_task(store.keep_present({(LIVE, LIN)}))
        assert await asyncio.wait_for(store.events(LIVE, 6), 5) == [{"seq": 7}]
        assert not write.done()
        free.set()
        await write

    run(story())
