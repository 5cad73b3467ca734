"""The engine: fonts, warnings, missing characters, page counts."""

import hashlib
from pathlib import Path

import pytest

from dongxun.reports import papers, typesetting
from dongxun.reports.contracts import PaperError
from dongxun.reports.tests.make import NINE, make_poster, make_sheet, make_sign_in_row
from dongxun.reports.tests.read import pages_of


def test_committed_fonts_are_the_ones_the_script_built():
    lines = (typesetting.FONTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    for line in lines:
        digest, name = line.split()
        assert hashlib.sha256((typesetting.FONTS / name).read_bytes()).hexdigest() == digest


def test_every_style_names_only_families_that_are_there():
    styles = typesetting.families(None)
    there = {"Noto Serif SC", "Noto Sans SC", "LXGW WenKai"}
    assert {name for names in styles.values() for name in names} == there
    assert all(names[-1] == "Noto Serif SC" for names in styles.values())


def test_rare_characters_of_names_are_printed(tmp_path):
    made = papers.sign_in_sheets([make_sheet(rows=(make_sign_in_row(name="㛃龑犇喆𬭎"),))])
    assert made.missing == ()
    assert "㛃龑犇喆𬭎" in pages_of(made.pdf, tmp_path)[0]


def test_characters_no_font_can_print_are_reported():
    made = papers.sign_in_sheets([make_sheet(rows=(make_sign_in_row(name="陈🎉\u200b\u202e"),))])
    assert made.missing == ("🎉",)


def test_a_wrong_template_is_a_paper_error(tmp_path, monkeypatch):
    (tmp_path / "wrong.typ").write_text("#nothing()", encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    with pytest.raises(PaperError, match="wrong"):
        typesetting.paper("wrong", {})


def test_a_warning_of_the_setter_is_not_lost(tmp_path, monkeypatch):
    (tmp_path / "odd.typ").write_text('#set text(font: "No Such")\nx', encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    with pytest.warns(UserWarning, match="odd"):
        typesetting.paper("odd", {})


def test_the_same_values_and_time_give_the_same_bytes():
    once = typesetting.paper("poster", _poster_data(), at=NINE)
    assert typesetting.paper("poster", _poster_data(), at=NINE).pdf == once.pdf


def test_a_paper_dated_to_the_microsecond_is_set():
    typesetting.paper("poster", _poster_data(), at=NINE.replace(microsecond=531_402))


def _poster_data() -> dict[str, object]:
    session = make_poster()
    return typesetting.plain(session) | {"qr": typesetting.qr(session.url)}


def test_an_office_may_add_its_own_fonts(tmp_path, settings):
    font = typesetting.FONTS / "NotoSansSC-Medium.ttf"
    (tmp_path / "own.ttf").write_bytes(font.read_bytes())
    settings.FONTS = Path(tmp_path)
    assert papers.poster(make_poster()).pages == 1
