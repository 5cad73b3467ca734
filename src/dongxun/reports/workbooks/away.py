"""The register of floating members, with the columns that the import reads; the gap list."""

from dongxun.reports.contracts.away import AwayRegister, GapList
from dongxun.reports.workbooks.outputs import Target, one_sheet
from dongxun.reports.workbooks.writing import Column

AWAY = [
    Column("姓名", 12),
    Column("性别", 8, "centre"),
    Column("出生年月", 12, "centre"),
    Column("学历", 10, "centre"),
    Column("入党时间", 12, "centre"),
    Column("手机", 14, "centre"),
    Column("所在支部", 28),
    Column("外出时间", 12, "day"),
    Column("外出原因", 16),
    Column("流向", 24),
    Column("流入地党组织", 24),
    Column("流入地联系人和电话", 24),
    Column("活动证号", 14),
    Column("是否报到", 12, "centre"),
    Column("最近联系日期", 12, "day"),
    Column("联系方式", 12, "centre"),
    Column("学习情况", 20),
    Column("党费", 12),
    Column("年审", 12),
    Column("备注", 24),
    Column("状态", 14, "centre"),
]


def away_register(target: Target, register: AwayRegister) -> int:
    """Write 流动党员登记表; what is private, month of birth and telephone, stays empty."""
    rows = (
        (
            *(r.name, r.sex, "", r.education, r.joined, "", r.branch, r.left_on, r.reason),
            *(r.direction, r.host, r.contact, r.card, r.reported, r.contacted_on, r.way),
            *(r.study, r.dues, r.review, r.note, r.state),
        )
        for r in register.rows
    )
    return one_sheet(
        target,
        "流动党员登记表",
        title=f"{register.organisation}　{register.season}流动党员登记表",
        imprint=register.imprint,
        columns=AWAY,
        rows=rows,
    )


GAPS = [
    Column("序号", 6, "centre"),
    Column("单位", 18),
    Column("差距", 30),
    Column("标杆单位", 18),
    Column("标杆做法", 30),
    Column("措施", 30),
    Column("责任人", 12),
    Column("完成时限", 12, "day"),
    Column("进度", 10, "centre"),
    Column("结果", 30),
]


def gap_list(target: Target, found: GapList) -> int:
    """Write 对标找差清单."""
    rows = (
        (
            *(number, r.unit, r.gap, r.model, r.practice),
            *(r.measure, r.person, r.due_on, r.state, r.result),
        )
        for number, r in enumerate(found.rows, 1)
    )
    title = f"{found.organisation}　{found.about or found.season}对标找差清单"
    return one_sheet(
        target, "对标找差清单", title=title, imprint=found.imprint, columns=GAPS, rows=rows
    )
