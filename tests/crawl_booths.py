"""Booths in the crawl: an open card of each town with one booth that asks."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dongxun.booths.models import Booth, StampCard
from dongxun.booths.tests.make import make_card
from tests.cast import Cast, Town
from tests.crawl_rows import EVERYBODY, ORGANISERS, PHONES, Row


def card(cast: Cast, town: Town) -> StampCard:
    found = StampCard.objects.filter(organisation_id=town.node.id).first()
    return found or make_card(cast.season, town.node, by_hand=0)


def booth(cast: Cast, town: Town) -> Booth:
    found = card(cast, town).booths.first()
    assert found is not None
    return found


def code(cast: Cast, town: Town) -> dict[str, Any]:
    return {"code": booth(cast, town).code}


BOOTH_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "card_id": lambda cast, town: card(cast, town).id,
    "booth_id": lambda cast, town: booth(cast, town).id,
}
TOWN: Final = frozenset({"office", "organiser"})
BOOTHS: Final = {
    **{f"booths:{name}": Row(ORGANISERS) for name in ("list", "new_card")},
    **{
        f"booths:{name}": Row(TOWN)
        for name in ("card", "edit_card", "new_booth", "edit_booth", "roll", "papers", "paper")
    },
    "booths:do": Row(TOWN, body=lambda _c, _t: {"what": "close"}),
    "booths:own": Row(PHONES),
    "booths:enter": Row(EVERYBODY),
    # whoever stands at a booth reads its code, wherever they belong
    "booths:booth": Row(EVERYBODY, arguments=code),
    "booths:begin": Row(PHONES, foreign=PHONES, arguments=code),
    "booths:guest": Row(EVERYBODY, arguments=code),
    "reports:booth_sheets": Row(TOWN),
    "reports:stamp_cards": Row(TOWN),
}
