"""Recordings of entries go the way of lessons: kept sealed, made fit for phones by a job."""

from collections.abc import Collection, Iterable
from uuid import UUID

from dongxun.contests.models import Contest, Entry, Judge
from dongxun.contests.queries.gallery import is_shown
from dongxun.contests.queries.judging import blind
from dongxun.kernel.actors import Actor
from dongxun.library import api as library

SYSTEM = Actor.system("contests")


def bring(*, contest: Contest, name: str, pieces: Iterable[bytes]) -> UUID:
    """Keep the recording of an entry to be; the same content is the same file. Safe to repeat.

    The caller has seen that somebody may enter, and limits the rate.

    Raises:
        BadMedia: empty, or too large.
        NoConverter: this machine cannot make it fit; nothing was kept.
    """
    return library.keep_media(
        by=SYSTEM,
        organisation_id=contest.organisation_id,
        name=name,
        pieces=pieces,
        for_lessons=False,
    )


def used(media_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these recordings belong to an entry."""
    rows = Entry.objects.filter(media_id__in=media_ids)
    return {key for key in rows.values_list("media_id", flat=True) if key}


def may_hear(media_id: UUID, by: Actor) -> bool:
    """Return whether a phone may hear a recording: its own, one it judges, or one in a gallery."""
    entries = Entry.objects.filter(media_id=media_id)
    if any(is_shown(one, by) for one in entries.select_related("contest")):
        return True
    if not by.owned:
        return False
    if entries.filter(entrants__person_id__in=by.owned).exists():
        return True
    found = entries.values_list("id", "contest_id")
    judges = Judge.objects.filter(person_id__in=by.owned, dismissed_at=None)
    for judge in judges.filter(contest__entries__media_id=media_id).select_related("contest"):
        for entry_id, contest_id in found:
            one = blind(judge, judge.contest, entry_id) if contest_id == judge.contest_id else None
            if one is not None and one.media_id == media_id:
                return True
    return False
