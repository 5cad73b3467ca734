"""A toy importer: members with a number, kept in a table of the kernel that tests may borrow."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid5

from dongxun.files import values
from dongxun.files.contracts import (
    Action,
    BaseImporter,
    BatchContext,
    Change,
    Choice,
    Column,
    Finding,
    Kept,
    Missing,
    Problem,
    Refused,
    RowIn,
)
from dongxun.kernel import clock
from dongxun.kernel.models import IdempotencyKey

SPACE = UUID(int=7)
BRANCHES = {"一支部": "b1", "二支部": "b2", "平潮一支部": "b3", "五接一支部": "b4"}


def target(code: str) -> UUID:
    return uuid5(SPACE, code)


class Toy(BaseImporter):
    """Rows are members: 编号, 姓名, 党支部, 入党日期, 手机."""

    kind = "tests.toy"
    title = "玩具名册"
    rule = "tests.import_toys"
    columns = (
        Column("code", "编号", values.text(20), aliases=("序列号",), required=True),
        Column("name", "姓名", values.name, aliases=("党员姓名",), required=True),
        Column("branch", "党支部", values.text(), aliases=("所在党支部",), required=True),
        Column(
            "joined_on",
            "入党日期",
            values.day_or_month,
            aliases=("入党时间",),
            learn=values.day_or_month_of_column,
        ),
        Column("phone", "手机", values.phone, aliases=("手机号",), private=True),
    )

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.break_after: int | None = None
        self.gone = ""
        self.applied_chunks = 0

    def prepare(self, batch: BatchContext) -> dict[str, IdempotencyKey]:
        self.calls.append("prepare")
        return {row.key: row for row in IdempotencyKey.objects.filter(owner="toy")}

    def check(self, state: Any, rows: Sequence[RowIn]) -> list[Finding]:
        return [self._finding(state, row) for row in rows]

    def _finding(self, state: dict[str, IdempotencyKey], row: RowIn) -> Finding:
        code, name = row.values.get("code"), row.values.get("name")
        finding = Finding(Action.NEW, label=name or "", identity=f"code:{code}" if code else "")
        branch = row.choice.get("branch") or row.values.get("branch") or ""
        finding.scope = BRANCHES.get(branch, "")
        if branch == "一支":
            options = tuple(Choice(name, name) for name in ("平潮一支部", "五接一支部"))
            words = "有两个支部叫这个名字，是哪一个？"
            finding.problems.append(Problem("branch", "ambiguous", words, choices=options))
        elif branch and branch not in BRANCHES:
            finding.problems.append(Problem("branch", "unknown", "没有这个支部", "一支部"))
        finding.plan = {"branch": branch}
        if code in state:
            old = state[code]
            finding.target_id = target(code)
            finding.action = Action.SAME if old.response == f"{name}|{branch}" else Action.CHANGED
            finding.differences = [("姓名", old.response.split("|")[0], name or "")]
        return finding

    def missing(self, state: Any, scopes: set[str], seen: set[UUID]) -> list[Missing]:
        absent = [row for row in state.values() if target(row.key) not in seen]
        return [
            Missing(target(row.key), row.response.split("|")[0], row.response.split("|")[1])
            for row in absent
            if BRANCHES[row.response.split("|")[1]] in scopes
        ]

    def apply(self, state: Any, rows: Sequence[RowIn]) -> list[Change | Refused]:
        if self.break_after is not None and self.applied_chunks >= self.break_after:
            self.break_after = None
            raise RuntimeError("killed")
        self.applied_chunks += 1
        changes: list[Change | Refused] = []
        for row in rows:
            if row.values["code"] == self.gone:
                changes.append(Refused(row, Problem("code", "gone", "这个人刚刚转走了")))
                continue
            code, after = row.values["code"], f"{row.values['name']}|{row.plan['branch']}"
            old = IdempotencyKey.objects.filter(owner="toy", key=code).first()
            version = (old.status or 0) + 1 if old else 1
            IdempotencyKey.objects.update_or_create(
                owner="toy",
                key=code,
                defaults={"response": after, "status": version, "created_at": clock.now()},
            )
            before = {"response": old.response} if old else {}
            changes.append(
                Change("toy", target(code), before, {"code": code, "response": after}, version)
            )
        return changes

    def undo(self, state: Any, changes: Sequence[Change]) -> list[Kept]:
        kept = []
        for change in changes:
            found = IdempotencyKey.objects.filter(owner="toy", key=change.after["code"])
            if found.get().status != change.version:
                kept.append(Kept(change.target_id, "后来又改过"))
            elif change.before:
                found.update(response=change.before["response"], status=change.version + 1)
            else:
                found.delete()
        return kept

    def finished(self, state: Any) -> None:
        self.calls.append("finished")


def toys() -> dict[str, str]:
    """Return the members there are, by number."""
    found = IdempotencyKey.objects.filter(owner="toy").order_by("key")
    return dict(found.values_list("key", "response"))
