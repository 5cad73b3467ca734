"""The plan line, and how a row of numbers stands against it. Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.coverage.contracts import Column, EndState, Numbers, Row, Text
from dongxun.seasons.contracts import TopicRule

_ZERO = Decimal(0)


def plan_share(topic: TopicRule, day: date) -> Decimal:
    """Return the percent of people that should have met the topic on ``day``.

    The line rises from nothing on the day the topic opens to its target on
    the day it is due, and stays there.
    """
    if day <= topic.opens_on:
        return _ZERO
    if day >= topic.due_on:
        return topic.target
    gone = (day - topic.opens_on).days
    return topic.target * gone / (topic.due_on - topic.opens_on).days


def columns(topics: Sequence[TopicRule], day: date) -> tuple[Column, ...]:
    """Return topics as they stand on ``day``."""
    return tuple(
        Column(
            topic=topic,
            opened=topic.opens_on <= day,
            due=topic.due_on <= day,
            plan=plan_share(topic, day),
        )
        for topic in topics
    )


def row(
    key: UUID,
    name: str,
    season: Numbers,
    topics: Sequence[Numbers],
    shown: Sequence[Column],
    *,
    behind_points: int,
    group: str = "",
    is_zone: bool = False,
) -> Row:
    """Return numbers as a row of a grid, measured against the plan of the opened topics."""
    opened = [place for place, column in enumerate(shown) if column.opened]
    met = sum(topics[place].met for place in opened)
    due = season.eligible * len(opened)
    plan = sum((shown[place].plan for place in opened), _ZERO) / (len(opened) or 1)
    gap = Decimal(100 * met) / due - plan if due else None
    return Row(
        id=key,
        name=name,
        group=group,
        is_zone=is_zone,
        season=season,
        topics=tuple(topics),
        met=met,
        due=due,
        plan=plan,
        gap=gap,
        behind=gap is not None and gap <= -behind_points,
    )


def state_words(state: str, *, started: bool, due: bool, over: bool) -> Text:
    """Return how a state reads: until the season is over, 未参训 reads 没学 or 学了一半.

    Args:
        due: whether the topic (or, for the season, any topic) is due.
        over: whether the season has ended.
    """
    if state != EndState.UNTRAINED or over:
        return EndState(state).label
    if started:
        return _("half done")
    return _("not begun") if due else _("not due yet")
