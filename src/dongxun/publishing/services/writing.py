"""A member writes: every writing is kept, and a note is what its writings come to.

A note's text is that of the latest writing that no other writing knew. So the same writings in
any order, split and repetition end alike, and what two phones wrote at once is kept twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows, require_own
from dongxun.ledger import api as ledger
from dongxun.people import api as people
from dongxun.publishing import facts
from dongxun.publishing.contracts import (
    MOST_A_DAY,
    MOST_BASES,
    MOST_GOLDEN,
    MOST_TEXT,
    PLEDGE_DAYS,
    Audience,
    Decision,
    Draft,
    NoteKind,
    NoteState,
    ThreadClosed,
    WordsRefused,
)
from dongxun.publishing.models import Note, Thread, Writing
from dongxun.publishing.queries.reading import thread_open_to
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard, SeasonClosed, SeasonState, was_closed

DECIDED = {
    Decision.PUBLISH: NoteState.PUBLISHED,
    Decision.RETURN: NoteState.RETURNED,
    Decision.HIDE: NoteState.HIDDEN,
}


@transaction.atomic
def write_note(*, by: Actor, draft: Draft) -> tuple[UUID, int]:
    """Keep one writing; return the note's id and how many writings stand side by side.

    Safe to repeat, in any order: the same id is the same writing. Words for others wait until
    a secretary or organiser has looked at them.

    Raises:
        NotFound: not this phone's person, note, topic or discussion.
        LinkNeeded: their link was not opened on this phone.
        SeasonClosed: it was written after the season was closed.
        ThreadClosed: the discussion is over.
        WordsRefused: nothing said, too much said, or too often today.
    """
    known = Writing.objects.select_related("note").filter(id=draft.id).first()
    if known is not None:
        require_own(by, known.note.person_id)
        if known.note_id != draft.note_id:
            raise NotFound
        return known.note_id, known.note.heads
    home = people.branches_of({draft.person_id}).get(draft.person_id)
    require_own(by, draft.person_id)
    at = min(draft.written_at, clock.now())
    season = _season_then(home.lft, at) if home else None
    if home is None or season is None:
        raise NotFound
    _check(draft, season)
    values = _values(draft, season, home.branch_id, by)
    note, _new = Note.objects.get_or_create(id=draft.note_id, defaults=values)
    note = Note.objects.select_for_update().get(id=note.id)
    if Writing.objects.filter(id=draft.id, note=note).exists():
        return note.id, note.heads  # the same came twice at once, and the other was first
    if note.person_id != draft.person_id or note.removed_at is not None:
        raise NotFound
    if note.season_id != season.id:
        raise SeasonClosed
    Writing.objects.create(
        id=draft.id,
        note=note,
        bases=[str(key) for key in draft.bases[:MOST_BASES]],
        kind=draft.kind,
        topic_id=draft.topic_id,
        text=draft.text.strip(),
        audience=draft.audience,
        written_at=at,
        received_at=clock.now(),
    )
    settle(note, by=by)
    write_audit("publishing.write_note", by, note)
    return note.id, note.heads


def _season_then(lft: int, at: datetime) -> SeasonCard | None:
    """Return the season in which something was written; it may come after the closing.

    Raises:
        SeasonClosed: there is only one that took nothing more then.
    """
    then = seasons.season_at(lft, on=clock.day_of(at))
    for season in (then, seasons.season_at(lft)):
        if season is None or season.state != SeasonState.CLOSED:
            return season
        ended = seasons.closed_at(season.id)
        if ended and at <= ended:
            return season
    raise SeasonClosed


def as_sent(draft: Draft) -> Draft:
    """Return what a form's page says; sent again with other words it is a further writing.

    A page keeps its ids, so what was corrected after a refusal or the way back would else be
    taken for what came first. The same words again are the same writing while they are what
    the note says; once it says something else, they are meant anew.
    """
    rows = list(Writing.objects.filter(note_id=draft.note_id))
    if all(row.id != draft.id for row in rows):
        return draft
    stands = heads_of(rows)[-1]
    if _said(stands) == _said(draft):
        return replace(draft, id=stands.id)
    sent = _sent_before(draft.id, rows)
    key = uuid5(sent[-1], _said(draft))
    return replace(draft, id=key, bases=[*sent[::-1], *draft.bases])


def _sent_before(first: UUID, rows: Sequence[Writing]) -> list[UUID]:
    """Return what came from one page: each further writing is named after one before it."""
    sent = [first]
    for key in sent:
        named = (row.id for row in rows if row.id == uuid5(key, _said(row)))
        sent += [one for one in named if one not in sent]
    return sent


def _said(words: Draft | Writing) -> str:
    text = "\n".join(words.text.split("\r\n")).strip()
    return "\n".join([words.kind, str(words.topic_id), words.audience, text])


def _values(draft: Draft, season: SeasonCard, branch_id: UUID, by: Actor) -> dict[str, object]:
    """Return what a new note begins with."""
    thread = _thread(draft, by)
    return {
        "season_id": season.id,
        "person_id": draft.person_id,
        "branch_id": branch_id,
        "thread": thread,
        "reply_to": _replied(draft, thread),
        "about_kind": draft.about_kind[:20],
        "about_id": draft.about_id,
        "kind": draft.kind,
        "text": draft.text.strip(),
        "current": draft.id,
        "written_at": draft.written_at,
        "received_at": clock.now(),
    }


def write_audit(act: str, by: Actor, note: Note) -> None:
    """Note an act about somebody's words, without the words."""
    audit.write(act, by=by, subject=("note", note.id), organisation_id=note.branch_id)


def _check(draft: Draft, season: SeasonCard) -> None:
    text = draft.text.strip()
    if not text:
        raise WordsRefused(_("Write a few words."), where="text", code="words_empty")
    most = MOST_GOLDEN if draft.kind == NoteKind.GOLDEN else MOST_TEXT
    if len(text) > most:
        words = _("At most %(n)d characters.") % {"n": most}
        raise WordsRefused(words, where="text", code="words_too_long")
    topics = {topic.id for topic in seasons.rules(season.id).topics}
    if draft.topic_id is not None and draft.topic_id not in topics:
        raise NotFound
    begun = clock.moment(clock.today(), time())
    own = Writing.objects.filter(note__person_id=draft.person_id, received_at__gte=begun)
    if own.count() >= MOST_A_DAY:
        raise WordsRefused(_("That is enough for today; go on tomorrow."), code="words_too_many")


def _thread(draft: Draft, by: Actor) -> Thread | None:
    if draft.thread_id is None:
        return None
    thread = thread_open_to(draft.thread_id, draft.person_id, by=by)
    if thread.closed_at is not None:
        raise ThreadClosed
    return thread


def _replied(draft: Draft, thread: Thread | None) -> Note | None:
    """Return the post that is answered; an answer to an answer stands under the same post."""
    if draft.reply_to is None or thread is None:
        return None
    found = Note.objects.filter(
        id=draft.reply_to, thread=thread, state=NoteState.PUBLISHED, removed_at=None
    )
    note = wanted_row(found.select_related("reply_to"))
    return note.reply_to or note


def heads_of(writings: Sequence[Writing]) -> list[Writing]:
    """Return the writings that no other one knew, the latest last."""
    known = {key for one in writings for key in one.bases}
    heads = [one for one in writings if str(one.id) not in known] or list(writings)
    return sorted(heads, key=lambda one: (one.written_at, one.id))


def settle(note: Note, *, by: Actor) -> None:
    """Bring a note to what its writings and the last decision come to, and tell the ledger."""
    heads = heads_of(list(note.writings.all()))
    last = heads[-1]
    note.current, note.heads = last.id, len(heads)
    note.kind, note.topic_id, note.text = last.kind, last.topic_id, last.text
    note.audience, note.written_at = last.audience, last.written_at
    if note.kind == NoteKind.PLEDGE and note.follow_on is None:
        note.follow_on = clock.day_of(note.written_at) + timedelta(days=PLEDGE_DAYS)
    if note.audience == Audience.OWN:
        note.state = NoteState.PRIVATE
    elif note.decided == last.id and note.decision:
        note.state = DECIDED[Decision(note.decision)]
    else:
        note.state = NoteState.WAITING
    note.save()
    tell_ledger(note, by=by)


def tell_ledger(note: Note, *, by: Actor) -> None:
    """Record an accepted reflection, take it back when it no longer stands. Safe to repeat."""
    fact = facts.reflected(note)
    live = set(ledger.live_about([note.id], facts.SOURCE))
    if gone := live - ({fact.id} if fact else set()):
        ledger.void(gone, by=by, reason="record corrected")
    if fact and fact.id not in live:
        ledger.record([fact], by=by)


def own_note(note_id: UUID, *, by: Actor) -> Note:
    """Return a note of this phone's people, held until the transaction ends.

    Raises:
        NotFound: absent, taken back, or somebody else's.
        LinkNeeded: their link was not opened on this phone.
    """
    rows = Note.objects.select_for_update(of=("self",)).select_related("season")
    note = wanted_row(rows.filter(id=note_id, removed_at=None))
    require_own(by, note.person_id)
    return note


def require_changeable(note: Note) -> None:
    """Refuse to put something to words that were looked at in a season closed since.

    What belongs to words that nobody has looked at may come late.

    Raises:
        SeasonClosed.
    """
    if was_closed(note.season, clock.now()) and note.decided == note.current:
        raise SeasonClosed


def speaks_for(note: Note, by: Actor) -> bool:
    """Return whether a note is one's own, or for others and of a branch one looks after."""
    if note.person_id in by.owned:
        return True
    return note.audience != Audience.OWN and allows("publishing.moderate", by, note.branch.lft)


@transaction.atomic
def remove_note(*, by: Actor, note_id: UUID) -> None:
    """Take one's own words back, whoever may have read them. Safe to repeat."""
    try:
        note = own_note(note_id, by=by)
    except NotFound:
        if Note.objects.filter(id=note_id, person_id__in=by.owned).exists():
            return
        raise
    note.removed_at = clock.now()
    note.save(update_fields=["removed_at"])
    tell_ledger(note, by=by)
    write_audit("publishing.remove_note", by, note)


def reason_of(error: DomainError) -> str:
    """Return the word under which a phone is told why."""
    return "season_is_closed" if isinstance(error, SeasonClosed) else error.code


def draft_of_choice(note: Note, chosen: Writing, *, key: UUID, at: datetime) -> Draft:
    """Return the writing that lets ``chosen`` stand and knows all the others."""
    return Draft(
        id=key,
        note_id=note.id,
        person_id=note.person_id,
        kind=NoteKind(chosen.kind),
        text=chosen.text,
        audience=Audience(chosen.audience),
        written_at=at,
        topic_id=chosen.topic_id,
        bases=[one.id for one in heads_of(list(note.writings.all()))],
    )
