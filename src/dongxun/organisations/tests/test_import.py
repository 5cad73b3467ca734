from datetime import date
from typing import Any

import pytest

from dongxun.files import api as files
from dongxun.files.contracts import Action, BatchContext, BatchState, RowIn
from dongxun.files.tests.make import workbook
from dongxun.kernel import jobs
from dongxun.kernel.errors import NotAllowed
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry
from dongxun.organisations import api
from dongxun.organisations.contracts import ZoneDraft, ZoneKind
from dongxun.organisations.importing.importer import OrganisationsImporter
from dongxun.organisations.models import Organisation, ZoneMember
from dongxun.organisations.services import save_kind
from dongxun.organisations.tests.make import SYSTEM, make_district, make_organisation

pytestmark = pytest.mark.django_db
IMPORTER = OrganisationsImporter()
HEADER = [
    "党组织全称",
    "组织类别",
    "上级党组织",
    "书记",
    "联系人",
    "联系电话",
    "片区",
    "联创区",
    "分类",
    "所在单位情况",
]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, settings):
    settings.VAR = tmp_path / "var"


@pytest.fixture
def district():
    found = make_district()
    api.save_zone_set(
        by=SYSTEM,
        root_id=found["district"].id,
        kind=ZoneKind.GEO,
        name="2026 片区",
        valid_from=date(2026, 1, 1),
        zones=[ZoneDraft("西片", (found["平潮镇"].id,)), ZoneDraft("东片", ())],
    )
    return found


def a_row(choice: dict[str, str] | None = None, **cells: Any) -> RowIn:
    values = {c.key: c.parse(cells[c.key]) for c in IMPORTER.columns if c.key in cells}
    return RowIn("组织", 2, values, choice or {})


def state(district, by=SYSTEM, place="district"):
    context = BatchContext(new_id(), IMPORTER.kind, by, district[place].id, None)
    return IMPORTER.prepare(context)


def check(district, *rows):
    return IMPORTER.check(state(district), rows)


def put_in(district, *rows):
    return IMPORTER.apply(state(district), rows)


def test_a_workbook_of_organisations_goes_in_and_comes_back_out(district, tmp_path):
    path = workbook(
        tmp_path / "组织.xlsx",
        (
            "组织",
            [
                ["通州区基层党组织一览表"],
                HEADER,
                ["兴仁镇", "镇", "通州区", "", "周明远", "19900000001", "东片", "", "", ""],
                [
                    "兴仁村党总支",
                    "",
                    "兴仁镇",
                    "林小满",
                    "",
                    "0513-86512345",
                    "",
                    "",
                    "示范型",
                    "行政村",
                ],
                ["兴仁村第一党支部", "党支部", "兴仁村党总支", "", "", "", "", "", "培育", ""],
                ["平潮村党支部", "党支部", "平潮村", "吴思远", "", "", "", "", "", ""],
            ],
        ),
    )
    before = Organisation.objects.count()
    batch = files.import_file(
        by=SYSTEM, kind=IMPORTER.kind, path=path, organisation_id=district["district"].id
    )
    assert (batch.counts["new"], batch.counts["changed"], batch.counts["bad"]) == (3, 1, 0)
    first = Organisation.objects.get(name="兴仁村第一党支部")
    assert [node.short_name for node in api.ancestors(first.id)] == [
        "通州区",
        "兴仁镇",
        "兴仁村党总支",
        "兴仁村第一党支部",
    ]
    general = Organisation.objects.get(name="兴仁村党总支")
    assert (general.type_id, general.tier, general.secretary_name) == (
        "general_branch",
        "model",
        "林小满",
    )
    assert general.situation == "行政村"
    assert ZoneMember.objects.get(organisation__name="兴仁镇").zone.name == "东片"
    assert AuditEntry.objects.filter(action="organisations.import_organisations").count() == 1

    files.undo(by=SYSTEM, batch_id=batch.id)
    jobs.run_waiting()

    batch.refresh_from_db()
    assert (batch.state, batch.counts["undone"], batch.counts["kept"]) == (BatchState.UNDONE, 4, 0)
    assert Organisation.objects.count() == before
    assert Organisation.objects.get(id=district["平潮镇支部"].id).secretary_name == ""


def test_the_same_list_again_changes_nothing(district):
    row = a_row(name="新坝村", kind="村", above="平潮镇", secretary="林小满", geo="东片")
    put_in(district, row)
    [finding] = check(district, row)
    assert (finding.action, finding.differences) == (Action.SAME, [])
    assert put_in(district, row) == []


def test_blank_cells_erase_nothing(district):
    put_in(district, a_row(name="平潮镇", contact="周明远", phone="19900000001"))
    [finding] = check(district, a_row(name="平潮镇", contact="", phone=None, secretary="林小满"))
    assert [label for label, _before, _after in finding.differences] == ["书记"]


def test_a_name_that_stands_elsewhere_is_asked_about_and_moved_only_then(district):
    village = Organisation.objects.get(name="平潮村")
    cells = {"name": "平潮村", "kind": "村", "above": "五接镇"}
    [finding] = check(district, a_row(**cells))
    assert [choice.value for choice in finding.problems[0].choices] == [str(village.id), "new"]
    [moved] = check(district, a_row({"name": str(village.id)}, **cells))
    assert (moved.action, moved.target_id) == (Action.MOVED, village.id)
    [change] = put_in(district, a_row({"name": str(village.id)}, **cells))
    assert (
        api.node(district["平潮镇支部"].id).interval.lft in api.node(district["五接镇"].id).interval
    )
    assert IMPORTER.undo(state(district), [change]) == []
    village.refresh_from_db()
    assert village.parent_id == district["平潮镇"].id


def test_another_of_the_same_name_may_be_added(district):
    cells = {"name": "平潮村", "kind": "村", "above": "五接镇"}
    put_in(district, a_row({"name": "new"}, **cells))
    assert Organisation.objects.filter(name="平潮村").count() == 2


def test_what_cannot_be_known_is_said_with_its_column(district):
    make_organisation("第一党支部", under=district["平潮镇"])
    make_organisation("第一党支部", under=district["五接镇"])
    found = check(
        district,
        a_row(name="新坝村", above="兴东镇"),
        a_row(name="新坝小组", above="第一党支部"),
        a_row(name="新坝小组", above="平潮镇"),
        a_row(name="新坝村", above="平潮镇", geo="北片"),
    )
    assert [(p.column, p.code) for finding in found for p in finding.problems] == [
        ("above", "above_unknown"),
        ("above", "above_ambiguous"),
        ("kind", "kind_unknown"),
        ("geo", "zone_unknown"),
    ]
    assert [choice.value for choice in found[3].problems[0].choices] == ["西片", "东片"]


def test_an_organisation_above_that_is_not_there_is_offered_and_the_choice_is_taken(district):
    make_organisation("第一党支部", under=district["平潮镇"])
    make_organisation("第一党支部", under=district["五接镇"])
    cells = {"name": "新坝村", "kind": "村"}
    texts = ("平潮", "平湖镇", "第一党支部")
    asked = check(district, *(a_row(**cells, above=text) for text in texts))
    offered = [[c.value for c in finding.problems[0].choices] for finding in asked]
    assert all("平潮镇" in values[0] for values in offered)
    for text, values in zip(texts, offered, strict=True):
        [finding] = check(district, a_row({"above": values[0]}, **cells, above=text))
        assert (finding.action, finding.problems) == (Action.NEW, [])
    put_in(district, a_row({"above": offered[0][0]}, **cells, above="平潮"))
    [led] = put_in(district, a_row(name="甸北村", kind="村", above="五接镇党委"))
    assert Organisation.objects.get(name="新坝村").parent_id == district["平潮镇"].id
    assert Organisation.objects.get(id=led.target_id).parent_id == district["五接镇"].id


def test_a_zone_chosen_in_place_of_one_that_is_not_there_is_taken(district):
    cells = {"name": "新坝村", "kind": "村", "above": "平潮镇", "geo": "北片"}
    [finding] = check(district, a_row({"geo": "东片"}, **cells))
    assert (finding.action, finding.problems) == (Action.NEW, [])


def test_kinds_that_the_office_added_are_understood(district):
    code = save_kind(by=SYSTEM, name_zh="开发区", name_en="development zone", rank=40)
    by_word, by_ending = check(
        district,
        a_row(name="江海新城", kind="开发区", above="通州区"),
        a_row(name="通州开发区", above="通州区"),
    )
    assert [by_word.action, by_ending.action] == [Action.NEW, Action.NEW]
    put_in(district, a_row(name="通州开发区", above="通州区"))
    assert Organisation.objects.get(name="通州开发区").type_id == code


def test_a_row_whose_name_cannot_be_read_stops_nobody(district):
    unread = RowIn("组织", 2, {"above": "平潮镇"}, broken=frozenset({"name"}))
    found = check(district, unread, a_row(name="新坝村", above="平潮镇"))
    assert [finding.action for finding in found] == [Action.BAD, Action.NEW]


def test_a_list_divides_only_for_whoever_may_divide(district, zhou_of):
    zhou = zhou_of(district["平潮镇"])
    own = a_row(name="新坝村", kind="村", above="平潮镇", geo="西片")
    other = a_row(name="甸北村", kind="村", above="平潮镇", geo="东片")
    found = IMPORTER.check(state(district, zhou, "平潮镇"), [own, other])
    assert [finding.action for finding in found] == [Action.NEW, Action.BAD]
    assert [(p.column, p.code) for p in found[1].problems] == [("geo", "zone_not_yours")]
    changes = IMPORTER.apply(state(district, zhou, "平潮镇"), [own, other])
    assert [change.label for change in changes] == ["新坝村"]
    assert [m.organisation_id for m in ZoneMember.objects.all()] == [district["平潮镇"].id]


def test_a_list_writes_into_the_division_in_force_and_leaves_a_trace(district):
    later = api.save_zone_set(
        by=SYSTEM,
        root_id=district["district"].id,
        kind=ZoneKind.GEO,
        name="2099 片区",
        valid_from=date(2099, 1, 1),
        zones=[ZoneDraft("东片", ())],
    )
    row = a_row(name="五接镇", geo="东片")
    [finding] = check(district, row)
    assert finding.differences == [("片区", "", "东片（2026 片区）")]
    [change] = put_in(district, row)
    assert not ZoneMember.objects.filter(zone_set_id=later).exists()
    assert ZoneMember.objects.get(organisation_id=district["五接镇"].id).zone.name == "东片"
    assert IMPORTER.undo(state(district), [change]) == []
    traces = AuditEntry.objects.filter(action="organisations.put_into_zone").order_by("id")
    assert [entry.detail["changed"] for entry in traces] == [
        {"zone": ["", "东片"]},
        {"zone": ["东片", ""]},
    ]


def test_undo_keeps_what_was_changed_since_or_is_in_use(district):
    rows = [
        a_row(name=name, kind="村", above="平潮镇") for name in ("新坝村", "甸北村", "九圩港村")
    ]
    changes = put_in(district, *rows)
    changed, used, _free = [change.target_id for change in changes]
    api.update_organisation(by=SYSTEM, organisation_id=changed, changes={"tier": "model"})
    make_organisation("甸北村党支部", under=api.node(used))
    kept = IMPORTER.undo(state(district), changes[::-1])
    assert {item.label for item in kept} == {"新坝村", "甸北村"}
    assert not Organisation.objects.filter(name="九圩港村").exists()


def test_a_list_reaches_no_further_than_its_organisation(district, tmp_path):
    town = BatchContext(new_id(), IMPORTER.kind, SYSTEM, district["五接镇"].id, None)
    row = a_row(name="新坝村", kind="村", above="平潮镇")
    [finding] = IMPORTER.check(IMPORTER.prepare(town), [row])
    assert finding.problems[0].code == "above_unknown"


def test_nobody_imports_without_managing_the_place(district, tmp_path, zhou_of):
    path = workbook(tmp_path / "组织.xlsx", ("组织", [HEADER, ["兴仁镇", "镇", "通州区"]]))
    with pytest.raises(NotAllowed):
        files.import_file(
            by=zhou_of(district["五接镇"]),
            kind=IMPORTER.kind,
            path=path,
            organisation_id=district["平潮镇"].id,
        )


@pytest.fixture
def zhou_of():
    from dongxun.kernel.actors import Actor, ActorKind, Grant, Role

    def make(node):
        grant = Grant(Role.ORGANISER, node.id, node.interval)
        return Actor(ActorKind.ACCOUNT, id=new_id(), label="周明远", grants=(grant,))

    return make
