"""Lessons as their organisers see them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.library.contracts import ChapterDraft
from dongxun.library.models import Chapter, Lesson, Media, Progress
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons


def lessons(season_id: UUID, *, by: Actor) -> QuerySet[Lesson]:
    """Return the lessons an organiser may write, and those from above them, by topic and order.

    Each with ``n_begun`` and ``n_finished``, of the people in the actor's reach.
    """
    intervals = by.intervals()
    known = organisations.within_or_above(intervals)
    inside = organisations.within(intervals, "person__branch__lft")
    begun = Progress.objects.filter(inside, lesson=OuterRef("pk"))
    chapters = Chapter.objects.filter(lesson=OuterRef("pk"))
    found = Lesson.objects.filter(known, season_id=season_id)
    found = found.select_related("topic", "course", "organisation").defer("published")
    return found.annotate(
        n_begun=_number(begun),
        n_finished=_number(begun.exclude(finished_at=None)),
        n_chapters=_number(chapters),
    ).order_by(
        "topic__number",
        F("course__order").asc(nulls_last=True),
        "course__title",
        "organisation__lft",
        "order",
        "created_at",
        "id",
    )


def _number(rows: QuerySet[Any]) -> Coalesce:
    """Return how many rows there are for each lesson, counted beside it and not joined to it."""
    counted = rows.order_by().values("lesson").annotate(n=Count("id")).values("n")
    return Coalesce(Subquery(counted), 0)


def lesson_row(lesson_id: UUID, *, by: Actor) -> Lesson:
    """Return a lesson that ``by`` may read: of an organisation they reach or stand under.

    Raises:
        NotFound: absent, or hidden.
    """
    rows = Lesson.objects.select_related("organisation", "season", "topic", "course", "cohort")
    lesson = wanted_row(rows.filter(id=lesson_id))
    at = lesson.organisation
    below = any(at.lft <= one.lft and one.rgt <= at.rgt for one in by.intervals())
    if not (by.reaches(at.lft) or below):
        raise NotFound
    return lesson


def learners(lesson: Lesson, *, by: Actor) -> QuerySet[Progress]:
    """Return who has begun a lesson, of the people in the actor's reach, the latest first."""
    inside = organisations.within(by.intervals(), "person__branch__lft")
    rows = Progress.objects.filter(inside, lesson=lesson)
    return rows.select_related("person__branch").order_by("-touched_at", "id")


def audience(lesson: Lesson, *, by: Actor) -> QuerySet[Any]:
    """Return the people whom a lesson is for and who count today, in the actor's reach.

    Each row has ``person`` and ``branch``, in the order of the tree and the roster.
    """
    at = lesson.organisation
    parts = [
        Interval(max(own.lft, at.lft), min(own.rgt, at.rgt))
        for own in by.intervals()
        if own.lft <= at.rgt and at.lft <= own.rgt
    ]
    rows = seasons.eligible_rows(lesson.season_id, clock.today(), parts)
    if lesson.cohort_id:
        rows = rows.filter(person__in=seasons.cohort_people(lesson.cohort_id))
    found = rows.select_related("person", "branch")
    return found.order_by("branch__lft", "person__order", "person_id")


def untouched(lesson: Lesson, *, by: Actor) -> QuerySet[Any]:
    """Return those of its :func:`audience` who have not begun a lesson."""
    begun = Progress.objects.filter(lesson=lesson).values("person")
    return audience(lesson, by=by).exclude(person__in=begun)


def finished(lesson_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people have finished a lesson. For rooms that compute."""
    rows = Progress.objects.filter(lesson_id=lesson_id, person__in=list(person_ids))
    return set(rows.exclude(finished_at=None).values_list("person_id", flat=True))


def holders(lesson: Lesson, *, by: Actor) -> dict[int, int]:
    """Return how many of its :func:`audience` have each edition; those with none are under 0."""
    meant = audience(lesson, by=by)
    rows = Progress.objects.filter(lesson=lesson, person__in=meant.values("person"))
    found = dict(rows.values_list("edition").annotate(n=Count("id")))
    return {0: meant.count() - sum(found.values())} | found


def mates(lesson: Lesson) -> list[Lesson]:
    """Return the lessons of its topic and organisation in their order, itself among them."""
    rows = Lesson.objects.filter(season_id=lesson.season_id, topic_id=lesson.topic_id)
    return list(rows.filter(organisation_id=lesson.organisation_id))


def media_of(organisation_id: UUID) -> QuerySet[Media]:
    """Return the files an organisation has brought for its lessons, the latest first."""
    rows = Media.objects.filter(organisation_id=organisation_id, for_lessons=True)
    return rows.order_by("-created_at", "id")


def lesson_titled(
    title: str, organisation_id: UUID, season_id: UUID, topic_id: UUID
) -> UUID | None:
    """Return the lesson that has a title in its topic, for rooms above that write lessons."""
    rows = Lesson.objects.filter(title=title, organisation_id=organisation_id)
    found = rows.filter(season_id=season_id, topic_id=topic_id)
    return found.values_list("id", flat=True).first()


def chapters_of(lesson_id: UUID) -> list[tuple[UUID, ChapterDraft]]:
    """Return the chapters of a lesson in their order, as they would be written."""
    rows = Chapter.objects.filter(lesson_id=lesson_id)
    return [(row.id, ChapterDraft(row.title, row.text, row.media_id)) for row in rows]
