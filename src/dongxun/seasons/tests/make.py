"""Makers of seasons for tests."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person
from dongxun.seasons import api
from dongxun.seasons.contracts import CreditMethod, SeasonState, StudyDayLine, StudyMode
from dongxun.seasons.models import (
    CreditRule,
    Participation,
    Season,
    SeasonOrganisation,
    Topic,
)


def make_season(root: Node, *, topics: int = 2, minutes: int = 60, **overrides: object) -> Season:
    """Return a running season around today, with topics of ``minutes`` each."""
    today = clock.today()
    values: dict[str, object] = {
        "name": "测试冬训季",
        "starts_on": today - timedelta(days=30),
        "ends_on": today + timedelta(days=60),
        "state": SeasonState.RUNNING,
    }
    season = Season.objects.create(
        id=new_id(), root_id=root.id, created_at=clock.now(), **(values | overrides)
    )
    SeasonOrganisation.objects.create(season=season, organisation_id=root.id)
    for number in range(1, topics + 1):
        Topic.objects.create(
            season=season,
            number=number,
            name=f"专题{number}",
            short_name=f"专题{number}",
            minutes=minutes,
            opens_on=season.starts_on,
            due_on=today + timedelta(days=10 * number),
        )
    for code in ("hall", "home", "online", "external"):
        CreditRule.objects.create(
            season=season,
            format=code,
            label_zh=code,
            label_en=code,
            method=CreditMethod.PER_MINUTE,
            hours=Decimal(0),
        )
    return season


def make_participation(
    season: Season,
    person: Person,
    *,
    mode: StudyMode = StudyMode.GROUP,
    valid_from: date | None = None,
    **overrides: object,
) -> Participation:
    """Let a person take part, from the season's first day unless said otherwise."""
    return Participation.objects.create(
        season=season,
        person=person,
        branch_id=person.branch_id,
        mode=mode,
        valid_from=valid_from or season.starts_on,
        **overrides,
    )


def make_study_day(season: Season, node: Node, **overrides: Any) -> UUID:
    """Return a study day of an organisation: Wednesdays at two, unless said otherwise."""
    values: dict[str, Any] = {"title": "周三学习日", "every": "week", "at": time(14), "weekday": 2}
    return api.set_study_day(
        by=Actor.system("tests"),
        season_id=season.id,
        organisation_id=node.id,
        line=StudyDayLine(**(values | overrides)),
    )
