"""Makers of stamp cards and booths for tests."""

from itertools import count
from typing import Any

from dongxun.booths import api
from dongxun.booths.contracts import BoothDraft, CardDraft
from dongxun.booths.models import Booth, StampCard
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node
from dongxun.quizzes.models import Quiz
from dongxun.quizzes.tests.make import make_quiz
from dongxun.seasons.models import Season

SYSTEM = Actor.system("tests")
_numbers = count(1)


def make_booth(card: StampCard, *, quiz: Quiz | None = None, **overrides: Any) -> Booth:
    """Return a booth of a card; without a quiz it is stamped by hand."""
    values: dict[str, Any] = {
        "title": f"摊位{next(_numbers)}",
        "quiz_id": quiz.id if quiz else None,
    }
    key = api.write_booth(by=SYSTEM, card_id=card.id, draft=BoothDraft(**(values | overrides)))
    return Booth.objects.get(id=key)


def make_card(
    season: Season, node: Node, *, asked: int = 1, by_hand: int = 1, **overrides: Any
) -> StampCard:
    """Return an open card with booths that ask a quiz of two questions, then some by hand."""
    values: dict[str, Any] = {
        "title": f"集章{next(_numbers)}",
        "needed": max(asked + by_hand, 1),
        "prize": "一副春联",
    }
    key = api.write_card(
        by=SYSTEM,
        organisation_id=node.id,
        season_id=season.id,
        draft=CardDraft(**(values | overrides)),
    )
    card = StampCard.objects.get(id=key)
    for _ in range(asked):
        make_booth(card, quiz=make_quiz(season, node, opened=False))
    for _ in range(by_hand):
        make_booth(card)
    if asked + by_hand:
        api.open_card(by=SYSTEM, card_id=card.id)
    return StampCard.objects.get(id=key)
