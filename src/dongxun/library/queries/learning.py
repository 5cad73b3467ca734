"""What a person may learn, and how far they are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.library.contracts import LessonState, Line
from dongxun.library.models import Chapter, Edition, Lesson, Media, Place, Progress
from dongxun.library.queries.playing import may_play
from dongxun.library.queries.published import as_published, parts_of, plays
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicId

FRESH = timedelta(days=14)
_CUE = re.compile(r"^\s*\[(?:(\d{1,2}):)?(\d{1,3}):(\d{2})(?:\.\d+)?\]\s*(.*)$")


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A lesson as a person's list shows it; ``ended`` of its ``chapters`` are through.

    ``answered`` of ``asked`` questions of its short check were answered right.
    """

    lesson: Lesson
    seconds: int
    chapters: int
    ended: int
    is_finished: bool
    is_begun: bool
    has_new_edition: bool
    is_fresh: bool
    asked: int
    answered: int

    @property
    def minutes(self) -> int:
        """Return how long it plays, at least a minute; what it is worth where nothing plays."""
        return max(1, round(self.seconds / 60)) if self.seconds else self.lesson.minutes


@dataclass(frozen=True, slots=True)
class CoursePart:
    """The lessons of one course in their order, its episodes; without one, ``id`` is None."""

    id: UUID | None
    title: str
    summary: str
    lines: tuple[LessonLine, ...]

    @property
    def finished(self) -> int:
        """Return how many of the lessons are finished."""
        return sum(line.is_finished for line in self.lines)


@dataclass(frozen=True, slots=True)
class TopicPart:
    """A topic with the lessons a person may learn in it."""

    id: TopicId
    number: int
    name: str
    is_open: bool
    lines: tuple[LessonLine, ...]

    @property
    def courses(self) -> list[CoursePart]:
        """Return its lessons by course, in the topic's order; those in none come last."""
        found: dict[UUID | None, list[LessonLine]] = {}
        for line in self.lines:
            found.setdefault(line.lesson.course_id, []).append(line)
        return [_course_part(tuple(lines)) for lines in found.values()]

    @property
    def finished(self) -> int:
        """Return how many of the lessons are finished."""
        return sum(line.is_finished for line in self.lines)


def lessons_open_to(person_id: UUID, *, by: Actor) -> QuerySet[Lesson]:
    """Return the published lessons of the person's season; none for people not ``by``'s own.

    Lessons of their branch and of every organisation above it; those of a group only for its
    people. In the order in which they are learned: by topic, then by course.
    """
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    season = seasons.season_at(home.lft) if home else None
    if season is None or home is None:
        return Lesson.objects.none()
    lft = home.lft
    found = Lesson.objects.filter(
        season_id=season.id,
        state=LessonState.PUBLISHED,
        organisation__lft__lte=lft,
        organisation__rgt__gte=lft,
    )
    theirs = Q(cohort=None) | Q(cohort__in=seasons.cohorts_with(person_id))
    seen = found.filter(theirs).select_related("season", "topic", "course")
    return seen.prefetch_related("chapters__media", "questions", "shares").order_by(
        "topic__number",
        F("course__order").asc(nulls_last=True),
        "course__title",
        "order",
        "created_at",
        "id",
    )


def learning(person_id: UUID, *, by: Actor) -> list[TopicPart]:
    """Return the topics of the season with a person's lessons and progress, by number."""
    lessons = [as_published(one) for one in lessons_open_to(person_id, by=by)]
    rows = Progress.objects.filter(person_id=person_id, lesson__in=lessons)
    progress = {row.lesson_id: row for row in rows}
    if not lessons:
        return []
    today, parts = clock.today(), []
    for topic in seasons.rules(lessons[0].season_id).topics:
        lines = tuple(
            _line(one, progress.get(one.id)) for one in lessons if one.topic_id == topic.id
        )
        if lines:
            parts.append(
                TopicPart(topic.id, topic.number, topic.name, topic.opens_on <= today, lines)
            )
    return parts


def _course_part(lines: tuple[LessonLine, ...]) -> CoursePart:
    course = lines[0].lesson.course
    if course is None:
        return CoursePart(None, "", "", lines)
    return CoursePart(course.id, course.title, course.summary, lines)


def own_course(course_id: UUID, person_id: UUID, *, by: Actor) -> tuple[TopicPart, CoursePart]:
    """Return a course of which some lesson is open to a person, and the topic it is of.

    Raises:
        NotFound: there is none for them.
    """
    for topic in learning(person_id, by=by):
        for course in topic.courses:
            if course.id == course_id:
                return topic, course
    raise NotFound


def narrowed(parts: Iterable[TopicPart], *, track: str = "", form: str = "") -> list[TopicPart]:
    """Return the topics with their lessons of one track or form only; empty words mean any."""
    found = []
    for part in parts:
        lines = tuple(
            line
            for line in part.lines
            if track in {"", line.lesson.track} and form in {"", line.lesson.form}
        )
        if lines:
            found.append(replace(part, lines=lines))
    return found


def after(lines: Sequence[LessonLine], lesson: Lesson) -> LessonLine | None:
    """Return the episode to go on with: the next one not finished, else the first left over."""
    ids = [line.lesson.id for line in lines]
    at = ids.index(lesson.id) + 1 if lesson.id in ids else 0
    left = (line for line in (*lines[at:], *lines[:at]) if line.lesson.id != lesson.id)
    return next((line for line in left if not line.is_finished), None)


def next_lesson(parts: Iterable[TopicPart]) -> LessonLine | None:
    """Return what to go on with: a lesson begun, else the first not begun."""
    open_lines = [line for part in parts if part.is_open for line in part.lines]
    left = [line for line in open_lines if not line.is_finished]
    return next((line for line in left if line.is_begun), left[0] if left else None)


def _line(lesson: Lesson, row: Progress | None) -> LessonLine:
    parts = parts_of(lesson)
    chapters, answered = parts.chapters, set(row.answered) if row else set()
    asked = {str(question.id) for question in parts.questions}
    if row is not None and row.finished_at and row.edition < lesson.edition:
        asked = answered  # finished on an edition before, which asked no more than that
    return LessonLine(
        lesson,
        sum(chapter.media.seconds for chapter in chapters if chapter.media),
        len(chapters),
        sum(str(chapter.id) in row.ended for chapter in chapters) if row else 0,
        row is not None and row.finished_at is not None,
        row is not None,
        row is not None and 0 < row.edition < lesson.edition,
        row is None and _came_later(lesson),
        len(asked),
        len(asked & answered),
    )


def _came_later(lesson: Lesson) -> bool:
    """Return whether a lesson was put in of late, after its topic had begun."""
    if lesson.edition != 1 or lesson.published_at is None:
        return False
    day = clock.day_of(lesson.published_at)
    return day > lesson.topic.opens_on and clock.today() < day + FRESH


def own_lesson(lesson_id: UUID, person_id: UUID, *, by: Actor) -> tuple[Lesson, Progress | None]:
    """Return a lesson open to a person, and how far they are.

    Raises:
        NotFound: there is no such lesson for them.
    """
    lesson = wanted_row(lessons_open_to(person_id, by=by).filter(id=lesson_id))
    return as_published(lesson), Progress.objects.filter(lesson=lesson, person_id=person_id).first()


def is_open(lesson_id: UUID, person_id: UUID, *, by: Actor) -> bool:
    """Return whether a person of this phone may learn a lesson now."""
    return lessons_open_to(person_id, by=by).filter(id=lesson_id).exists()


def news_of(lesson: Lesson, row: Progress | None) -> Edition | None:
    """Return the edition that came after the one somebody has begun; None when they have it."""
    if row is None or not 0 < row.edition < lesson.edition:
        return None
    return lesson.editions.first()


def places(lesson: Lesson, person_id: UUID, progress: Progress | None) -> dict[str, int]:
    """Return the second at which somebody is in each chapter: the latest that any way told us."""
    found: dict[str, tuple[datetime, int]] = {}
    for key, (second, moment) in (progress.places if progress else {}).items():
        found[key] = (datetime.fromisoformat(moment), second)
    for row in Place.objects.filter(lesson=lesson, person_id=person_id):
        last = found.get(str(row.chapter_id))
        if last is None or last[0] < row.moment:
            found[str(row.chapter_id)] = (row.moment, row.second)
    return {key: second for key, (_moment, second) in found.items()}


def transcript(chapter: Chapter) -> list[Line]:
    """Return the lines of a chapter's text; ``[12:11] words`` follows the voice from there."""
    lines = []
    for text in chapter.text.splitlines():
        if cue := _CUE.match(text):
            hours, minutes, seconds = (int(part or 0) for part in cue.groups()[:3])
            lines.append(Line(hours * 3600 + minutes * 60 + seconds, cue.group(4)))
        elif text.strip():
            lines.append(Line(None, text.strip()))
    return lines


def media_to_play(media_id: UUID, *, by: Actor) -> Media:
    """Return a file that is in a lesson open to somebody of this phone, or that ``by`` organises.

    Rooms above say of their own files who else may play them.

    Raises:
        NotFound: neither, or it cannot be played.
    """
    playable = Media.objects.select_related("organisation").exclude(made="")
    media = wanted_row(playable.filter(id=media_id))
    if by.reaches(media.organisation.lft):
        return media
    for person_id in by.persons:
        lessons = lessons_open_to(person_id, by=by)
        changed = lessons.exclude(version=F("published_version")).prefetch_related(None)
        if lessons.filter(chapters__media=media).exists() or any(
            plays(one, media.id) for one in changed
        ):
            return media
    if may_play(media_id, by) or _is_read(media, by):
        return media
    raise NotFound


def _is_read(media: Media, by: Actor) -> bool:
    """Whether a file that another unit brought is in a lesson of a unit that ``by`` organises."""
    inside = organisations.within(by.intervals(), "organisation__lft")
    return Lesson.objects.filter(inside, chapters__media=media).exists()
