"""Cards and booths are written, opened and closed."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.booths.contracts import (
    LONGEST_TITLE,
    MOST_BOOTHS,
    BoothDraft,
    CardDraft,
    CardNotReady,
    CardState,
)
from dongxun.booths.models import Booth, StampCard
from dongxun.booths.queries.standing import stamps_of
from dongxun.booths.services.rows import HERE, held, note, tell
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, DomainError, Invalid, NotFound, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.quizzes import api as quizzes
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState


@transaction.atomic
def write_card(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: CardDraft,
    card_id: UUID | None = None,
    fresh_id: UUID | None = None,
) -> UUID:
    """Write a card of a unit, or change the one named.

    Args:
        fresh_id: what a new card will be called; sent again it is that card, as typed last.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: another card here has this title.
        Invalid: no title, or numbers out of bounds; of an open card more stamps than booths.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("booths.run", by, node.interval.lft)
    if bad := _faults(draft):
        raise Invalid(details=bad)
    if draft.session_id is not None:
        airing = activities.airing(draft.session_id, by=by)
        if airing.season_id != season_id:
            raise NotFound
    title = draft.title.strip()
    key = card_id or fresh_id or new_id()
    mates = StampCard.objects.filter(season_id=season_id, organisation_id=organisation_id)
    if mates.filter(title=title).exclude(id=key).exists():
        raise Conflict(_("Another stamp card here has this title."), where="title")
    if card_id or StampCard.objects.filter(id=key).exists():
        row = held(key, by=by)
    else:
        row = StampCard(
            id=key,
            season_id=season_id,
            organisation_id=organisation_id,
            created_at=clock.now(),
        )
    moved = _asks_otherwise(row, draft)
    for name, value in (asdict(draft) | {"title": title, "prize": draft.prize.strip()}).items():
        setattr(row, name, value)
    row.save()
    note("booths.write_card", by, row)
    if moved:
        tell(row, {one for one in stamps_of(list(row.booths.all())) if isinstance(one, UUID)})
    return row.id


def _asks_otherwise(row: StampCard, draft: CardDraft) -> bool:
    """Return whether other cards are full by what was typed.

    Raises:
        Invalid: the card is open and has fewer booths.
    """
    if row.state == CardState.DRAFT or row.needed == draft.needed:
        return False
    bad = missing(draft.needed, row.booths.count())
    if bad and row.state == CardState.OPEN:
        raise Invalid(bad[0], where="needed")
    return True


def _faults(draft: CardDraft) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if not 1 <= draft.needed <= MOST_BOOTHS:
        words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_BOOTHS}
        bad.append(("needed", words))
    return bad


@transaction.atomic
def write_booth(
    *,
    by: Actor,
    card_id: UUID,
    draft: BoothDraft,
    booth_id: UUID | None = None,
    fresh_id: UUID | None = None,
) -> UUID:
    """Write a booth of a card, or change the one named; its quiz is then for the booth alone.

    Args:
        fresh_id: what a new booth will be called; sent again it is that booth, as typed last.

    Raises:
        NotFound, SeasonClosed.
        Conflict: another booth has this title or this quiz; the quiz was answered already;
            or people have stamps of the quiz that was asked here before.
        Invalid: no title, or more booths than a card holds.
    """
    card = held(card_id, by=by)
    title = draft.title.strip()
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(details=[("title", _("Write a title."))])
    key = booth_id or fresh_id or new_id()
    row = Booth.objects.filter(id=key).first()
    if (booth_id and row is None) or (row and row.card_id != card.id):
        raise NotFound
    if card.booths.filter(title=title).exclude(id=key).exists():
        raise Conflict(_("Another booth of this card has this title."), where="title")
    if row is None:
        n = card.booths.count()
        if n >= MOST_BOOTHS:
            raise Invalid(_("At most %(n)d booths.") % {"n": MOST_BOOTHS}, where="title")
        row = Booth(id=key, card=card, order=n)
    _take_quiz(row, card, draft.quiz_id, by=by)
    row.title, row.place, row.task = title, draft.place.strip(), draft.task.strip()
    row.save()
    if card.state == CardState.OPEN:
        _open_quiz(row)
    note("booths.write_booth", by, card)
    return row.id


def _take_quiz(row: Booth, card: StampCard, quiz_id: UUID | None, *, by: Actor) -> None:
    if row.quiz_id == quiz_id:
        return
    if row.quiz_id and quizzes.passes([row.quiz_id]):
        words = _("People have passed the quiz of this booth; make a new booth instead.")
        raise Conflict(words, where="quiz")
    if row.quiz_id:
        quizzes.release(by=HERE, quiz_id=row.quiz_id)
    if quiz_id is not None:
        if Booth.objects.filter(quiz_id=quiz_id).exclude(id=row.id).exists():
            raise Conflict(_("Another booth asks this quiz; choose another."), where="quiz")
        quizzes.keep_for_invited(by=by, quiz_id=quiz_id, season_id=card.season_id)
    row.quiz_id = quiz_id


@transaction.atomic
def remove_booth(*, by: Actor, booth_id: UUID) -> None:
    """Take a booth off its card; one that gave stamps stays. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        Conflict: somebody has its stamp, or the open card could no longer be full.
    """
    row = Booth.objects.select_related("card").filter(id=booth_id).first()
    if row is None:
        return
    card = held(row.card_id, by=by)
    if row.stamps.exists() or (row.quiz_id and quizzes.passes([row.quiz_id])):
        raise Conflict(_("Somebody has the stamp of this booth; it stays on the card."))
    bad = missing(card.needed, card.booths.count() - 1)
    if bad and card.state == CardState.OPEN:
        raise Conflict(bad[0])
    if row.quiz_id:
        quizzes.release(by=HERE, quiz_id=row.quiz_id)
    row.delete()
    note("booths.remove_booth", by, card)


@transaction.atomic
def open_card(*, by: Actor, card_id: UUID) -> None:
    """Let stamps be given, and the quizzes of the booths be answered. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        CardNotReady: too few booths, or a quiz without questions.
    """
    card = held(card_id, by=by)
    if card.state == CardState.OPEN:
        return
    booths = list(card.booths.select_related("quiz"))
    if bad := missing(card.needed, len(booths)):
        raise CardNotReady(bad[0], details=[("booths", words) for words in bad])
    for booth in booths:
        _open_quiz(booth)
    card.state, card.closed_at = CardState.OPEN, None
    card.save(update_fields=["state", "closed_at"])
    note("booths.open_card", by, card)


def missing(needed: int, n_booths: int) -> list[str]:
    """Return what a card that asks for so many stamps lacks before they can be given."""
    if n_booths >= needed:
        return []
    words = _("The card asks for %(needed)d stamps and has %(n)d booths.")
    return [words % {"needed": needed, "n": n_booths}]


def _open_quiz(booth: Booth) -> None:
    if booth.quiz_id is None:
        return
    try:
        quizzes.open_quiz(by=HERE, quiz_id=booth.quiz_id, goes_on=True)
    except NotFound:
        raise
    except DomainError as error:
        why = error.details[0][1] if error.details else error.message
        words = _("Booth “%(booth)s”: %(why)s") % {"booth": booth.title, "why": why}
        raise CardNotReady(words) from error


@transaction.atomic
def close_card(*, by: Actor, card_id: UUID) -> None:
    """Give no more stamps; what was earned stays, prizes can still be given. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
    """
    card = held(card_id, by=by)
    if card.state != CardState.OPEN:
        return
    card.state, card.closed_at = CardState.CLOSED, clock.now()
    card.save(update_fields=["state", "closed_at"])
    for booth in card.booths.exclude(quiz=None):
        if booth.quiz_id is not None:
            quizzes.close_quiz(by=HERE, quiz_id=booth.quiz_id, for_now=True)
    note("booths.close_card", by, card)
