"""What a person's facts are worth: credited seconds, then hours by the season's table.

Pure: plain values in, plain values out. Whole seconds and exact fractions
until the one rounding, so that no order of the facts can change a result.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final
from uuid import UUID

from dongxun.kernel import clock
from dongxun.ledger.contracts import SESSION, FactKind, LiveFact
from dongxun.seasons.contracts import CreditMethod, CreditTable

Credited = tuple[LiveFact, int]
"""A fact and the seconds of it that count."""

_PLAIN: Final = CreditTable("", CreditMethod.PER_MINUTE)
_CENT: Final = Decimal("0.01")


def credited(facts: Sequence[LiveFact]) -> tuple[list[Credited], bool]:
    """Return each fact with its credited seconds, and whether sessions overlapped.

    Sessions are laid on the time line by their start; what a later one shares
    with an earlier one counts once, for the earlier. Of one session a topic counts
    once: two rows of the roster that became one person may have told it twice. Other
    facts (a visit, an audio lesson) carry no certain place in time and count in full.
    """
    sessions: defaultdict[UUID, list[LiveFact]] = defaultdict(list)
    result: list[Credited] = []
    for fact in _once(facts):
        if fact.object_kind == SESSION and fact.seconds:
            sessions[fact.object_id].append(fact)
        else:
            result.append((fact, fact.seconds))
    if len(sessions) <= 1:
        return [*result, *((f, f.seconds) for found in sessions.values() for f in found)], False
    return _laid_out(sessions, result)


def _once(facts: Sequence[LiveFact]) -> Iterable[LiveFact]:
    """Leave out what a session has told of a topic before: the longest stays, then the earliest."""
    kept: dict[tuple[UUID, UUID | None], LiveFact] = {}
    for fact in facts:
        if fact.object_kind != SESSION or not fact.seconds:
            yield fact
            continue
        key = (fact.object_id, fact.topic_id)
        kept[key] = min(kept.get(key, fact), fact, key=_rank)
    yield from kept.values()


def _rank(fact: LiveFact) -> tuple[int, datetime, UUID]:
    return -fact.seconds, fact.occurred_at, fact.id


def _laid_out(
    sessions: Mapping[UUID, list[LiveFact]], result: list[Credited]
) -> tuple[list[Credited], bool]:
    """Cut what overlaps: starts ascend, so the latest end so far is all that matters."""
    overlapping = False
    covered_until = -(1 << 62)
    ordered = sorted(
        (int(min(fact.occurred_at for fact in found).timestamp()), object_id)
        for object_id, found in sessions.items()
    )
    for start, object_id in ordered:
        at, before = start, covered_until
        for fact in sorted(sessions[object_id], key=lambda fact: fact.id):
            end = at + fact.seconds
            cut = max(0, min(end, before) - at)
            overlapping = overlapping or cut > 0
            result.append((fact, fact.seconds - cut))
            at = end
        covered_until = max(before, at)
    return result, overlapping


def hours_by_year(
    facts: Iterable[Credited], table: Mapping[str, CreditTable]
) -> dict[int, Decimal]:
    """Return the hours of each calendar year, each rounded once, half up, to 0.01.

    Args:
        table: by format; a format that is not in it counts 60 minutes an hour.
    """
    exact: defaultdict[int, Fraction] = defaultdict(Fraction)
    by_rate: defaultdict[tuple[int, int], int] = defaultdict(int)
    by_day: defaultdict[tuple[int, int, UUID | None, str], int] = defaultdict(int)
    fixed: dict[tuple[int, UUID, str], tuple[int, int]] = {}
    for fact, seconds in facts:
        if fact.kind == FactKind.ON_LEAVE:
            continue
        rule = table.get(fact.format, _PLAIN)
        day = clock.day_of(fact.occurred_at)
        if rule.method == CreditMethod.PER_MINUTE:
            by_rate[day.year, rule.minutes_an_hour] += seconds
        elif rule.method == CreditMethod.STEPS:
            by_day[day.year, day.toordinal(), fact.topic_id, fact.format] += seconds
        else:
            key = (day.year, fact.object_id, fact.format)
            counted, claimed = fixed.get(key, (0, 0))
            fixed[key] = (counted + seconds, claimed + fact.seconds)
    for (year, minutes_an_hour), seconds in by_rate.items():
        exact[year] += Fraction(seconds, 60 * minutes_an_hour)
    for (year, _day, _topic, code), seconds in by_day.items():
        exact[year] += Fraction(_step(table[code], seconds))
    for (year, _object, code), (counted, claimed) in fixed.items():
        share = Fraction(counted, claimed) if claimed else Fraction(1)
        exact[year] += Fraction(table[code].hours) * share
    return {year: _rounded(value) for year, value in sorted(exact.items()) if value}


def _step(rule: CreditTable, seconds: int) -> Decimal:
    """Return the hours of the highest step that the day's sum reaches."""
    reached = [hours for minutes, hours in rule.steps if seconds >= minutes * 60]
    return max(reached, default=Decimal(0)) if seconds else Decimal(0)


def _rounded(value: Fraction) -> Decimal:
    cents = value * 100
    whole, rest = divmod(cents.numerator, cents.denominator)
    up = 2 * rest >= cents.denominator
    return ((Decimal(whole) + up) / 100).quantize(_CENT, ROUND_HALF_UP)
