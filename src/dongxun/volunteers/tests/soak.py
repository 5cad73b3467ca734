"""A long run of generated histories: in parts, taken up again where it was left."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Days:
    """The days that a run plays, each once; with ``DONGXUN_SOAK`` what is played is kept there.

    A line of that file holds seed, number and ``same`` or ``differs``. A run that was stopped
    goes on behind it, one that was over begins anew. ``DONGXUN_DAYS=first-last`` plays a part, for several runs side by side.
    """

    def __init__(self, wanted: int, seed: int) -> None:
        first, _dash, last = os.environ.get("DONGXUN_DAYS", "").partition("-")
        self.numbers = range(int(first), int(last) + 1) if last else range(wanted)
        self.seed = seed
        path = os.environ.get("DONGXUN_SOAK")
        self.path = Path(path) if path else None
        self.known = self._read()
        if all(number in self.known for number in self.numbers):
            self.known = {}
        self.begun = time.monotonic()

    def _read(self) -> dict[int, str]:
        if self.path is None or not self.path.exists():
            return {}
        lines = (line.split() for line in self.path.read_text().splitlines())
        return {
            int(parts[1]): parts[2]
            for parts in lines
            if parts[:1] == [str(self.seed)] and parts[2:] in (["same"], ["differs"])
        }

    def __iter__(self) -> Iterator[int]:
        """Yield the days that nobody has played yet."""
        return iter([number for number in self.numbers if number not in self.known])

    def note(self, number: int, *, same: bool) -> None:
        """Keep how a day ended, and say how far the run is."""
        word = self.known[number] = "same" if same else "differs"
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as kept:
            kept.write(f"{self.seed} {number} {word}\n")
        seconds = int(time.monotonic() - self.begun)
        done = sum(one in self.known for one in self.numbers)
        print(
            f"seed {self.seed}, day {number}: {word}; {done} of {len(self.numbers)} days, "
            f"{len(self.differing)} differ, {seconds} s",
            file=sys.__stderr__,
            flush=True,
        )

    @property
    def differing(self) -> list[int]:
        """The days of this run that did not end alike, whenever they were played."""
        return [number for number in self.numbers if self.known.get(number) == "differs"]
