from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from dongxun.access.tests.make import phone_of
from dongxun.coverage import api as coverage
from dongxun.files.contracts import CellProblem
from dongxun.files.models import ImportBatch, ImportRow
from dongxun.kernel import clock, jobs
from dongxun.ledger.models import Fact
from dongxun.library.importing.columns import duration, tail
from dongxun.library.models import OutsideRecord, Platform, PlatformCourse
from dongxun.library.services import outside as services
from dongxun.library.services.merging import follow_merge
from dongxun.library.tests.make import SYSTEM
from dongxun.people.tests.make import make_person
from dongxun.seasons.models import Topic
from dongxun.seasons.tests.make import make_participation

HEADER = ["姓名", "所在党支部", "课程名称", "完成日期", "学时", "成绩", "完成情况"]
NEW = "/imports/new/library.outside/"


@pytest.fixture
def platform(cast):
    return services.add_platform(by=SYSTEM, organisation_id=cast.district.id, name="先锋E家")


@pytest.fixture
def day(cast):
    return min(clock.today(), cast.season.starts_on + timedelta(days=3)).isoformat()


def book(*rows):
    out = BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("学习记录")
        for number, row in enumerate([HEADER, *rows]):
            sheet.write_row(number, 0, row)
    return SimpleUploadedFile("先锋E家.xlsx", out.getvalue())


def text(answer):
    return answer.content.decode()


def bring(client, platform, *rows):
    """Send a workbook in, as far as its rows are checked."""
    client.post(NEW, {"file": book(*rows), "ask_platform": str(platform)})
    batch = ImportBatch.objects.latest("created_at")
    columns = {f"column-0-{at}": key for at, key in batch.mapping["sheets"][0]["columns"].items()}
    client.post(f"/imports/{batch.id}/columns/", {"use-0": "1"} | columns)
    jobs.run_waiting()
    return f"/imports/{batch.id}/"


def go(client, page, what="apply"):
    client.post(f"{page}{what}/")
    jobs.run_waiting()


def live():
    rows = Fact.objects.filter(source="library.learned_outside", voided_by=None)
    number = dict(Topic.objects.values_list("id", "number"))
    found = [(row.mode, row.seconds, number[row.topic_id]) for row in rows]
    return sorted(found, key=lambda one: one[2])


def test_a_platforms_workbook_becomes_credit_once_and_can_be_taken_back(cast, platform, day):
    client, lin = cast.client("office"), cast.lin
    first = [lin.name, "", "专题1", day, "1.5", "95", "已完成"]
    second = [lin.name, "", "村级财务怎么管", day, "30分钟", "", ""]
    waits = [lin.name, "", "没学完的课", day, "2", "", "学习中"]
    page = bring(client, platform, first, second, waits, ["无此人", "", "专题1", day, "1", "", ""])
    shown = text(client.get(page))
    assert "1 行可以导入，2 行要改" in shown
    assert "“村级财务怎么管”属于哪个专题" in shown
    cause = ImportRow.objects.get(cause__startswith="course:").cause
    answer = {"cause": cause, "do": "choose", "value": str(cast.topics[1].id)}
    assert "2 行可以导入" in text(client.post(f"{page}causes/", answer, follow=True))
    go(client, page)
    assert live() == [("external", 5400, 1), ("external", 1800, 2)]
    assert PlatformCourse.objects.get().words == "村级财务怎么管"

    again = bring(client, platform, first, [*second[:4], "45分钟", "", ""])
    assert "1 行可以导入，0 行要改" in text(client.get(again)), "the course is known by now"
    go(client, again)
    assert live() == [("external", 5400, 1), ("external", 2700, 2)]
    go(client, again, "undo")
    assert live() == [("external", 5400, 1), ("external", 1800, 2)]
    own = text(cast.client("member").get("/me/record/"))
    assert "先锋E家 · 村级财务怎么管" in own
    there = text(client.get(f"/console/platforms/{platform}/"))
    assert "1 人，2.0 小时" in there
    record = OutsideRecord.objects.get(course="专题1")
    client.post(f"/console/platforms/{platform}/", {"what": "strike", "record": str(record.id)})
    assert live() == [("external", 1800, 2)]
    coverage.credit(season_id=cast.season.id, person_ids=[lin.id])
    stand = coverage.standing_of(lin.id, season_id=cast.season.id, by=phone_of(lin))
    assert [(one.topic.number, one.seconds) for one in stand.topics if one.seconds] == [(2, 1800)]
    assert stand.hours == Decimal("0.5"), "minute by minute, as the season's rule says"


def test_what_does_not_fit_is_told_at_its_row(cast, platform, day):
    make_participation(cast.season, make_person(cast.lin.name, branch=cast.foreign.branch))
    rows = [
        [cast.lin.name, "", "专题1", day, "1", "", ""],
        [cast.zhou.name, "", "专题1", "2019-01-01", "1", "", ""],
        [cast.zhou.name, "", "专题1", day, "很久", "", ""],
        [cast.zhou.name, "", "专题1", day, "", "", ""],
    ]
    page = text(cast.client("office").get(bring(cast.client("office"), platform, *rows)))
    told = ("有几位同名，是哪一位", "不在本季", "写成 1.5", "写明学了多久")
    assert [words for words in told if words not in page] == []
    assert "0 行可以导入，4 行要改" in page
    assert not OutsideRecord.objects.exists()


def test_a_platform_is_chosen_first_and_another_units_is_none(cast, platform, day):
    client = cast.client("office")
    assert "先锋E家" in text(client.get(f"{NEW}?platform={platform}"))
    row = [cast.lin.name, "", "专题1", day, "1", "", ""]
    assert client.post(NEW, {"file": book(row)}).status_code == 422
    theirs = services.add_platform(by=SYSTEM, organisation_id=cast.foreign.node.id, name="别处")
    mine = cast.client("secretary")
    assert mine.post(NEW, {"file": book(row), "ask_platform": str(theirs)}).status_code == 422
    assert not ImportBatch.objects.exists()


def test_the_same_line_of_two_rows_of_a_person_counts_once_when_they_are_merged(cast, platform):
    twin = make_person(cast.lin.name, branch=cast.own.branch)
    row = Platform.objects.get(id=platform)
    for person in (cast.lin, twin):
        for course in ("同一课", person.id.hex):
            services.keep([learned(cast, person, course)], row, by=SYSTEM)
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert OutsideRecord.objects.filter(person=cast.lin, struck_at=None).count() == 3
    assert len(live()) == 3


def learned(cast, person, course):
    return services.Learned(
        person_id=person.id,
        branch_id=cast.own.branch.id,
        season_id=cast.season.id,
        topic_id=cast.topics[0].id,
        course=course,
        learned_on=cast.season.starts_on,
        seconds=3600,
        score=Decimal("88.0"),
    )


@pytest.mark.parametrize(
    ("cell", "unit", "seconds"),
    [
        (1.5, 3600, 5400),
        ("1小时20分", 3600, 4800),
        ("90 分钟", 3600, 5400),
        ("1：20：30", 3600, 4830),
        (45, 60, 2700),
        (datetime(1899, 12, 31, 1, 30), 3600, 5400),  # noqa: DTZ001
        ("", 3600, None),
    ],
)
def test_lengths_of_time_are_read_as_people_write_them(cell, unit, seconds):
    assert duration(unit)(cell) == seconds


@pytest.mark.parametrize("cell", ["很久", "-3", "99", "分钟", date(2027, 1, 1)])
def test_what_is_no_length_of_time_is_refused(cell):
    with pytest.raises(CellProblem):
        duration(3600)(cell)
    with pytest.raises(CellProblem):
        tail("123")


def test_a_line_struck_out_of_one_row_stands_when_the_other_row_still_has_it(cast, platform):
    twin = make_person(cast.lin.name, branch=cast.own.branch)
    row = Platform.objects.get(id=platform)
    for person in (cast.lin, twin):
        services.keep([learned(cast, person, "同一课")], row, by=SYSTEM)
    struck = OutsideRecord.objects.get(person=cast.lin)
    services.strike_record(by=SYSTEM, record_id=struck.id)
    for _time in range(2):
        follow_merge(cast.lin.id, twin.id)
    assert OutsideRecord.objects.get(struck_at=None).person_id == cast.lin.id
    assert len(live()) == 1
