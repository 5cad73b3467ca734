"""Quizzes in the crawl: a question and a quiz for each town, and who may open their addresses."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dongxun.access.tests.make import phone_of
from dongxun.quizzes import api
from dongxun.quizzes.models import Attempt, Item, Quiz, Survey
from dongxun.quizzes.tests.make import make_item, make_quiz
from dongxun.quizzes.tests.test_surveys import make_survey
from tests.cast import Cast, Town
from tests.crawl_rows import NOBODY, ORGANISERS, OWN, PHONES, Row


def item(_cast: Cast, town: Town) -> Item:
    found = Item.objects.filter(organisation_id=town.branch.id).order_by("id").first()
    return found or make_item(town.branch, text=f"{town.mark}问题")


def quiz(cast: Cast, town: Town) -> Quiz:
    found = Quiz.objects.filter(organisation_id=town.branch.id).first()
    return found or make_quiz(cast.season, town.branch, title=f"{town.mark}测试")


def attempt(cast: Cast, town: Town) -> Attempt:
    row, person = quiz(cast, town), town.people[0]
    key = api.begin(by=phone_of(person), quiz_id=row.id, person_id=person.id)
    return Attempt.objects.get(id=key)


def survey(cast: Cast, town: Town) -> object:
    found = Survey.objects.filter(organisation_id=town.branch.id).first()
    return (found or make_survey(cast, town.branch, title=f"{town.mark}调查")).id


QUIZ_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "item_id": lambda cast, town: item(cast, town).id,
    "survey_id": survey,
    "quiz_id": lambda cast, town: quiz(cast, town).id,
    "attempt_id": lambda cast, town: attempt(cast, town).id,
}


def answering(_cast: Cast, _town: Town) -> dict[str, Any]:
    return {"place": "1", "option": "1"}


LEARNERS: Final = frozenset({"member"})
QUIZZES: Final = {
    **{
        f"quizzes:{name}": Row(ORGANISERS)
        for name in ("list", "new_quiz", "bank", "new_item", "surveys", "new_survey")
    },
    **{
        f"quizzes:{name}": Row(OWN)
        for name in ("quiz", "edit_quiz", "paper", "item", "edit_survey", "survey_paper")
    },
    "quizzes:survey": Row(OWN, body=lambda _c, _t: {"what": "close"}),
    "quizzes:answer_survey": Row(PHONES, foreign=NOBODY),
    "quizzes:do_quiz": Row(OWN, body=lambda _c, _t: {"what": "close"}),
    "quizzes:do_item": Row(OWN, body=lambda _c, _t: {"what": "retire"}),
    "quizzes:own": Row(PHONES),
    "quizzes:take": Row(LEARNERS),
    "quizzes:attempt": Row(LEARNERS),
    "quizzes:answer": Row(LEARNERS, body=answering),
    "quizzes:hand_in": Row(LEARNERS),
}
