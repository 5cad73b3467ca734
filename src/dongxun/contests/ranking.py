"""Sums, places and brackets: pure functions."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from dongxun.contests.contracts import TRIM_FROM

K = TypeVar("K", bound=Hashable)


def mean(values: Sequence[int]) -> Fraction:
    """Return the mean, 0 for none."""
    return Fraction(sum(values), len(values)) if values else Fraction(0)


def sums(sheets: Sequence[Sequence[int]], *, trimmed: bool) -> tuple[Fraction, ...]:
    """Return the mean sum of an entry, then its mean on each scale, from its judges' sheets.

    With ``trimmed`` and enough judges the sheet with the highest and the one with the lowest
    sum are left out, in the sum and in the scales alike.
    """
    kept = sorted(sheets, key=lambda one: (sum(one), *one))
    if trimmed and len(kept) >= TRIM_FROM:
        kept = kept[1:-1]
    scales = (
        [mean([sheet[place] for sheet in kept]) for place in range(len(kept[0]))] if kept else []
    )
    return (mean([sum(sheet) for sheet in kept]), *scales)


def places(values: Mapping[K, Any]) -> dict[K, int]:
    """Return the place of each: the greatest value first, equal ones share the better place."""
    order = sorted(values, key=lambda key: values[key], reverse=True)
    found: dict[K, int] = {}
    for at, key in enumerate(order, 1):
        before = order[at - 2] if at > 1 else None
        is_shared = before is not None and values[before] == values[key]
        found[key] = found[before] if is_shared and before is not None else at
    return found


def prizes(ranks: Mapping[K, int], wanted: Sequence[int]) -> dict[K, int]:
    """Return which prize each gets, from 0; ``wanted`` are the places of each prize in turn.

    Whoever shares the last place of a prize gets it too; the next prize then has fewer.
    """
    found: dict[K, int] = {}
    for prize, last in enumerate(_borders(wanted)):
        for key, rank in ranks.items():
            if key not in found and rank <= last:
                found[key] = prize
    return found


def _borders(wanted: Iterable[int]) -> list[int]:
    borders, last = [], 0
    for count in wanted:
        last += count
        borders.append(last)
    return borders


def first_round(entries: Sequence[K]) -> list[tuple[K, K | None]]:
    """Return the pairs of the first round of a bracket of two or more; byes lie far apart."""
    size = 2
    while size < len(entries):
        size *= 2
    pairs = size // 2
    byes = set(_spread(pairs)[: size - len(entries)])
    rest = iter(entries)
    return [(next(rest), None if seat in byes else next(rest)) for seat in range(pairs)]


def _spread(pairs: int) -> list[int]:
    """Return the seats 0 … pairs-1 so that any first few of them lie far apart."""
    width = max(pairs.bit_length() - 1, 0)
    return [int(f"{number:0{width}b}"[::-1], 2) if width else 0 for number in range(pairs)]


def rounds_of(entries: int) -> int:
    """Return how many rounds a bracket of so many entries has."""
    return max((entries - 1).bit_length(), 1)
