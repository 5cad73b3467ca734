"""Where one person stands: facts and participation and rules and a day, and nothing else.

Pure. The definitions are those of ``docs/reference/definitions.md`` and are
printed on the page 口径; a change here is a new version there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from dongxun.coverage.contracts import EndState
from dongxun.coverage.hours import Credited, credited, hours_by_year
from dongxun.ledger.contracts import FactKind, LiveFact, Mode
from dongxun.seasons.contracts import (
    CreditTable,
    Owing,
    Part,
    SeasonRules,
    StudyMode,
    TopicRule,
)

_EFFECT = frozenset({FactKind.PASSED.value, FactKind.REFLECTED.value})
_OTHERWISE = {
    StudyMode.GROUP.value: EndState.MAKEUP,
    StudyMode.HOME.value: EndState.HOME,
    StudyMode.FLOATING.value: EndState.ONLINE,
}
_TOGETHER = frozenset({Mode.GROUP.value, Mode.NONE.value})
_MODES = tuple(Mode.values)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class InTopic:
    """Where the person stands in one topic; seconds are credited seconds."""

    topic_id: UUID
    group_s: int
    makeup_s: int
    home_s: int
    online_s: int
    external_s: int
    met: bool
    effect: bool
    reached: bool
    state: EndState

    @property
    def seconds(self) -> int:
        """All modes together."""
        return self.group_s + self.makeup_s + self.home_s + self.online_s + self.external_s


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the person stands in the season. ``topics`` only those with a fact, by id."""

    person_id: UUID
    branch_id: UUID
    mode: str
    category: str
    eligible: bool
    reached: bool
    rigor: bool
    effect: bool
    hours: Decimal
    hours_by_year: dict[str, str]
    met_topics: int
    state: EndState
    overlapping: bool
    recheck_on: date | None
    topics: tuple[InTopic, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """The season's rules, made ready for many people; ``season_hours`` by category.

    ``home_least_s``: visits at home that add up to less give no credit; their minutes stay.
    """

    topics: tuple[TopicRule, ...]
    required: frozenset[UUID]
    season_hours: dict[str, Decimal]
    table: dict[str, CreditTable]
    home_least_s: int = 0

    @classmethod
    def of(cls, rules: SeasonRules) -> "Measure":
        """Return the measure of a season."""
        return cls(
            topics=tuple(sorted(rules.topics, key=lambda topic: topic.id.int)),
            required=frozenset(topic.id for topic in rules.topics if topic.required),
            season_hours={each: rules.owed(each).season_hours for each in Owing.values},
            table={row.format: row for row in rules.credit},
            home_least_s=rules.parameters.home_study_min_minutes * 60,
        )


def standing(
    parts: Sequence[Part], facts: Iterable[LiveFact], measure: Measure, day: date
) -> Standing:
    """Return where a person stands on ``day``.

    Args:
        parts: the person's parts in the season, at least one.
        facts: live facts of the season; any order, repeated or not.
    """
    part, eligible = _part_on(parts, day)
    counted, overlapping = credited(list({fact.id: fact for fact in facts}.values()))
    short = _too_little(counted, measure.home_least_s)
    real = [pair for pair in counted if pair[0].kind != FactKind.ON_LEAVE]
    leaves = [pair[0] for pair in counted if pair[0].kind == FactKind.ON_LEAVE]
    credit = [pair for pair in real if not (short and pair[0].mode == Mode.HOME)]
    topics = tuple(
        _in_topic(rule, part.mode, found, day, short=short)
        for rule, found in _by_topic(counted, measure)
    )
    met = frozenset(topic.topic_id for topic in topics if topic.met)
    years = hours_by_year(credit, measure.table)
    hours = sum(years.values(), Decimal(0))
    owed = measure.season_hours[part.category]
    season_met = bool(real) and hours >= owed and measure.required <= met
    open_leaves = [leave for leave in leaves if _is_open(leave, day) and leave.topic_id not in met]
    return Standing(
        person_id=part.person_id,
        branch_id=part.branch_id,
        mode=part.mode,
        category=part.category,
        eligible=eligible,
        reached=bool(real),
        rigor=season_met,
        effect=any(fact.kind in _EFFECT for fact, _seconds in real),
        hours=hours,
        hours_by_year={str(year): str(value) for year, value in years.items()},
        met_topics=len(met),
        state=end_state(
            part.mode,
            met=season_met,
            together=season_met and _met_together(real, measure, owed),
            on_leave=bool(open_leaves),
        ),
        overlapping=overlapping,
        recheck_on=_recheck_on(parts, leaves, day),
        topics=topics,
    )


def _too_little(counted: list[Credited], least_s: int) -> bool:
    """Return whether all visits at home together are shorter than what gives credit."""
    return sum(seconds for fact, seconds in counted if fact.mode == Mode.HOME) < least_s


def end_state(mode: str, *, met: bool, together: bool, on_leave: bool) -> EndState:
    """Return the one state in which somebody ends, in a topic or in the season."""
    if met:
        return EndState.GROUP if together else _OTHERWISE[mode]
    return EndState.LEAVE if on_leave else EndState.UNTRAINED


def _part_on(parts: Sequence[Part], day: date) -> tuple[Part, bool]:
    """Return the part that speaks for the person on ``day``, and whether it counts."""
    ordered = sorted(parts, key=lambda part: (part.valid_from, part.valid_to or date.max))
    if now := [part for part in ordered if part.eligible_on(day)]:
        return now[-1], True
    begun = [part for part in ordered if part.valid_from <= day]
    return (begun[-1] if begun else ordered[0]), False


def _by_topic(
    counted: list[Credited], measure: Measure
) -> Iterator[tuple[TopicRule, list[Credited]]]:
    by_topic: dict[UUID | None, list[Credited]] = {}
    for pair in counted:
        by_topic.setdefault(pair[0].topic_id, []).append(pair)
    for rule in measure.topics:
        if of_topic := by_topic.get(rule.id):
            yield rule, of_topic


def _in_topic(
    rule: TopicRule, mode: str, counted: list[Credited], day: date, *, short: bool
) -> InTopic:
    spent = dict.fromkeys(_MODES, 0)
    reached = effect = on_leave = False
    for fact, seconds in counted:
        if fact.kind == FactKind.ON_LEAVE:
            on_leave = on_leave or _is_open(fact, day)
            continue
        reached = True
        effect = effect or fact.kind in _EFFECT
        spent[fact.mode] += seconds
    uncounted = spent[Mode.NONE] + (spent[Mode.HOME] if short else 0)
    together_s, all_s = spent[Mode.GROUP], sum(spent.values()) - uncounted
    met = reached and all_s >= rule.minutes * 60
    return InTopic(
        topic_id=rule.id,
        group_s=together_s,
        makeup_s=spent[Mode.MAKEUP],
        home_s=spent[Mode.HOME],
        online_s=spent[Mode.ONLINE],
        external_s=spent[Mode.EXTERNAL],
        met=met,
        effect=effect,
        reached=reached,
        state=end_state(mode, met=met, together=together_s >= rule.minutes * 60, on_leave=on_leave),
    )


def _met_together(real: list[Credited], measure: Measure, owed: Decimal) -> bool:
    """Return whether the facts of ``group`` alone meet the season; a passed check has no mode."""
    together = [pair for pair in real if pair[0].mode in _TOGETHER]
    if not any(fact.mode == Mode.GROUP for fact, _seconds in together):
        return False
    if len(together) == len(real):
        return True
    if sum(hours_by_year(together, measure.table).values()) < owed:
        return False
    spent: dict[UUID | None, int] = {}
    for fact, seconds in together:
        spent[fact.topic_id] = spent.get(fact.topic_id, 0) + seconds
    return all(
        spent.get(topic.id, 0) >= topic.minutes * 60 for topic in measure.topics if topic.required
    )


def _is_open(leave: LiveFact, day: date) -> bool:
    """Return whether the leave's make-up window is open; its last day still counts."""
    return leave.until is not None and day <= leave.until


def _recheck_on(parts: Sequence[Part], leaves: list[LiveFact], day: date) -> date | None:
    """Return the first later day on which time alone can change the standing."""
    days = [part.valid_from for part in parts]
    days += [part.valid_to for part in parts if part.valid_to is not None]
    days += [leave.until + _ONE_DAY for leave in leaves if leave.until is not None]
    return min((found for found in days if found > day), default=None)
