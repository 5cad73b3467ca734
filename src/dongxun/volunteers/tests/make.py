"""Makers of posts, shifts and errands for tests."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dongxun.access.tests.make import phone_of
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import Node
from dongxun.organisations.models import Place
from dongxun.seasons.models import Season
from dongxun.volunteers import api
from dongxun.volunteers.contracts import Asker, ErrandDraft, ErrandKind
from dongxun.volunteers.models import Errand, Post, Service, ServiceType, Shift

__all__ = ["phone_of"]
SYSTEM = Actor.system("tests")


def make_post(season: Season, at: Node, **overrides: Any) -> Post:
    """Return a post of three shifts a day, open this week and the next."""
    place = Place.objects.create(organisation_id=at.id, name=f"{at.name}卡口", type="field")
    today = clock.today()
    values: dict[str, Any] = {
        "name": f"{at.name}岗",
        "from_day": today - timedelta(days=7),
        "until_day": today + timedelta(days=14),
        "starts": ["00:00", "08:00", "16:00"],
        "needed": 1,
        "created_at": clock.now(),
    }
    return Post.objects.create(
        season=season, organisation_id=at.id, place=place, **(values | overrides)
    )


def make_shift(
    post: Post, starts_at: datetime | None = None, hours: float = 8, **overrides: Any
) -> Shift:
    """Return a shift that begins in two hours, unless said otherwise."""
    begin = starts_at or clock.now() + timedelta(hours=2)
    values: dict[str, Any] = {"ends_at": begin + timedelta(hours=hours), "needed": post.needed}
    return Shift.objects.create(post=post, starts_at=begin, **(values | overrides))


def make_service(season: Season, at: Node, **overrides: Any) -> Service:
    """Return an activity of two hours that begins in an hour."""
    api.ensure_types()
    begin = clock.now() + timedelta(hours=1)
    values: dict[str, Any] = {
        "title": "村口义诊",
        "type": ServiceType.objects.get(name="义诊"),
        "starts_at": begin,
        "ends_at": begin + timedelta(hours=2),
        "created_at": clock.now(),
    }
    return Service.objects.create(season=season, organisation_id=at.id, **(values | overrides))


def errand_draft(at: Node, **overrides: Any) -> ErrandDraft:
    """Return an errand for somebody who cannot go out."""
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": ErrandKind.SHOPPING,
        "words": "买米 10 斤，油一桶",
        "organisation_id": at.id,
        "asker": Asker.SELF,
        "for_name": "五保户甲",
        "address": "三组 12 号",
        "phone": "19900001234",
    }
    return ErrandDraft(**(values | overrides))


def make_errand(at: Node, **overrides: Any) -> Errand:
    """Return an errand that waits."""
    made = api.ask_errand(by=SYSTEM, draft=errand_draft(at, **overrides))
    return Errand.objects.get(id=made.id)


def duty(turn_id: UUID) -> Any:
    """Return a turn's row."""
    from dongxun.volunteers.models import Turn

    return Turn.objects.get(id=turn_id)
