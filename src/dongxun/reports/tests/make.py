"""Makers of plain paper contracts for tests."""

from datetime import UTC, date, datetime, timedelta
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
