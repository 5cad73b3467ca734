from datetime import date

import pytest
from django.urls import reverse

from dongxun.exchanges.tests.test_exchanges import gap, make_exchange
from dongxun.files import api as files
from dongxun.people import api as people
from dongxun.people.api import StayDraft
from dongxun.reports.dossier import HOLDS, PAPERS
from dongxun.reports.tests.read import pages_of
from dongxun.reports.tests.test_printing import SYSTEM, counted, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


def test_the_register_is_printed_for_the_own_unit_only(cast, tmp_path):
    for town, role in ((cast.own, "organiser"), (cast.foreign, "other_organiser")):
        people.register_stay(
            by=cast.actor(role),
            person_id=town.people[0].id,
            draft=StayDraft(direction="苏州市吴中区", reason="work"),
        )
    answer = send(cast, "away", "pdf")
    words = "".join(pages_of(answer.content, tmp_path))
    assert "流动党员登记表" in words
    assert "林小满" in words
    assert "外出务工" in words
    assert "吴思远" not in words
    for column in ("手机", "学历", "党费", "年审", "备注"):
        assert column in words
    assert send(cast, "away", "xlsx").status_code == 200
    assert ("08", "away", PAPERS["away"].forms) in HOLDS


def test_a_register_without_anybody_is_not_printed(cast):
    assert send(cast, "away", "pdf").status_code == 422


def test_the_brief_has_every_figure_with_its_total(cast, tmp_path):
    counted(cast)
    make_exchange(cast)
    answer = send(cast, "brief", "pdf")
    pages = pages_of(answer.content, tmp_path)
    assert len(pages) == 1
    assert "0/1次" in pages[0]
    assert "有形覆盖" in pages[0]
    for label in ("送学上门", "加油包", "诉求解决率", "诉求满意率", "志愿服务"):
        assert label in pages[0]


def test_a_study_tours_gaps_are_printed_for_its_units_only(cast, tmp_path):
    row = make_exchange(cast, kind="tour")
    address = reverse("reports:gap_list", args=[row.id])
    client = cast.client("organiser")
    assert client.get(address).status_code == 302
    gap(cast, row)

    answer = client.get(address)
    words = "".join(pages_of(answer.content, tmp_path))
    assert "对标找差清单" in words
    assert "没有积分超市" in words
    assert "未启动" in words
    assert client.get(address, {"form": "xlsx"}).status_code == 200
    assert client.get(address, {"form": "doc"}).status_code == 404
    assert cast.client("other_secretary").get(address).status_code == 404
    assert "没有积分超市" in "".join(pages_of(send(cast, "gaps", "pdf").content, tmp_path))
    assert send(cast, "gaps", "xlsx").status_code == 200


def test_the_empty_register_has_the_columns_of_the_form(cast, tmp_path):
    answer = cast.client("secretary").get(reverse("reports:blank_register"))
    [page] = pages_of(answer.content, tmp_path)
    for column in ("所在支部", "流向", "手机", "党费", "年审", "①务工经商"):
        assert column in page


def test_what_the_register_prints_as_a_workbook_comes_in_again_unchanged(cast, tmp_path):
    people.register_stay(
        by=cast.actor("organiser"),
        person_id=cast.own.people[0].id,
        draft=StayDraft(direction="苏州市吴中区", reason="work", left_on=date(2020, 3, 1)),
    )
    path = tmp_path / "登记表.xlsx"
    path.write_bytes(send(cast, "away", "xlsx").content)
    batch = files.import_file(
        by=SYSTEM, kind="people.floating", path=path, organisation_id=cast.own.node.id
    )
    assert (batch.counts["same"], batch.counts["bad"]) == (1, 0)
