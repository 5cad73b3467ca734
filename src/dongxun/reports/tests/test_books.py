"""A week's sheets of all branches, in parts, bound to one file."""

from dongxun.reports import papers
from dongxun.reports.tests.make import make_sheet
from dongxun.reports.tests.read import pages_of


def test_parts_keep_the_order_and_never_split_a_sheet():
    sheets = [make_sheet(n, branch=f"第{n}党支部") for n in (30, 30, 90, 5)]
    groups = list(papers.parts(sheets, names=70))
    assert [[len(s.rows) for s in group] for group in groups] == [[30, 30], [90], [5]]
    assert list(papers.parts([])) == []


def test_bound_parts_are_one_file_with_every_sheet_on_its_own_page(tmp_path):
    sheets = [make_sheet(3, branch=f"第{n}党支部") for n in range(5)]
    files = []
    for number, group in enumerate(papers.parts(sheets, names=15)):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(papers.sign_in_sheets(group).pdf)
    target = tmp_path / "week.pdf"
    assert len(files) == 3
    assert papers.bind(files, target) == 5
    texts = pages_of(target.read_bytes(), tmp_path)
    assert [f"第{n}党支部第1页共1页" in text for n, text in enumerate(texts)] == [True] * 5
    assert not (tmp_path / "week.pdf.part").exists()
