"""Lessons by course, and how far units are with what they mean to make."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.library.contracts import LessonState
from dongxun.library.models import Lesson, Target
from dongxun.library.queries.console import lessons
from dongxun.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class Aim:
    """How far an aim is: ``done`` lessons are published, ``begun`` more are drafts."""

    target: Target
    done: int
    begun: int
    today: date

    @property
    def is_done(self) -> bool:
        """Whether there are as many as were wanted."""
        return self.done >= self.target.wanted

    @property
    def is_late(self) -> bool:
        """Whether the day is over and some are missing."""
        return not self.is_done and self.target.due_on < self.today


def episodes(course_id: UUID, *, by: Actor) -> QuerySet[Lesson]:
    """Return the lessons of a course that an organiser may read, in their order.

    Raises:
        NotFound: there is none.
    """
    first = Lesson.objects.filter(course_id=course_id).first()
    rows = lessons(first.season_id, by=by).filter(course_id=course_id) if first else None
    if rows is None or not rows.exists():
        raise NotFound
    return rows.order_by("order", "created_at", "id")


def numbers(course_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return which episode of its course each lesson of some courses is, from 1."""
    rows = Lesson.objects.filter(course__in=course_ids).order_by("order", "created_at", "id")
    found: dict[UUID, int] = {}
    last: dict[UUID | None, int] = {}
    for key, course_id in rows.values_list("id", "course_id"):
        found[key] = last[course_id] = last.get(course_id, 0) + 1
    return found


def targets(season_id: UUID, *, by: Actor, course_id: UUID | None = None) -> list[Aim]:
    """Return the aims of the actor's units and of those above, the earliest day first."""
    rows = Target.objects.filter(season_id=season_id).select_related("organisation", "course")
    if course_id is not None:
        rows = rows.filter(course_id=course_id)
    if not by.is_system:
        rows = rows.filter(organisations.within_or_above(by.intervals()))
    return [_aim(row) for row in rows]


def target(target_id: UUID, *, by: Actor) -> Target:
    """Return an aim of the actor's units.

    Raises:
        NotFound: absent, or not theirs.
    """
    row = Target.objects.select_related("organisation", "season").filter(id=target_id).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def _aim(row: Target) -> Aim:
    at = row.organisation
    made = Lesson.objects.filter(
        season_id=row.season_id, organisation__lft__gte=at.lft, organisation__lft__lte=at.rgt
    )
    if row.course_id:
        made = made.filter(course_id=row.course_id)
    if row.track:
        made = made.filter(track=row.track)
    states = list(made.order_by().values_list("state", flat=True))
    done, begun = states.count(LessonState.PUBLISHED), states.count(LessonState.DRAFT)
    return Aim(row, done, begun, clock.today())
