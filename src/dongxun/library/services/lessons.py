"""Lessons are written, put in order, published in editions, withdrawn."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.marks import keep_mark
from dongxun.kernel.rules import require
from dongxun.library.contracts import (
    MOST_MINUTES,
    PLAYS,
    Form,
    LessonDraft,
    LessonState,
    MediaState,
    NotReady,
)
from dongxun.library.models import Chapter, Edition, Lesson, Share
from dongxun.library.queries import marks, tracks
from dongxun.library.queries.console import mates
from dongxun.library.queries.evidence import asks_of
from dongxun.library.queries.published import content_of
from dongxun.library.services import moving
from dongxun.library.services.held import held, meant
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState


def lesson_to_write(lesson_id: UUID, *, by: Actor) -> Lesson:
    """Return a lesson that ``by`` may change, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
        SeasonClosed: it can be read, not changed.
    """
    return held(Lesson, lesson_id, by=by)


def note(act: str, by: Actor, lesson: Lesson) -> None:
    """Write one act about a lesson into the audit log."""
    audit.write(act, by=by, subject=("lesson", lesson.id), organisation_id=lesson.organisation_id)


def touch(lesson: Lesson) -> None:
    """Note that a lesson is no longer what was published."""
    lesson.version += 1
    lesson.save(update_fields=["version"])


@transaction.atomic
def write_lesson(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: LessonDraft,
    lesson_id: UUID | None = None,
    fresh_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Write a lesson for an organisation and all below it, or change the one named.

    The same title in the same topic is the same lesson, so sending twice is one. One that is
    changed may be given to another unit of ``by``, wider or narrower; it comes last there, and
    what anybody has learned of it stays.

    Args:
        fresh_id: what a new lesson will be called; sent again it is that lesson, as typed last,
            and another one of its title is left alone.
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: another lesson of the topic has this title, in that unit.
        Overtaken: somebody else has written something else since ``version``, or since the page
            that made it sent it last.
        Invalid: no title, minutes out of bounds, a topic, course or group of another season, or
            a track that the unit does not have.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("library.write_lesson", by, node.interval.lft)
    if bad := _faults(draft, season_id):
        raise Invalid(details=bad)
    values = asdict(draft) | {"title": draft.title.strip()}
    del values["shares"]
    mates = Lesson.objects.filter(season_id=season_id, topic_id=draft.topic_id)
    twin = mates.filter(organisation_id=organisation_id, title=values["title"]).first()
    lesson = meant(twin, lesson_id, fresh_id, _taken(), kind=Lesson, by=by)
    if lesson is None:
        lesson = Lesson(id=fresh_id or new_id(), season_id=season_id, created_at=clock.now())
    before = moving.stands(lesson) if lesson.organisation_id else None
    if lesson.organisation_id != organisation_id:
        lesson.order = mates.count()
    if draft.track not in {"", lesson.track, *tracks.known_at(node.interval.lft)}:
        raise Invalid(details=[("track", _("This unit has no such track."))])
    was = marks.of_lesson(lesson)
    for name, value in (values | {"organisation_id": organisation_id}).items():
        setattr(lesson, name, value)
    now = marks.of_lesson(lesson)
    keep_mark(lesson, was, now, version=version, is_fresh=fresh_id is not None)
    lesson.version += 1
    try:
        with transaction.atomic():
            lesson.save()
    except IntegrityError as error:  # two at once: the other one was first
        raise _taken() from error
    keep_shares(lesson, draft.shares)
    if before is not None:
        moving.follow(lesson, before)
    note("library.write_lesson", by, lesson)
    return lesson.id


def _taken() -> Conflict:
    return Conflict(_("Another lesson of this topic has this title."), where="title")


def keep_shares(lesson: Lesson, shares: Sequence[tuple[UUID, int]] | None) -> None:
    """Keep which topics a lesson is worth minutes of; moved to another topic it is that one's."""
    if shares is None:
        if lesson.shares.exists() and not lesson.shares.filter(topic=lesson.topic_id).exists():
            lesson.shares.all().delete()
        return
    lesson.shares.all().delete()
    if len(shares) > 1:
        Share.objects.bulk_create(
            Share(lesson=lesson, topic_id=topic_id, minutes=minutes) for topic_id, minutes in shares
        )


def _faults(draft: LessonDraft, season_id: UUID) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    topics = {topic.id for topic in seasons.rules(season_id).topics}
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if not 1 <= draft.minutes <= MOST_MINUTES:
        words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_MINUTES}
        bad.append(("minutes", words))
    if draft.topic_id not in topics or {one for one, _minutes in draft.shares or ()} - topics:
        bad.append(("topic_id", _("This topic is not of this season.")))
    elif draft.course_id and draft.course_id not in {
        course.id for course in seasons.courses(season_id).get(draft.topic_id, [])
    }:
        bad.append(("course_id", _("This course is not of this topic.")))
    if draft.cohort_id and draft.cohort_id not in seasons.cohort_ids(season_id):
        bad.append(("cohort_id", _("This group is not of this season.")))
    return bad


@transaction.atomic
def move_lesson(*, by: Actor, lesson_id: UUID, place: int) -> None:
    """Put a lesson at ``place`` (from 0) among those of its topic and organisation."""
    lesson = lesson_to_write(lesson_id, by=by)
    order = [one for one in mates(lesson) if one != lesson]
    order.insert(max(0, min(place, len(order))), lesson)
    for number, one in enumerate(order):
        Lesson.objects.filter(id=one.id).update(order=number)
    note("library.move_lesson", by, lesson)


@transaction.atomic
def publish_lesson(
    *, by: Actor, lesson_id: UUID, version: int | None = None, what_is_new: str = ""
) -> int:
    """Show a lesson to its members as a new edition; return its number.

    Until then they have the last one. Safe to repeat: what has not changed since keeps its
    edition. Who finished an earlier edition keeps the credit; the list of learners shows which one
    they have.

    Raises:
        NotFound, SeasonClosed.
        Conflict: somebody has changed it since ``version``.
        NotReady: at which chapter something is missing.
        Invalid: a later edition without a word on what is new.
    """
    lesson = lesson_to_write(lesson_id, by=by)
    if lesson.state == LessonState.PUBLISHED and lesson.published_version == lesson.version:
        return lesson.edition
    if version not in {None, lesson.version}:
        raise Conflict(where="version")
    if bad := missing(lesson):
        raise NotReady(details=bad)
    if lesson.edition and lesson.published_version != lesson.version and not what_is_new.strip():
        raise Invalid(details=[("what_is_new", _("Say what is new, so that people know."))])
    if lesson.published_version != lesson.version:
        lesson.edition += 1
        Edition.objects.create(
            lesson=lesson,
            number=lesson.edition,
            what_is_new=what_is_new.strip()[:200],
            published_at=clock.now(),
            published_by=by.label[:120],
            asks=asks_of(lesson),
        )
    lesson.withdrawn_at = None
    lesson.published_at, lesson.published_version = clock.now(), lesson.version
    lesson.state, lesson.published = LessonState.PUBLISHED, content_of(lesson)
    lesson.save(
        update_fields=[
            "edition",
            "state",
            "published_at",
            "published_version",
            "published",
            "withdrawn_at",
        ]
    )
    note("library.publish_lesson", by, lesson)
    return lesson.edition


def missing(lesson: Lesson) -> list[tuple[str, Text]]:
    """Return what a lesson lacks before members can learn it."""
    chapters = list(lesson.chapters.select_related("media"))
    bad: list[tuple[str, Text]] = []
    if not chapters:
        bad.append(("chapters", _("A lesson has at least one chapter.")))
    for number, chapter in enumerate(chapters, 1):
        if words := _lack(lesson, chapter):
            name = {"n": number, "title": chapter.title}
            bad.append(("chapters", words % name))
    return bad


def _lack(lesson: Lesson, chapter: Chapter) -> str:
    """Return what keeps members from learning a chapter, as a pattern; empty when nothing does."""
    media = chapter.media
    if lesson.form == Form.TEXT and not chapter.text.strip():
        return _("Chapter %(n)d, %(title)s: no text.")
    if media is None:
        return "" if lesson.form == Form.TEXT else _("Chapter %(n)d, %(title)s: no file.")
    if media.state == MediaState.REFUSED:
        return _("Chapter %(n)d, %(title)s: its file cannot be played.")
    if media.state != MediaState.READY:
        return _("Chapter %(n)d, %(title)s: its file is not ready yet.")
    if media.kind != PLAYS[Form(lesson.form)]:
        return _("Chapter %(n)d, %(title)s: its file does not fit the kind of lesson.")
    return ""


@transaction.atomic
def withdraw_lesson(*, by: Actor, lesson_id: UUID) -> None:
    """Take a lesson away from its members; what they finished stays theirs. Safe to repeat."""
    lesson = lesson_to_write(lesson_id, by=by)
    if lesson.state != LessonState.PUBLISHED:
        return
    lesson.state, lesson.withdrawn_at = LessonState.WITHDRAWN, clock.now()
    lesson.save(update_fields=["state", "withdrawn_at"])
    note("library.withdraw_lesson", by, lesson)
