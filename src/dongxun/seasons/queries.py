"""Reads of seasons."""

from dataclasses import fields
from decimal import Decimal
from typing import Any
from uuid import UUID

from dongxun.kernel.errors import NotFound
from dongxun.seasons.contracts import (
    CreditTable,
    Parameters,
    SeasonId,
    SeasonRules,
    TopicId,
    TopicRule,
)
from dongxun.seasons.models import CreditRule, Season, Topic


def parameters_of(stored: dict[str, Any]) -> Parameters:
    """Return typed parameters; what is not stored has its default."""
    values: dict[str, Any] = {}
    for field in fields(Parameters):
        if field.name in stored:
            raw = stored[field.name]
            values[field.name] = Decimal(str(raw)) if field.type is Decimal else raw
    return Parameters(**values)


def _topic_rule(topic: Topic) -> TopicRule:
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


def _credit_table(rule: CreditRule) -> CreditTable:
    return CreditTable(
        format=rule.format,
        method=rule.method,
        hours=rule.hours,
        minutes_an_hour=rule.minutes_an_hour,
        steps=tuple((int(minutes), Decimal(str(hours))) for minutes, hours in rule.steps),
    )


def rules(season_id: UUID) -> SeasonRules:
    """Return everything that decides standings in a season, topics by number.

    Raises:
        NotFound: there is no such season.
    """
    season = Season.objects.filter(id=season_id).first()
    if season is None:
        raise NotFound
    return SeasonRules(
        id=SeasonId(season.id),
        name=season.name,
        root_id=season.root_id,
        starts_on=season.starts_on,
        ends_on=season.ends_on,
        state=season.state,
        parameters=parameters_of(season.parameters),
        topics=tuple(_topic_rule(topic) for topic in season.topics.order_by("number")),
        credit=tuple(_credit_table(rule) for rule in season.credit_rules.all()),
    )
