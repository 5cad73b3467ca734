"""The replay of a class as a lesson: drafted once, then its writers'; only our files are exchanged."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.library import api as library
from dongxun.library.contracts import MOST_MINUTES, ChapterDraft, Form, LessonDraft
from dongxun.live.models import LiveClass
from dongxun.live.queries import SYSTEM
from dongxun.live.services.rows import held, note

Part = tuple[UUID | None, ChapterDraft]


@transaction.atomic
def write_replay(
    joined: LiveClass, airing: activities.Airing, media: Sequence[UUID], *, by: Actor
) -> None:
    """Put the files of a class into its replay, which is drafted where there is none yet.

    What its writers have made of the draft stays: title, summary, topic, chapters of their own.
    Nothing is written where another recording or job came since ``joined`` was read.
    """
    row = held(joined.id)
    if (row.recordings, row.replay_job_id) != (joined.recordings, joined.replay_job_id):
        return  # another came meanwhile, and with it a job for all of them
    lesson_id = row.replay_id or _draft(row, airing, by=by)
    drafts = _exchanged(
        library.chapters_of(lesson_id), {UUID(key) for key in row.replay_media}, airing.title, media
    )
    library.write_chapters(by=by, lesson_id=lesson_id, drafts=drafts)
    if row.replay_id is None:
        row.replay_worth = _worth(airing)
    row.replay_id, row.replay_media = lesson_id, [str(key) for key in media]
    row.save(update_fields=["replay", "replay_media", "replay_worth"])
    note("live.make_replay", by, row, airing)


def _draft(row: LiveClass, airing: activities.Airing, *, by: Actor) -> UUID:
    draft = LessonDraft(
        title=_free_title(row, airing),
        topic_id=airing.topics[0][0],
        form=Form.VIDEO,
        minutes=max(1, min(airing.minutes, MOST_MINUTES)),
        lecturer="、".join(airing.lecturers)[:60],
        shares=airing.shares,
    )
    return library.write_lesson(
        by=by, organisation_id=airing.host_id, season_id=airing.season_id, draft=draft
    )


def follow_worth(row: LiveClass, airing: activities.Airing) -> None:
    """Let the replay be worth what its session is worth by now. Safe to repeat.

    One whose worth was not kept, or whose session has no topic any more, stays as it is.
    """
    if row.replay_id is None or not row.replay_worth or row.replay_worth == _worth(airing):
        return
    before = tuple((UUID(topic_id), minutes) for topic_id, minutes in row.replay_worth)
    if airing.shares:
        library.reweigh(by=SYSTEM, lesson_id=row.replay_id, before=before, after=airing.shares)
        row.replay_worth = _worth(airing)
        row.save(update_fields=["replay_worth"])


def _worth(airing: activities.Airing) -> list[list[object]]:
    return [[str(topic_id), minutes] for topic_id, minutes in airing.shares]


def _exchanged(
    known: Sequence[tuple[UUID, ChapterDraft]],
    ours: set[UUID],
    title: str,
    media: Sequence[UUID],
) -> list[Part]:
    """Return the chapters with our files exchanged for these; a title that was changed stays.

    ``ours`` is empty of drafts made before it was kept: then every chapter with a file is ours.
    """
    fresh = [(_titled(title, number, len(media)), key) for number, key in enumerate(media, start=1)]
    were = len(ours) or sum(one.media_id is not None for _key, one in known)
    drafts: list[Part] = []
    number, last = 0, 0
    for key, one in known:
        if one.media_id is None or (ours and one.media_id not in ours):
            drafts.append((key, one))
            continue
        number += 1
        if number <= len(fresh):
            name, file = fresh[number - 1]
            is_ours = one.title == _titled(title, number, were)
            drafts.append((key, replace(one, title=name if is_ours else one.title, media_id=file)))
            last = len(drafts)
    drafts[last:last] = [(None, ChapterDraft(name, "", file)) for name, file in fresh[number:]]
    return drafts


def _titled(title: str, number: int, of: int) -> str:
    return title[:120] if of == 1 else f"{title[:110]} ({number}/{of})"


def _free_title(row: LiveClass, airing: activities.Airing) -> str:
    """Return the title of the replay; with its day and hour where another lesson has it."""
    title = (_("Replay: %(title)s") % {"title": airing.title})[:100]
    where = (airing.host_id, airing.season_id, airing.topics[0][0])
    if library.lesson_titled(title, *where) in {None, row.replay_id}:
        return title
    return f"{title} {clock.local(airing.starts_at):%Y-%m-%d %H:%M}"
