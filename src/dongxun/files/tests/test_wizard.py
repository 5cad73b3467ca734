from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dongxun.files.contracts import BatchState
from dongxun.files.models import ImportBatch, ImportRow
from dongxun.files.services import batches, exports
from dongxun.files.tests.make import PEOPLE, make_batch, roster, run
from dongxun.files.tests.toy import toys
from dongxun.kernel import jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.models import AuditEntry, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
BAD = ["A4", "周五（预备）", "一支部", "很早", ""]
NEW = "/imports/new/tests.toy/"


def sent(raw, name="名册.xlsx"):
    return {"file": SimpleUploadedFile(name, raw)}


def words(response):
    return response.content.decode()


def test_the_wizard_leads_from_the_file_to_the_records_without_javascript(come_as, zhou):
    client = come_as(zhou)
    page = words(client.get(NEW))
    assert "选文件" in page
    assert "编号" in page

    page = client.post(NEW, sent(roster([*PEOPLE, BAD])), follow=True)
    assert "每一列是什么" in words(page)
    assert "林小满" in words(page)
    batch = ImportBatch.objects.get()
    url = f"/imports/{batch.id}/"

    columns = {f"column-0-{at}": key for at, key in batch.mapping["sheets"][0]["columns"].items()}
    page = client.post(f"{url}columns/", {"use-0": "1"} | columns, follow=True)
    assert "正在逐行检查" in words(page)
    jobs.run_waiting()

    page = words(client.get(url))
    assert "3 行可以导入，1 行要改" in page
    assert "名册!B7" in page
    assert "用“周五”" in page
    assert toys() == {}

    row = ImportRow.objects.get(batch=batch, action="bad")
    answer = {"value-name": "周五", "value-joined_on": "1991.5", "back-show": "bad"}
    page = client.post(f"{url}rows/{row.id}/", answer, follow=True)
    assert "4 行可以导入，0 行要改" in words(page)

    client.post(f"{url}apply/")
    jobs.run_waiting()
    assert "导入了 4 行" in words(client.get(url))
    assert toys()["A4"] == "周五|一支部"

    client.post(f"{url}undo/")
    jobs.run_waiting()
    assert "撤回了 4 处" in words(client.get(url))
    assert toys() == {}
    assert "名册.xlsx" in words(client.get("/imports/"))


def test_a_row_corrected_by_htmx_answers_with_itself_and_the_new_counts(come_as, zhou):
    batch = make_batch(zhou, [*PEOPLE, BAD])
    row = ImportRow.objects.get(batch=batch, action="bad")
    url = reverse("files:correct_row", args=[batch.id, row.id])
    client, htmx = come_as(zhou), {"HX-Request": "true"}

    still = client.post(url, {"value-name": "周五"}, headers=htmx)
    assert still.status_code == 422
    assert 'value="很早"' in words(still)
    assert "<html" not in words(still)

    fixed = client.post(url, {"value-joined_on": "1991.05"}, headers=htmx)
    assert fixed.status_code == 200
    assert "新增" in words(fixed)
    assert "4 行可以导入，0 行要改" in words(fixed)


def test_bad_rows_are_downloaded_corrected_and_sent_in_again(come_as, zhou):
    client = come_as(zhou)
    batch = make_batch(zhou, [*PEOPLE, BAD, ["A5", "吴六", "三支部", 1991.1, ""]])

    answer = client.get(f"/imports/{batch.id}/bad-rows/")
    assert "attachment" in answer["Content-Disposition"]
    client.post(NEW, sent(answer.content), follow=True)
    second = ImportBatch.objects.order_by("-created_at").first()
    assert second is not None
    [about] = second.mapping["sheets"]
    assert list(about["columns"].values()) == ["code", "name", "branch", "joined_on", "phone"]
    columns = {int(at): key for at, key in about["columns"].items()}
    choice = {0: batches.SheetChoice(use=True, columns=columns)}
    batches.match_columns(by=zhou, batch_id=second.id, sheets=choice)
    second = run(second)

    assert second.counts["bad"] == 2
    assert AuditEntry.objects.filter(action="files.download_bad_rows").count() == 1


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "文件是空的"),
        (b"<html><table></table></html>", "其实是网页"),
        (b"PK\x03\x04" + b"x" * 100, "文件坏了"),
        (b"%PDF-1.7", "这不是表格"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_on_the_same_page(come_as, zhou, raw, told):
    answer = come_as(zhou).post(NEW, sent(raw))

    assert answer.status_code == 422
    assert told in words(answer)


def test_no_file_at_all_is_told_on_the_same_page(come_as, zhou):
    assert come_as(zhou).post(NEW, {}).status_code == 422


def test_columns_that_do_not_fit_are_told_and_what_was_chosen_stays(come_as, zhou):
    batch = make_batch(zhou, checked=False)

    answer = come_as(zhou).post(
        f"/imports/{batch.id}/columns/", {"use-0": "1", "column-0-1": "code", "column-0-5": "code"}
    )

    assert answer.status_code == 422
    assert "请指出哪一列是“姓名”" in words(answer)
    assert "有几列都选了“编号”" in words(answer)
    assert words(answer).count('<option value="code" selected>') == 2


def test_a_header_row_is_chosen_by_hand(come_as, zhou):
    batch = make_batch(zhou, checked=False)
    client, url = come_as(zhou), f"/imports/{batch.id}/columns/"

    assert client.post(url, {"again": "0", "header-0": "4"}, follow=True).status_code == 200
    batch.refresh_from_db()
    assert batch.mapping["sheets"][0]["header"] == 4
    for wrong in ({"again": "0", "header-0": "x"}, {"again": "9", "header-9": "1"}):
        assert client.post(url, wrong).status_code in {404, 422}


def test_rows_of_a_cause_are_treated_at_once(come_as, zhou):
    batch = make_batch(zhou, [*PEOPLE, BAD, ["A5", "吴六", "三支部", "1991.05", ""]])
    client, url = come_as(zhou), f"/imports/{batch.id}/causes/"

    page = client.post(url, {"cause": "branch:unknown", "do": "accept"}, follow=True)
    assert "4 行可以导入，1 行要改" in words(page)
    page = client.post(url, {"cause": "name:name", "do": "leave-out"}, follow=True)
    assert "4 行可以导入，0 行要改" in words(page)

    page = words(client.get(f"/imports/{batch.id}/?show=skip"))
    assert "改为导入" in page


@pytest.mark.parametrize("show", ["bad", "new", "changed", "moved", "skip", "missing", "nonsense"])
def test_every_view_of_a_checked_import_opens(come_as, zhou, show):
    batch = make_batch(zhou, [*PEOPLE, BAD])

    answer = come_as(zhou).get(f"/imports/{batch.id}/", {"show": show, "page": "99", "cause": "?"})

    assert answer.status_code == 200


def test_a_job_that_failed_leads_back_to_where_it_can_be_tried_again(
    come_as, zhou, toy, monkeypatch
):
    batch = make_batch(zhou, checked=False)
    monkeypatch.setattr(toy, "prepare", lambda batch: 1 / 0)
    come_as(zhou).post(
        f"/imports/{batch.id}/columns/",
        {"use-0": "1"}
        | {f"column-0-{at}": k for at, k in batch.mapping["sheets"][0]["columns"].items()},
    )
    jobs.run_waiting()

    page = words(come_as(zhou).get(f"/imports/{batch.id}/"))

    assert "检查停下了" in page
    assert "检查各行" in page


def test_a_job_page_is_its_owners_alone_and_answers_as_page_bar_and_json(come_as, zhou, wu):
    batch = make_batch(zhou, checked=False)
    come_as(zhou).post(f"/imports/{batch.id}/columns/", {})
    make_batch(zhou)
    job = Job.objects.latest("created_at")

    client = come_as(zhou)
    assert job.title in words(client.get(f"/jobs/{job.id}/"))
    bar = words(client.get(f"/jobs/{job.id}/status/"))
    assert "<dx-job" in bar
    assert "<html" not in bar
    asked = client.get(f"/jobs/{job.id}/status/", headers={"Accept": "application/json"})
    assert asked.json()["state"] == "done"
    for path in ("", "status/"):
        assert come_as(wu).get(f"/jobs/{job.id}/{path}").status_code == 404
    assert come_as(wu).post(f"/jobs/{job.id}/cancel/").status_code == 404


def test_strangers_find_nothing_and_nobody_is_sent_to_sign_in(come_as, zhou, wu):
    batch = make_batch(zhou, [*PEOPLE, BAD])
    row = ImportRow.objects.get(batch=batch, action="bad")
    export = exports.keep_export(
        by=zhou, kind="t", name="a.txt", content_type="text/plain", pieces=[b"canary"]
    )
    pages = [f"/imports/{batch.id}/", f"/imports/{batch.id}/bad-rows/", f"/exports/{export.id}/"]
    deeds = [
        f"/imports/{batch.id}/{deed}/"
        for deed in ("columns", f"rows/{row.id}", "causes", "apply", "undo", "discard")
    ]

    for path in pages:
        assert come_as(wu).get(path).status_code == 404
        assert come_as(Actor.public()).get(path).status_code == 302
    for path in deeds:
        assert come_as(wu).post(path, {"do": "leave-out"}).status_code == 404
    assert come_as(zhou).get("/imports/new/no.such/").status_code == 404
    assert come_as(zhou).get(f"/imports/{uuid4()}/").status_code == 404
    assert ImportBatch.objects.get().state == BatchState.CHECKED


def test_an_export_comes_out_as_it_went_in_and_is_logged(come_as, zhou):
    body = bytes(range(256)) * 10_000
    export = exports.keep_export(
        by=zhou, kind="t", name="../台账\n.zip", content_type="application/zip", pieces=[body, b""]
    )

    answer = come_as(zhou).get(f"/exports/{export.id}/")

    assert BytesIO(b"".join(answer.streaming_content)).read() == body
    assert export.name == "台账 .zip"
    assert AuditEntry.objects.filter(action="files.download_export").count() == 1


def test_an_empty_workbook_has_a_header_that_is_found(come_as, zhou):
    answer = come_as(zhou).get(f"{NEW}blank/")

    batch = make_batch(zhou, checked=False, pieces=[answer.content])
    assert len(batch.mapping["sheets"][0]["columns"]) == 5


def test_whoever_has_imported_nothing_finds_where_to_begin(come_as, zhou):
    page = words(come_as(zhou).get("/imports/"))

    assert NEW in page
    assert "还没有导入过" in page


def test_a_sheet_without_a_needed_column_says_so_and_the_columns_can_be_matched_again(
    come_as, zhou
):
    client = come_as(zhou)
    bare = [row[:2] + row[3:] for row in PEOPLE]
    raw = roster(bare, header=["编号", "姓名", "入党日期", "手机"])
    assert "没有“党支部”这一列" in words(client.post(NEW, sent(raw), follow=True))

    batch = make_batch(zhou)
    url = f"/imports/{batch.id}/"
    assert "重新对列" in words(client.get(url))
    assert "每一列是什么" in words(client.get(f"{url}?step=columns"))
    client.post(f"{url}columns/", {"use-0": "1", "column-0-1": "code", "column-0-2": "name"})
    assert "3 行可以导入" in words(client.get(url)), "nothing changed: a needed column was left out"
