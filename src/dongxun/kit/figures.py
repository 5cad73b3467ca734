"""How numbers are written: shares with their n/N, thousands, true minus, coverage steps.

Not here: where a number comes from; the page says so with ``{% source %}``.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

Number = int | float | Decimal

FEW = 10
"""Below so many people a share says nothing; n/N is shown alone."""
LOW_BY = 8
"""Percentage points below plan from which a cell gets its red corner."""
STEPS = (30, 55, 75, 90)
"""Upper limits, in percent, of the first four of five coverage steps."""
NOTHING = "—"
MINUS = "\N{MINUS SIGN}"


def number(value: Number | None, digits: int = 0) -> str:
    """Write a number with commas from 1,000 and a true minus sign."""
    if value is None:
        return NOTHING
    if isinstance(value, int) and not digits:
        return f"{value:,}".replace("-", MINUS)
    places = Decimal(1).scaleb(-digits)
    exact = Decimal(str(value)).quantize(places, ROUND_HALF_UP)
    return f"{exact:,.{digits}f}".replace("-", MINUS)


def signed(value: Number | None, digits: int = 0) -> str:
    """Write a difference with its sign: ``+2``, ``−9``, ``±0``."""
    if value is None:
        return NOTHING
    words = number(value, digits)
    if not words.strip("0." + MINUS):
        return "±" + words.lstrip(MINUS)
    return words if words.startswith(MINUS) else "+" + words


def points(part: Number, whole: Number, plan: Number) -> Decimal | None:
    """Return how far a share stands from its plan, in whole points, as both are shown."""
    have = share(part, whole, 0)
    return None if have is None else have - round(plan)


def share(part: Number, whole: Number, digits: int = 1) -> Decimal | None:
    """Return ``part`` of ``whole`` in percent, rounded; never 100 while one is missing.

    ``None`` if there is nothing to take a share of. Likewise never 0 when there is one.
    """
    if not whole:
        return None
    if isinstance(part, int) and isinstance(whole, int) and 0 <= part <= whole and not digits:
        return Decimal(_whole_share(part, whole))
    places = Decimal(1).scaleb(-digits)
    exact = Decimal(str(part)) * 100 / Decimal(str(whole))
    rounded = exact.quantize(places, ROUND_HALF_UP)
    if part < whole and rounded >= 100:
        return 100 - places
    if part > 0 and rounded <= 0:
        return places
    return rounded


def _whole_share(part: int, whole: int) -> int:
    """Return the share of whole numbers in whole percent, by the same rule, without decimals."""
    if part in {0, whole}:
        return 100 if part else 0
    return min(99, max(1, (200 * part + whole) // (2 * whole)))


def percent(part: Number, whole: Number, digits: int = 1, sign: str = "%") -> str:
    """Write a share: ``71.8%``; ``3/7`` for fewer than ten; a dash for none at all."""
    value = share(part, whole, digits)
    if value is None:
        return NOTHING
    if whole < FEW:
        return f"{number(part)}/{number(whole)}"
    return f"{value}{sign}"


def figure(part: Number, whole: Number) -> str:
    """Write numerator, denominator and share together: ``38 / 45 (84.4%)``."""
    if whole < FEW:
        return f"{number(part)} / {number(whole)}"
    return _("%(part)s of %(whole)s (%(share)s)") % {
        "part": number(part),
        "whole": number(whole),
        "share": percent(part, whole),
    }


def step(part: Number, whole: Number) -> int:
    """Return the coverage step 1 to 5, or 0 if there is nothing to cover."""
    if not whole:
        return 0
    if isinstance(part, int) and isinstance(whole, int):
        return 1 + sum(part * 100 >= limit * whole for limit in STEPS)
    hundredfold, all_of_it = Decimal(part) * 100, Decimal(whole)
    return 1 + sum(hundredfold >= limit * all_of_it for limit in STEPS)


def is_low(part: Number, whole: Number, plan: Number | None) -> bool:
    """Return whether a share is eight points or more below ``plan`` (in percent)."""
    if plan is None or not whole:
        return False
    return Decimal(part) * 100 <= (Decimal(plan) - LOW_BY) * Decimal(whole)
