"""Quizzes as their organisers see them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.quizzes.contracts import QuizState
from dongxun.quizzes.models import Attempt, Quiz


def quizzes(season_id: UUID, *, by: Actor) -> QuerySet[Quiz]:
    """Return the quizzes an organiser may write, and those from above them, the latest first.

    Each with ``n_took`` and ``n_passed``: people in the actor's reach who handed one in.
    """
    intervals = by.intervals()
    readable = organisations.within_or_above(intervals)
    inside = organisations.within(intervals, "attempts__person__branch__lft")
    done = inside & Q(attempts__handed_in_at__isnull=False)
    passed = inside & Q(attempts__passed=True)
    found = Quiz.objects.filter(readable, season_id=season_id)
    return (
        found.select_related("topic", "organisation")
        .annotate(
            n_took=Count("attempts__person", filter=done, distinct=True),
            n_passed=Count("attempts__person", filter=passed, distinct=True),
        )
        .order_by("-created_at", "id")
    )


def quiz(quiz_id: UUID, *, by: Actor) -> Quiz:
    """Return a quiz that ``by`` may read: of an organisation they reach or stand under.

    Raises:
        NotFound: absent, or hidden.
    """
    found = Quiz.objects.select_related("organisation", "season", "topic")
    row = wanted_row(found.filter(id=quiz_id))
    at = row.organisation
    below = any(at.lft <= one.lft and one.rgt <= at.rgt for one in by.intervals())
    if not (by.reaches(at.lft) or below):
        raise NotFound
    return row


def offered(season_id: UUID, within: Interval, *, by: Actor) -> list[tuple[str, str]]:
    """Return the quizzes of a season that can be kept for people of ``within``, as choices.

    Those ``by`` may write, for all of these people, with one try, which nobody has answered
    and which serve nothing yet.
    """
    mine = Quiz.objects.filter(
        Q() if by.is_system else organisations.within(by.intervals(), "organisation__lft"),
        season_id=season_id,
    )
    fitting = mine.filter(
        organisation__lft__lte=within.lft, organisation__rgt__gte=within.rgt, tries=1
    )
    free = fitting.filter(attempts=None, invited_only=False).order_by("-created_at", "id")
    return [(str(row.id), row.title) for row in free]


def is_answered(quiz_id: UUID) -> bool:
    """Return whether somebody has begun to answer a quiz. For rooms that compute."""
    return Attempt.objects.filter(quiz_id=quiz_id).exists()


def passes(
    quiz_ids: Collection[UUID], person_ids: Collection[UUID] | None = None
) -> list[tuple[UUID, UUID, datetime]]:
    """Return who passed which of these quizzes, and when first. For rooms that compute.

    Args:
        person_ids: None for everybody.
    """
    rows = Attempt.objects.filter(quiz__in=list(quiz_ids), counts=True)
    if person_ids is not None:
        rows = rows.filter(person__in=list(person_ids))
    found = rows.values_list("quiz_id", "person_id", "handed_in_at")
    return [(quiz, person, at) for quiz, person, at in found if at is not None]


def unanswered(season_id: UUID, *, by: Actor, keep: UUID | None = None) -> list[tuple[str, str]]:
    """Return the quizzes of a season that ``by`` writes and nobody can have answered, as choices.

    Args:
        keep: one that is offered whatever stands in it.
    """
    mine = Q() if by.is_system else organisations.within(by.intervals(), "organisation__lft")
    free = Q(attempts=None, invited_only=False) & ~Q(state=QuizState.CLOSED)
    rows = Quiz.objects.filter(mine & free | Q(id=keep), season_id=season_id)
    return [(str(row.id), row.title) for row in rows.order_by("-created_at", "id")]


def results(row: Quiz, *, by: Actor) -> QuerySet[Any, Any]:
    """Return the people in the actor's reach who handed a quiz in, the latest first.

    Each with ``best``, ``tries``, ``n_passed`` and ``last``.
    """
    inside = organisations.within(by.intervals(), "person__branch__lft")
    done = Attempt.objects.filter(inside, quiz=row, handed_in_at__isnull=False)
    return (
        done.values("person_id", "person__name", "person__branch__short_name")
        .annotate(
            best=Max("score"),
            tries=Count("id"),
            n_passed=Count("id", filter=Q(passed=True)),
            last=Max("handed_in_at"),
        )
        .order_by("-last", "person_id")
    )
