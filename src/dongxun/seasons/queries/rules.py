"""The season's rules as one frozen value, for coverage and check-in."""

from decimal import Decimal
from uuid import UUID

from dongxun.kernel import hot
from dongxun.kernel.errors import NotFound
from dongxun.seasons import parameters
from dongxun.seasons.contracts import (
    CreditTable,
    Owing,
    RequirementLine,
    SeasonCard,
    SeasonId,
    SeasonRules,
    TopicId,
    TopicRule,
    Wording,
)
from dongxun.seasons.models import CreditRule, Requirement, Season, Topic

_KEPT = 16
_HEAD = hot.statement(
    """
    SELECT definition_version, state, name, starts_on, ends_on, root_id
    FROM {season} WHERE id = %s
    """,
    season=Season,
)
_cache: dict[UUID, tuple[tuple[object, ...], SeasonRules]] = {}


def rules(season_id: UUID) -> SeasonRules:
    """Return the rules of a season; one small query while they have not changed.

    Kept per process under the season's version, which every change raises.

    Raises:
        NotFound: there is none.
    """
    found = hot.rows(_HEAD, [season_id], (int, str, str, hot.day, hot.day, UUID))
    if not found:
        raise NotFound
    return _of_version(season_id, found[0])


def rules_of(season: SeasonCard) -> SeasonRules:
    """Return the rules of a season that was read in this request; no query while they are known."""
    head = (
        season.definition_version,
        season.state,
        season.name,
        season.starts_on,
        season.ends_on,
        season.root_id,
    )
    return _of_version(season.id, head)


def _of_version(season_id: UUID, head: tuple[object, ...]) -> SeasonRules:
    kept = _cache.get(season_id)
    if kept is not None and kept[0] == head:
        return kept[1]
    built = _build(season_id)
    if len(_cache) >= _KEPT:
        _cache.pop(next(iter(_cache)))
    _cache[season_id] = (head, built)
    return built


def _build(season_id: UUID) -> SeasonRules:
    season = Season.objects.get(id=season_id)
    return SeasonRules(
        id=SeasonId(season.id),
        name=season.name,
        root_id=season.root_id,
        starts_on=season.starts_on,
        ends_on=season.ends_on,
        state=season.state,
        parameters=parameters.parameters_of(season.parameters),
        topics=tuple(topic_rule(topic) for topic in Topic.objects.filter(season=season)),
        credit=tuple(
            credit_table(row) for row in CreditRule.objects.filter(season=season).order_by("id")
        ),
        requirements=requirement_lines(season),
        wordings=tuple(
            Wording(key, part, *words)
            for key, parts in season.wordings.items()
            for part, words in parts.items()
        ),
    )


def requirement_lines(season: Season) -> tuple[RequirementLine, ...]:
    """Return what each category owes, as written, in the usual order."""
    rows = Requirement.objects.filter(season=season, category__in=Owing.values)
    lines = [RequirementLine(row.category, row.season_hours, row.year_hours) for row in rows]
    return tuple(sorted(lines, key=lambda line: Owing.values.index(line.category)))


def topic_rule(topic: Topic) -> TopicRule:
    """Return a topic as coverage needs it."""
    return TopicRule(
        id=TopicId(topic.id),
        number=topic.number,
        name=topic.name,
        short_name=topic.short_name,
        minutes=topic.minutes,
        required=topic.required,
        opens_on=topic.opens_on,
        due_on=topic.due_on,
        target=Decimal(topic.target),
    )


def credit_table(row: CreditRule) -> CreditTable:
    """Return one row of the credit table as a value."""
    return CreditTable(
        format=row.format,
        method=row.method,
        hours=row.hours,
        minutes_an_hour=row.minutes_an_hour,
        steps=tuple((int(minutes), Decimal(str(hours))) for minutes, hours in row.steps),
    )
