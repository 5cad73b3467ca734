"""50,000 rows of a roster, from the file to the tables; then the same file again."""

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from tools.bench import Figure, peak_mb, spent

DATABASES = ("sqlite", "postgresql")
ROWS = 50_000
HEADER = "序号 姓名 性别 公民身份号码 民族 出生日期 学历 人员类别 所在党支部 手机号码 入党日期 转正日期 职务 家庭住址 是否流动党员"
FAMILY = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志文小满远诺思"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def measure() -> Iterator[Figure]:
    """Import twice and print CPU seconds and peak memory, the reading child included."""
    from dongxun.files import api as files
    from dongxun.kernel.actors import Actor
    from dongxun.organisations import api as organisations
    from dongxun.people.models import Person
    from dongxun.people.roster.importer import RosterImporter

    system = Actor.system("benchmark")
    organisations.load_divisions(by=system, under="320612")
    district = organisations.node_named("320612")
    villages = [n for n in organisations.subtree(district.interval) if n.depth == 2]
    names = []
    seen: set[str] = set()
    for village in villages:
        if village.short_name in seen:
            continue
        seen.add(village.short_name)
        branch = organisations.create_organisation(
            by=system,
            name=f"{village.short_name}党支部",
            type_code="branch",
            parent_id=village.id,
        )
        town = organisations.ancestors(village.id)[1]
        names.append(f"{town.short_name}{branch.name}")
    path = Path(os.environ["DONGXUN_VAR"]) / "roster.xlsx"
    _write(path, names)
    for turn, bar in (("roster, 50,000 new rows: CPU", 25.0), ("same roster again: CPU", None)):
        with spent() as cost:
            batch = files.import_file(
                by=system, kind=RosterImporter.kind, path=path, organisation_id=district.id
            )
        yield Figure(turn, cost.cpu, "s", bar)
        yield Figure(f"{turn.split(':')[0]}: wall", cost.wall, "s")
        assert batch.counts.get("bad", 0) == 0, batch.counts
    assert Person.objects.count() == ROWS
    yield Figure("roster: peak memory", peak_mb(), "MB", 400)


def _write(path: Path, branches: list[str]) -> None:
    chance = random.Random(7)
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("花名册")
        sheet.write(0, 0, "通州区党员花名册")
        sheet.write_row(1, 0, HEADER.split())
        for number in range(ROWS):
            sheet.write_row(number + 2, 0, _row(number, branches, chance))


def _row(number: int, branches: list[str], chance: random.Random) -> list[object]:
    born = date(1940, 1, 1) + timedelta(days=number * 7919 % 13_000)  # no ID number twice
    joined = born + timedelta(days=365 * 20 + chance.randrange(5_000))
    first17 = f"320612{born:%Y%m%d}{number // 13_000:03d}"
    digit = "10X98765432"[sum(int(d) * w for d, w in zip(first17, WEIGHTS, strict=True)) % 11]
    name = chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=2))
    return [
        number + 1,
        name,
        "男" if number % 2 else "女",
        first17 + digit if number % 10 else None,
        "汉族",
        f"{born:%Y.%m}",
        "大专",
        "正式党员",
        branches[number % len(branches)],
        f"1990{number:07d}",
        f"{joined:%Y-%m-%d}",
        f"{joined + timedelta(days=365):%Y%m%d}",
        "",
        f"某路{number}号",
        "是" if number % 33 == 0 else "否",
    ]
