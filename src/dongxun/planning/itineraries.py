"""Proposed rounds as people read them: names, times, with whom, and who is left out and why."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.planning import why_rounds
from dongxun.planning.itinerary import FULL, Call, Going, Left, Opening, itinerary
from dongxun.planning.models import Run
from dongxun.planning.snapshots.rounds import NO_POINT

FEW = 3


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One home of a visitor's day with its names; ``card`` is None for who is hidden by now."""

    call: Call
    card: Card | None
    others: str


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A visitor's day; ``openings`` are the rounds it belongs to."""

    going: Going
    visitor: Card | None
    calls: tuple[ShownCall, ...]
    openings: tuple[Opening, ...]


class Itineraries:
    """All days of a search, the rounds that they become, and who cannot be placed, in words."""

    def __init__(self, run: Run, *, by: Actor) -> None:
        found = itinerary(run)
        self.openings = found.openings
        self._left = found.left
        ids = {going.visitor_id for going in found.goings}
        ids |= {call.person_id for going in found.goings for call in going.calls}
        ids |= {key for one in found.left for key in (one.person_id, *one.visitor_ids)}
        self.cards = people.cards(ids, by=by)
        self.days = [self._day(going) for going in found.goings]

    @property
    def homes(self) -> int:
        """Return how many homes the rounds reach."""
        return sum(len(one.calls) for one in self.openings)

    @property
    def way(self) -> int:
        """Return all travel in minutes."""
        return sum(one.going.way for one in self.days)

    @property
    def unplaced(self) -> list[tuple[str, str, str]]:
        """Return (name, branch, why) of those who cannot be placed; hidden people are left out."""
        return [
            (card.name, card.branch_name, self._why(one))
            for one in self._left
            for card in [self.cards.get(one.person_id)]
            if card
        ]

    @property
    def hopeless(self) -> bool:
        """Tell whether no other search could place any of those left out."""
        return all(one.code not in {*why_rounds.WAITS, FULL} for one in self._left)

    def _day(self, going: Going) -> ShownDay:
        calls = tuple(
            ShownCall(call, self.cards.get(call.person_id), self._names(call.others))
            for call in going.calls
        )
        mine = {call.round_ for call in going.calls}
        openings = tuple(one for one in self.openings if mine & {call.round_ for call in one.calls})
        return ShownDay(
            going,
            self.cards.get(going.visitor_id),
            calls,
            tuple(one for one in openings if going.visitor_id in one.visitor_ids),
        )

    def _names(self, ids: Collection[UUID]) -> str:
        known = [self.cards[key].name for key in ids if key in self.cards]
        return "、".join(known[:FEW]) + (_(" and others") if len(known) > FEW else "")

    def _why(self, one: Left) -> str:
        """Return why somebody is left out, with the names of the visitors it is about."""
        who = self._names(one.visitor_ids) or "—"
        return _words(one.code) % {"who": who, "what": self._detail(one)}

    def _detail(self, one: Left) -> str:
        if one.code != why_rounds.DAY:
            return one.detail
        return "、".join(str(WEEKDAYS[int(digit) - 1]) for digit in one.detail)


def _words(code: str) -> str:
    words = {
        NO_POINT: _("no point is known of the home, nor of a unit above"),
        FULL: _("the visitors' days are full"),
        why_rounds.LANGUAGE: _("nobody who goes speaks %(what)s; tag who does"),
        why_rounds.DAY: _("only on %(what)s, and nobody who could come goes then"),
        why_rounds.TWO: _("two are needed, and %(who)s are not there together on any day"),
        why_rounds.TIME: _("only between %(what)s, when %(who)s cannot be there"),
        why_rounds.FAR: _("too far for %(who)s to go there and back in their hours"),
        why_rounds.MOST: _("%(who)s have %(what)s homes a day already"),
        why_rounds.HOURS: _("the hours of %(who)s are full"),
    }
    return words[code]


def unplaced_words(found: Itineraries, most: int) -> str:
    """Return the first of those left out in one line."""
    return "；".join(f"{name}：{why}" for name, _branch, why in found.unplaced[:most])


def changed_names(found: Itineraries, alone: Collection[UUID]) -> Iterator[str]:
    """Yield who of the rounds is no longer as they were: gone, or visited or planned by now."""
    for day in found.days:
        if day.visitor is None:
            yield _("somebody who left")
        for one in day.calls:
            if one.card is None:
                yield _("somebody who left")
            elif one.call.person_id not in alone:
                yield one.card.name
