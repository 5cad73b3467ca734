from datetime import timedelta

import pytest

from dongxun.kernel import clock
from dongxun.reports.dossier import PAPERS, keys
from dongxun.reports.gather.dossier import sections
from dongxun.reports.orders import order
from dongxun.reports.services import volunteers as services
from dongxun.reports.services.printing import print_paper
from dongxun.reports.tests.read import pages_of
from dongxun.volunteers import api
from dongxun.volunteers.contracts import SheetMark
from dongxun.volunteers.models import Turn
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    """A post where 林小满 served eight hours yesterday, and nobody tomorrow."""
    made = make_post(cast.season, cast.own.branch, name="平潮村口")
    shift = make_shift(made, clock.now() - timedelta(hours=30), 8)
    make_shift(made, clock.now() + timedelta(hours=20), 8)
    marks = {("shift", shift.id, cast.lin.id): SheetMark(shift.starts_at, shift.ends_at)}
    by = cast.actor("secretary")
    api.enter_sheet(by=by, marks=marks)
    api.approve_hours(by=by, turn_ids=[Turn.objects.get().id])
    return made


def days():
    today = clock.today()
    return {"first": today - timedelta(days=2), "last": today + timedelta(days=2)}


def test_shift_table_has_the_columns_names_and_empty_places(cast, post, tmp_path):
    ready = services.print_post(by=cast.actor("secretary"), post_id=post.id, **days())
    words = "".join(pages_of(ready.content, tmp_path))
    for word in (
        "志愿者排班表",
        "岗点",
        "日期",
        "需要",
        "值守人",
        "电话",
        "交接时间",
        "交接事项",
        "签名",
    ):
        assert word in words
    assert "林小满" in words
    assert "1990000" in words.replace(" ", "")


def test_blank_forms_are_printed(cast, tmp_path):
    for which, title in (("roster", "志愿者排班表"), ("hours", "志愿服务时长表")):
        ready = services.print_blank(
            by=cast.actor("secretary"),
            season_id=cast.season.id,
            node_id=cast.own.branch.id,
            which=which,
        )
        assert title in "".join(pages_of(ready.content, tmp_path))


@pytest.mark.parametrize("paper", ["duty_roster", "hours"])
@pytest.mark.parametrize("form", ["pdf", "xlsx"])
def test_papers_of_a_unit_are_made_in_both_forms(cast, post, paper, form):
    by = cast.actor("secretary")
    wanted = order(
        by=by,
        paper=paper,
        form=form,
        season_id=cast.season.id,
        node_id=cast.own.branch.id,
        **days(),
    )
    ready = print_paper(by=by, order=wanted)
    assert len(ready.content) > 2_000
    assert PAPERS[paper].name in ready.name


def test_dossier_holds_section_13(cast, post):
    by = cast.actor("secretary")
    wanted = order(
        by=by,
        paper="dossier",
        form="zip",
        season_id=cast.season.id,
        node_id=cast.own.branch.id,
    )
    assert sum(key.startswith('["13"') for key in keys(wanted)) == 4


def test_the_gap_list_of_section_13_names_what_volunteers_still_owe(cast, post):
    make_shift(post, clock.now() - timedelta(hours=50), 8)
    by = cast.actor("secretary")
    wanted = order(
        by=by, paper="dossier", form="zip", season_id=cast.season.id, node_id=cast.own.branch.id
    )
    [section] = [one for one in sections(wanted) if one.number == "13"]
    assert section.has == ("1 名志愿者，8.0 小时",)
    assert [gap.words for gap in section.gaps] == ["1 个班次没人到岗"]


def test_certificate_carries_every_field_of_the_rule(cast, post, tmp_path):
    by = cast.actor("secretary")
    with clock.frozen(clock.now() + timedelta(days=8)):
        made = api.issue_certificate(
            by=by,
            person_id=cast.lin.id,
            season_id=cast.season.id,
            issuer_id=cast.own.branch.id,
            responsible="周书记",
            handler="钱干事",
            phone="19900005555",
        )
        ready = services.print_certificate(by=phone_of(cast.lin), certificate_id=made)
    words = "".join(pages_of(ready.content, tmp_path))
    for word in ("林小满", "8", "平潮村口", "周书记", "钱干事", "19900005555", "盖章", "1号"):
        assert word in words


def test_register_is_exported_as_a_workbook(cast, post):
    today = clock.today()
    ready = services.export_register(
        by=cast.actor("secretary"), post_id=post.id, first=today, last=today, notes=True
    )
    assert ready.content.startswith(b"PK")
