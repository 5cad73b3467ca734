"""What a collection brought in, once it is published: shown to whoever the collection is for."""

from django.db.models import QuerySet

from dongxun.contests.contracts import EntryState, Kind, State
from dongxun.contests.models import Contest, Entry
from dongxun.contests.queries.reading import contest_open_to
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound


def has_gallery(contest: Contest) -> bool:
    """Return whether the works of a contest are shown to its members."""
    return contest.kind == Kind.COLLECTION and contest.state == State.DECIDED


def gallery(contest: Contest) -> QuerySet[Entry]:
    """Return the works of a collection, prizes first, then as they came; late ones are left out.

    Raises:
        NotFound: it shows none.
    """
    if not has_gallery(contest):
        raise NotFound
    rows = contest.entries.filter(state=EntryState.IN).select_related("branch")
    found = rows.prefetch_related("entrants__person", "awards")
    return found.order_by("rank", "entered_at", "id")


def is_shown(entry: Entry, by: Actor) -> bool:
    """Return whether an entry stands in a gallery that somebody of this phone may see."""
    if entry.state != EntryState.IN or not has_gallery(entry.contest):
        return False
    for person_id in by.persons:
        try:
            contest_open_to(entry.contest_id, person_id)
        except NotFound:
            continue
        return True
    return False
