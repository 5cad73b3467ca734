import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from dongxun.activities.models import CheckIn, Leave, MakeupItem
from dongxun.coverage import services as coverage
from dongxun.files import api as files
from dongxun.files.models import Export
from dongxun.kernel import actors, clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import JobState
from dongxun.kernel.models import AuditEntry, Job
from dongxun.people.models import Person
from dongxun.reports import orders
from dongxun.reports.dossier import BOOK
from dongxun.reports.models import Document
from dongxun.reports.recipes import RECIPES
from dongxun.reports.services import printing
from dongxun.reports.tests.make import HOSTILE
from dongxun.reports.tests.read import pages_of
from dongxun.seasons.models import Topic
from tests.crawl_packs import donation, issue_list, leaflet

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # most of it is Typst's
SYSTEM = Actor.system("tests")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def send(cast, paper, form="pdf", *, role="organiser", unit=None, **more):
    data = {"season": cast.season.id, "unit": (unit or cast.own.node).id, "paper": paper}
    client = cast.client(role)
    return client.post(reverse("reports:print"), data | {"form": form} | more)


def counted(cast):
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)


def text_of(answer, folder):
    assert answer.status_code == 200, answer.content[:300]
    return "".join(pages_of(answer.content, folder))


def order_of(cast, paper, form, role="organiser"):
    by = cast.actor(role)
    return orders.order(
        by=by, paper=paper, form=form, season_id=cast.season.id, node_id=cast.own.node.id
    )


def test_the_page_offers_papers_and_names_what_the_dossier_lacks(cast):
    counted(cast)

    page = cast.client("organiser").get(reverse("reports:home")).content.decode()

    assert "平潮镇的台账还缺" in page
    assert "参训对象名册" in page
    assert "没有添加冬训方案" in page
    assert cast.own.session.title in page


def test_a_sign_in_sheet_names_who_is_expected_and_how_the_session_is_found(cast, tmp_path):
    session = cast.own.session
    Leave.objects.create(
        session=session,
        person=cast.lin,
        branch_id=cast.lin.branch_id,
        reason="看病",
        window_until=clock.today(),
        created_at=clock.now(),
    )

    answer = cast.client("secretary").get(reverse("reports:sign_in_sheet", args=[session.id]))

    text = text_of(answer, tmp_path)
    assert "林小满" in text
    assert "请假：看病" in text
    assert session.code in text
    assert "吴思远" not in text
    assert AuditEntry.objects.filter(action="reports.print_paper").count() == 1


def test_a_sheet_of_elsewhere_is_not_there(cast):
    address = reverse("reports:sign_in_sheet", args=[cast.foreign.session.id])

    assert cast.client("organiser").get(address).status_code == 404


@pytest.mark.parametrize("query", ["?branch=x", "?blank=-1", "?blank=9999"])
def test_a_sheet_asked_for_with_nonsense_is_not_there(cast, query):
    address = reverse("reports:sign_in_sheet", args=[cast.own.session.id]) + query

    assert cast.client("organiser").get(address).status_code == 404


def test_a_poster_leads_to_the_declared_check_in(cast, tmp_path):
    session = cast.own.session

    answer = cast.client("organiser").get(reverse("reports:poster", args=[session.id]))

    assert f"/p/{session.code}" in text_of(answer, tmp_path)


def test_the_attendance_workbook_says_who_came_and_how(cast):
    session = cast.own.session
    CheckIn.objects.create(
        session=session,
        person=cast.lin,
        branch_id=cast.lin.branch_id,
        method="roll",
        occurred_at=clock.now(),
    )

    answer = cast.client("organiser").get(reverse("reports:attendance_book", args=[session.id]))

    words = str(
        CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    )
    assert "林小满" in words
    assert "已签到" in words
    assert "点名" in words


def handed_out(cast):
    for town in (cast.own, cast.foreign):
        issue_list(cast, town)
        leaflet(cast, town)
        donation(cast, town)


@pytest.mark.parametrize(
    ("paper", "form"),
    [(row.key, form) for row in (*RECIPES.values(), BOOK["years"]) for form in row.forms],
)
def test_every_paper_is_made_and_holds_nobody_of_elsewhere(cast, paper, form, tmp_path):
    counted(cast)
    handed_out(cast)
    Topic.objects.filter(season=cast.season, number=1).update(due_on=clock.today())
    topic = cast.topics[0]
    MakeupItem.objects.create(
        season=cast.season,
        topic=topic,
        person=cast.lin,
        branch_id=cast.lin.branch_id,
        window_until=clock.today() + timedelta(days=9),
        created_at=clock.now(),
    )

    answer = send(cast, paper, form)

    assert answer.status_code == 200, answer.content.decode()[:2000]
    if form == "pdf":
        words = "".join(pages_of(answer.content, tmp_path))
    else:
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parts:
            words = "".join(parts.read(n).decode("utf-8", "replace") for n in parts.namelist())
    assert "平潮" in words
    assert "吴思远" not in words
    assert "鹭洲" not in words


def test_open_names_list_who_has_not_met_what_is_due(cast, tmp_path):
    Topic.objects.filter(season=cast.season, number=1).update(due_on=clock.today())
    counted(cast)

    text = text_of(send(cast, "open"), tmp_path)

    assert "林小满" in text
    assert "没学" in text


def test_a_paper_of_elsewhere_is_not_there(cast):
    assert send(cast, "roster", unit=cast.foreign.node).status_code == 404


@pytest.mark.parametrize(
    "more",
    [
        {"paper": "nonsense"},
        {"form": "docx"},
        {"season": "x"},
        {"unit": "x"},
        {"season": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_an_unknown_paper_form_season_or_unit_is_not_there(cast, more):
    data = {"season": cast.season.id, "unit": cast.own.node.id, "paper": "plan", "form": "pdf"}

    answer = cast.client("organiser").post(reverse("reports:print"), data | more)

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "more", [{"first": "32.13."}, {"first": "2027-01-09", "last": "2027-01-02"}]
)
def test_a_period_that_makes_no_sense_is_told_and_kept(cast, more):
    answer = send(cast, "plan", **more)

    assert answer.status_code == 422
    assert more["first"] in answer.content.decode()


def test_nothing_to_print_is_told(cast):
    answer = send(cast, "makeup")

    assert answer.status_code == 422
    assert "这里还没有可印的内容" in answer.content.decode()


def test_hostile_names_stay_text_on_every_list(cast, tmp_path):
    counted(cast)
    for person, name in zip(cast.own.people, HOSTILE, strict=False):
        Person.objects.filter(id=person.id).update(name=name[:80])

    for paper in ("roster", "open", "sheets"):
        assert send(cast, paper).status_code in {200, 302}
    words = text_of(send(cast, "roster"), tmp_path)
    assert "#set" in words
    assert "page(fill:red" in words


def start_dossier(cast):
    answer = send(cast, "dossier", "zip")
    assert answer.status_code == 302
    return Job.objects.get(kind=printing.JOB)


def contents(job):
    export = Export.objects.get(job_id=job.id)
    _, pieces = files.open_export(by=actors.thaw(job.actor), export_id=export.id)
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_a_dossier_is_made_by_a_job_with_sums_and_what_is_missing(cast, tmp_path):
    counted(cast)
    job = start_dossier(cast)

    jobs.run_waiting()

    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    parts = contents(job)
    manifest = json.loads(parts.read("manifest.json"))
    names = parts.namelist()
    assert "03 参训对象名册/参训对象名册.pdf" in names
    assert "04 课程与授课安排/冬训计划表.xlsx" in names
    assert "05 签到与请假/签到与请假汇总.pdf" in names
    assert "05 签到与请假/分年学时.xlsx" in names
    missing = [row["item"] for row in manifest["missing"]]
    assert "没有添加冬训方案" in missing
    index = "".join(pages_of(parts.read("index.pdf"), tmp_path))
    assert "没有添加冬训方案" in index
    assert "第1版" in index
    assert not printing.folder_of(job.id).exists()


def test_a_killed_dossier_goes_on_after_its_last_part_and_comes_out_the_same(cast, monkeypatch):
    counted(cast)
    at = clock.now().replace(microsecond=0)
    with clock.frozen(at):
        whole = start_dossier(cast)
        jobs.run_waiting()
        first = {n: contents(whole).read(n) for n in contents(whole).namelist()}
        Job.objects.all().delete()
        killed = start_dossier(cast)
    made: list[str] = []
    recipe = BOOK["dossier"]

    class Killed(BaseException):
        pass

    def breaking(order, key, target, beat):
        if len(made) == 3:
            raise Killed
        made.append(key)
        recipe.make(order, key, target, beat)

    def going_on(order, key, target, beat):
        made.append(key)
        recipe.make(order, key, target, beat)

    with monkeypatch.context() as patch:
        patch.setitem(BOOK, "dossier", with_make(recipe, breaking))
        with pytest.raises(Killed), clock.frozen(at):
            jobs.run(killed.id)
    with clock.frozen(clock.now() + timedelta(seconds=40)):
        assert jobs.sweep() == 1
    with monkeypatch.context() as patch:
        patch.setitem(BOOK, "dossier", with_make(recipe, going_on))
        with clock.frozen(at):
            jobs.run_waiting()

    killed.refresh_from_db()
    assert killed.state == JobState.DONE
    assert len(made) == len(set(made))
    again = contents(killed)
    assert {n: again.read(n) for n in again.namelist()} == first


def with_make(recipe, make):
    return replace(recipe, make=make)


def test_a_document_goes_into_its_section_once(cast):
    counted(cast)
    client = cast.client("organiser")
    data = {"season": cast.season.id, "unit": cast.own.node.id, "kind": "plan"}

    def upload(raw=PDF, name="冬训方案.pdf"):
        return client.post(reverse("reports:attach"), data | {"file": io_file(raw, name)})

    assert upload().status_code == 302
    assert upload().status_code == 302
    assert Document.objects.count() == 1
    job = start_dossier(cast)
    jobs.run_waiting()
    assert contents(job).read("01 通知方案/冬训方案.pdf") == PDF
    page = client.get(reverse("reports:home")).content.decode()
    assert "没有添加冬训方案" not in page
    row = Document.objects.get()
    client.post(reverse("reports:remove", args=[row.id]))
    assert client.get(reverse("reports:document", args=[row.id])).status_code == 404


def io_file(raw, name):
    file = io.BytesIO(raw)
    file.name = name
    return file


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "a.pdf", "文件"),
        (b"MZ", "a.exe", "请发"),
        (b"not a pdf", "a.pdf", "不符"),
    ],
)
def test_a_document_nobody_can_print_is_refused_beside_its_field(cast, raw, name, words):
    data = {"season": cast.season.id, "unit": cast.own.node.id, "kind": "plan"}

    answer = cast.client("organiser").post(
        reverse("reports:attach"), data | {"file": io_file(raw, name)}
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Document.objects.count() == 0


def test_an_export_is_for_its_owner_and_organisers_above(cast):
    counted(cast)
    job = start_dossier(cast)
    jobs.run_waiting()
    job.refresh_from_db()
    address = job.result["url"]

    codes = {
        role: cast.client(role).get(address).status_code
        for role in ("organiser", "office", "secretary", "other_organiser", "zone_lead", "audit")
    }

    assert codes == {
        "organiser": 200,
        "office": 200,
        "secretary": 404,
        "other_organiser": 404,
        "zone_lead": 404,
        "audit": 404,
    }
    assert AuditEntry.objects.filter(action="files.download_export").count() == 2


def test_the_overview_leads_to_the_week(cast):
    answer = cast.client("organiser").get(reverse("reports:weekly"))

    assert re.search(r"first=.*last=.*#weekly$", answer["Location"])


def test_the_page_asks_as_often_for_many_sessions_as_for_few(cast, django_assert_max_num_queries):
    counted(cast)
    client = cast.client("organiser")

    with django_assert_max_num_queries(60):
        client.get(reverse("reports:home"))
