"""Makers of questions and quizzes for tests."""

from itertools import count
from typing import Any

from dongxun.access.tests.make import phone_of
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person
from dongxun.quizzes import api
from dongxun.quizzes.contracts import Given, ItemDraft, Kind, Paper, PartDraft, QuizDraft, Result
from dongxun.quizzes.models import Attempt, Item, Quiz
from dongxun.seasons.models import Season

SYSTEM = Actor.system("tests")
_numbers = count(1)


def make_item(node: Node, **overrides: Any) -> Item:
    """Return a question whose second option is right."""
    values: dict[str, Any] = {
        "kind": Kind.SINGLE,
        "text": f"第{next(_numbers)}道题问什么",
        "options": ("甲", "乙", "丙"),
        "right": (1,),
        "why": "因为是乙",
        "tags": ("粮食",),
    }
    draft = ItemDraft(**(values | overrides))
    return Item.objects.get(id=api.write_item(by=SYSTEM, organisation_id=node.id, draft=draft))


def make_quiz(
    season: Season, node: Node, *, items: int = 2, opened: bool = True, **overrides: Any
) -> Quiz:
    """Return a quiz with a fixed paper of some questions."""
    values: dict[str, Any] = {
        "title": f"测试{next(_numbers)}",
        "paper": Paper.LIST,
        "topic_id": season.topics.get(number=1).id,
    }
    key = api.write_quiz(
        by=SYSTEM,
        organisation_id=node.id,
        season_id=season.id,
        draft=QuizDraft(**(values | overrides)),
    )
    if items:
        made = [make_item(node).id for _ in range(items)]
        if Quiz.objects.get(id=key).paper == Paper.LIST:
            api.list_items(by=SYSTEM, quiz_id=key, add=made)
        else:
            api.write_parts(by=SYSTEM, quiz_id=key, drafts=[PartDraft(items, tag="粮食")])
    if opened:
        api.open_quiz(by=SYSTEM, quiz_id=key)
    return Quiz.objects.get(id=key)


def begin(quiz: Quiz, person: Person) -> Attempt:
    """Begin a try, or go on with the open one."""
    key = api.begin(by=phone_of(person), quiz_id=quiz.id, person_id=person.id)
    return Attempt.objects.get(id=key)


def take(quiz: Quiz, person: Person, *, right: int | None = None) -> Result:
    """Answer so many questions rightly, the others wrongly, and hand in."""
    attempt, by = begin(quiz, person), phone_of(person)
    wanted = attempt.whole if right is None else right
    for place in range(1, attempt.whole + 1):
        given = Given(options=(1,) if place <= wanted else (0,))
        api.answer(by=by, attempt_id=attempt.id, place=place, given=given)
    return api.hand_in(by=by, attempt_id=attempt.id)
