from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from dongxun.files.models import ImportBatch, ImportRow
from dongxun.kernel import clock, jobs, outbox
from dongxun.people.models import Stay
from dongxun.people.tests.make import make_person
from dongxun.seasons import api as seasons
from dongxun.seasons.tests.make import make_participation

pytestmark = pytest.mark.django_db
HEADER = ("姓名", "所在支部", "外出时间", "外出原因", "流向", "最近联系日期", "联系方式")


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def guest(cast):
    person = make_person("候鸟", branch=cast.own.branch, digits="4321")
    make_participation(cast.season, person)
    return person


def workbook(*rows):
    raw = BytesIO()
    with xlsxwriter.Workbook(raw, {"in_memory": True}) as book:
        sheet = book.add_worksheet("登记表")
        sheet.write(0, 0, "流动党员登记表")
        for number, row in enumerate((HEADER, *rows), start=1):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("登记表.xlsx", raw.getvalue())


def words(answer):
    return answer.content.decode()


def cells_of(answer):
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return {cell for row in book.get_sheet_by_index(0).to_python() for cell in row}


def told():
    while outbox.deliver():
        pass


def mode_of(cast, person):
    told()
    return seasons.participation_of(person.id, cast.season.id, clock.today()).mode


def test_the_register_comes_in_is_corrected_and_is_taken_back(cast, guest):
    client, branch = cast.client("secretary"), cast.own.branch.name
    page = client.get(reverse("exchanges:floating"), {"tab": "register"})
    start = reverse("files:new_import", args=["people.floating"])
    assert f"{start}?organisation={branch_id(cast)}" in words(page)
    good = ("候鸟", branch, "2019.03", "①外出务工经商", "苏州市吴中区", "2026.11.02", "电话")
    bad = ("无此人", branch, "明年", "想走", "上海", "2026.11.02", "13900001234")
    client.post(start, {"file": workbook(good, bad), "organisation": branch_id(cast)})
    batch = ImportBatch.objects.get()
    url = reverse("files:import", args=[batch.id])

    columns = {f"column-0-{at}": key for at, key in batch.mapping["sheets"][0]["columns"].items()}
    assert len(columns) == len(HEADER)
    client.post(f"{url}columns/", {"use-0": "1"} | columns)
    jobs.run_waiting()
    page = words(client.get(url))
    assert "1 行可以导入，1 行要改" in page
    assert "花名册里没有这个名字" in page
    assert "怎么联系的" in page
    assert not Stay.objects.exists()

    bad_rows = client.get(reverse("files:bad_rows", args=[batch.id]))
    assert {"无此人", "明年", "想走"} <= cells_of(bad_rows)
    row = ImportRow.objects.get(batch=batch, action="bad")
    make_person("归雁", branch=cast.own.branch)
    fixed = {"value-left_on": "2020.5", "value-reason": "务工", "value-contacted_by": "电话"}
    client.post(f"{url}rows/{row.id}/", fixed)
    client.post(f"{url}rows/{row.id}/", {"value-name": "归雁"})
    client.post(f"{url}apply/")
    jobs.run_waiting()
    stay = Stay.objects.get(person=guest)
    assert (stay.direction, stay.contacted_by) == ("苏州市吴中区", "phone")
    assert mode_of(cast, guest) == "floating"

    client.post(f"{url}undo/")
    jobs.run_waiting()
    assert not Stay.objects.exists()
    assert mode_of(cast, guest) == "group"


def branch_id(cast):
    return str(cast.own.branch.id)


def test_an_empty_workbook_has_the_columns_of_the_form(cast):
    client = cast.client("secretary")
    blank = client.get(reverse("files:blank_workbook", args=["people.floating"]))
    assert {"姓名", "流向", "外出原因", "活动证号", "最近联系日期", "年审"} <= cells_of(blank)
