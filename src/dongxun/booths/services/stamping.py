"""Stamps are given: by the quiz of a booth, by hand, from a paper card, to a guest; and prizes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from dongxun.booths.contracts import (
    MOST_AT_ONCE,
    CardNotOpen,
    CardState,
    NoPrizeLeft,
    NotFull,
    Source,
)
from dongxun.booths.models import Booth, Prize, Stamp, StampCard
from dongxun.booths.queries.cards import booth, booth_with, stampable
from dongxun.booths.queries.standing import Who, holder
from dongxun.booths.services.rows import HERE, held, note, tell
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import read_id
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import Given, Marked


def begin(*, by: Actor, code: str, person_id: UUID) -> UUID:
    """Begin the quiz of a booth for a person of this phone who stands there; return the try.

    Safe to repeat: a try that is open is gone on with.

    Raises:
        NotFound: no such booth, no quiz there, or not a person of this phone.
        CardNotOpen, NoTryLeft, QuizOver, PaperShort.
    """
    row = booth_with(code)
    if person_id not in by.persons or row.quiz_id is None:
        raise NotFound
    if row.card.state != CardState.OPEN:
        raise CardNotOpen
    quizzes.invite(by=HERE, quiz_id=row.quiz_id, person_ids=[person_id])
    return quizzes.begin(by=by, quiz_id=row.quiz_id, person_id=person_id)


@transaction.atomic
def stamp(
    *,
    by: Actor,
    booth_id: UUID,
    person_ids: Sequence[UUID],
    occurred_at: datetime | None = None,
) -> int:
    """Give the stamp of a booth by hand; return how many are new. Safe to repeat.

    A phone without network may bring it later: it counts when card and season were open then.

    Args:
        occurred_at: aware; when it was given, as the phone says.

    Raises:
        NotFound: not their booth, or somebody they neither look after nor have present.
        SeasonClosed, CardNotOpen.
        Invalid: too many at once.
    """
    row = booth(booth_id, by=by)
    at = min(occurred_at or clock.now(), clock.now())
    card = held(row.card_id, by=by, kept=at if occurred_at else None)
    if not _was_open(card, at):
        raise CardNotOpen
    ids = list(dict.fromkeys(person_ids))
    if len(ids) > MOST_AT_ONCE:
        raise Invalid
    if set(ids) - stampable(card, ids, by=by).keys():
        raise NotFound
    new = _give(row, ids, Source.DESK, at, by=by)
    if new:
        note("booths.stamp", by, card)
        tell(card, new)
    return len(new)


def _was_open(card: StampCard, at: datetime) -> bool:
    if card.state == CardState.OPEN:
        return True
    return card.closed_at is not None and at <= card.closed_at


def _give(
    row: Booth, person_ids: Sequence[UUID], source: Source, at: datetime, *, by: Actor
) -> set[UUID]:
    """Write the stamps that are not there yet; return whose they are."""
    live = Stamp.objects.filter(booth=row, person__in=list(person_ids), voided_at=None)
    there = set(live.values_list("person_id", flat=True))
    if row.quiz_id:
        there |= {person for _quiz, person, _at in quizzes.passes([row.quiz_id], person_ids)}
    new = [key for key in person_ids if key not in there]
    now = clock.now()
    Stamp.objects.bulk_create(
        Stamp(
            booth=row,
            person_id=key,
            source=source,
            occurred_at=at,
            recorded_at=now,
            recorded_by=by.label[:120],
        )
        for key in new
    )
    return set(new)


@transaction.atomic
def enter_paper(*, by: Actor, card_id: UUID, person_id: UUID, booth_ids: Sequence[UUID]) -> None:
    """Bring the stamps of one person to what their paper card shows; safe to repeat.

    Entering it again corrects it: stamps given by hand that are not on it are voided. What
    was passed on the phone stays.

    Raises:
        NotFound: not their card, not a booth of it, or somebody they do not look after.
        SeasonClosed.
        CardNotOpen: it is still a draft.
    """
    card = held(card_id, by=by)
    if card.state == CardState.DRAFT:
        raise CardNotOpen
    booths = {row.id: row for row in card.booths.all()}
    if set(booth_ids) - booths.keys() or person_id not in stampable(card, [person_id], by=by):
        raise NotFound
    live = Stamp.objects.filter(booth__card=card, person_id=person_id, voided_at=None)
    gone = live.exclude(booth__in=list(booth_ids)).update(voided_at=clock.now())
    new: set[UUID] = set()
    for key in dict.fromkeys(booth_ids):
        new |= _give(booths[key], [person_id], Source.PAPER, clock.now(), by=by)
    if gone or new:
        note("booths.enter_paper", by, card)
        tell(card, {person_id})


@transaction.atomic
def answer_as_guest(*, by: Actor, code: str, guest: str, answers: Mapping[UUID, Given]) -> Marked:
    """Mark the sheet of somebody without a name; a pass is a stamp of their number.

    Nothing else is kept of it. Safe to repeat. The caller limits the rate.

    Raises:
        NotFound, CardNotOpen, NotYetOpen, QuizOver, SeasonClosed.
        Invalid: not the questions of this quiz.
    """
    row = booth_with(code)
    if row.quiz_id is None or not guest:
        raise NotFound
    if row.card.state != CardState.OPEN:
        raise CardNotOpen
    marked = quizzes.mark(row.quiz_id, answers)
    if not marked.passed:
        return marked
    now = clock.now()
    values = {"source": Source.QUIZ, "occurred_at": now, "recorded_at": now}
    _row, made = Stamp.objects.get_or_create(
        booth=row, guest=guest, voided_at=None, defaults=values
    )
    if made:
        audit.write(
            "booths.stamp_guest",
            by=by,
            subject=("stamp_card", row.card_id),
            organisation_id=row.card.organisation_id,
        )
    return marked


@transaction.atomic
def give_prize(*, by: Actor, card_id: UUID, who: str) -> None:
    """Note that the prize for a full card was handed out. Safe to repeat.

    Args:
        who: the id of a person, or the number of a guest.

    Raises:
        NotFound: not their card, or nobody who has stamps of it.
        SeasonClosed, NotFull, NoPrizeLeft.
    """
    card = held(card_id, by=by)
    key: Who = read_id(who) or who[:8]
    found = holder(card, key) if who else None
    if found is None:
        raise NotFound
    if found.prize_at is not None:
        return
    if found.full_at is None:
        raise NotFull
    if card.stock is not None and card.prizes.count() >= card.stock:
        raise NoPrizeLeft
    Prize.objects.create(
        card=card,
        person_id=found.person_id,
        guest=found.guest,
        given_at=clock.now(),
        given_by=by.label[:120],
    )
    note("booths.give_prize", by, card)
