"""What a person may answer, and how they stand in it."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from dongxun.kernel import asked, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require_own
from dongxun.people import api as people
from dongxun.quizzes.contracts import MOST_ASKED, Paper, QuizState
from dongxun.quizzes.models import Asked, Attempt, Invited, Quiz
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import was_closed


@dataclass(frozen=True, slots=True)
class QuizLine:
    """A quiz as a person's list shows it; ``best`` is the best score in hundredths."""

    quiz: Quiz
    questions: int
    tries: int
    best: int | None
    is_passed: bool
    open_attempt: UUID | None
    is_over: bool
    is_coming: bool

    @property
    def may_begin(self) -> bool:
        """Return whether one more try can be begun now."""
        has_try = not self.quiz.tries or self.tries < self.quiz.tries
        return has_try and not self.is_over and not self.is_coming


@dataclass(frozen=True, slots=True)
class Reached:
    """What somebody reached in a quiz: the best try, and the seconds until its last answer was here.

    Not until a phone says it was given: its clock decides nothing between two people.
    ``seconds`` is None for a try without any answer.
    """

    score: int
    seconds: int | None

    @property
    def rank(self) -> tuple[int, float]:
        """Return what is greater for the better of two tries."""
        return self.score, -math.inf if self.seconds is None else -self.seconds


def _open_to(lft: int, person_id: UUID) -> QuerySet[Quiz]:
    """Return the quizzes shown to a person of a branch at ``lft``; to the invited, wherever."""
    invited = Invited.objects.filter(quiz=OuterRef("pk"), person_id=person_id)
    shown = Quiz.objects.exclude(state=QuizState.DRAFT)
    theirs = Q(invited_only=False, organisation__lft__lte=lft, organisation__rgt__gte=lft)
    return shown.filter(theirs | Exists(invited)).select_related("topic", "organisation", "season")


def quiz_open_to(quiz_id: UUID, person_id: UUID, *, by: Actor) -> Quiz:
    """Return a quiz that is for a person of this phone.

    Raises:
        NotFound: there is no such quiz for them.
    """
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    found = asked.objects(_one_open_to, home.lft, person_id, quiz_id) if home else []
    if not found:
        raise NotFound
    return found[0]


def _one_open_to(lft: int, person_id: UUID, quiz_id: UUID) -> QuerySet[Quiz]:
    return _open_to(lft, person_id).filter(id=quiz_id)


def own_quizzes(person_id: UUID, *, by: Actor) -> list[QuizLine]:
    """Return the quizzes of the season for a person: what can be answered now comes first."""
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    season = seasons.season_at(home.lft) if home else None
    if season is None or home is None:
        return []
    found = (
        _open_to(home.lft, person_id)
        .filter(season_id=season.id)
        .prefetch_related("parts", "listed")
    )
    quizzes = list(found.order_by("-created_at", "id"))
    tries = Attempt.objects.filter(person_id=person_id, quiz__in=quizzes)
    by_quiz: dict[UUID, list[Attempt]] = {}
    for row in tries:
        by_quiz.setdefault(row.quiz_id, []).append(row)
    lines = [line_of(quiz, by_quiz.get(quiz.id, [])) for quiz in quizzes]
    return sorted(lines, key=lambda line: (line.is_over, line.is_passed, line.is_coming))


def own_quiz(quiz_id: UUID, person_id: UUID, *, by: Actor) -> tuple[QuizLine, list[Attempt]]:
    """Return one quiz for a person, with their tries, the latest first.

    Raises:
        NotFound: there is no such quiz for them.
    """
    quiz = quiz_open_to(quiz_id, person_id, by=by)
    tries = list(Attempt.objects.filter(person_id=person_id, quiz=quiz).order_by("-number"))
    return line_of(quiz, tries), tries


def can_answer(quiz_id: UUID, person_id: UUID) -> bool:
    """Return whether a try of somebody is open, or could be begun now. For rooms that compute."""
    quiz = Quiz.objects.select_related("season").get(id=quiz_id)
    line = line_of(quiz, Attempt.objects.filter(person_id=person_id, quiz=quiz))
    return line.may_begin or line.open_attempt is not None


def line_of(quiz: Quiz, tries: Iterable[Attempt]) -> QuizLine:
    """Return how somebody stands in a quiz, from their tries."""
    rows, now = list(tries), clock.now()
    done = [row for row in rows if row.handed_in_at]
    if quiz.paper == Paper.LIST:
        questions = len(quiz.listed.all())
    else:
        questions = sum(part.count for part in quiz.parts.all())
    return QuizLine(
        quiz,
        questions,
        len(rows),
        max((row.score for row in done), default=None),
        any(row.passed for row in done),
        next((row.id for row in rows if row.handed_in_at is None), None),
        quiz.state != QuizState.OPEN
        or bool(quiz.closes_at and quiz.closes_at <= now)
        or was_closed(quiz.season, now),
        bool(quiz.opens_at and now < quiz.opens_at),
    )


def answered_by_topic(
    person_id: UUID, *, season_id: UUID, by: Actor
) -> dict[UUID, tuple[int, int]]:
    """Return how many questions a person of this phone answered right, of how many, by topic.

    Of each quiz the best try that was handed in; nothing for people the phone does not speak for.
    """
    tries = Attempt.objects.filter(quiz__season_id=season_id, person_id=person_id)
    tries = tries.exclude(handed_in_at=None).exclude(quiz__topic=None)
    best: dict[UUID, tuple[UUID, int, int]] = {}
    rows = tries.order_by("score", "number") if person_id in by.persons else tries.none()
    for quiz_id, topic_id, right, whole in rows.values_list(
        "quiz", "quiz__topic", "right", "whole"
    ):
        best[quiz_id] = (topic_id, right, whole)
    found: dict[UUID, tuple[int, int]] = {}
    for topic_id, right, whole in best.values():
        so_far = found.get(topic_id, (0, 0))
        found[topic_id] = (so_far[0] + right, so_far[1] + whole)
    return found


def needs_link(quiz: Quiz, person_id: UUID, *, by: Actor) -> bool:
    """Return whether a person answers a quiz only where their link was opened.

    Where tries can be used up, for their name and digits are known to others. As often as wanted
    it is no more than being there: classes and booths ask so.
    """
    return bool(quiz.tries) and person_id not in by.owned


def require_hand(quiz: Quiz, person_id: UUID, *, by: Actor) -> None:
    """Let pass whoever may answer a quiz as this person.

    Raises:
        NotFound: not a person of this phone.
        LinkNeeded: their link was not opened on it, and tries can be used up.
    """
    if needs_link(quiz, person_id, by=by):
        require_own(by, person_id)
    if person_id not in by.persons:
        raise NotFound


def own_attempt(attempt_id: UUID, *, by: Actor) -> Attempt:
    """Return a try of a person of this phone.

    Raises:
        NotFound: there is none.
        LinkNeeded: as with :func:`require_hand`.
    """
    found = asked.objects(_attempt, attempt_id)
    if not found:
        raise NotFound
    require_hand(found[0].quiz, found[0].person_id, by=by)
    return found[0]


def _attempt(attempt_id: UUID) -> QuerySet[Attempt]:
    return Attempt.objects.select_related("quiz__topic").filter(id=attempt_id)


_WANTED = (
    *("place", "given", "is_right", "answered_at"),
    *(f"version__{name}" for name in ("kind", "text", "options", "right", "why")),
    *(f"attempt__{name}" for name in ("person", "quiz", "begun_at", "handed_in_at", "whole")),
    *(f"attempt__quiz__{name}" for name in ("closes_at", "tries")),
    *(f"attempt__quiz__season__{name}" for name in ("state", "closed_at")),
)
"""What an answer is judged and shown by."""


def asked_at(attempt_id: UUID, place: int) -> Asked | None:
    """Return the question at a place of a try, None where there is none."""
    if not 1 <= place <= MOST_ASKED:
        return None
    return next(iter(asked.objects(_asked_at, attempt_id, place)), None)


def _asked_at(attempt_id: UUID, place: int) -> QuerySet[Asked]:
    at = Value(place, output_field=IntegerField())
    rows = Asked.objects.select_related("version", "attempt__quiz__season").only(*_WANTED)
    return rows.filter(attempt_id=attempt_id, place=at)


def paper_of(attempt: Attempt) -> list[Asked]:
    """Return the questions of a try in their order, each with the words that were asked."""
    found = asked.objects(_paper, attempt.id)
    for one in found:
        one.attempt = attempt
    return found


def _paper(attempt_id: UUID) -> QuerySet[Asked]:
    return Asked.objects.select_related("version").filter(attempt_id=attempt_id).order_by("place")


def reached(quiz_id: UUID, person_ids: Collection[UUID]) -> dict[UUID, Reached]:
    """Return what these people reached: the best score, of equal ones the shorter time.

    For rooms that compute. A try that was not handed in counts by the answers given.
    """
    rows = Attempt.objects.filter(quiz_id=quiz_id, person_id__in=person_ids).annotate(
        n_right=Count("asked", filter=Q(asked__is_right=True)),
        last=Max(Coalesce("asked__arrived_at", "asked__answered_at")),
    )
    found: dict[UUID, Reached] = {}
    for row in rows:
        seconds = round((row.last - row.begun_at).total_seconds()) if row.last else None
        mark = Reached(row.n_right * 100 // row.whole, seconds)
        best = found.get(row.person_id)
        if best is None or mark.rank > best.rank:
            found[row.person_id] = mark
    return found
