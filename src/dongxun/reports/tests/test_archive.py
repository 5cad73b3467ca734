"""The dossier: complete, hashed, the same bytes twice, safe names, nothing half done."""

import hashlib
import json
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from dongxun.reports import dossier, papers
from dongxun.reports.archive import SECTIONS, Dossier, safe_name
from dongxun.reports.contracts import DossierIndex
from dongxun.reports.recipes import RECIPES
from dongxun.reports.tests.make import make_attendance, make_imprint, make_plan


def start(target: Path) -> Dossier:
    return Dossier(
        target,
        season="2026—2027年度冬训",
        organisation="平潮镇",
        definitions="第3版",
        imprint=make_imprint(),
    )


def write(target: Path) -> DossierIndex:
    with start(target) as dossier:
        dossier.add("01", "通知.txt", BytesIO("关于开展冬训的通知".encode()))
        dossier.lack("02", "领导小组名单")
        dossier.add("04", "冬训计划表.xlsx", b"not really a workbook")
        dossier.add_paper("05", "签到与请假汇总表", papers.attendance(make_attendance()))
        dossier.lack("06", "补学记录")
        return dossier.finish()


def test_a_dossier_holds_its_sections_index_and_manifest(tmp_path):
    target = tmp_path / "dossier.zip"
    index = write(target)
    with zipfile.ZipFile(target) as found:
        assert found.testzip() is None
        names = found.namelist()
    assert {"index.pdf", "index.xlsx", "manifest.json"} <= set(names)
    assert "05 签到与请假/签到与请假汇总表.pdf" in names
    assert all(f"{number} {title}/00 封面.pdf" in names for number, title in SECTIONS.items())
    assert [section.missing for section in index.sections if section.missing] == [
        ("领导小组名单",),
        ("补学记录",),
    ]


def test_every_sum_in_the_manifest_is_that_of_the_file(tmp_path):
    target = tmp_path / "dossier.zip"
    write(target)
    with zipfile.ZipFile(target) as found:
        manifest = json.loads(found.read("manifest.json"))
        for file in manifest["files"]:
            content = found.read(file["path"])
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            assert len(content) == file["size"]
        assert len(manifest["files"]) == len(found.namelist()) - 1
    assert manifest["missing"][0] == {
        "section": "02 领导小组与责任分工",
        "item": "领导小组名单",
    }


def test_the_same_content_gives_the_same_bytes(tmp_path):
    write(tmp_path / "one.zip")
    write(tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_equal_names_are_both_kept(tmp_path):
    with start(tmp_path / "dossier.zip") as dossier:
        paths = [dossier.add("03", "名册.xlsx", b"x").path for _ in range(3)]
    assert [path.partition("/")[2] for path in paths] == [
        "名册.xlsx",
        "名册 (2).xlsx",
        "名册 (3).xlsx",
    ]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\a\x00b.pdf", "C__a b.pdf"),
        ("", "未命名"),
        ("...", "未命名"),
        ("长" * 300 + ".pdf", "长" * 76 + ".pdf"),
    ],
)
def test_a_name_can_never_become_a_path(typed, name):
    assert safe_name(typed) == name


def test_nothing_stays_behind_when_it_breaks_off(tmp_path):
    target = tmp_path / "dossier.zip"
    with start(target) as dossier:
        dossier.add("01", "a.txt", b"x")
        with pytest.raises(KeyError):
            dossier.add("99", "b.txt", b"x")
    assert list(tmp_path.iterdir()) == []


def test_a_file_on_disk_is_streamed_in(tmp_path):
    source = tmp_path / "scan.bin"
    source.write_bytes(b"0123456789" * 300_000)
    with start(tmp_path / "dossier.zip") as dossier:
        file = dossier.add("05", "扫描.bin", source, pages=12)
        dossier.add_paper("04", "计划", papers.season_plan(make_plan()))
        dossier.finish()
    assert (file.size, file.pages) == (3_000_000, 12)
    with zipfile.ZipFile(tmp_path / "dossier.zip") as found:
        assert found.getinfo(file.path).file_size == 3_000_000


def test_parts_of_a_list_are_called_by_their_units_so_that_one_finds_the_own():
    recipe = replace(RECIPES["open"], called=lambda _order: ["甲村", "乙村", "乙村"])
    titles = dossier._titles(recipe, None, 3)
    assert titles == ["未参训名单（甲村）", "未参训名单（乙村2）", "未参训名单（乙村3）"]
    assert dossier._titles(recipe, None, 1) == ["未参训名单"]
