import pytest

from dongxun.files import api as files
from dongxun.files.models import ImportRow, unseal
from dongxun.kernel import jobs
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation
from dongxun.people.models import Person
from dongxun.people.roster.importer import RosterImporter
from dongxun.people.tests.messy import messy_roster

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def district():
    found = make_district()
    for town in ("平潮镇", "五接镇"):
        make_organisation("第一党支部", under=found[town])
    return found


@pytest.fixture
def batch(district, tmp_path):
    return files.import_file(
        by=SYSTEM,
        kind=RosterImporter.kind,
        path=messy_roster(tmp_path / "名册.xlsx"),
        organisation_id=district["district"].id,
    )


def causes_of(batch):
    return {
        (row.sheet.strip(), row.number): [
            (problem["column"], problem["code"]) for problem in unseal(row.content)["problems"]
        ]
        for row in ImportRow.objects.filter(batch=batch, action="bad")
    }


def test_of_a_messy_workbook_the_good_rows_go_in(batch):
    joined = dict(Person.objects.values_list("name", "joined_on"))
    assert {name: str(day) for name, day in joined.items()} == {
        "林小满": "2012-07-01",
        "周明远": "1998-07-01",
        "钱一诺": "2010-07-01",
        "吴思远": "2001-07-01",
        "孙秀霞": "1991-07-01",
        "马超·买买提": "2015-07-01",
    }
    full = dict(Person.objects.exclude(full_on=None).values_list("name", "full_on"))
    assert {name: str(day) for name, day in full.items()} == {
        "林小满": "2013-07-01",
        "周明远": "1999-07-01",
        "钱一诺": "2011-07-01",
        "吴思远": "2002-07-01",
    }
    assert set(Person.objects.filter(tags__tag="流动").values_list("name", flat=True)) == {
        "钱一诺",
        "吴思远",
    }


def test_each_bad_row_of_a_messy_workbook_says_where_and_why(batch):
    assert causes_of(batch) == {
        ("平潮镇", 9): [("name", "name")],
        ("平潮镇", 10): [("phone", "phone_length")],
        ("平潮镇", 11): [("joined_on", "date_order")],
        ("平潮镇", 12): [("joined_on", "date_zero_lost"), ("branch", "branch_unknown")],
        ("平潮镇", 13): [("", "twice")],
        ("平潮镇", 14): [("branch", "branch_ambiguous")],
        ("五接镇", 5): [("phone", "phone_several")],
    }


def test_the_same_messy_workbook_again_brings_nobody_twice(batch, district, tmp_path):
    again = files.import_file(
        by=SYSTEM,
        kind=RosterImporter.kind,
        path=messy_roster(tmp_path / "again.xlsx"),
        organisation_id=district["district"].id,
    )
    assert (again.counts["new"], again.counts["changed"], again.counts["moved"]) == (0, 0, 0)
    assert Person.objects.count() == 6


def test_a_messy_import_is_taken_back_whole(batch):
    files.undo(by=SYSTEM, batch_id=batch.id)
    jobs.run_waiting()
    assert not Person.objects.exists()
