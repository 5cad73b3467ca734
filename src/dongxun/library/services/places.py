"""Where people are while they listen: many places in one commit, the latest of each wins."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.kernel import bulk
from dongxun.library.models import Chapter, Place
from dongxun.library.queries.published import kept_chapters

FIELDS = ("lesson_id", "person_id", "chapter_id", "second", "moment")


def keep_places(places: Sequence[tuple[UUID, UUID, UUID, int, datetime]]) -> None:
    """Keep (lesson, person, chapter, second, moment) in one commit. Safe to repeat.

    Whoever calls has read the lesson and the person off a ticket; the chapter is what a phone
    says, and one that is not of the lesson is passed over. An older moment changes nothing.
    One place a person and chapter at most, or PostgreSQL refuses them.
    """
    named = Chapter.objects.filter(id__in={place[2] for place in places})
    real = set(named.values_list("lesson_id", "id"))
    if others := {place[0] for place in places if (place[0], place[2]) not in real}:
        real |= kept_chapters(others)
    rows = [place for place in places if (place[0], place[2]) in real]
    later = bulk.overwrite(("person_id", "chapter_id"), ("lesson_id", "second", "moment"))
    later += f" WHERE excluded.moment >= {bulk.table(Place)}.moment"
    with transaction.atomic():
        bulk.insert(Place, FIELDS, rows, on_conflict=later)
