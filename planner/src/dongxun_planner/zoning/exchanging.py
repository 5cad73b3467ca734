"""Towns exchanged between zones: a good map soon, without any proof.

A map grows from as many towns as there are zones; then towns at a border go over to the other
side, by annealing. A zone stays in one piece throughout; its size and the wishes may be broken on
the way, at a price that rises until a map keeps them. Where the towns fall into pieces that do not
touch, each piece has its number of zones from the beginning.
"""

import math
import random
from collections.abc import Callable

import numpy as np

from dongxun_planner.zoning.ground import Ground, towns_of

QUICK, TRIES = 40, 4  # exchanges looked at for each town in a quick map; how many are grown for it
ROUND = 3000  # the same in a round
HOT, COLD = 0.5, 0.003  # of what a town costs on average
SWAPS = 0.5  # of all chances; a third of them come to something
PRICE = 1.0  # of a member too many or too few, in mean distances of two towns
DEARER, CHEAPER = 3.0, 0.8
FAR = 30.0  # from its beginning, at most
MOST_KNOWN = 200_000  # zones whose costs are kept
SOME = 256  # exchanges between two looks at the clock
Over = Callable[[], bool]


class Exchanges:
    """Maps by growing and exchanging; ``best`` is the cheapest that keeps every rule, if any."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self.ground, self.dice = ground, random.Random(seed)
        self.best: list[int] | None = None
        self.cost = math.inf
        self._first = PRICE * (ground.problem.balance_km + float(ground.km.mean())) + 1e-3
        self._price = self._first
        self._wish = sum(ground.members) / max(1, len(ground))
        self._mean = ground.problem.mean
        self._near = [list(towns_of(mask)) for mask in ground.borders]
        self._ways = ground.ways
        rows = ground.has.tolist()
        self._has = [sum(1 << k for k, has in enumerate(row) if has) for row in rows]
        self._kinds = (1 << ground.has.shape[1]) - 1
        self._known: dict[int, tuple[float, float]] = {}

    def quick(self) -> None:
        """Look for a map for a moment: the same work whatever the clock says."""
        for _try in range(TRIES):
            if masks := self._grown():
                self._anneal(masks, QUICK * len(self.ground), COLD * 10, lambda: False)
                if self.best is not None:
                    return

    def round(self, over: Over, *, is_fresh: bool) -> bool:
        """Anneal once, from nothing or from the best map; tell whether that was made better."""
        before = self.cost
        fresh = is_fresh or self.best is None
        masks = self._grown() if fresh else [*(self.best or ())]
        if masks:
            self._anneal(masks, ROUND * len(self.ground), HOT if fresh else HOT / 5, over)
        return self.cost < before

    def _grown(self) -> list[int] | None:
        """Return zones that grew from towns far from each other; none if pieces do not allow it."""
        ground, dice = self.ground, self.dice
        pieces = ground.pieces((1 << len(ground)) - 1)
        if (quotas := self._quotas(pieces)) is None:
            return None
        zones: list[int] = []
        for piece, quota in zip(pieces, quotas, strict=True):
            seeds = self._seeds([*towns_of(piece)], quota)
            mine, left = [1 << seed for seed in seeds], piece & ~sum(1 << seed for seed in seeds)
            near, sizes = [ground.borders[i] for i in seeds], [ground.members[i] for i in seeds]
            while left:
                z = min((z for z in range(quota) if near[z] & left), key=sizes.__getitem__)
                edge = towns_of(near[z] & left)
                far = {i: ground.km[seeds[z], i] * (0.7 + dice.random()) for i in edge}
                new = min(far, key=far.__getitem__)
                mine[z] |= 1 << new
                left ^= 1 << new
                near[z] |= ground.borders[new]
                sizes[z] += ground.members[new]
            zones.extend(mine)
        return zones

    def _quotas(self, pieces: list[int]) -> list[int] | None:
        """Return how many zones each piece has, by its members."""
        ground, wanted = self.ground, self.ground.problem.zones
        sizes = [ground.size(piece) for piece in pieces]
        least = [max(1, math.ceil(size / max(1, ground.high))) for size in sizes]
        most = [piece.bit_count() for piece in pieces]
        if ground.low:
            most = [min(n, size // ground.low) for n, size in zip(most, sizes, strict=True)]
        if not sum(least) <= wanted <= sum(most) or any(
            a > b for a, b in zip(least, most, strict=True)
        ):
            return None
        quotas = least
        while sum(quotas) < wanted:
            open_ = [p for p, quota in enumerate(quotas) if quota < most[p]]
            quotas[max(open_, key=lambda p: sizes[p] / (quotas[p] + 0.5))] += 1
        return quotas

    def _seeds(self, towns: list[int], count: int) -> list[int]:
        seeds = [self.dice.choice(towns)]
        while len(seeds) < count:
            near = self.ground.km[seeds].min(axis=0)
            far = {i: near[i] * self.dice.random() for i in towns if i not in seeds}
            seeds.append(max(far, key=far.__getitem__))
        return seeds

    def _anneal(self, masks: list[int], steps: int, hot: float, over: Over) -> None:
        """Exchange towns with falling heat; keeps the best map met."""
        of = [0] * len(self.ground)
        for z, mask in enumerate(masks):
            for i in towns_of(mask):
                of[i] = z
        facts = [self._facts(mask) for mask in masks]
        self._meet(masks, facts)
        unit = max(1e-9, sum(cost for cost, _fault in facts) / len(of))
        heat, pace = unit * hot, (COLD / hot) ** (1 / max(1, steps))
        for step in range(steps):
            heat *= pace
            if not step % SOME and over():
                break
            here, there, moved = self._move(of)
            after = (masks[here] ^ moved, masks[there] ^ moved)
            if not moved or not all(after):
                continue
            new = (self._facts(after[0]), self._facts(after[1]))
            rise = sum(map(self._price_of, new)) - self._price_of(facts[here])
            rise -= self._price_of(facts[there])
            if rise > 0 and self.dice.random() >= math.exp(-rise / heat):
                continue
            if not all(map(self._holds, after)):
                continue
            masks[here], masks[there] = after
            facts[here], facts[there] = new
            for i in towns_of(moved):
                of[i] = here + there - of[i]
            if rise < 0:
                self._meet(masks, facts)
        self._reprice(facts)

    def _move(self, of: list[int]) -> tuple[int, int, int]:
        """Return two zones and the towns that change between them; often none."""
        town = self.dice.randrange(len(of))
        near = self._near[town]
        here, there = of[town], of[self.dice.choice(near)] if near else of[town]
        if here == there:
            return here, there, 0
        back = self._back(of, here, there) if self.dice.random() < SWAPS else 0
        return here, there, 1 << town | back

    def _price_of(self, facts: tuple[float, float]) -> float:
        return facts[0] + self._price * facts[1]

    def _reprice(self, facts: list[tuple[float, float]]) -> None:
        """Make faults dearer where some were left at the end, else cheaper."""
        self._price *= DEARER if any(fault for _cost, fault in facts) else CHEAPER
        if not self._first / FAR < self._price < self._first * FAR:
            self._price = self._first

    def _meet(self, masks: list[int], facts: list[tuple[float, float]]) -> None:
        """Keep a map if it is the best that keeps every rule."""
        cost = 0.0
        for each, fault in facts:
            if fault:
                return
            cost += each
        if cost < self.cost - 1e-9:
            self.cost, self.best = cost, [*masks]

    def _back(self, of: list[int], here: int, there: int) -> int:
        """Return some town of a zone that borders the other, as a set; often none is met."""
        town = self.dice.randrange(len(of))
        if of[town] != there:
            return 0
        return 1 << town if any(of[i] == here for i in self._near[town]) else 0

    def _holds(self, mask: int) -> bool:
        """Tell whether a zone is in one piece."""
        return self.ground.piece(mask, mask & -mask) == mask

    def _facts(self, mask: int) -> tuple[float, float]:
        """Return a zone's cost and how many members, or as many for a wish, it is off the rules."""
        known = self._known.get(mask)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            known = self._known[mask] = self._reckon(mask)
        return known

    def _reckon(self, mask: int) -> tuple[float, float]:
        ground, towns = self.ground, [*towns_of(mask)]
        size, has = 0, 0
        for i in towns:
            size += ground.members[i]
            has |= self._has[i]
        rows = self._ways[np.ix_(towns, towns)]
        cost = float(rows.sum(axis=0).min()) + abs(size - self._mean) * ground.problem.balance_km
        cost += (self._kinds & ~has).bit_count() * ground.lack
        fault = float(max(0, ground.low - size, size - ground.high))
        for pair in ground.together:
            fault += self._wish * (mask & pair not in {0, pair})
        for pair in ground.apart:
            fault += self._wish * (mask & pair == pair)
        return cost, fault
