"""Courses: what is taught inside a topic, in an order."""

from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rows import wanted_row
from dongxun.seasons.models import Course, Season, Topic
from dongxun.seasons.queries import marks
from dongxun.seasons.services.versions import open_season, record


@transaction.atomic
def write_course(
    *,
    by: Actor,
    topic_id: UUID,
    title: str,
    minutes: int,
    course_id: UUID | None = None,
    summary: str = "",
    audience: str = "",
    order: int | None = None,
    version: str | None = None,
) -> UUID:
    """Add a course to a topic, or change the one named; return its id.

    The same title is the same course. A running season notes it as a version.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Conflict: another course of the topic has this title.
        Invalid: no title, or minutes out of bounds.
    """
    topic = wanted_row(Topic.objects.filter(id=topic_id))
    season = open_season(topic.season_id, by=by)
    title = title.strip()[:160]
    if bad := _faults(title, minutes):
        raise Invalid(details=bad)
    twin = Course.objects.filter(topic=topic, title=title).first()
    course = Course.objects.filter(id=course_id, topic=topic).first() if course_id else twin
    if course_id and course is None:
        raise NotFound
    if course and twin and twin.id != course.id:
        raise Conflict(_("Another course of this topic has this title."), where="title")
    course = course or Course(topic=topic, order=topic.courses.count())
    was = marks.of_course(course)
    course.title, course.minutes = title, minutes
    course.summary, course.audience = summary, audience[:80]
    require_seen(version, was, marks.of_course(course))
    course.order = course.order if order is None else order
    course.save()
    words = _("Courses: %(name)s") % {"name": title}
    _note(season, by, ("seasons.write_course", course.id), words)
    return course.id


@transaction.atomic
def remove_course(*, by: Actor, course_id: UUID) -> None:
    """Take a course out of its topic; what was learnt stays recorded. Safe to repeat.

    Raises:
        NotAllowed, SeasonClosed.
        Conflict: something is kept under it, such as lessons.
    """
    course = Course.objects.select_related("topic").filter(id=course_id).first()
    if course is None:
        return
    season = open_season(course.topic.season_id, by=by)
    try:
        course.delete()
    except ProtectedError as error:
        refusal = _("There are lessons in this course; put them elsewhere first.")
        raise Conflict(refusal) from error
    words = _("Course removed: %(name)s") % {"name": course.title}
    _note(season, by, ("seasons.remove_course", course_id), words)


@transaction.atomic
def move_course(*, by: Actor, course_id: UUID, place: int) -> None:
    """Put a course at a place among those of its topic, from 0. Safe to repeat.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
    """
    course = wanted_row(Course.objects.select_related("topic").filter(id=course_id))
    season = open_season(course.topic.season_id, by=by)
    others = list(course.topic.courses.exclude(id=course.id).order_by("order", "title", "id"))
    others.insert(min(max(place, 0), len(others)), course)
    for order, each in enumerate(others):
        if each.order != order:
            each.order = order
            each.save(update_fields=["order"])
    words = _("Courses: %(name)s") % {"name": course.title}
    _note(season, by, ("seasons.move_course", course.id), words)


def _note(season: Season, by: Actor, what: tuple[str, UUID], words: Text) -> None:
    record(season, by=by, reason=str(words)[:200])
    action, course_id = what
    audit.write(action, by=by, subject=("course", course_id), organisation_id=season.root_id)


def _faults(title: str, minutes: int) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not title:
        bad.append(("title", _("Give the course a title.")))
    if not 1 <= minutes <= 600:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 600}))
    return bad
