"""评课: stars for a lecturer from the unit that heard them, whether it had ordered the lesson or not."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rules import require
from dongxun.lecturers.contracts import LONGEST_WORDS
from dongxun.lecturers.models import Rating
from dongxun.lecturers.queries import lessons


def words_of(by: Actor, stars: int, words: str) -> dict[str, Any]:
    """Return what a rating says.

    Raises:
        Invalid: stars out of bounds.
    """
    if not 1 <= stars <= 5:
        raise Invalid(details=[("stars", _("From 1 to 5."))])
    text = words.strip()[:LONGEST_WORDS]
    return {"stars": stars, "words": text, "written_by": by.label[:120]}


@transaction.atomic
def rate_lesson(
    *, by: Actor, session_id: UUID, lecturer_id: UUID, stars: int, words: str = ""
) -> None:
    """Say how a lecturer was at a session that nobody ordered; a later word replaces an earlier.

    Raises:
        NotFound: session absent or hidden, or the lecturer is not down for it.
        NotAllowed, SeasonClosed.
        Invalid: stars out of bounds.
        Conflict: it was not held yet, or is rated with its order.
    """
    airing = activities.own_airing(session_id, by=by)
    require("lecturers.order", by, airing.host_lft)
    said = words_of(by, stars, words)
    lesson = lessons.held(airing.id, by=by)
    if lesson is None:
        raise Conflict(_("It can be rated once it was held."))
    if lesson.order_id is not None:
        raise Conflict(_("This lesson was ordered; it is rated on the page of the order."))
    if lecturer_id not in {one.lecturer_id for one in lesson.taught}:
        raise NotFound
    Rating.objects.update_or_create(
        order=None,
        session_id=airing.id,
        lecturer_id=lecturer_id,
        defaults=said,
        create_defaults=said | {"created_at": clock.now()},
    )
    audit.write(
        "lecturers.rate_lesson",
        by=by,
        subject=("session", airing.id),
        organisation_id=airing.host_id,
    )
