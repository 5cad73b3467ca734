"""What the register of floating members, the gap list and the one-page brief hold."""

from uuid import UUID

from dongxun.activities import api as activities
from dongxun.coverage import api as coverage
from dongxun.exchanges import api as exchanges
from dongxun.exchanges.contracts import GapLine, GapState
from dongxun.kernel.actors import Interval
from dongxun.kernel.together import ask
from dongxun.kit.figures import figure
from dongxun.people import api as people
from dongxun.people.contracts import AwayReason, ContactWay, StayState
from dongxun.reports.contracts.away import (
    AwayRegister,
    AwayRow,
    Brief,
    BriefLine,
    GapList,
    GapRow,
)
from dongxun.reports.orders import Order
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode
from dongxun.visits import api as visits
from dongxun.volunteers import api as volunteers

SOURCE = "流动党员登记表"
DEFINITION = "登记在册、还没返回的流动党员；手机号、证件号不打印"
REASONS = {
    AwayReason.WORK: "外出务工经商",
    AwayReason.STUDY: "外出求学",
    AwayReason.FAMILY: "随亲属居住",
    AwayReason.MOVED: "居住地改变",
    AwayReason.ABROAD: "出国（境）",
    AwayReason.OTHER: "其他",
}
WAYS = {
    ContactWay.PHONE: "电话",
    ContactWay.CHAT: "微信或视频",
    ContactWay.MET: "当面",
    ContactWay.LETTER: "书信",
}
STATES = {
    StayState.AWAY: "外出未报到",
    StayState.WAITING: "已报到待确认",
    StayState.RECEIVED: "已接收",
    StayState.LOST: "失联",
    StayState.BACK: "已返回",
}


def count(order: Order) -> int:
    """Return how many lines the register of the order's unit has."""
    return len(people.stays(by=order.by, interval=order.interval))


def register(order: Order) -> AwayRegister:
    """Return the register of the order's unit, by branch."""
    lines = people.stays(by=order.by, interval=order.interval)
    rows = sorted(lines, key=lambda line: (line.branch_lft, line.name))
    return AwayRegister(
        season=order.season.name,
        organisation=order.node.name,
        rows=tuple(_row(line) for line in rows),
        imprint=order.imprint(SOURCE, DEFINITION),
    )


def _row(line: people.StayLine) -> AwayRow:
    report = line.report
    return AwayRow(
        name=line.name,
        sex={"m": "男", "f": "女"}.get(line.sex, ""),
        joined=f"{line.joined_on:%Y.%m}" if line.joined_on else "",
        branch=line.branch,
        left_on=line.left_on,
        reason=REASONS.get(AwayReason(line.reason), "") if line.reason else "",
        direction=line.direction,
        host=line.host,
        contact=line.host_contact or (report.host_contact if report else ""),
        reported=f"{report.reported_at:%Y-%m-%d}" if report else "否",
        contacted_on=line.contacted_on,
        way=WAYS.get(ContactWay(line.contacted_by), "") if line.contacted_by else "",
        state=STATES[StayState(line.state)],
        education=line.education,
        card=line.card_number,
        study=line.study,
        dues=line.dues,
        review=line.review,
        note=line.note,
    )


BLANKS = 14
GAP_STATES = {
    GapState.OPEN: "未启动",
    GapState.WORKING: "进行中",
    GapState.CLOSED: "已补上",
}


def blank_register(order: Order) -> AwayRegister:
    """Return an empty register to be written on."""
    imprint = order.imprint("空表")
    return AwayRegister(order.season.name, order.node.name, (), imprint, blanks=BLANKS)


def gap_count(order: Order) -> int:
    """Return how many gaps the order's unit has found."""
    return len(_gaps(order))


def _gaps(order: Order) -> list[GapLine]:
    return exchanges.gap_lines(by=order.by, season_id=order.season.id, interval=order.interval)


def gap_list(order: Order) -> GapList:
    """Return the gaps that units of the order's subtree have found."""
    return _gap_list(order, "", _gaps(order))


def gap_list_of(order: Order, exchange_id: UUID) -> GapList:
    """Return the gaps found on one exchange, of all its units.

    Raises:
        NotFound: absent, or no unit of the actor takes part.
    """
    about = exchanges.exchange(exchange_id, by=order.by)
    found = exchanges.gap_lines(by=order.by, season_id=order.season.id, exchange_id=exchange_id)
    return _gap_list(order, f"{about.title}（{about.day.isoformat()}）", found)


def _gap_list(order: Order, about: str, found: list[GapLine]) -> GapList:
    closed = sum(line.state == GapState.CLOSED for line in found)
    return GapList(
        season=order.season.name,
        organisation=order.node.name,
        about=about,
        rows=tuple(
            GapRow(
                unit=line.unit,
                gap=line.gap,
                model=line.model,
                practice=line.practice,
                measure=line.measure,
                person=line.person,
                due_on=line.due_on,
                state=GAP_STATES[GapState(line.state)],
                result=line.result,
            )
            for line in found
        ),
        imprint=order.imprint("走亲与共建登记", f"共 {len(found)} 条，已补上 {closed} 条"),
    )


def brief(order: Order) -> Brief:
    """Return the figures of a unit on one page, each with its total."""
    season = order.season.id
    grid = coverage.grid(by=order.by, season_id=season, node=order.node)
    total = grid.total
    held = activities.paper_outlines(season, order.interval, by=order.by)
    begun = sum(one.starts_at <= order.at for one in held)
    away = coverage.reached_of_mode(season, order.interval, StudyMode.FLOATING)
    done = exchanges.progress(season_id=season, interval=order.interval)
    now = total.season
    learning = (
        BriefLine("专题完成率", figure(total.met, total.due), "已完成人次 ÷ 已开课专题应完成人次"),
        BriefLine("有形覆盖", figure(now.reached, now.eligible), "至少有一条学习记录的人"),
        BriefLine("有力覆盖", figure(now.rigor, now.eligible), "学时和必修专题都学完的人"),
        BriefLine("有效覆盖", figure(now.effect, now.eligible), "测试通过或心得合格的人"),
        BriefLine("流动党员参训", figure(*away), "有学习记录的流动党员"),
        BriefLine("已办活动", f"{begun} / {len(held)} 场", "已开始的 ÷ 已发布的"),
    )
    work = (
        BriefLine("走亲与共建", f"{done.complete} / {done.exchanges} 次", "清单齐全办结的"),
        BriefLine("对标找差", f"{done.gaps_closed} / {done.gaps} 条", "已补上的"),
        BriefLine("承诺", f"{done.pledges_kept} / {done.pledges} 条", "已做到的"),
        BriefLine("学习成果", f"{done.outcomes} 条", "思路举措、制度机制、实际行动"),
        BriefLine("名师分站", f"{done.stations} 个", "在用的"),
    )
    source = "学习记录、活动、上门、发放、诉求、志愿服务、走亲与共建登记"
    return Brief(
        season=order.season.name,
        organisation=order.node.name,
        groups=(("学习", learning), ("服务", _served(order)), ("走亲与转化", work)),
        imprint=order.imprint(source, "分子 / 分母如各行所写"),
    )


def _served(order: Order) -> tuple[BriefLine, ...]:
    """Return what was done for people: at their homes, with packs, needs and volunteers' hours."""
    season = order.season.id
    done, homes = visits.visited_homes(season, order.interval)
    units: dict[UUID, Interval] = {order.node.id: order.interval}
    card = seasons.season(season, by=order.by)
    [found] = ask(coverage.beside_figures(card, units, by=order.by))
    beside = {one.definition.key: one.shares.get(order.node.id) for one in found}

    def share(key: str) -> str:
        known = beside.get(key)
        return figure(known.part, known.whole) if known else figure(0, 0)

    people_n, hours = volunteers.hours_total(season, order.interval, by=order.by)
    return (
        BriefLine("送学上门", f"{done} / {homes} 户", "去到的 ÷ 列入路线的，一户算一次"),
        BriefLine("加油包", share("packs"), "已领到的党员 ÷ 发放清单上的党员"),
        BriefLine("诉求解决率", share("solved"), "已销号 ÷ 已登记"),
        BriefLine("诉求满意率", share("satisfied"), "满意和基本满意 ÷ 已回访"),
        BriefLine("志愿服务", f"{people_n} 人，{hours} 小时", "时长已审定的"),
    )
