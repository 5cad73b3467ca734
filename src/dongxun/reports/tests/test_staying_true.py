"""What is printed stays true: past days, the week, plans that come in again, folders of jobs."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from dongxun.activities.attendance import claims
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.models import Session, SessionOrganisation
from dongxun.activities.sessions import planning
from dongxun.activities.sessions.rows import plan_of
from dongxun.activities.sessions.shapes import Invited, Step
from dongxun.activities.tests.make import make_session
from dongxun.activities.tests.plan import make_plan
from dongxun.coverage import api as coverage
from dongxun.files import api as files
from dongxun.files.tests.make import workbook
from dongxun.kernel import clock, jobs, outbox
from dongxun.kernel.contracts import JobState
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import Job
from dongxun.organisations.models import Organisation
from dongxun.organisations.tests.make import SYSTEM
from dongxun.people.models import Person
from dongxun.reports import orders
from dongxun.reports.gather.standings import weekly_report
from dongxun.reports.services import printing
from dongxun.reports.tests.read import pages_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def send(cast, paper, form="pdf", **more):
    data = {"season": cast.season.id, "unit": cast.own.node.id, "paper": paper, "form": form}
    return cast.client("organiser").post(reverse("reports:print"), data | more)


def counted(cast):
    coverage.rebuild(by=SYSTEM, season_id=cast.season.id)


def start_dossier(cast):
    assert send(cast, "dossier", "zip").status_code == 302
    return Job.objects.get(kind=printing.JOB)


def test_what_a_failed_job_left_is_cleared_by_the_next_one(cast):
    counted(cast)
    failed = start_dossier(cast)
    Job.objects.filter(id=failed.id).update(state=JobState.FAILED)
    left = printing.folder_of(failed.id)
    other = left.with_name("imports-1")
    for folder in (left, other):
        folder.mkdir(parents=True)
    assert send(cast, "dossier", "zip").status_code == 302
    jobs.run_waiting()
    assert not left.exists()
    assert other.exists()


def test_the_parts_of_a_job_that_goes_on_are_kept(cast):
    job = start_dossier(cast)
    printing.folder_of(job.id).mkdir(parents=True)
    assert printing.clear_left_over() == 0
    assert printing.folder_of(job.id).exists()


def test_a_weekly_report_without_days_is_of_the_week_up_to_today(cast, tmp_path):
    counted(cast)
    text = "".join(pages_of(send(cast, "weekly").content, tmp_path))
    first, last = clock.today() - timedelta(days=6), clock.today()
    assert f"{first.year}年{first.month}月{first.day}日" in text.replace("\n", "")
    assert f"{last.month}月{last.day}日" in text
    assert "本周举办活动0场" in text.replace(" ", "").replace("\n", "")  # it is still running


def test_a_week_counts_what_was_held_not_what_one_was_asked_to_nor_each_venue(cast):
    counted(cast)
    earlier = clock.now() - timedelta(hours=3)
    times = {"starts_at": earlier, "ends_at": earlier + timedelta(hours=1)}
    own, other = cast.own.node, cast.foreign.node
    main = make_session(cast.season, own, **times)
    make_session(cast.season, own, main_session=main, **times)
    make_session(cast.season, other, invited=(own,), **times)
    line = orders.order(
        by=SYSTEM, paper="weekly", form="pdf", season_id=cast.season.id, node_id=own.id
    )
    report = weekly_report(line, lambda: None)
    assert report.paragraphs[0].startswith("本周举办活动 1 场")
    assert len(report.held) == 3


def test_a_coverage_workbook_of_a_past_day_is_as_it_was_known_then(cast):
    counted(cast)
    yesterday = clock.today() - timedelta(days=1)
    coverage.freeze(by=SYSTEM, season_id=cast.season.id, as_of=yesterday)
    then = sheets_of(send(cast, "coverage", "xlsx", last=yesterday.isoformat()))
    Person.objects.create(
        name="后来的人",
        branch_id=cast.own.branch.id,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    claim(cast)
    again = sheets_of(send(cast, "coverage", "xlsx", last=yesterday.isoformat()))
    own = {"formula_zh": "到过一次就算"}
    coverage.word_definition(by=SYSTEM, season_id=cast.season.id, key="reached", words=own)
    now = sheets_of(send(cast, "coverage", "xlsx"))
    assert again == then
    assert now != then
    assert own["formula_zh"] in str(now["口径"])
    title = str(then)
    assert f"{yesterday.year}年{yesterday.month}月{yesterday.day}日" in title
    assert "当时所知" in title
    assert cast.lin.name not in title
    assert cast.lin.name in str(now)


def sheets_of(answer):
    assert answer.status_code == 200, answer.content[:300]
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def claim(cast):
    items = [Presence(new_id(), cast.lin.id, Method.ROLL, clock.now())]
    claims.claim_presence(by=SYSTEM, session_id=cast.own.session.id, items=items)
    outbox.deliver_all()


def test_a_plan_goes_out_is_changed_and_comes_in_again(cast, tmp_path):
    session_id = joint(cast)
    [sheet] = sheets_of(send(cast, "plan", "xlsx")).values()
    same = come_in(cast, tmp_path, sheet)
    assert (same.counts["same"], same.counts["bad"]) == (2, 0)
    before = plan_of(Session.objects.get(id=session_id))
    sessions = Session.objects.count()
    batch = come_in(cast, tmp_path, retyped(sheet, {"镇文化礼堂": "村史馆", "田埂上": "大棚里"}))
    assert [batch.counts[key] for key in ("changed", "same", "new", "bad")] == [1, 1, 0, 0]
    after = plan_of(Session.objects.get(id=session_id))
    assert after == replace(before, place_text="村史馆", title="大棚里的一课")
    assert Session.objects.count() == sessions


def joint(cast):
    plan = make_plan(
        cast.season,
        cast.own.node,
        title="田埂上的一课",
        place_text="镇文化礼堂",
        topics=tuple((topic.id, 45) for topic in cast.topics),
        invited=(Invited(cast.foreign.node.id, 5),),
        steps=(Step("升旗", 10), Step("讨论", 30, "小组长")),
        capacity=80,
        organiser_name="周明远",
        note="带笔",
        is_first_lesson=True,
        tags=("冬训+文明实践",),
        online_url="https://live.example/7",
    )
    session_id = planning.save_session(by=SYSTEM, plan=plan)
    planning.publish_session(by=SYSTEM, session_id=session_id)
    return session_id


def retyped(sheet, words):
    def cell(value):
        for old, new in words.items():
            value = value.replace(old, new) if isinstance(value, str) else value
        return value

    return [[cell(value) for value in row] for row in sheet]


def test_a_plan_says_zone_tags_first_lesson_link_and_brand(cast):
    Organisation.objects.filter(id=cast.own.node.id).update(brand="口袋冬训")
    joint(cast)

    [sheet] = sheets_of(send(cast, "plan", "xlsx")).values()

    head = next(row for row in sheet if row[0] == "序号")
    [row] = [row for row in sheet if "田埂上的一课" in row]
    said = dict(zip(head, row, strict=True))
    assert (said["冬训+标签"], said["是否第一课"], said["品牌"]) == (
        "冬训+文明实践",
        "是",
        "口袋冬训",
    )
    assert said["直播链接"] == "https://live.example/7"
    assert said["片区"]


def test_another_ones_session_is_left_and_an_unknown_code_is_told(cast, tmp_path):
    theirs = cast.foreign.session
    SessionOrganisation.objects.create(
        session=theirs, organisation_id=cast.own.node.id, part="invited"
    )
    [sheet] = sheets_of(send(cast, "plan", "xlsx")).values()
    own = cast.own.session.code
    batch = come_in(
        cast, tmp_path, retyped(sheet, {theirs.title: "改了别人的", own: "ZZZZZZ"}), by="organiser"
    )
    assert [batch.counts[key] for key in ("skip", "bad", "changed", "new")] == [1, 1, 0, 0]
    theirs.refresh_from_db()
    assert theirs.title != "改了别人的"


def come_in(cast, folder, rows, by=""):
    path = workbook(folder / "计划.xlsx", ("计划", rows))
    return files.import_file(
        by=cast.actor(by) if by else SYSTEM,
        kind="activities.plan",
        path=path,
        organisation_id=cast.own.node.id,
        season_id=cast.season.id,
    )
