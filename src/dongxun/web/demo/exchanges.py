"""走亲与共建 of the demo: visits in every state, a tour with gaps, pledges, stations, a route."""

from datetime import timedelta
from uuid import UUID, uuid5

from dongxun.exchanges import api as exchanges
from dongxun.exchanges.contracts import ExchangeDraft, ExchangeKind, GapState, OutcomeKind
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.organisations import api as organisations
from dongxun.web.demo import words
from dongxun.web.demo.sessions import Item, begun
from dongxun.web.demo.world import Town, World

HANDS = Actor.system("平潮镇组织办")
EVIDENCE = (
    "看了顾山镇的乡村会客厅，一屋多用：会客、议事、上课。",
    "听了“老支书讲新账本”，40 分钟，27 人参加。",
    "和对方党员一起清河道，半天，清出垃圾 12 袋。",
    "送去口袋书 60 册、通州蓝印花布学习袋 60 个。",
    "顾山镇红豆村成立通州名师分站，每月来讲一次。",
    "记下三条经验：课表上墙、学时张榜、问题当场派单。",
)
TOUR = (
    ("村里没有积分超市", "每月兑换一次，账目上墙", "三月前建成，先在一个村民组试", -3, ""),
    ("冬训课表只在群里发", "课表、学时、补学名单张榜", "本周内上墙，每周五换", -6, "已上墙"),
    ("流动党员只有一名联系人", "三名委员分片联系", "支委会分工，春节前打一遍电话", 9, ""),
    ("送学只送书不讲课", "每户讲满十分钟，记学时", "送学员先试讲，二月起每户讲课", 20, ""),
)
"""Gap, practice of the model, measure, due in days, result if it is closed."""
WHO = ("周明远", "钱一诺", "林小满", "吴思远")
PLEDGES = (
    ("春节前教会五位老人用智能手机交医保", "林小满", 12, ""),
    ("二月底前把三组断头路修通", "", -2, ""),
    ("每月到结对户家里讲一次课", "钱一诺", -1, ""),
    ("家里的喜事不大操大办", "周明远", -5, "腊月廿二家中喜事只请两桌"),
)
"""Words, speaker, asked again in days, outcome if it was kept."""
OUTCOMES = (
    (OutcomeKind.IDEA, "“一户一课”送学办法", "送学记录 38 份，每户不少于十分钟", ""),
    (OutcomeKind.SYSTEM, "冬训学时张榜制度", "村务公开栏第 2 期，支委会会议记录", ""),
    (OutcomeKind.ACTION, "修好三组水泥路 320 米", "验收单和前后照片", ""),
    (OutcomeKind.DEED, "主动推迟婚礼，带头不串门", "村务公开栏、村民代表会议通报", "钱一诺"),
)
TOLD = 21
"""So many days ago the tour was, and what follows from it was noted the day after."""
STOPS = 3


def build(world: World, items: list[Item]) -> None:
    """Write what the cast's town exchanges with others."""
    town = next(town for town in world.towns if town.name == "平潮镇")
    outside = {
        name: organisations.add_external(by=HANDS, name=name).id for name in words.OUTSIDE[:3]
    }
    gushan, shanghu = outside["江阴市顾山镇"], outside["常熟市尚湖镇"]
    _visit(world, "顾山镇走亲，听老支书讲新账本", -9, (gushan, (town.node.id,)), given=6)
    branch = town.units[0].branches[0].id
    near = world.agencies.units[0].node.id
    first, second = (unit.node.id for unit in town.units[:2])
    _visit(world, "机关到村走亲", -1, (first, (near,)), given=4)
    ahead = _visit(world, "到机关走亲，看一次现场会", 6, (near, (second,)))
    exchanges.plan_session(by=HANDS, exchange_id=ahead)
    off = _visit(world, "东港镇走亲", -3, (outside["无锡市东港镇"], (town.node.id,)))
    exchanges.cancel_exchange(by=HANDS, exchange_id=off, reason="大雪封路，改到年后")
    _joint(world, town)
    with clock.frozen(world.now - timedelta(days=TOLD - 1)):
        tour = _tour(world, town, shanghu)
        _pledges(world, branch, tour)
        _stations(world, town)
    with clock.frozen(world.now):
        _followed(world, branch, tour)
        _pledge_after_class(world, town, items)
        _route(world, town)


def _key(world: World, title: str) -> UUID:
    """Return an id that is the same for the same seed."""
    return uuid5(world.season(), f"{world.seed}/exchange/{title}")


def _save(world: World, kind: str, title: str, days: int, **more: object) -> UUID:
    draft = ExchangeDraft(
        kind=kind,
        title=title,
        day=world.today + timedelta(days=days),
        **more,  # type: ignore[arg-type]
    )
    return exchanges.save_exchange(
        by=HANDS,
        season_id=world.season(),
        draft=draft,
        exchange_id=_key(world, title),
    )


def _visit(
    world: World, title: str, days: int, sides: tuple[UUID, tuple[UUID, ...]], given: int = 0
) -> UUID:
    """Plan a visit with so many of its items done; six make it complete."""
    host, guests = sides
    at = world.now + timedelta(days=min(days, 0))
    with clock.frozen(at):
        key = _save(
            world,
            ExchangeKind.VISIT,
            title,
            days,
            host_id=host,
            guest_ids=guests,
            place="文化中心",
            programme=("参观阵地", "锡剧小戏《新账本》", "小组唱《家门口的课》", "座谈"),
        )
        slots = list(exchanges.exchange(key, by=HANDS).slots.all())
        for slot, words_of in list(zip(slots, EVIDENCE, strict=False))[:given]:
            exchanges.give_evidence(by=HANDS, slot_id=slot.id, words=words_of)
        if given == len(slots):
            exchanges.complete_exchange(by=HANDS, exchange_id=key)
    return key


def _joint(world: World, town: Town) -> None:
    host, *others = (unit.node.id for unit in town.units[:6])
    with clock.frozen(world.now):
        _save(
            world,
            ExchangeKind.JOINT,
            "六村联动，一路走一路讲",
            10,
            host_id=host,
            guest_ids=(),
            partner_ids=tuple(others),
            programme=("每村一站，每站一刻钟", "收问题、当场派单"),
        )


def _tour(world: World, town: Town, model: UUID) -> UUID:
    first = town.units[0].branches[0].id
    key = _save(
        world,
        ExchangeKind.TOUR,
        "尚湖镇乡村治理参观见学",
        -TOLD,
        host_id=model,
        guest_ids=(first, town.units[1].node.id),
        place="尚湖镇治理中心",
        programme=("看积分超市", "听治理课", "小组找差"),
    )
    for number, (lack, practice, measure, due, _result) in enumerate(TOUR):
        exchanges.save_gap(
            by=HANDS,
            exchange_id=key,
            organisation_id=town.units[1].node.id if number == len(TOUR) - 1 else first,
            gap=lack,
            model_id=model,
            practice=practice,
            measure=measure,
            person=WHO[number],
            due_on=world.today + timedelta(days=due),
        )
    return key


def _pledges(world: World, unit: UUID, tour: UUID) -> None:
    for said, speaker, days, _outcome in PLEDGES:
        exchanges.save_pledge(
            by=HANDS,
            season_id=world.season(),
            organisation_id=unit,
            words=said,
            speaker=speaker,
            follow_on=world.today + timedelta(days=days),
            exchange_id=tour,
        )


def _stations(world: World, town: Town) -> None:
    for lecturer, unit in zip(world.lecturers[:1] + town.lecturers[:1], town.units, strict=False):
        exchanges.open_station(
            by=HANDS,
            lecturer_id=lecturer,
            host_id=unit.node.id,
            place_id=unit.hall_id,
            note="每月第一个周六讲一次",
        )


def _followed(world: World, unit: UUID, tour: UUID) -> None:
    """Close what was done of gaps and pledges, and note what study turned into."""
    gaps = {row.gap: row.id for row in exchanges.exchange(tour, by=HANDS).gaps.all()}
    for lack, _practice, _measure, due, result in TOUR:
        if result or due > TOLD - 2:
            state = GapState.CLOSED if result else GapState.WORKING
            exchanges.follow_gap(by=HANDS, gap_id=gaps[lack], state=state, result=result)
    pledges = {row.words: row.id for row in exchanges.exchange(tour, by=HANDS).pledges.all()}
    for said, _speaker, _days, outcome in PLEDGES:
        if outcome:
            exchanges.follow_pledge(
                by=HANDS, pledge_id=pledges[said], state="kept", outcome=outcome
            )
    for number, (kind, title, evidence, person) in enumerate(OUTCOMES):
        exchanges.save_outcome(
            by=HANDS,
            season_id=world.season(),
            organisation_id=unit,
            kind=kind,
            title=title,
            evidence=evidence,
            person=person,
            on=world.today - timedelta(days=2 * number + 1),
            exchange_id=tour if number < 2 else None,
        )


def _pledge_after_class(world: World, town: Town, items: list[Item]) -> None:
    """Note what a young member said after the latest class of the town."""
    over = [
        item
        for item in begun(world, items)
        if item.id and item.town == town.name and item.past.plan.ends_at <= world.now
    ]
    last = max(over, key=lambda item: (item.starts_at, item.past.plan.title), default=None)
    if last is not None:
        exchanges.save_pledge(
            by=HANDS,
            season_id=world.season(),
            organisation_id=town.node.id,
            words="把课上讲的网格三步法带回村里试一个月",
            speaker="",
            follow_on=world.today + timedelta(days=30),
            session_id=last.id,
        )


def _route(world: World, town: Town) -> None:
    """Draw up classes at the next stops of the vehicle."""
    for stop in organisations.vehicle_stops(by=HANDS)[:STOPS]:
        exchanges.teach_at_stop(
            by=HANDS,
            season_id=world.season(),
            place_id=stop.place_id,
            starts_at=stop.starts_at,
            host_id=town.node.id,
        )
