"""Makers of plain paper contracts for tests."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from dongxun.reports import contracts as c

NINE = datetime(2026, 12, 9, 0, 30, tzinfo=UTC)
DAY = date(2026, 12, 9)
NAMES = [
    "林小满",
    "周明远",
    "钱一诺",
    "吴思远",
    "陈㛃",
    "龑犇",
    "李喆",
    "王𬭎",
    "阿卜杜热依木·麦麦提明",
    "欧阳修远",
]
HOSTILE = [
    "#set page(fill: red)",
    "$x$ *粗* _斜_ `code` @ref <label> // 注释",
    '"\\"引号\\u{0}',
    "[#panic()]",
    "很长" * 120,
    "a" * 300,
    "👩‍🌾emoji🎉",
    "\x00\x07控制\u202e符",
    "",
    "㛃龑犇喆𬭎",
    "=标题\n- 列表\n/ 项: 目",
]


def make_imprint(**overrides: Any) -> c.Imprint:
    values: dict[str, Any] = {
        "as_of": NINE - timedelta(days=1),
        "source": "党员名册、活动排期",
        "definition": "应到为本场参训对象中在册、有效的党员，一人一场只计一次",
    }
    return c.Imprint(**values | overrides)


def make_sign_in_row(number: int = 0, **overrides: Any) -> c.SignInRow:
    values: dict[str, Any] = {
        "name": NAMES[number % len(NAMES)],
        "branch": "平潮镇新坝村第一党支部",
        "role": ("正式党员", "预备党员", "支部书记")[number % 3],
        "phone": f"199****{number % 10_000:04}",
    }
    return c.SignInRow(**values | overrides)


def make_sheet(people: int = 30, **overrides: Any) -> c.SignInSheet:
    values: dict[str, Any] = {
        "season": "通州区2026—2027年度冬训",
        "activity": "第三次集中学习",
        "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=3),
        "place": "平潮镇党群服务中心二楼会议室",
        "host": "平潮镇党委",
        "chair": "周明远",
        "branch": "平潮镇新坝村第一党支部",
        "code": "K7QF2M",
        "url": "https://dongxun.example/s/K7QF2M",
        "rows": tuple(make_sign_in_row(n) for n in range(people)),
        "imprint": make_imprint(),
    }
    return c.SignInSheet(**values | overrides)


def make_poster(**overrides: Any) -> c.Poster:
    values: dict[str, Any] = {
        "season": "通州区2026—2027年度冬训",
        "activity": "第三次集中学习：学习贯彻党的二十届四中全会精神",
        "starts_at": NINE,
        "ends_at": NINE + timedelta(hours=3),
        "place": "平潮镇党群服务中心二楼会议室",
        "host": "平潮镇党委",
        "code": "K7QF2M",
        "url": "https://dongxun.example/s/K7QF2M",
        "address": "dongxun.example",
        "contact": "周明远 199 0000 0001",
    }
    return c.Poster(**values | overrides)


def make_plan_row(**overrides: Any) -> c.PlanRow:
    values: dict[str, Any] = {
        "day": DAY,
        "half": "上午",
        "clock": "8:30—11:30",
        "topic": "党的二十届四中全会精神",
        "form": "集中授课",
        "lecturer": "周明远",
        "post": "区委党校讲师",
        "audience": "平潮、五接两镇党员",
        "headcount": 120,
        "place": "平潮镇党群服务中心二楼会议室",
        "host": "平潮镇党委",
        "co_hosts": "五接镇党委",
        "responsible": "钱一诺",
        "hours": Decimal(4),
        "remark": "第一课",
    }
    return c.PlanRow(**values | overrides)


def make_plan(sessions: int = 12, **overrides: Any) -> c.SeasonPlan:
    values: dict[str, Any] = {
        "season": "2026—2027年度",
        "organisation": "平潮镇",
        "version": "第2版（12月1日）",
        "rows": tuple(make_plan_row(day=DAY + timedelta(days=n)) for n in range(sessions)),
        "imprint": make_imprint(definition="学时按计划学时，人数为计划参训人数"),
    }
    return c.SeasonPlan(**values | overrides)


def make_open_row(number: int = 0, **overrides: Any) -> c.OpenRow:
    half = number % 3 == 1
    values: dict[str, Any] = {
        "name": NAMES[number % len(NAMES)],
        "state": "学了一半" if half else "没学",
        "hours": Decimal("2.5") if half else Decimal(0),
        "required": Decimal(8),
        "topics": "党的二十届四中全会精神、乡村振兴",
        "reason": "外出务工" if number % 4 == 0 else "",
    }
    return c.OpenRow(**values | overrides)


def make_open_names(branches: int = 3, people: int = 9, **overrides: Any) -> c.OpenNames:
    groups = tuple(
        c.OpenGroup(
            f"平潮镇新坝村第{b + 1}党支部",
            "周明远 199 0000 0001",
            48,
            tuple(make_open_row(n) for n in range(people)),
        )
        for b in range(branches)
    )
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "平潮镇",
        "scope": "已到期专题",
        "groups": groups,
        "imprint": make_imprint(definition="未参训为已到期专题没有学满要求学时的应训党员"),
    }
    return c.OpenNames(**values | overrides)


def make_roster(branches: int = 2, people: int = 20, **overrides: Any) -> c.Roster:
    groups = tuple(
        c.RosterGroup(
            f"平潮镇新坝村第{b + 1}党支部",
            "周明远",
            tuple(
                c.RosterRow(
                    NAMES[n % len(NAMES)],
                    "正式党员",
                    "支部书记" if n == 0 else "",
                    "1991.05",
                    ("集中", "送学", "流动")[n % 7 // 3],
                    f"第{n % 3 + 1}批",
                    "光荣在党50年" if n % 9 == 4 else "",
                )
                for n in range(people)
            ),
        )
        for b in range(branches)
    )
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "平潮镇",
        "groups": groups,
        "imprint": make_imprint(definition="参训对象为在册、有效且未停止党籍的党员"),
    }
    return c.Roster(**values | overrides)


def make_errands(people: int = 14, **overrides: Any) -> c.Errands:
    row = c.Errand(
        "林小满",
        "平潮镇新坝村第一党支部",
        "新坝村3组",
        "第三次集中学习，平潮镇党群服务中心二楼会议室",
        "12月9日（周三）8:30",
        "钱一诺",
    )
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "平潮镇新坝村党总支",
        "rows": (row,) * people,
        "imprint": make_imprint(definition="名单为没有手机号、又被本场通知到的党员"),
    }
    return c.Errands(**values | overrides)


def make_attendance(sessions: int = 5, leaves: int = 6, **overrides: Any) -> c.AttendanceSummary:
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "平潮镇",
        "period": "12月1日至12月31日",
        "sessions": tuple(
            c.AttendanceRow(
                DAY + timedelta(days=n), "第三次集中学习", "镇党群服务中心", 120, 101, 12, 7, 3, 2
            )
            for n in range(sessions)
        ),
        "leaves": tuple(
            c.LeaveRow(
                NAMES[n % len(NAMES)],
                "平潮镇新坝村第一党支部",
                "第三次集中学习",
                "值班",
                "周明远",
                DAY + timedelta(days=15),
                done=n % 2 == 0,
            )
            for n in range(leaves)
        ),
        "imprint": make_imprint(),
    }
    return c.AttendanceSummary(**values | overrides)


def make_make_up_slip(**overrides: Any) -> c.MakeUpSlip:
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "name": "林小满",
        "branch": "平潮镇新坝村第一党支部",
        "topics": ("党的二十届四中全会精神", "乡村振兴"),
        "sessions": (
            "12月14日（周一）8:30　平潮镇党群服务中心二楼会议室",
            "12月16日（周三）14:00　新坝村党群服务站",
        ),
        "until": DAY + timedelta(days=15),
        "contact": "周明远 199 0000 0001",
        "issuer": "平潮镇党委",
        "issued_on": DAY,
        "url": "https://dongxun.example/m/8Q2K4F",
    }
    return c.MakeUpSlip(**values | overrides)


def make_activation_slip(**overrides: Any) -> c.ActivationSlip:
    values: dict[str, Any] = {
        "organisation": "平潮镇新坝村第一党支部",
        "person": "周明远",
        "user_name": "pc-xb01",
        "code": "7KQ4-M2XF",
        "address": "dongxun.example/start",
        "url": "https://dongxun.example/start?u=pc-xb01",
        "valid_until": DAY + timedelta(days=14),
        "help": "镇组织办 199 0000 0002",
    }
    return c.ActivationSlip(**values | overrides)


def make_link_slip(**overrides: Any) -> c.LinkSlip:
    values: dict[str, Any] = {
        "name": "林小满",
        "branch": "平潮镇新坝村第一党支部",
        "season": "2026—2027年度冬训",
        "url": "https://dongxun.example/me/" + "k3J9" * 8,
        "valid_until": date(2027, 3, 31),
        "contact": "周明远 199 0000 0001",
    }
    return c.LinkSlip(**values | overrides)


TOWNS = [
    "平潮镇",
    "五接镇",
    "刘桥镇",
    "兴仁镇",
    "西亭镇",
    "二甲镇",
    "东社镇",
    "十总镇",
    "石港镇",
    "四安镇",
    "兴东街道",
    "金沙街道",
    "金新街道",
    "先锋街道",
]
TOPICS = ["四中全会精神", "党章党规", "乡村振兴", "法治教育", "科技兴农", "安全生产", "传统文化"]


def make_grid_row(name: str, number: int, size: int) -> c.GridRow:
    done = [size * (90 - 7 * topic - number) // 100 for topic in range(len(TOPICS) - 1)]
    overall = c.Cell(sum(done), size * len(done))
    return c.GridRow(name, (*(c.Cell(n, size) for n in done), c.Cell(0, 0)), overall)


def make_grid(rows: int = 14) -> c.Grid:
    listed = (
        make_grid_row(TOWNS[n], n, 9 if TOWNS[n] == "先锋街道" else 1200 + 30 * n)
        for n in range(rows)
    )
    return c.Grid(tuple(TOPICS), tuple(listed), make_grid_row("全区", 5, 48_000))


def make_week(**overrides: Any) -> c.WeeklyReport:
    held = c.WeekSession(
        "12月9日 8:30", "第三次集中学习", "平潮镇党群服务中心", "平潮镇党委", 120, 101
    )
    coming = c.WeekSession("12月16日 14:00", "补学专场", "新坝村党群服务站", "新坝村党总支", 35)
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "office": "通州区冬训工作办公室",
        "number": 5,
        "first_day": date(2026, 12, 7),
        "last_day": date(2026, 12, 13),
        "headline": "七个专题开课六个，三万一千人至少学过一次，刘桥、石港比计划慢",
        "paragraphs": (
            "本周全区举办集中学习46场，参加5,210人次。平潮、五接两镇联合办班，同一场课两镇都能学。",
            "比计划线慢8个百分点以上的有2个镇，名单已附。补学窗口到12月24日。",
        ),
        "figures": (
            c.Figure(
                "专题完成率",
                187_320,
                240_000,
                "人次",
                "学满要求学时的人次÷（应训人数×已开课专题数）",
            ),
            c.Figure("有形覆盖", 31_204, 48_000, "人", "至少有一条学习记录的应训党员"),
            c.Figure("有力覆盖", 12_880, 48_000, "人", "学满本季学时和全部必学专题的应训党员"),
            c.Figure("有效覆盖", 6, 8, "人", "至少通过一次测试或心得被采纳的应训党员"),
            c.Figure("本周场次", 46, 51, "场", "已办场次，总数为计划场次"),
            c.Figure("补学", 312, 1_045, "人", "已补完的人数，总数为应补人数"),
        ),
        "grid": make_grid(),
        "held": (held,) * 6,
        "coming": (coming,) * 4,
        "not_reported": ("石港镇", "二甲镇"),
        "imprint": make_imprint(definition="口径第3版；同一人同一专题只计一次"),
    }
    return c.WeeklyReport(**values | overrides)


def make_dossier_index(**overrides: Any) -> c.DossierIndex:
    file = c.DossierFile("01/冬训计划表.pdf", "冬训计划表", 183_204, "9f86d081" * 8, 3)
    book = c.DossierFile("03/参训对象名册.xlsx", "参训对象名册", 1_204_882, "0a1b2c3d" * 8)
    titles = ["通知方案", "责任分工", "参训对象名册", "课程与授课安排", "签到与请假", "补学"]
    sections = tuple(
        c.DossierSection(
            f"{n:02}",
            title,
            () if n == 2 else (file, book) if n % 2 else (file,) * 5,
            ("领导小组名单", "责任分工表") if n == 2 else (),
        )
        for n, title in enumerate(titles, 1)
    )
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "平潮镇",
        "sections": sections,
        "definitions": "第3版",
        "imprint": make_imprint(definition=""),
    }
    return c.DossierIndex(**values | overrides)


def make_cover(**overrides: Any) -> c.Cover:
    values: dict[str, Any] = {
        "season": "2026—2027年度冬训",
        "organisation": "中共平潮镇委员会",
        "number": "05",
        "title": "签到与请假",
        "contents": ("签到表（纸质扫描）", "签到与请假汇总表", "请假登记"),
        "day": DAY,
    }
    return c.Cover(**values | overrides)
