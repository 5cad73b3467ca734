"""What a member reads: their own words, and those of others that were published."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dongxun.kernel import asked, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.people import api as people
from dongxun.publishing.contracts import (
    Audience,
    Line,
    Medium,
    NoteKind,
    NoteState,
)
from dongxun.publishing.models import Note, Thank, Thread
from dongxun.seasons import api as seasons

OPEN_FIRST = (F("closed_at").desc(nulls_first=True), "-opened_at", "id")
"""Databases differ in where they put what has no date."""
_WITH = ("topic", "branch", "person", "thread")


def own_notes(person_id: UUID, *, by: Actor) -> QuerySet[Note]:
    """Return what a person wrote whose link was opened on this phone, the latest first."""
    if person_id not in by.owned:
        return Note.objects.none()
    rows = Note.objects.filter(person_id=person_id, removed_at=None).select_related(*_WITH)
    found = rows.annotate(n_thanks=Count("thanks", distinct=True))
    return found.order_by("-written_at", "-id")


def own_waiting(thread: Thread, person_id: UUID, *, by: Actor) -> int:
    """Return how many words of a person of this phone, by their link, wait for a look in a discussion."""
    rows = own_notes(person_id, by=by)
    return rows.filter(thread=thread, state=NoteState.WAITING).count()


def own_pledges_due(person_id: UUID, *, by: Actor) -> list[Note]:
    """Return the pledges that a person of this phone, by their link, is to be asked about by now.

    Only their ``text`` is at hand: every opening of the member's home asks for them.
    """
    if person_id not in by.owned:
        return []
    return asked.objects(_pledges_due, person_id, clock.today())


def _pledges_due(person_id: UUID, today: date) -> QuerySet[Note]:
    rows = Note.objects.filter(
        person_id=person_id,
        removed_at=None,
        kind=NoteKind.PLEDGE,
        kept="",
        follow_on__lte=today,
    )
    return rows.only("id", "text").order_by("follow_on", "id")


def open_to(person_id: UUID, *, by: Actor) -> QuerySet[Note]:
    """Return the published words that a person of this phone may read; in no order of likes.

    What is for the branch alone only where their link was opened.
    """
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    season = seasons.season_at(home.lft) if home else None
    if home is None or season is None:
        return Note.objects.none()
    theirs = Q(audience=Audience.ALL)
    if person_id in by.owned:
        theirs |= Q(audience=Audience.BRANCH, branch_id=home.branch_id)
    rows = Note.objects.filter(
        theirs, season_id=season.id, state=NoteState.PUBLISHED, removed_at=None
    ).filter(Q(thread=None) | Q(thread__in=_threads_at(season.id, home.lft)))
    thanked = Thank.objects.filter(note=OuterRef("pk"), person_id=person_id)
    found = rows.select_related(*_WITH).annotate(
        n_thanks=Count("thanks", distinct=True), is_thanked=Exists(thanked)
    )
    return found.order_by("-written_at", "-id")


WITH: Mapping[str, Q] = {
    Medium.PICTURE: Q(picture__isnull=False),
    Medium.VIDEO: Q(sound__isnull=False, is_video=True),
    Medium.SOUND: Q(sound__isnull=False, is_video=False),
}


def gallery(person_id: UUID, *, by: Actor) -> QuerySet[Note]:
    """Return what a person may look at or hear of others: works, and words with more than words."""
    shown = Q(kind=NoteKind.WORK) | WITH[Medium.PICTURE] | Q(sound__isnull=False)
    return open_to(person_id, by=by).filter(shown, thread=None)


def narrowed(rows: QuerySet[Note], *, kind: str = "", medium: str = "") -> QuerySet[Note]:
    """Return the notes of one kind and with one medium only; what is neither means any."""
    if kind in NoteKind:
        rows = rows.filter(kind=kind)
    return rows.filter(WITH[medium]) if medium in WITH else rows


def kinds_in(rows: QuerySet[Note]) -> list[str]:
    """Return the kinds of which there is any, in the order in which they are offered."""
    there = set(rows.order_by().values_list("kind", flat=True).distinct())
    return [kind.value for kind in NoteKind if kind.value in there]


def note_to_read(note_id: UUID, person_id: UUID, *, by: Actor) -> Note:
    """Return one note: one's own in any state, another's once it is published.

    Raises:
        NotFound: absent, or not theirs to read.
    """
    for rows in (own_notes(person_id, by=by), open_to(person_id, by=by)):
        if note := rows.filter(id=note_id).first():
            return note
    raise NotFound


def public_notes(topic_id: UUID) -> QuerySet[Note]:
    """Return what was published for everybody on a topic, outside discussions."""
    rows = Note.objects.filter(
        topic_id=topic_id,
        audience=Audience.ALL,
        state=NoteState.PUBLISHED,
        thread=None,
        removed_at=None,
    )
    found = rows.select_related("branch", "person").annotate(n_thanks=Count("thanks"))
    return found.order_by("-written_at", "-id")


def _threads_at(season_id: UUID, lft: int) -> QuerySet[Thread]:
    return Thread.objects.filter(
        season_id=season_id, organisation__lft__lte=lft, organisation__rgt__gte=lft
    )


def threads_open_to(person_id: UUID, *, by: Actor) -> QuerySet[Thread]:
    """Return the discussions of a person's organisations, open ones first, with ``n_posts``."""
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    season = seasons.season_at(home.lft) if home else None
    if home is None or season is None:
        return Thread.objects.none()
    said = Q(notes__state=NoteState.PUBLISHED, notes__removed_at=None)
    rows = _threads_at(season.id, home.lft).select_related("topic", "organisation")
    return rows.annotate(n_posts=Count("notes", filter=said)).order_by(*OPEN_FIRST)


def thread_open_to(thread_id: UUID, person_id: UUID, *, by: Actor) -> Thread:
    """Return a discussion a person may take part in.

    Raises:
        NotFound: absent, or of another organisation.
    """
    return wanted_row(threads_open_to(person_id, by=by).filter(id=thread_id))


@dataclass(frozen=True, slots=True)
class Post:
    """What was said in a discussion, with the answers to it.

    ``is_gone``: taken back, or changed and not looked at again; only that it was said may show.
    """

    note: Note
    answers: tuple[Note, ...]
    is_gone: bool


def posts(thread: Thread, person_id: UUID, *, by: Actor) -> QuerySet[Note]:
    """Return what was said in a discussion, the oldest first, without the answers.

    With what was answered and cannot be read now, for the answers can: see :func:`with_answers`.
    """
    here = open_to(person_id, by=by).filter(thread=thread).order_by()
    said = Q(id__in=here.values("id")) | Q(id__in=here.exclude(reply_to=None).values("reply_to"))
    thanked = Thank.objects.filter(note=OuterRef("pk"), person_id=person_id)
    rows = Note.objects.filter(said, thread=thread, reply_to=None).select_related(*_WITH)
    found = rows.annotate(n_thanks=Count("thanks", distinct=True), is_thanked=Exists(thanked))
    return found.order_by("written_at", "id")


def with_answers(firsts: Iterable[Note], person_id: UUID, *, by: Actor) -> list[Post]:
    """Return posts of a discussion with the answers to each, the oldest first."""
    firsts = list(firsts)
    ids = [note.id for note in firsts]
    rows = open_to(person_id, by=by).filter(Q(reply_to__in=ids) | Q(id__in=ids))
    found: dict[UUID | None, list[Note]] = {}
    for note in rows.order_by("written_at", "id"):
        found.setdefault(note.reply_to_id, []).append(note)
    shown = {note.id for note in found.get(None, ())}
    return [
        Post(note, tuple(found.get(note.id, ())), is_gone=note.id not in shown) for note in firsts
    ]


def lines_of(person_id: UUID, *, by: Actor) -> list[Line]:
    """Return a person's own words, for them to choose one; golden sentences first."""
    rows = own_notes(person_id, by=by).exclude(state=NoteState.HIDDEN)
    found: Sequence[Note] = sorted(rows[:50], key=lambda note: note.kind != NoteKind.GOLDEN)
    return [Line(n.id, n.text, n.kind, n.topic_id, n.written_at) for n in found]
