"""加油包 of the demo: packs on their way, leaflets counted, donations from promise to thanks."""

from datetime import timedelta
from uuid import UUID, uuid5

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.packs import api as packs
from dongxun.packs.contracts import (
    ArticleKind,
    AudienceRule,
    Content,
    DonationDraft,
    DonationKind,
    GoodsLine,
    LeafletKind,
    LineKind,
    ListDraft,
    Outsider,
    PackKind,
    ReceiptHow,
    Route,
)
from dongxun.web.demo import words
from dongxun.web.demo.needs import FOR_A_DONOR, key_of
from dongxun.web.demo.world import SYSTEM, Town, World

ISSUED_DAYS_AGO = 9
REACHED = 0.93
UNITS = 3
HANDED_BY = Actor.system("平潮镇组织办")
OUTSIDERS = (
    Outsider(LineKind.COOPERATIVE, "绿丰农机合作社", "春耕技术问答另附", 2),
    Outsider(LineKind.COOPERATIVE, "江畔蔬菜合作社", "", 2),
    Outsider(LineKind.FARM, "稻香家庭农场", ""),
    Outsider(LineKind.FARM, "圩田家庭农场", ""),
    Outsider(LineKind.HOUSEHOLD, "三组困难户一", "送棉被时一并送"),
    Outsider(LineKind.ENTERPRISE, "平潮纺织小微园", "", 3),
)


def build(world: World) -> None:
    """Write packs, lists, receipts, leaflets and donations of the cast's town."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    if town.hall_id is None:
        return
    with clock.frozen(world.now - timedelta(days=ISSUED_DAYS_AGO)):
        articles = _articles(town)
        made = _packs(world, town, articles)
        lists = _lists(world, town, made)
    _receipts(world, lists)
    _leaflets(world, town)
    _donations(world, town)


def _key(world: World, words_of: str) -> UUID:
    """Return an id that is the same for the same seed."""
    return uuid5(world.season(), f"{world.seed}/{words_of}")


def _articles(town: Town) -> dict[str, UUID]:
    """Write down what there is, and put it into the town's hall."""
    wanted = (
        ("冬训要点汇编", ArticleKind.DOCUMENT, "A4 骑马钉", "册", 3000),
        ("农村工作问答", ArticleKind.BOOK, "32 开", "册", 3000),
        ("惠民政策明白纸", ArticleKind.EXPLAINER, "对开折页", "份", 5000),
        ("防寒围巾", ArticleKind.GOODS, "羊毛", "条", 400),
    )
    found = {}
    for title, kind, spec, unit, quantity in wanted:
        key = packs.add_article(
            by=SYSTEM,
            organisation_id=town.node.id,
            kind=kind,
            title=title,
            spec=spec,
            unit=unit,
        )
        assert town.hall_id is not None  # noqa: S101 - asked before
        packs.receive_stock(
            by=SYSTEM,
            item_id=uuid5(key, "demo"),
            article_id=key,
            place_id=town.hall_id,
            quantity=quantity,
        )
        found[title] = key
    return found


def _packs(world: World, town: Town, articles: dict[str, UUID]) -> dict[str, UUID]:
    wanted = (
        ("冬训加油包", PackKind.FUEL, ("冬训要点汇编", "农村工作问答", "惠民政策明白纸")),
        ("光荣在党50年能量包", PackKind.ENERGY, ("冬训要点汇编", "防寒围巾")),
    )
    return {
        name: packs.save_pack(
            by=SYSTEM,
            season_id=world.season(),
            organisation_id=town.node.id,
            name=name,
            kind=kind,
            contents=[Content(articles[title], 1) for title in inside],
        )
        for name, kind, inside in wanted
    }


def _lists(world: World, town: Town, made: dict[str, UUID]) -> list[UUID]:
    """Issue one list in bulk to branches, one by courier, one to cooperatives and farms."""
    units = tuple(unit.node.id for unit in town.units[:UNITS])
    due = world.today + timedelta(days=5)
    fuel, energy = made["冬训加油包"], made["光荣在党50年能量包"]
    whole = AudienceRule(unit_ids=units)
    veterans = AudienceRule(veteran_years=50, unit_ids=units)
    drafts = (
        (fuel, "加油包发到支部", whole, (), Route.BRANCH),
        (energy, "给老党员送能量包", veterans, (), Route.COURIER),
        (fuel, "合作社和家庭农场加油包", None, OUTSIDERS, Route.COURIER),
    )
    found = []
    for pack_id, title, rule, outsiders, route in drafts:
        assert town.hall_id is not None  # noqa: S101 - asked before
        draft = ListDraft(
            pack_id=pack_id,
            organisation_id=town.node.id,
            title=title,
            place_id=town.hall_id,
            rule=rule,
            outsiders=outsiders,
            route=route,
            due_on=due,
        )
        list_id = packs.draw_up_list(by=SYSTEM, draft=draft)
        packs.issue_list(by=SYSTEM, list_id=list_id)
        found.append(list_id)
    return found


def _receipts(world: World, lists: list[UUID]) -> None:
    """Let most have theirs; what is left of the couriers' list is given to the visitor."""
    dice = world.dice("receipts")
    for number, list_id in enumerate(lists):
        lines = packs.paper_lines(list_id, by=SYSTEM)
        told = {}
        left = []
        for line in lines:
            if dice.random() > REACHED:
                left.append(line.id)
                continue
            at = world.now - timedelta(days=dice.randint(1, 7), minutes=dice.randint(1, 300))
            how = dice.choice((ReceiptHow.SIGNED, ReceiptHow.SIGNED, ReceiptHow.THUMB))
            told[line.id] = packs.Signed(how, at)
            if dice.random() < 0.06:
                told[line.id] = packs.Signed(ReceiptHow.PROXY, at, "家属", "子女")
        packs.write_receipts(by=HANDED_BY, list_id=list_id, told=told)
        visitor = world.cast.get(words.CAST[2])
        if number == 1 and visitor:
            courier = packs.Courier(person_id=visitor)
            packs.give_to_courier(by=SYSTEM, list_id=list_id, line_ids=left, courier=courier)


def _leaflets(world: World, town: Town) -> None:
    wanted = (
        (LeafletKind.LETTER, "致全镇村民的一封信", 2600, 2480, "西片各村", 12),
        (LeafletKind.LEAFLET, "医保缴费明白纸", 800, 760, "集镇社区", 6),
        (LeafletKind.CARD, "冬季用电安全知识卡", 500, 480, "沿河三个村", 4),
        (LeafletKind.GIVEAWAY, "现场写春联", 320, 300, "镇文明实践所", 2),
    )
    for kind, title, copies, households, area, days in wanted:
        packs.log_leaflets(
            by=SYSTEM,
            item_id=_key(world, title),
            season_id=world.season(),
            organisation_id=town.node.id,
            kind=kind,
            title=title,
            copies=copies,
            households=households,
            area=area,
            on=world.today - timedelta(days=days),
        )


def _donations(world: World, town: Town) -> None:
    """Match a need to a donor outside, and note money and blood."""
    drive_id = packs.open_drive(
        by=SYSTEM,
        season_id=world.season(),
        organisation_id=town.node.id,
        title="困难家庭过冬床上用品",
        wanted="约 4000 套四件套和棉被",
        consignee_id=town.node.id,
        need_id=key_of(world, FOR_A_DONOR),
    )
    outside = organisations.add_external(by=SYSTEM, name="海门暖阳家纺有限公司")
    quilts = (GoodsLine("床上四件套", 3200, 40, "棉 1.8 米"), GoodsLine("棉被", 978, 12, "5 斤"))
    goods = _give(
        world,
        town,
        DonationKind.GOODS,
        outside.name,
        14,
        donor_id=outside.id,
        drive_id=drive_id,
        lines=quilts,
    )
    _arrive(world, town, goods)
    rice = (GoodsLine("大米", 60, 0, "10 公斤", "袋"),)
    _give(world, town, DonationKind.GOODS, "江畔粮油商行", 2, lines=rice)
    _give(world, town, DonationKind.MONEY, "平潮商会", 8, amount_yuan=20_000)
    _give(world, town, DonationKind.BLOOD, "平潮镇机关党支部", 5, people=36)


def _give(
    world: World, town: Town, kind: DonationKind, donor: str, days: int, **more: object
) -> UUID:
    draft = DonationDraft(
        id=_key(world, donor),
        kind=kind,
        donor_name=donor,
        consignee_id=town.node.id,
        on=world.today - timedelta(days=days),
        **more,  # type: ignore[arg-type]
    )
    return packs.promise_donation(
        by=SYSTEM, season_id=world.season(), organisation_id=town.node.id, draft=draft
    )


def _arrive(world: World, town: Town, goods: UUID) -> None:
    """Let goods travel, be counted, thanked for and shown."""
    left = world.today - timedelta(days=11)
    packs.ship_donation(by=SYSTEM, donation_id=goods, on=left, carrier="厂里自送")
    arrived = world.today - timedelta(days=10)
    if town.hall_id is None:
        return
    packs.accept_donation(
        by=SYSTEM,
        donation_id=goods,
        place_id=town.hall_id,
        on=arrived,
        accepted_by=words.CAST[1],
        accepted={},
    )
    number = f"平组谢〔{arrived.year}〕1 号"
    packs.thank_donor(by=SYSTEM, donation_id=goods, on=arrived, number=number)
    packs.show_donation(by=SYSTEM, donation_id=goods, on=arrived, where="镇政务公开栏")
