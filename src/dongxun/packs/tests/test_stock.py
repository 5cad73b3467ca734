import pytest
from django.db import IntegrityError

from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.packs.contracts import Content, MovementKind, PackKind, StockShort
from dongxun.packs.models import Article, Movement, Pack, Stock
from dongxun.packs.queries import stock as queries
from dongxun.packs.services import definitions, stock
from dongxun.packs.services.receipts import Signed, keep, settle
from dongxun.packs.tests.make import line_of, make_article, make_list, make_pack, make_place


@pytest.fixture
def book(cast):
    return make_article(cast.own.node, "辅导读本")


@pytest.fixture
def place(cast):
    return make_place(cast.own.node)


def receive(cast, book, place, quantity=10, *, item_id=None, by=None):
    stock.receive_stock(
        by=by or cast.actor("organiser"),
        item_id=item_id or new_id(),
        article_id=book.id,
        place_id=place.id,
        quantity=quantity,
    )


def quantity(place):
    return Stock.objects.get(place=place).quantity


def test_what_comes_in_lies_in_its_place_and_the_same_delivery_counts_once(cast, book, place):
    item_id = new_id()
    receive(cast, book, place, item_id=item_id)
    receive(cast, book, place, item_id=item_id)
    assert (quantity(place), Movement.objects.get().kind) == (10, MovementKind.RECEIPT)


def test_a_transfer_leaves_one_place_and_reaches_another(cast, book, place):
    other = make_place(cast.own.branch, "农家书屋")
    receive(cast, book, place)
    moved = {"article_id": book.id, "from_id": place.id, "quantity": 4}
    by = cast.actor("organiser")
    stock.transfer_stock(by=by, item_id=new_id(), to_id=other.id, **moved)
    assert (quantity(place), quantity(other)) == (6, 4)
    with pytest.raises(Invalid):
        stock.transfer_stock(by=by, item_id=new_id(), to_id=place.id, **moved)


def test_a_store_never_falls_below_nothing(cast, book, place):
    receive(cast, book, place, 3)
    with pytest.raises(StockShort) as short:
        stock.lose_stock(
            by=cast.actor("organiser"),
            item_id=new_id(),
            article_id=book.id,
            place_id=place.id,
            quantity=5,
            note="受潮",
        )
    assert "辅导读本还差 2 册" in str(short.value)
    assert (quantity(place), Movement.objects.count()) == (3, 1)
    with pytest.raises(IntegrityError):
        Stock.objects.filter(place=place).update(quantity=-1)


def test_a_loss_needs_a_reason_and_a_delivery_a_number(cast, book, place):
    with pytest.raises(Invalid):
        receive(cast, book, place, 0)
    receive(cast, book, place)
    with pytest.raises(Invalid):
        stock.lose_stock(
            by=cast.actor("organiser"),
            item_id=new_id(),
            article_id=book.id,
            place_id=place.id,
            quantity=1,
            note=" ",
        )


def test_stores_of_other_towns_are_out_of_sight_and_reach(cast, book, place):
    receive(cast, book, place)
    with pytest.raises(NotFound):
        receive(cast, book, place, by=cast.actor("other_organiser"))
    assert queries.shelves(by=cast.actor("other_organiser")) == []
    assert len(queries.shelves(by=cast.actor("office"))) == 1


def test_an_article_of_the_district_may_lie_in_a_town(cast, place):
    book = make_article(cast.district, "区里的读本")
    receive(cast, book, place)
    assert quantity(place) == 10
    with pytest.raises(NotFound):
        receive(cast, make_article(cast.foreign.node), place)


def test_the_stores_say_how_many_packs_they_make(cast, book, place):
    towel = make_article(cast.own.node, "毛巾", unit="条")
    pack = make_pack(cast.season, cast.own.node, book, towel)
    pack.contents.filter(article=towel).update(quantity=2)
    receive(cast, book, place, 10)
    receive(cast, towel, place, 13)
    pack = Pack.objects.get(id=pack.id)
    assert queries.packs_in(pack, by=cast.actor("organiser")) == [(place.id, "文明实践所", 6)]


def test_a_pack_holds_something_once_and_has_a_name_of_its_own(cast, book):
    def save(**overrides):
        values = {
            "season_id": cast.season.id,
            "organisation_id": cast.own.node.id,
            "name": "加油包",
            "kind": PackKind.FUEL,
            "contents": [Content(book.id, 1)],
        }
        return definitions.save_pack(by=cast.actor("organiser"), **(values | overrides))

    first = save()
    assert save(pack_id=first, name="能量包") == first
    save()
    bad = [
        {"name": " "},
        {"contents": []},
        {"contents": [Content(book.id, 0)]},
        {"contents": [Content(book.id, 1), Content(book.id, 2)]},
    ]
    for wrong in bad:
        with pytest.raises(Invalid):
            save(**wrong)
    with pytest.raises(Conflict):
        save(name="能量包")
    with pytest.raises(NotFound):
        save(name="别家的", contents=[Content(make_article(cast.foreign.node).id, 1)])


def test_a_new_edition_enters_the_packs_and_it_is_known_who_has_which(cast, place):
    by = cast.actor("organiser")
    old = make_article(cast.own.node, "要点汇编", kind="document")
    pack = make_pack(cast.season, cast.own.node, old)
    first = make_list(pack, place, [cast.lin, cast.zhou])
    sign(first, cast.lin, by)
    new_one = definitions.release_edition(by=by, article_id=old.id, what_is_new="加了全会精神")
    assert definitions.release_edition(by=by, article_id=old.id, what_is_new="再发") == new_one
    assert pack.contents.get().article_id == new_one
    second = make_list(pack, place, [cast.lin])
    sign(second, cast.lin, by)
    found = queries.editions(old.id, by=by)
    assert [(one.edition, one.received, one.total) for one in found] == [(2, 1, 1), (1, 1, 2)]
    assert Article.objects.get(id=new_one).what_is_new == "加了全会精神"


def sign(issued, person, by):
    line = line_of(issued, person)
    keep(line, new_id(), Signed("signed", issued.issued_at), by=by)
    settle(line)
