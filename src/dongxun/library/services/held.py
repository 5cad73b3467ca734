"""Rows of the room that somebody writes: held meanwhile, found again when they come a second time."""

from typing import Any, TypeVar
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.library.models import Lesson, Target
from dongxun.seasons.contracts import SeasonClosed, SeasonState

R = TypeVar("R", Lesson, Target)


def held(kind: type[R], key: UUID, *, by: Actor) -> R:
    """Return a row that ``by`` may change, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
        SeasonClosed: it can be read, not changed.
    """
    rows: Any = kind.objects.select_for_update(of=("self",))
    row: R | None = rows.select_related("organisation", "season").filter(id=key).first()
    if row is None or not by.reaches(row.organisation.lft):
        raise NotFound
    if row.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return row


def meant(
    twin: R | None,
    key: UUID | None,
    fresh_id: UUID | None,
    taken: Conflict,
    *,
    kind: type[R],
    by: Actor,
) -> R | None:
    """Return the row that is changed, held; None for a new one.

    Args:
        twin: the row that has this name already.
        key: the one that was opened to be changed.
        fresh_id: what a page gave a new one, so that sent twice it is one.
        taken: said where the name is another's.
    """
    if fresh_id and kind.objects.filter(id=fresh_id).exists():
        key = fresh_id
    found = held(kind, key, by=by) if key else twin if fresh_id is None else None
    if twin and (found is None or twin.id != found.id):
        raise taken
    return found
