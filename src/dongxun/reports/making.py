"""Make a paper in a folder, part by part; what is finished there is not made again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from django.utils import translation

from dongxun.reports import papers
from dongxun.reports.gather.sheets import Beat
from dongxun.reports.orders import Order
from dongxun.reports.recipes import NothingToPrint, Recipe

FORM_LANGUAGE = "zh-hans"


def keys_of(order: Order, recipe: Recipe) -> list[str]:
    """Return the parts of a paper.

    Raises:
        NothingToPrint: there are none.
    """
    with translation.override(FORM_LANGUAGE):
        keys = recipe.keys(order)
    if not keys:
        raise NothingToPrint
    return keys


def bound(_order: Order, _keys: Sequence[str], parts: Sequence[Path], target: Path) -> None:
    """Write the pages of the parts, one after the other; empty parts have none."""
    papers.bind([part for part in parts if part.stat().st_size], target)


def make(
    order: Order,
    recipe: Recipe,
    keys: Sequence[str],
    folder: Path,
    *,
    beat: Beat = lambda: None,
    done: Callable[[int], None] = lambda _number: None,
) -> Path:
    """Return the finished paper; ``done`` hears of each part as soon as it is kept.

    Raises:
        NothingToPrint: nobody stands on any part.
    """
    parts = []
    with translation.override(FORM_LANGUAGE):
        for number, key in enumerate(keys):
            part = folder / f"{number:05}"
            if not part.exists():
                unfinished = folder / f"{number:05}.part"
                recipe.make(order, key, unfinished, beat)
                unfinished.replace(part)
            parts.append(part)
            done(number + 1)
        if not any(part.stat().st_size for part in parts):
            raise NothingToPrint
        if len(parts) == 1 and recipe.bind is None:
            return parts[0]
        whole = folder / "whole"
        (recipe.bind or bound)(order, keys, parts, whole)
    return whole
