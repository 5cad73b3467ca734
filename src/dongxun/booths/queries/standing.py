"""Who has which stamps: quizzes passed and stamps given, taken together; nothing is added up."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from dongxun.booths.contracts import BoothCount, Got, Holder, Source, Spot
from dongxun.booths.models import Booth, Prize, Stamp, StampCard
from dongxun.people import api as people
from dongxun.quizzes import api as quizzes

Who = UUID | str
"""A person by id, a guest by number."""


def stamps_of(
    booths: Collection[Booth],
    *,
    person_ids: Collection[UUID] | None = None,
    guest: str | None = None,
) -> dict[Who, dict[UUID, Got]]:
    """Return the stamps of each, by booth; of two ways to one stamp the earlier.

    Args:
        person_ids: None for everybody, guests among them unless ``guest`` is given.
    """
    found: defaultdict[Who, dict[UUID, Got]] = defaultdict(dict)
    if not booths:
        return {}
    by_quiz = {one.quiz_id: one.id for one in booths if one.quiz_id}
    if by_quiz and guest is None:
        for quiz_id, person_id, at in quizzes.passes(list(by_quiz), person_ids):
            found[person_id][by_quiz[quiz_id]] = Got(at, Source.QUIZ)
    rows = Stamp.objects.filter(booth__in=[one.id for one in booths], voided_at=None)
    if guest is not None:
        rows = rows.filter(guest=guest)
    elif person_ids is not None:
        rows = rows.filter(person__in=list(person_ids))
    for row in rows:
        who: Who = row.person_id or row.guest
        known = found[who].get(row.booth_id)
        if known is None or row.occurred_at < known.at:
            found[who][row.booth_id] = Got(row.occurred_at, Source(row.source))
    return dict(found)


def full_at(stamps: Mapping[UUID, Got], needed: int) -> datetime | None:
    """Return when the stamp came that made a card full; None while it is not."""
    moments = sorted(got.at for got in stamps.values())
    return moments[needed - 1] if len(moments) >= needed else None


def counts(card: StampCard) -> tuple[list[BoothCount], list[Holder]]:
    """Return each booth with its stamps, and whoever has any: full cards first, then the most."""
    booths = list(card.booths.select_related("quiz"))
    found = stamps_of(booths)
    members: dict[UUID, int] = dict.fromkeys((one.id for one in booths), 0)
    guests = dict(members)
    for who, stamps in found.items():
        tally = members if isinstance(who, UUID) else guests
        for booth_id in stamps:
            tally[booth_id] += 1
    lines = [
        BoothCount(
            one.id,
            one.title,
            one.place,
            one.code,
            one.quiz.title if one.quiz else "",
            members[one.id],
            guests[one.id],
        )
        for one in booths
    ]
    return lines, _holders(card, found)


def _holders(card: StampCard, found: Mapping[Who, Mapping[UUID, Got]]) -> list[Holder]:
    cards = people.names({who for who in found if isinstance(who, UUID)})
    given = {
        person_id or guest: at
        for person_id, guest, at in Prize.objects.filter(card=card).values_list(
            "person_id", "guest", "given_at"
        )
    }
    holders = []
    for who, stamps in found.items():
        person = cards.get(who) if isinstance(who, UUID) else None
        holders.append(
            Holder(
                person.id if person else None,
                who if isinstance(who, str) else "",
                person.name if person else "",
                person.branch_name if person else "",
                len(stamps),
                full_at(stamps, card.needed),
                given.get(who),
            )
        )
    return sorted(holders, key=_place)


def _place(one: Holder) -> tuple[bool, float, int, str]:
    full = one.full_at
    return full is None, full.timestamp() if full else 0.0, -one.stamps, one.who


def holder(card: StampCard, who: Who) -> Holder | None:
    """Return one of those who have stamps of a card."""
    person_ids = [who] if isinstance(who, UUID) else []
    guest = who if isinstance(who, str) else None
    found = stamps_of(list(card.booths.all()), person_ids=person_ids, guest=guest)
    return next(iter(_holders(card, found)), None)


def own_stamps(booths: Collection[Booth], who: Who | None) -> Mapping[UUID, Got]:
    """Return the stamps of one, by booth; nobody has none, and nothing is asked."""
    if who is None:
        return {}
    if isinstance(who, UUID):
        return stamps_of(booths, person_ids=[who]).get(who, {})
    return stamps_of(booths, guest=who).get(who, {})


def prizes_of(card_ids: Collection[UUID], who: Who) -> dict[UUID, datetime]:
    """Return for which of these cards somebody has had the prize, and when."""
    rows = Prize.objects.filter(card__in=list(card_ids))
    rows = rows.filter(person=who) if isinstance(who, UUID) else rows.filter(guest=who)
    return dict(rows.values_list("card_id", "given_at"))


def spots(card: StampCard, own: Mapping[UUID, Got]) -> list[Spot]:
    """Return the booths of a card, each with the stamp there among somebody's own."""
    return [
        Spot(one.id, one.title, one.place, one.code, own.get(one.id)) for one in card.booths.all()
    ]


def on_paper(card: StampCard) -> int:
    """Return how many people have stamps that were entered from a paper card."""
    rows = Stamp.objects.filter(booth__card=card, source=Source.PAPER, voided_at=None)
    return rows.values("person").distinct().count()


def full_of(season_id: UUID, person_ids: Collection[UUID]) -> list[tuple[UUID, UUID, datetime]]:
    """Return which cards of a season these people have filled, and when. For rooms that compute."""
    rows = Booth.objects.filter(card__season=season_id).select_related("card")
    booths = {one.id: one for one in rows}
    found: list[tuple[UUID, UUID, datetime]] = []
    for who, got in stamps_of(booths.values(), person_ids=person_ids).items():
        by_card: defaultdict[UUID, dict[UUID, Got]] = defaultdict(dict)
        for booth_id, stamp in got.items():
            by_card[booths[booth_id].card_id][booth_id] = stamp
        needed = {booths[key].card_id: booths[key].card.needed for key in got}
        for card_id, stamps in by_card.items():
            at = full_at(stamps, needed[card_id])
            if isinstance(who, UUID) and at is not None:
                found.append((who, card_id, at))
    return found
