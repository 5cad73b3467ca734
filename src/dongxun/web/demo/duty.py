"""志愿服务 of the demo: posts by the village, hours to approve, errands, a team that waits."""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from dongxun.kernel import clock
from dongxun.volunteers import api as volunteers
from dongxun.volunteers.contracts import (
    TEMPLATES,
    Asker,
    ErrandDraft,
    ErrandKind,
    PostDraft,
    ServiceDraft,
    SheetMark,
    TeamDraft,
)
from dongxun.web.demo.needs import FOR_AN_ERRAND, key_of
from dongxun.web.demo.world import SYSTEM, Member, Town, Unit, World

TOWNS = ("平潮镇", "五接镇", "刘桥镇")
Times = tuple[UUID, datetime, datetime]
BEHIND, AHEAD = 9, 5
PUBLISHED = 8
ERRANDS = (
    (ErrandKind.SHOPPING, "大米 10 斤、食用油一桶", "waiting"),
    (ErrandKind.PAPERS, "代缴电费，户号写在门后", "waiting"),
    (ErrandKind.MEDICINE, "替腿脚不便的老人取药、送上门", "taken"),
    (ErrandKind.COMPANY, "周五上午陪去看眼睛", "waiting"),
    (ErrandKind.REPAIR, "灯泡坏了，换一个", "done"),
    (ErrandKind.SHOPPING, "年货：挂面、白糖、春联", "received"),
)
ABOUT_A_NEED = 2


def build(world: World) -> None:
    """Write posts with a fortnight of shifts, activities, errands and teams of three towns."""
    volunteers.ensure_types()
    for town in world.towns:
        if town.name in TOWNS and town.hall_id is not None:
            _post(world, town, town.units[0])
    town = next(town for town in world.towns if town.name == TOWNS[0])
    _services(world, town)
    _errands(world, town)
    _teams(world, town)


def _post(world: World, town: Town, unit: Unit) -> None:
    dice = world.dice(f"duty/{town.name}")
    if unit.hall_id is None:
        return
    key = "3x8" if town.name == TOWNS[0] else "4x6"
    draft = PostDraft(
        name=f"{unit.node.short_name}村口岗",
        organisation_id=unit.branches[0].id,
        place_id=unit.hall_id,
        from_day=world.today - timedelta(days=BEHIND),
        until_day=world.today + timedelta(days=AHEAD + 9),
        starts=TEMPLATES[key][1],
        note="查看来往人员和车辆，提醒烟花爆竹和出行安全",
    )
    post_id = volunteers.save_post(by=SYSTEM, season_id=world.season(), draft=draft)
    with clock.frozen(clock.moment(draft.from_day)):
        last = world.today + timedelta(days=AHEAD)
        volunteers.fill_shifts(by=SYSTEM, post_id=post_id, first=draft.from_day, last=last)
    people = unit.members[:12]
    shifts = volunteers.shift_times(post_id, by=SYSTEM)
    over = [shift for shift in shifts if shift[2] <= world.now]
    _history(world, over, people)
    for number, shift in enumerate(shifts[len(over) :]):
        if number != 1 and dice.random() < 0.72:
            person = people[(number * 5 + 3) % len(people)]
            volunteers.take_shift(by=SYSTEM, shift_id=shift[0], person_id=person.id)


def _history(world: World, over: list[Times], people: list[Member]) -> None:
    """Staff what is over, from the sheets that hang at the post; older hours are approved."""
    dice = world.dice("duty/history")
    marks = {}
    for number, (shift_id, begin, end) in enumerate(over):
        late = timedelta(minutes=dice.choice((0, 0, 0, 5, 12)))
        short = timedelta(hours=dice.choice((0, 0, 0, 0, 0, 0, 4)))
        person = people[(number * 5) % len(people)]
        key = ("shift", shift_id, person.id)
        marks[key] = SheetMark(begin + late, end - short)
    volunteers.enter_sheet(by=SYSTEM, marks=marks)
    for days in (PUBLISHED, 3):
        until = world.now - timedelta(days=days)
        with clock.frozen(until):
            ids = volunteers.waiting_ids(world.season(), by=SYSTEM, until=until)
            volunteers.approve_hours(by=SYSTEM, turn_ids=ids)


def _services(world: World, town: Town) -> None:
    branch = town.units[0].branches[0].id
    for number, (kind, title, whom) in enumerate(
        (
            ("义诊", "到军属家中免费检查", "军属"),
            ("保洁", "为现役军人家属打扫卫生", "军属"),
            ("农产品质量抽检", "春节前蔬菜大棚义务抽检", "菜农"),
        ),
        start=1,
    ):
        begin = clock.moment(world.today + timedelta(days=number)) + timedelta(hours=9)
        draft = ServiceDraft(
            title=title,
            organisation_id=branch,
            type_id=volunteers.type_named(kind),
            starts_at=begin,
            ends_at=begin + timedelta(hours=2),
            place_text=f"{town.units[0].node.short_name}各组",
            needed=4,
            for_whom=whom,
            tags=("文明实践", "岗位建功"),
        )
        service = volunteers.save_service(by=SYSTEM, season_id=world.season(), draft=draft)
        for member in town.units[0].members[20 + number : 22 + number]:
            volunteers.join_service(by=SYSTEM, service_id=service, person_id=member.id)


def _key(world: World, words_of: str) -> UUID:
    return uuid5(world.season(), f"{world.seed}/{words_of}")


def _errands(world: World, town: Town) -> None:
    unit = town.units[0]
    for number, (kind, words, state) in enumerate(ERRANDS):
        draft = ErrandDraft(
            id=_key(world, f"errand/{number}"),
            kind=kind,
            words=words,
            organisation_id=unit.branches[0].id,
            asker=Asker.SELF if number % 2 else Asker.BRANCH,
            for_name=f"{number + 1} 号老人（虚构）",
            address=f"{number + 2} 组 {3 * number + 5} 号",
            phone=f"1990000{2000 + number}",
            about_kind="need" if number == ABOUT_A_NEED else "",
            about_id=key_of(world, FOR_AN_ERRAND) if number == ABOUT_A_NEED else None,
        )
        with clock.frozen(world.now - timedelta(hours=5 * (len(ERRANDS) - number))):
            made = volunteers.ask_errand(by=SYSTEM, draft=draft)
            if state == "waiting":
                continue
            runner = unit.members[30 + number]
            volunteers.take_errand(by=SYSTEM, errand_id=made.id, person_id=runner.id)
            if state != "taken":
                volunteers.finish_errand(by=SYSTEM, errand_id=made.id, words="送到门口", minutes=35)
            if state == "received":
                volunteers.receive_errand(by=SYSTEM, errand_id=made.id, how="told")


def _teams(world: World, town: Town) -> None:
    unit = town.units[0]
    branch = unit.branches[0].id
    draft = TeamDraft("理论学习志愿者队", branch, "领学、送学、解答疑问")
    team = volunteers.form_team(by=SYSTEM, draft=draft)
    for member in unit.members[:6]:
        volunteers.join_team(by=SYSTEM, team_id=team, person_id=member.id)
    founder = unit.members[8].id
    own = TeamDraft("返乡青年志愿宣传队", branch, "挨家挨户发倡议书、提醒返乡登记")
    volunteers.form_team(by=SYSTEM, draft=own, founder_id=founder)
