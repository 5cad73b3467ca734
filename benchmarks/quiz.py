"""What a quiz of five questions costs: begin, five answers, hand in, with every page between."""

import time
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

from tools.bench import Figure

if TYPE_CHECKING:
    from django.test import Client

QUESTIONS = 5
BANK = 200
PEOPLE = 9
WARM = 3


def measure() -> Iterator[Figure]:
    """Let one member after the other take a quiz drawn by two rules from a bank of 200."""
    from django.conf import settings
    from django.test import Client

    from dongxun.access.tests.make import carry_phone
    from dongxun.organisations.tests.make import make_district
    from dongxun.people.tests.make import make_person
    from dongxun.quizzes.models import Attempt
    from dongxun.seasons.tests.make import make_participation, make_season

    settings.ALLOWED_HOSTS = ["*"]
    tree = make_district()
    season = make_season(tree["district"])
    quiz = _quiz(season, tree["district"])
    costs = []
    for _ in range(PEOPLE):
        person = make_person(branch=tree["平潮镇支部"])
        make_participation(season, person)
        client = Client()
        carry_phone(client, person)
        client.get("/quiz/")  # a test client loads the middleware anew, a server once
        begun = time.process_time()
        _take(client, quiz)
        costs.append(1000 * (time.process_time() - begun))
    assert Attempt.objects.filter(handed_in_at__isnull=False).count() == PEOPLE
    yield Figure("quiz: begin, five questions, hand in", median(costs[WARM:]), "CPU-ms", 60)


def _quiz(season: Any, node: Any) -> Any:
    from dongxun.quizzes import api
    from dongxun.quizzes.contracts import Paper, PartDraft
    from dongxun.quizzes.tests.make import SYSTEM, make_item, make_quiz

    for number in range(BANK):
        make_item(node, tags=("粮食" if number % 2 else "党史",))
    quiz = make_quiz(season, node, items=0, opened=False, paper=Paper.RANDOM)
    parts = [PartDraft(3, tag="粮食"), PartDraft(2, difficulty="middle")]
    api.write_parts(by=SYSTEM, quiz_id=quiz.id, drafts=parts)
    api.open_quiz(by=SYSTEM, quiz_id=quiz.id)
    return quiz


def _take(client: "Client", quiz: Any) -> None:
    """Ask as a phone does: the answers by htmx, the pages whole."""
    begun = client.post(f"/quiz/{quiz.id}/")
    paper = client.get(begun["Location"])
    assert paper.status_code == 200, paper.status_code
    for place in range(1, QUESTIONS + 1):
        answer = client.post(
            f"{begun['Location']}answer/",
            {"place": str(place), "option": "1"},
            headers={"HX-Request": "true"},
        )
        assert answer.status_code == 200, answer.status_code
    done = client.post(f"{begun['Location']}hand-in/")
    assert client.get(done["Location"]).status_code == 200
