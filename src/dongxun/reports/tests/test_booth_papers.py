import pytest

from dongxun.booths.models import Booth
from dongxun.booths.tests.make import make_card
from dongxun.kernel.errors import NotFound
from dongxun.reports.recipes import NothingToPrint
from dongxun.reports.services import booths as services
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db


def test_each_booth_has_a_sheet_with_the_code_it_is_opened_by(cast, tmp_path):
    card = make_card(cast.season, cast.own.node, title="冬训小游园")
    ready = services.print_booth_sheets(by=cast.actor("organiser"), card_id=card.id)
    pages = pages_of(ready.content, tmp_path)
    asked, by_hand = Booth.objects.filter(card=card)
    assert len(pages) == 2
    for word in ("冬训小游园", asked.title, asked.code, "扫码答题"):
        assert word in pages[0]
    assert "在这里盖章" in pages[1]
    assert by_hand.code not in pages[1]


def test_a_paper_card_has_a_field_for_each_booth_and_no_name(cast, tmp_path):
    card = make_card(cast.season, cast.own.node, asked=1, by_hand=6, needed=5)
    ready = services.print_stamp_cards(by=cast.actor("organiser"), card_id=card.id)
    [page] = pages_of(ready.content, tmp_path)
    for booth in card.booths.all():
        assert page.count(booth.title) == 4
    assert "集满5枚" in page


def test_papers_of_another_town_or_without_booths_are_not_printed(cast):
    card = make_card(cast.season, cast.own.node, asked=0, by_hand=0, needed=1)
    with pytest.raises(NotFound):
        services.print_stamp_cards(by=cast.actor("other_organiser"), card_id=card.id)
    with pytest.raises(NothingToPrint):
        services.print_booth_sheets(by=cast.actor("organiser"), card_id=card.id)
