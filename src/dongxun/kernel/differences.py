"""Two words for one thing: what phones said differently, kept until a person decides.

A room says of each kind of its items how a body reads (``speak_for``): whom it is about and
whose organisers may decide. Shown are second bodies under one id (``sync.SyncVariant``), and
items answered ``conflict`` of kinds for which the room can make the record say so after all.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock, sync
from dongxun.kernel.actors import ORGANISERS, Actor, Role
from dongxun.kernel.bulk import chunks
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.models import SyncItem, SyncPassed, SyncVariant
from dongxun.kernel.together import Question

log = logging.getLogger(__name__)
Body = Mapping[str, Any]
T = TypeVar("T")
R = TypeVar("R", SyncItem, SyncVariant, SyncPassed)
MOST = 200
audit.describe(
    acts={"kernel.settle_difference": _("Decided between two records of a phone")},
    things={"sync_item": _("record of a phone")},
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body says: of what or whom, in which words.

    ``places`` are the positions in the tree whose organisers decide; ``person_id`` is whom the
    phone spoke for, ``href`` the page of the thing itself.
    """

    about: str
    words: str
    places: tuple[int, ...]
    organisation_id: UUID
    person_id: UUID | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The file that came with words: where it can be looked at, and what it is called."""

    href: str
    name: str

    @property
    def is_picture(self) -> bool:
        """Whether a page can show it."""
        return self.name.lower().endswith((".jpg", ".jpeg", ".png"))


Read = Callable[[Sequence[Body]], Sequence[Reading | None]]
Files = Callable[[UUID, Body], tuple[Shown | None, Shown | None]]


@dataclass(frozen=True, slots=True)
class Voice:
    """How a room speaks of one kind.

    ``read`` answers None for a body that says nothing known. ``stands`` tells what the record
    says where an item was answered ``conflict``; ``believe`` makes it say what the item says,
    where that may be. ``files`` tells which file stands there and which came with an item;
    ``decided`` is told what a person decided of it, and whether the item counts.
    """

    label: Text
    read: Read
    stands: Callable[[Body], str] | None = None
    believe: Callable[[Actor, Body], None] | None = None
    files: Files | None = None
    decided: Callable[[Actor, UUID, bool], None] | None = None


class Source(StrEnum):
    """Where a difference lies."""

    BODY = "body"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Word:
    """One of the two: what it says, when it came, by whom, and the end of the phone's name."""

    words: str
    at: datetime | None = None
    by: str = ""
    phone: str = ""
    file: Shown | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Two words for one thing: the first counts, the second is kept and counts for nothing yet."""

    source: Source
    id: UUID
    kind: str
    label: Text
    reading: Reading | None
    first: Word
    second: Word
    body: Body
    takes: bool


class DifferenceRefused(Invalid):
    """The second word cannot be taken; it stays kept."""

    code = "difference_refused"
    message = _("It does not fit any more and cannot be taken; it stays kept here.")


_voices: dict[str, Voice] = {}
_elsewhere: set[str] = set()


def speak_for(kind: str, voice: Voice) -> None:
    """Register how a kind reads; a second voice is a bug."""
    if _voices.setdefault(kind, voice) is not voice:
        raise ValueError(kind)


def kinds_elsewhere() -> frozenset[str]:
    """Return the kinds whose room has a page of its own."""
    return frozenset(_elsewhere)


def shown_elsewhere(kinds: Iterable[str]) -> None:
    """Leave kinds to a page of their room's own."""
    _elsewhere.update(kinds)


def differences(*, by: Actor) -> list[Difference]:
    """Return what the actor may decide, oldest first.

    What says nothing known is shown to the offices, so that nothing lies unseen.
    """
    return list(islice(_open(by), MOST))


def waiting(by: Actor) -> Question[int]:
    """Return how many :func:`differences` there are; where nothing lies, one turn says so."""
    lying = yield [_open_bodies().values_list("kind")[:1], _open_items().values_list("kind")[:1]]
    return len(differences(by=by)) if any(lying) else 0


def _open(by: Actor, *, only: UUID | None = None) -> Iterator[Difference]:
    """Yield what the actor may decide, read a portion at a time: most of it may be others'."""
    for bodies in portions(_open_bodies(), only):
        yield from (one for one in _bodies(bodies) if may_decide(by, one.reading))
    for items in portions(_open_items(), only):
        yield from (one for one in _items(items) if may_decide(by, one.reading))


def portions(rows: QuerySet[R], only: UUID | None) -> Iterator[list[R]]:
    """Yield rows a portion at a time, in their order; the one asked for alone, if one is."""
    wanted = rows.filter(pk=only) if only else rows
    for ids in chunks(list(wanted.values_list("pk", flat=True)), MOST):
        yield list(rows.filter(pk__in=ids))


def may_decide(by: Actor, reading: Reading | None) -> bool:
    """Whether the actor looks after what a body is about; after what nobody can read, offices."""
    if reading is None:
        return by.holds(Role.OFFICE)
    return any(by.reaches(lft, ORGANISERS) for lft in reading.places)


def _open_bodies() -> QuerySet[SyncVariant]:
    rows = SyncVariant.objects.filter(settled_at=None).exclude(kind__in=_elsewhere)
    rows = rows.exclude(body={})  # its days are over, see leaving.py
    return rows.order_by("received_at", "id")


def _open_items() -> QuerySet[SyncItem]:
    kinds = [kind for kind, voice in _voices.items() if voice.stands]
    rows = SyncItem.objects.filter(answer=SyncAnswer.CONFLICT, settled_at=None, kind__in=kinds)
    return rows.order_by("received_at", "id")


def _bodies(found: Sequence[SyncVariant]) -> list[Difference]:
    firsts = SyncItem.objects.in_bulk({row.item_id for row in found})
    pairs = [(row, firsts[row.item_id]) for row in found if row.item_id in firsts]
    read = read_bodies([(row.kind, row.body) for row, _first in pairs])
    before = read_bodies([(first.kind, first.body) for _row, first in pairs])
    return [
        Difference(
            Source.BODY,
            row.id,
            row.kind,
            label_of(row.kind),
            one or two,
            Word(one.words if one else "", first.received_at, phone=first.device[-4:]),
            Word(two.words if two else "", row.received_at, row.sent_by, row.device[-4:]),
            row.body,
            takes=two is not None,
        )
        for (row, first), two, one in zip(pairs, read, before, strict=True)
    ]


def _items(found: Sequence[SyncItem]) -> list[Difference]:
    read = read_bodies([(row.kind, row.body) for row in found])
    files = [_files(row) for row in found]
    return [
        Difference(
            Source.ITEM,
            row.id,
            row.kind,
            label_of(row.kind),
            one,
            Word(_stands(row) if one else "", file=mine),
            Word(one.words if one else "", row.received_at, "", row.device[-4:], theirs),
            row.body,
            takes=_voices[row.kind].believe is not None,
        )
        for row, one, (mine, theirs) in zip(found, read, files, strict=True)
    ]


def label_of(kind: str) -> Text:
    """Return what a record of a kind is called."""
    return _voices[kind].label if kind in _voices else _("a record")


def _stands(row: SyncItem) -> str:
    stands = _voices[row.kind].stands
    return stands(row.body) if stands else ""


def _files(row: SyncItem) -> tuple[Shown | None, Shown | None]:
    files = _voices[row.kind].files
    return files(row.id, row.body) if files else (None, None)


def read_bodies(bodies: Sequence[tuple[str, Body]]) -> list[Reading | None]:
    """Let each room read its own, all of a kind at once; None for what says nothing known."""
    found: list[Reading | None] = [None] * len(bodies)
    for kind, voice in _voices.items():
        places = [number for number, (of, _body) in enumerate(bodies) if of == kind]
        if places:
            said = _read(voice, [bodies[number][1] for number in places])
            for number, reading in zip(places, said, strict=True):
                found[number] = reading
    return found


def _read(voice: Voice, bodies: Sequence[Body]) -> Sequence[Reading | None]:
    """Read bodies of one kind; no taker has looked at a second one, and one must not spoil others."""
    try:
        return voice.read(bodies)
    except (ValueError, TypeError, OverflowError):
        if len(bodies) == 1:
            log.exception("could not read what a phone sent")
            return [None]
    return [reading for body in bodies for reading in _read(voice, [body])]


@transaction.atomic
def settle(*, by: Actor, source: Source, difference_id: UUID, take: bool) -> None:
    """Leave what counts, or ``take`` the second word too. Nothing is deleted.

    A second body is taken as an item of its own, by whoever the phone spoke for.

    Raises:
        NotFound: absent, settled, or not the actor's.
        DifferenceRefused: it cannot be taken: the code says why; it stays to be looked at.
    """
    known = _open(by, only=difference_id)
    found = next((one for one in known if one.source == source), None)
    if found is None:
        raise NotFound
    if take and not found.takes:
        raise DifferenceRefused
    if source is Source.BODY:
        _settle_body(found, by, take=take)
    else:
        _settle_item(found, by, take=take)
    audit.write(
        "kernel.settle_difference",
        by=by,
        subject=("sync_item", found.id),
        organisation_id=found.reading.organisation_id if found.reading else None,
        taken=take,
    )


def _settle_body(found: Difference, by: Actor, *, take: bool) -> None:
    person = found.reading.person_id if found.reading else None
    speaker = replace(by, persons=(person,), owned=frozenset({person})) if person else by
    answer = sync.settle_other(found.id, by=speaker, take=take)
    if answer is not None and answer.answer == SyncAnswer.REJECTED:
        raise DifferenceRefused(code=answer.reason)


def _settle_item(found: Difference, by: Actor, *, take: bool) -> None:
    rows = SyncItem.objects.select_for_update().filter(id=found.id, settled_at=None)
    if not rows.exists():
        raise NotFound
    voice = _voices[found.kind]
    if take and voice.believe:
        voice.believe(by, found.body)
    if voice.decided:
        voice.decided(by, found.id, take)
    SyncItem.objects.filter(id=found.id).update(settled_at=clock.now())


def answer_anew(answers: Sequence[sync.ItemAnswer]) -> None:
    """Change the word on items kept before, where what came later makes it another.

    ``stored`` and ``merged`` are one; what a person has decided about stands. An item of the
    same upload that is not answered yet is answered by this.
    """
    for answer in answers:
        rows = SyncItem.objects.filter(id=answer.id, settled_at=None)
        told = {"answer": str(answer.answer), "reason": answer.reason[:200]}
        if answer.answer == SyncAnswer.STORED:
            slower = ("", SyncAnswer.CONFLICT, SyncAnswer.REJECTED)
            rows.filter(answer__in=slower).update(**told)
        else:
            rows.exclude(**told).update(**told)


def id_in(body: Body, name: str) -> UUID | None:
    """Return the id that a body gives under a name; None for anything else."""
    try:
        return UUID(str(body.get(name, "")))
    except ValueError:
        return None


def named_in(rows: Mapping[UUID, T], body: Body, name: str) -> T | None:
    """Return the row whose id a body gives under a name, if there is one."""
    found = id_in(body, name)
    return rows.get(found) if found else None


def ids_in(bodies: Sequence[Body], name: str) -> set[UUID]:
    """Return the ids that bodies give under a name."""
    return {found for body in bodies if (found := id_in(body, name))}


def moment_in(body: Body, name: str = "occurred_at") -> datetime | None:
    """Return the moment that a body gives; None for anything else."""
    try:
        return clock.parse_moment(body[name])
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def joined(*parts: object) -> str:
    """Return what is said of the parts, one line, none of them long."""
    return "，".join(str(part)[:200] for part in parts if part)
