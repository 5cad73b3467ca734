"""What a secretary or organiser looks at: words for others from their own branches."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.publishing.contracts import SPOKEN, Audience, NoteKind, NoteState
from dongxun.publishing.models import Note, Thread, Writing
from dongxun.publishing.queries.reading import OPEN_FIRST
from dongxun.seasons.contracts import SeasonState

SHOWN = (NoteState.WAITING, NoteState.PUBLISHED, NoteState.RETURNED, NoteState.HIDDEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which words a list shows."""

    state: str = NoteState.WAITING
    kind: str = ""
    topic_id: UUID | None = None
    words: str = ""
    thread_id: UUID | None = None
    about_id: UUID | None = None


def notes(season_id: UUID | None, *, by: Actor) -> QuerySet[Note]:
    """Return the words for others of the branches in the actor's reach; never private ones."""
    reach = organisations.within(by.intervals(), "branch__lft")
    rows = Note.objects.filter(reach, removed_at=None).exclude(audience=Audience.OWN)
    return rows if season_id is None else rows.filter(season_id=season_id)


def about(season_id: UUID | None, wanted: Wanted, *, by: Actor) -> QuerySet[Note]:
    """Return all words of a season or one discussion; about one session, those of any season."""
    rows = notes(None if wanted.about_id else season_id, by=by)
    if wanted.thread_id:
        rows = rows.filter(thread_id=wanted.thread_id)
    return rows.filter(about_id=wanted.about_id) if wanted.about_id else rows


def listed(rows: QuerySet[Note], wanted: Wanted) -> QuerySet[Note]:
    """Return the words a list shows: waiting ones the oldest first, others the latest first."""
    rows = rows.filter(state=wanted.state)
    if wanted.kind in NoteKind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.topic_id:
        rows = rows.filter(topic_id=wanted.topic_id)
    if wanted.words:
        rows = rows.filter(Q(text__icontains=wanted.words) | Q(person__name=wanted.words))
    order = ("written_at", "id") if wanted.state == NoteState.WAITING else ("-decided_at", "-id")
    found = rows.select_related("person", "branch", "topic", "thread", "season").order_by(*order)
    return found.annotate(n_thanks=Count("thanks"))


def came_late(notes: Iterable[Note]) -> set[UUID]:
    """Return which of these wait to be looked at though their season is closed.

    It was written before and came after; nobody could look at it in time.
    """
    waiting = [one.current for one in notes if one.state == NoteState.WAITING]
    late = Writing.objects.filter(id__in=waiting, received_at__gt=F("note__season__closed_at"))
    return set(late.values_list("note_id", flat=True))


def to_decide(notes: Iterable[Note]) -> set[UUID]:
    """Return which of these may be looked at: all of open seasons, of closed ones what came late.

    Wants their seasons selected.
    """
    is_closed = {note: note.season.state == SeasonState.CLOSED for note in notes}
    late = came_late(note for note, closed in is_closed.items() if closed)
    return late | {note.id for note, closed in is_closed.items() if not closed}


def pledges(season_id: UUID, *, by: Actor) -> QuerySet[Note]:
    """Return the pledges made before others, those that are to be asked about first."""
    rows = notes(season_id, by=by).filter(kind=NoteKind.PLEDGE).exclude(state=NoteState.HIDDEN)
    found = rows.select_related("person", "branch", "topic")
    return found.order_by(F("kept_at").desc(nulls_first=True), "follow_on", "id")


def pledges_due(season_id: UUID, *, by: Actor) -> int:
    """Return how many pledges have reached their day and nobody has said what became of them."""
    rows = pledges(season_id, by=by).filter(kept="", follow_on__lte=clock.today())
    return rows.order_by().count()


def outcomes(season_id: UUID, *, by: Actor) -> dict[str, int]:
    """Return how many pledges stand where; the open ones under the empty word."""
    rows = pledges(season_id, by=by).order_by().values_list("kept")
    return dict(rows.annotate(n=Count("id")))


def waiting(season_id: UUID | None, *, by: Actor) -> int:
    """Return how many words of a season wait to be looked at, whatever a list shows of them."""
    return notes(season_id, by=by).filter(state=NoteState.WAITING).count()


def tallies(rows: QuerySet[Note]) -> dict[str, int]:
    """Return how many of these words stand in each state."""
    counted = rows.values_list("state").annotate(n=Count("id")).order_by()
    known: dict[str, int] = dict(counted)
    return {state.value: known.get(state.value, 0) for state in SHOWN}


def threads(season_id: UUID, *, by: Actor) -> QuerySet[Thread]:
    """Return the discussions of the actor's organisations and of those above them."""
    seen = organisations.within_or_above(by.intervals())
    said = Q(notes__state=NoteState.PUBLISHED, notes__removed_at=None)
    rows = Thread.objects.filter(seen, season_id=season_id).select_related("topic", "organisation")
    return rows.annotate(n_posts=Count("notes", filter=said)).order_by(*OPEN_FIRST)


def collected(thread: Thread, *, by: Actor) -> list[tuple[NoteKind, list[Note]]]:
    """Return what was published in a discussion by members in the actor's reach, kind by kind.

    Views, measures and new things come first, then the rest; kinds of which there is none, last.
    """
    rows = notes(thread.season_id, by=by).filter(thread=thread, state=NoteState.PUBLISHED)
    found = rows.select_related("person", "branch").annotate(n_thanks=Count("thanks"))
    by_kind: dict[str, list[Note]] = {}
    for note in found.order_by("-n_thanks", "written_at", "id"):
        by_kind.setdefault(note.kind, []).append(note)
    kinds = [*SPOKEN, *(one for one in NoteKind if one not in SPOKEN and one in by_kind)]
    return [(kind, by_kind.get(kind, [])) for kind in kinds]
