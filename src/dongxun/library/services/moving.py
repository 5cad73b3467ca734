"""A lesson put under another topic, or worth something else: what was learned follows, one by one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.jobs import JobRun
from dongxun.library.models import Lesson, Progress
from dongxun.library.services.learning import settle

JOB = "library.settle_lesson"
SYSTEM = Actor.system("library")
AT_ONCE = 100

Stands = tuple[UUID, tuple[tuple[UUID, int], ...]]
"""Under which topic, and how its minutes are split."""


def stands(lesson: Lesson) -> Stands:
    """Return where a lesson stands, to see whether that has changed."""
    return lesson.topic_id, tuple(lesson.shares.order_by("id").values_list("topic_id", "minutes"))


def follow(lesson: Lesson, before: Stands) -> None:
    """Bring what was learned to where the lesson stands now; nothing where it stands as before."""
    learned = Progress.objects.filter(lesson=lesson, finished_at__isnull=False)
    if stands(lesson) != before and learned.exists():
        jobs.start(JOB, lesson.title, {"lesson": str(lesson.id)}, by=SYSTEM)


def follow_worth(lesson: Lesson, *, was: int) -> None:
    """Credit what was learned of a lesson anew, for it is worth something else now.

    Args:
        was: how many minutes it was worth; whoever has others keeps them.
    """
    if Progress.objects.filter(lesson=lesson, finished_at__isnull=False).exists():
        jobs.start(JOB, lesson.title, {"lesson": str(lesson.id), "was": was}, by=SYSTEM)


def run_settle(run: JobRun) -> Mapping[str, Any]:
    """Settle everybody who has finished a lesson, some at once. Safe to repeat."""
    learned = Progress.objects.filter(lesson=run.payload["lesson"], finished_at__isnull=False)
    rows = learned.order_by("id").values_list("id", "person_id")
    while True:
        after = run.cursor.get("after")
        some = list((rows.filter(id__gt=after) if after else rows)[:AT_ONCE])
        if not some:
            return {}
        with transaction.atomic():
            settle(
                by=SYSTEM,
                lesson_ids=[UUID(run.payload["lesson"])],
                person_ids=[person_id for _id, person_id in some],
                was=int(run.payload.get("was", 0)),
            )
            run.save({"after": str(some[-1][0])}, done=run.done + len(some))
        run.rest()
