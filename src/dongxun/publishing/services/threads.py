"""Discussions are opened and closed."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rules import allows, require
from dongxun.organisations import api as organisations
from dongxun.publishing.models import Thread
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState

MOST_QUESTION = 500
MOST_TITLE = 80


@transaction.atomic
def open_thread(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    title: str,
    question: str = "",
    topic_id: UUID | None = None,
) -> UUID:
    """Put a question to the members of an organisation and all below it.

    The same sent again is the same discussion; another one wants a title of its own.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: one of this title is over, or asks something else.
        Invalid: no title, too long, or a topic of another season.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("publishing.open_thread", by, node.interval.lft)
    bad: list[tuple[str, Text]] = []
    if not title.strip() or len(title.strip()) > MOST_TITLE:
        bad.append(("title", _("Write a title of at most %(n)d characters.") % {"n": MOST_TITLE}))
    if len(question.strip()) > MOST_QUESTION:
        bad.append(("question", _("At most %(n)d characters.") % {"n": MOST_QUESTION}))
    if topic_id and topic_id not in {topic.id for topic in seasons.rules(season_id).topics}:
        bad.append(("topic", _("This topic is not of this season.")))
    if bad:
        raise Invalid(details=bad)
    thread, created = Thread.objects.get_or_create(
        season_id=season_id,
        organisation_id=organisation_id,
        title=title.strip(),
        defaults={
            "question": question.strip(),
            "topic_id": topic_id,
            "opened_by": by.label[:120],
            "opened_at": clock.now(),
        },
    )
    if created:
        _note("publishing.open_thread", by, thread)
    elif thread.closed_at is not None:
        raise Conflict(_("One of this title is over; choose another title."), where="title")
    elif (thread.question, thread.topic_id) != (question.strip(), topic_id):
        words = _("One of this title asks something else; choose another title.")
        raise Conflict(words, where="title")
    return thread.id


@transaction.atomic
def close_thread(*, by: Actor, thread_id: UUID) -> None:
    """End a discussion; what was said stays. Safe to repeat.

    Raises:
        NotFound: absent, or of an organisation that ``by`` does not organise.
        Conflict: the season is closed.
    """
    rows = Thread.objects.select_for_update(of=("self",)).select_related("organisation", "season")
    thread = rows.filter(id=thread_id).first()
    if thread is None or not allows("publishing.open_thread", by, thread.organisation.lft):
        raise NotFound
    if thread.closed_at is not None:
        return
    if thread.season.state == SeasonState.CLOSED:
        raise Conflict
    thread.closed_at = clock.now()
    thread.save(update_fields=["closed_at"])
    _note("publishing.close_thread", by, thread)


def _note(act: str, by: Actor, thread: Thread) -> None:
    audit.write(act, by=by, subject=("thread", thread.id), organisation_id=thread.organisation_id)
