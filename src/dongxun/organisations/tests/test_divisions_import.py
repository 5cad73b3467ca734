"""A list of administrative divisions, by code, through the same import as other units."""

import pytest

from dongxun.files import api as files
from dongxun.files.contracts import Action, BatchContext, BatchState, RowIn
from dongxun.kernel import jobs
from dongxun.kernel.ids import new_id
from dongxun.organisations import api
from dongxun.organisations.importing.importer import OrganisationsImporter
from dongxun.organisations.models import Organisation
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation

pytestmark = pytest.mark.django_db
IMPORTER = OrganisationsImporter()
DIVISIONS = """code,name,level,parent_code
32,江苏省,province,
3206,南通市,city,32
320602,崇川区,district,3206
320602001,城东街道,town,320602
320612,通州区,district,3206
320612100,平潮镇,town,320612
320612100201,平潮村村委会,village,320612100
320612100202,和平村村委会,village,320612100
320612101,五接镇,town,320612
320612101001,和平社区居委会,village,320612101
320612001,金新街道,town,320612
"""


@pytest.fixture
def district(tmp_path, settings):
    settings.VAR = tmp_path / "var"
    return make_district()


def test_a_csv_of_the_province_brings_in_what_lies_below_ones_own_district(district, tmp_path):
    path = tmp_path / "divisions.csv"
    path.write_text(DIVISIONS, encoding="utf-8")
    before = Organisation.objects.count()
    batch = files.import_file(
        by=SYSTEM, kind=IMPORTER.kind, path=path, organisation_id=district["district"].id
    )
    counts = batch.counts
    assert (counts["new"], counts["changed"], counts["skip"], counts["bad"]) == (4, 3, 4, 0)
    codes = dict(Organisation.objects.exclude(code=None).values_list("code", "short_name"))
    assert codes["320612"] == "通州区"
    assert (codes["320612100202"], codes["320612101001"]) == ("和平村", "和平社区")
    kinds = dict(Organisation.objects.exclude(code=None).values_list("code", "type_id"))
    assert (kinds["320612001"], kinds["320612101001"]) == ("street", "community")
    assert Organisation.objects.get(code="320612100").id == district["平潮镇"].id
    path.write_text(DIVISIONS + "320612002,高新区,town,320612\n", encoding="utf-8")
    again = files.import_file(
        by=SYSTEM, kind=IMPORTER.kind, path=path, organisation_id=district["district"].id
    )
    assert (again.counts["new"], again.counts["same"], again.counts["changed"]) == (1, 7, 0)

    for done in (again, batch):
        files.undo(by=SYSTEM, batch_id=done.id)
        jobs.run_waiting()
        done.refresh_from_db()
        assert (done.state, done.counts["kept"]) == (BatchState.UNDONE, 0)
    assert Organisation.objects.count() == before
    assert not Organisation.objects.exclude(code=None).exists()


def a_row(**cells):
    values = {c.key: c.parse(cells[c.key]) for c in IMPORTER.columns if c.key in cells}
    return RowIn("divisions", 2, values, {})


def check(root, *rows):
    context = BatchContext(new_id(), IMPORTER.kind, SYSTEM, root.id, None)
    return IMPORTER.check(IMPORTER.prepare(context), rows)


def test_what_does_not_fit_is_said_by_row(district):
    api.update_organisation(
        by=SYSTEM, organisation_id=district["district"].id, changes={"code": "320612"}
    )
    other = make_organisation("海门区", type_code="district")
    api.update_organisation(by=SYSTEM, organisation_id=other.id, changes={"code": "320614"})
    api.update_organisation(
        by=SYSTEM, organisation_id=district["五接镇"].id, changes={"code": "320612101"}
    )
    unknown, taken, namesake, below = check(
        district["district"],
        a_row(code="320612999001", name="无名村", kind="village", parent_code="320612999"),
        a_row(code="320614", name="海门镇", kind="town", parent_code="320612"),
        a_row(code="320612102", name="五接镇", kind="town", parent_code="320612"),
        a_row(code=320612101001.0, name="和平社区居委会", kind="village", parent_code="320612101"),
    )
    found = [(p.column, p.code) for row in (unknown, taken, namesake) for p in row.problems]
    assert found == [
        ("parent_code", "above_unknown"),
        ("code", "code_elsewhere"),
        ("code", "code_differs"),
    ]
    assert (below.action, below.label) == (Action.NEW, "和平社区居委会（320612101001）")
