"""Reads of surveys: for the desk, for a phone, and what people want to learn."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel import clock, secret
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import allows
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.quizzes.contracts import Asks, QuizState
from dongxun.quizzes.models import Papers, Reply, Survey
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

WORDS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Counted:
    """What was answered to one question: (label, how many, topic if it is one), of ``n``."""

    text: str
    asks: str
    n: int
    options: tuple[tuple[str, int, UUID | None], ...] = ()
    words: tuple[str, ...] = ()
    mean: float | None = None


def surveys(season_id: UUID, *, by: Actor) -> QuerySet[Survey]:
    """Return the surveys of the actor's units with how many replied, the newest first."""
    rows = Survey.objects.filter(season_id=season_id).select_related("organisation", "season")
    if not by.is_system:
        own = by.intervals(ORGANISERS)
        reach = organisations.within(own, "organisation__lft")
        rows = rows.filter(reach)
    return rows.annotate(n=Count("replies")).order_by("-created_at", "-id")


def survey(survey_id: UUID, *, by: Actor) -> Survey:
    """Return one survey of the actor's units.

    Raises:
        NotFound.
    """
    row = Survey.objects.select_related("organisation", "season").filter(id=survey_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def from_above(season_id: UUID, *, by: Actor) -> list[tuple[Survey, int]]:
    """Return the open surveys that units above ask the actor's people, with the papers so far."""
    tops = [] if by.is_system else organisations.own_tops(by)
    above = Q(pk__in=[])
    for top in tops:
        at = top.interval
        above |= Q(organisation__lft__lt=at.lft, organisation__rgt__gte=at.rgt)
    rows = Survey.objects.filter(above, season_id=season_id, state=QuizState.OPEN)
    rows = rows.select_related("organisation", "season").order_by("closes_on", "id")
    found = [row for row in rows if not by.reaches(row.organisation.lft)]
    return [(row, entered(row, units_to_enter(row, by=by))) for row in found]


def survey_on_paper(survey_id: UUID, *, by: Actor) -> Survey:
    """Return a survey whose papers the actor may enter: of their units, or asked from above.

    Raises:
        NotFound: neither, or a draft of a unit above.
    """
    row = Survey.objects.select_related("organisation", "season").filter(id=survey_id).first()
    if row is None or not allows("quizzes.enter_paper", by, interval_of(row)):
        raise NotFound
    if row.state == QuizState.DRAFT and not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def interval_of(row: Survey) -> Interval:
    """Return the part of the tree whose members a survey asks."""
    return Interval(row.organisation.lft, row.organisation.rgt)


def units_to_enter(row: Survey, *, by: Actor) -> list[Node]:
    """Return for whose people the actor enters papers: the unit that asks, else their own ones."""
    if by.reaches(row.organisation.lft):
        return [organisations.node(row.organisation_id)]
    asked = interval_of(row)
    return [top for top in organisations.own_tops(by) if top.interval.lft in asked]


def entered(row: Survey, units: Collection[Node]) -> int:
    """Return how many papers were entered for units."""
    rows = Papers.objects.filter(survey=row, organisation__in=[unit.id for unit in units])
    return sum(rows.values_list("n", flat=True))


def takes_papers(row: Survey, *, by: Actor) -> bool:
    """Return whether papers can be entered: by units below until it is closed, not only in its days."""
    if row.season.state == SeasonState.CLOSED or row.state == QuizState.DRAFT:
        return False
    return row.state == QuizState.OPEN or by.reaches(row.organisation.lft)


def is_open(row: Survey) -> bool:
    """Return whether a survey can be answered today."""
    is_asked = row.state == QuizState.OPEN and row.closes_on >= clock.today()
    return is_asked and row.season.state != SeasonState.CLOSED


def own_surveys(person_id: UUID, *, by: Actor, lft: int | None = None) -> list[tuple[Survey, bool]]:
    """Return the open surveys for one of the phone's people, and whether they have answered.

    Args:
        lft: where their branch stands, if it is known.

    Raises:
        NotFound: the phone does not speak for that person.
    """
    if person_id not in by.persons and not by.is_system:
        raise NotFound
    if lft is None:
        home = people.branches_of([person_id]).get(person_id)
        if home is None:
            return []
        lft = home.lft
    rows = Survey.objects.filter(
        state=QuizState.OPEN,
        closes_on__gte=clock.today(),
        organisation__lft__lte=lft,
        organisation__rgt__gte=lft,
    ).exclude(season__state=SeasonState.CLOSED)
    rows = rows.order_by("closes_on", "id")
    found = list(rows.select_related("organisation", "season"))
    keys = {key_of(row.id, person_id) for row in found}
    done = Reply.objects.filter(key__in=keys).values_list("survey_id", flat=True) if keys else ()
    answered = set(done)
    return [(row, row.id in answered) for row in found]


def key_of(survey_id: UUID, person_id: UUID) -> str:
    """Return what a person's reply is kept under; nobody reads the person from it."""
    return secret.keyed_hash(f"{survey_id}|{person_id}", "survey")


def own_survey(survey_id: UUID, person_id: UUID, *, by: Actor) -> Survey:
    """Return a survey that one of the phone's people may see, open or over.

    Raises:
        NotFound.
    """
    home = people.branches_of([person_id]).get(person_id) if person_id in by.persons else None
    row = Survey.objects.select_related("organisation", "season").filter(id=survey_id).first()
    if (
        home is None
        or row is None
        or row.state == QuizState.DRAFT
        or not row.organisation.lft <= home.lft <= row.organisation.rgt
    ):
        raise NotFound
    return row


def results(row: Survey, *, whole: int = 0) -> list[Counted]:
    """Return what was answered, question by question; who said nothing is not counted there.

    Args:
        whole: the number of the question, from 1 on, of which every word is shown.
    """
    replies = list(row.replies.values_list("answers", flat=True))
    topics = {str(t.id): (t.name, t.id) for t in seasons.rules(row.season_id).topics}
    return [
        _counted(
            question,
            [answers[place] for answers in replies],
            topics,
            None if place + 1 == whole else WORDS_SHOWN,
        )
        for place, question in enumerate(row.questions)
    ]


def _counted(
    question: dict[str, Any],
    answers: list[Any],
    topics: Mapping[str, tuple[str, UUID]],
    most: int | None,
) -> Counted:
    given = [answer for answer in answers if answer]
    text, asks = question["text"], question["asks"]
    if asks == Asks.WORDS:
        return Counted(text, asks, len(given), words=tuple(sorted(given)[:most]))
    counts = Counter(one for answer in given for one in answer)
    if asks == Asks.TOPICS:
        lines = [(name, counts[key], topic_id) for key, (name, topic_id) in topics.items()]
        return Counted(text, asks, len(given), tuple(sorted(lines, key=lambda line: -line[1])))
    if asks == Asks.SCORE:
        scores = [(str(n), counts[str(n)], None) for n in range(5, 0, -1)]
        mean = sum(int(one[0]) for one in given) / len(given) if given else None
        return Counted(text, asks, len(given), tuple(scores), mean=mean)
    options = [(word, counts[str(n)], None) for n, word in enumerate(question["options"])]
    return Counted(text, asks, len(given), tuple(options))


def has_own(by: Actor) -> bool:
    """Return whether there is a survey of the actor's units to look at."""
    reach = organisations.within(by.intervals(ORGANISERS), "organisation__lft")
    return Survey.objects.filter(reach).exists()


def demand(topic_ids: Collection[UUID], *, by: Actor) -> dict[UUID, tuple[int, int]]:
    """Return for each topic how many replies want it, of how many that named any topic.

    Over all surveys of the topics' seasons that are open or closed; counts name nobody.
    """
    found: dict[UUID, tuple[int, int]] = {}
    asking = _asking(topic_ids, by)
    answered: defaultdict[UUID, list[list[Any]]] = defaultdict(list)
    replies = Reply.objects.filter(survey__in=[row.id for row, _places, _topics in asking])
    for survey_id, answers in replies.values_list("survey_id", "answers") if asking else ():
        answered[survey_id].append(answers)
    for row, places, topics in asking:
        named = [{key for place in places for key in one[place]} for one in answered[row.id]]
        asked = [reply for reply in named if reply]
        for key in topics:
            n, of = found.get(UUID(key), (0, 0))
            found[UUID(key)] = (n + sum(key in reply for reply in asked), of + len(asked))
    return found


def _asking(topic_ids: Collection[UUID], by: Actor) -> list[tuple[Survey, list[int], set[str]]]:
    """Return the surveys that ask for topics, each with where, and which of these it offers."""
    wanted, known = {str(key) for key in topic_ids}, dict[UUID, set[str]]()
    seen = [card.id for card in seasons.seasons(by=by)]
    rows = Survey.objects.filter(season_id__in=seen).exclude(state=QuizState.DRAFT)
    found = []
    for row in rows.only("id", "questions", "season_id"):
        places = [n for n, one in enumerate(row.questions) if one["asks"] == Asks.TOPICS]
        if places and row.season_id not in known:
            topics = seasons.rules(row.season_id).topics
            known[row.season_id] = {str(topic.id) for topic in topics} & wanted
        if places and known[row.season_id]:
            found.append((row, places, known[row.season_id]))
    return found
