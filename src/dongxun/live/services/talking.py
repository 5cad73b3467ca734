"""What is said in a class: sent once, looked at where that is wanted, shown or hidden."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rules import require_own
from dongxun.live.contracts import (
    MOST_WORDS,
    BadWords,
    ClassState,
    EventKind,
    NotOpen,
    SaidKind,
    SaidState,
)
from dongxun.live.models import LiveClass, Said
from dongxun.live.services.rows import held, note, own_class, tell
from dongxun.people import api as people
from dongxun.seasons.contracts import SeasonClosed, SeasonState


def _clean(text: str) -> str:
    """Return words on one line without what cannot be seen."""
    text = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(text.split())


@transaction.atomic
def say(
    *, by: Actor, said_id: UUID, live_id: UUID, person_id: UUID, kind: SaidKind, text: str
) -> str:
    """Say something in a class for a person of the phone; return whether others see it.

    Others read it under their name, as they do notes, so it wants their personal link; watching
    does not. Safe to repeat: an id once seen says nothing more with the same words. Whether the class is for this
    phone is asked before (:func:`dongxun.live.queries.live_class`).

    Raises:
        NotFound: the phone does not speak for the person.
        LinkNeeded: their link was not opened on this phone.
        SeasonClosed.
        NotOpen: the class is not on air, or talking is switched off.
        BadWords: nothing, or too much.
    """
    require_own(by, person_id)
    words = _clean(text)
    if not words:
        raise BadWords(details=[("text", _("Write a few words."))])
    if len(words) > MOST_WORDS:
        raise BadWords(details=[("text", _("At most %(n)d letters.") % {"n": MOST_WORDS})])
    row = held(live_id)
    if row.session.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    if row.state != ClassState.LIVE or not row.is_talking:
        raise NotOpen
    home = people.branches_of({person_id}).get(person_id)
    card = people.names({person_id}).get(person_id)
    if home is None or card is None:
        raise NotFound
    state = SaidState.WAITING if row.is_moderated else SaidState.SHOWN
    made, is_new = Said.objects.get_or_create(
        id=_id_of(words, said_id, row, person_id),
        defaults={
            "live": row,
            "person_id": person_id,
            "branch_id": home.branch_id,
            "name": f"{card.name[:1]}* · {card.branch_name}"[:120],
            "kind": kind,
            "text": words,
            "state": state,
            "said_at": clock.now(),
        },
    )
    if is_new and state == SaidState.SHOWN:
        show(row, made)
    return made.state


def _id_of(words: str, said_id: UUID, row: LiveClass, person_id: UUID) -> UUID:
    """Return the id that words have: changed after they were sent, without an answer, they are new."""
    first = Said.objects.filter(id=said_id).first()
    said = (row.id, person_id, words)
    if first is None or (first.live_id, first.person_id, first.text) == said:
        return said_id
    return derived_id(first.said_at, "said", said_id, *said)


def show(row: LiveClass, said: Said) -> None:
    """Tell open pages of words that everybody may read."""
    tell(
        row,
        EventKind.SAY,
        id=str(said.id),
        name=said.name,
        text=said.text,
        question=said.kind == SaidKind.QUESTION,
        at=clock.local(said.said_at).strftime("%H:%M"),
    )


def unsay(row: LiveClass, said: Said) -> None:
    """Take hidden words out of what was told, for whoever comes later; the numbers stay."""
    told = row.events.filter(kind=EventKind.SAY, body__id=str(said.id))
    told.update(kind=EventKind.HIDE, body={"id": str(said.id)})


@transaction.atomic
def judge(*, by: Actor, live_id: UUID, ids: Sequence[UUID], state: SaidState) -> int:
    """Show or hide words of a class; return how many changed. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row, airing = own_class(live_id, by=by)
    changed = 0
    for said in row.said.filter(id__in=list(ids)).exclude(state=state):
        before = said.state
        said.state, said.decided_by = state, by.label[:120]
        said.save(update_fields=["state", "decided_by"])
        if state == SaidState.SHOWN:
            show(row, said)
        elif before == SaidState.SHOWN:
            unsay(row, said)
            tell(row, EventKind.HIDE, id=str(said.id))
        changed += 1
    if changed:
        note("live.judge", by, row, airing, n=changed, state=state)
    return changed
