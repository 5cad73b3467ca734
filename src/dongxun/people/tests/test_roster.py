from datetime import date
from typing import Any

import pytest

from dongxun.files.contracts import Action, CellProblem, RowIn
from dongxun.kernel.models import Event
from dongxun.organisations.tests.make import make_district, make_organisation
from dongxun.people.contracts import Details, PrivatePurpose, Status
from dongxun.people.models import Membership, Person, PersonPrivate
from dongxun.people.services import private_of, tag, update_person
from dongxun.people.tests.make import make_person
from dongxun.people.tests.roster import IMPORTER, SYSTEM, a_row, check, put_in, state

pytestmark = pytest.mark.django_db

LIN: dict[str, Any] = {
    "name": "林 小满",
    "branch": "平潮村党支部",
    "id_number": "320612199105120029",
    "phone": 19900000012.0,
    "category": "正式党员",
    "joined_on": "2012.07",
    "full_on": 20130701,
    "duty": "书记",
    "floating": "是",
}


@pytest.fixture
def district():
    return make_district()


def valid_id(first17: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(d) * w for d, w in zip(first17, weights, strict=True))
    return first17 + "10X98765432"[total % 11]


LIN["id_number"] = valid_id("32061219910512002")


def test_a_new_row_becomes_a_person_with_all_it_says(district):
    [change] = put_in(district["district"], a_row(**LIN))
    lin = Person.objects.get()
    assert (lin.name, lin.pinyin, lin.sex, lin.is_secretary) == ("林小满", "lxm", "f", True)
    assert (lin.joined_on, lin.full_on) == (date(2012, 7, 1), date(2013, 7, 1))
    assert lin.branch_id == district["平潮镇支部"].id
    assert Membership.objects.get().since == date(2012, 7, 1)
    assert [word.tag for word in lin.tags.all()] == ["流动"]
    private = private_of(lin.id, by=SYSTEM, purpose=PrivatePurpose.CHECK)
    assert (private.phone, private.birth_year, private.birth_month) == ("19900000012", 1991, 5)
    assert private.id_number == LIN["id_number"]
    assert not change.before
    assert Event.objects.get(name="MembershipChanged").payload["person_ids"] == [str(lin.id)]


def test_the_same_roster_again_changes_nothing(district):
    put_in(district["district"], a_row(**LIN))
    [finding] = check(district["district"], a_row(**LIN))
    assert (finding.action, finding.differences) == (Action.SAME, [])
    assert put_in(district["district"], a_row(**LIN)) == []


def test_a_second_roster_shows_what_changed_and_what_moved(district):
    put_in(district["district"], a_row(**LIN))
    changed = LIN | {"duty": "委员", "floating": "否", "phone": "19900000034"}
    [finding] = check(district["district"], a_row(**changed))
    assert finding.action == Action.CHANGED
    assert {label for label, _before, _after in finding.differences} >= {"职务", "标签", "手机号"}
    assert not any("19900000034" in part for diff in finding.differences for part in diff)
    [finding] = check(district["district"], a_row(**LIN | {"branch": "五接村党支部"}))
    assert finding.action == Action.MOVED
    assert finding.differences[0] == ("支部", "平潮村党支部", "五接村党支部")


def test_a_row_whose_name_cannot_be_read_stops_nobody(district):
    unread = RowIn("名册", 2, {"branch": "平潮村党支部"}, broken=frozenset({"name"}))
    found = check(district["district"], unread, a_row(**LIN))
    assert [finding.action for finding in found] == [Action.BAD, Action.NEW]


def test_blank_cells_erase_nothing(district):
    put_in(district["district"], a_row(**LIN))
    row = a_row(name="林小满", branch="平潮村党支部", phone="19900000012", duty="", joined_on=None)
    [finding] = check(district["district"], row)
    assert finding.action == Action.SAME


def test_without_id_the_name_with_birth_and_join_month_decides(district):
    put_in(district["district"], a_row(**LIN))
    row = a_row(name="林小满", branch="五接村党支部", birth="1991年5月", joined_on="2012-07-15")
    [finding] = check(district["district"], row)
    assert (finding.action, finding.target_id) == (Action.MOVED, Person.objects.get().id)


def test_without_dates_the_phone_in_the_same_branch_decides(district):
    put_in(district["district"], a_row(**LIN))
    [here, there] = check(
        district["district"],
        a_row(name="林小满", branch="平潮村党支部", phone="199 0000 0012"),
        a_row(name="林小满", branch="五接村党支部", phone="199 0000 0012"),
    )
    assert here.action == Action.SAME
    assert [problem.code for problem in there.problems] == ["who"]


def test_a_namesake_is_asked_about_and_the_answer_stands(district):
    put_in(district["district"], a_row(**LIN))
    lin = Person.objects.get()
    bare: dict[str, Any] = {"name": "林小满", "branch": "平潮村党支部"}
    [finding] = check(district["district"], a_row(**bare))
    assert [choice.value for choice in finding.problems[0].choices] == [str(lin.id), "new"]
    [same] = check(district["district"], a_row(choice={"name": str(lin.id)}, **bare))
    assert (same.action, same.target_id) == (Action.SAME, lin.id)
    put_in(district["district"], a_row(choice={"name": "new"}, **bare))
    assert Person.objects.filter(name="林小满").count() == 2


def test_two_whole_id_numbers_or_birth_months_are_two_people(district):
    put_in(district["district"], a_row(**LIN))
    other = LIN | {"id_number": valid_id("32061219880101001")}
    [finding] = check(district["district"], a_row(**other))
    assert finding.action == Action.NEW


def test_a_damaged_id_lets_the_row_in_without_it_and_says_so(district):
    [finding] = check(district["district"], a_row(**LIN | {"id_number": 3.2061219910512e17}))
    assert finding.action == Action.NEW
    assert [(problem.code, problem.note) for problem in finding.problems] == [("id_damaged", True)]


def test_somebody_of_another_organisation_is_not_taken_over(district):
    put_in(district["district"], a_row(**LIN | {"branch": "五接村党支部"}))
    [finding] = check(district["平潮镇"], a_row(**LIN))
    assert [problem.code for problem in finding.problems] == ["registered_elsewhere"]
    assert "五接" not in str(finding.problems[0].message)


@pytest.mark.parametrize(
    "text",
    [
        "平潮村党支部",
        "中共平潮村党支部",
        "平潮村支部",
        "平潮镇平潮村党支部",
        "平潮村",
        "中共平潮镇平潮村支部委员会",
        "通州区平潮镇 平潮村 党支部",
    ],
)
def test_a_branch_is_found_by_the_names_people_give_it(district, text):
    [finding] = check(district["district"], a_row(**LIN | {"branch": text}))
    assert finding.scope == str(district["平潮镇支部"].id)


def test_an_unknown_branch_suggests_the_closest(district):
    [finding] = check(district["district"], a_row(**LIN | {"branch": "平湖村党支部"}))
    [problem] = finding.problems
    assert (problem.code, problem.suggestion.split(" / ")[-1]) == ("branch_unknown", "平潮村党支部")
    [again] = check(district["district"], a_row(**LIN | {"branch": problem.suggestion}))
    assert again.action == Action.NEW


def test_an_ambiguous_branch_is_chosen_among_its_namesakes(district):
    for town in ("平潮镇", "五接镇"):
        make_organisation("第一党支部", under=district[town])
    [finding] = check(district["district"], a_row(**LIN | {"branch": "第一党支部"}))
    [problem] = finding.problems
    assert problem.code == "branch_ambiguous"
    assert len(problem.choices) == 2
    for choice in problem.choices:
        [chosen] = check(district["district"], a_row(**LIN | {"branch": choice.value}))
        assert chosen.action == Action.NEW
    [told] = check(
        district["district"], a_row(**LIN | {"branch": "第一党支部", "above": "五接镇党委"})
    )
    assert told.action == Action.NEW


def test_branches_outside_the_organisation_are_unknown(district):
    [finding] = check(district["五接镇"], a_row(**LIN))
    assert finding.problems[0].code == "branch_unknown"


def test_missing_are_the_people_of_the_branches_in_the_file_only(district):
    gone = make_person("甲", branch=district["平潮镇支部"])
    make_person("乙", branch=district["五接镇支部"])
    make_person("丙", branch=district["平潮镇支部"], status=Status.DECEASED)
    scopes = {str(district["平潮镇支部"].id)}
    missing = IMPORTER.missing(state(district["district"]), scopes, set())
    assert [(m.target_id, m.scope_label) for m in missing] == [(gone.id, "平潮村党支部")]
    assert IMPORTER.missing(state(district["district"]), scopes, {gone.id}) == []


def test_undo_brings_everything_back(district):
    put_in(district["district"], a_row(**LIN))
    tag(by=SYSTEM, person_id=Person.objects.get().id, word="网格员")
    before = PersonPrivate.objects.values().get()
    moved = LIN | {"branch": "五接村党支部", "phone": "19900000034", "floating": "否", "duty": "无"}
    changes = put_in(district["district"], a_row(**moved), a_row(name="吴思远", branch="平潮村"))
    assert len(changes) == 2
    assert IMPORTER.undo(state(district["district"]), changes[::-1]) == []
    lin = Person.objects.get()
    assert (lin.duty, lin.branch_id) == ("书记", district["平潮镇支部"].id)
    assert PersonPrivate.objects.values().get() == before
    assert {word.tag for word in lin.tags.all()} == {"流动", "网格员"}
    assert Membership.objects.get(until=None).branch_id == lin.branch_id


def test_undo_brings_back_only_the_tags_that_the_import_changed(district):
    plain = {"name": "林小满", "branch": "平潮村党支部", "phone": "19900000012"}
    put_in(district["district"], a_row(**plain))
    lin = Person.objects.get()
    tag(by=SYSTEM, person_id=lin.id, word="网格员")
    again = plain | {"floating": "否", "home_study": "是", "tags": "网格员、民兵", "duty": "委员"}
    [change] = put_in(district["district"], a_row(**again))
    assert {word.tag for word in lin.tags.all()} == {"网格员", "民兵", "送学"}
    assert IMPORTER.undo(state(district["district"]), [change]) == []
    assert [word.tag for word in lin.tags.all()] == ["网格员"]


def test_undo_leaves_later_writes_alone_and_names_them(district):
    changes = put_in(district["district"], a_row(**LIN))
    lin = Person.objects.get()
    update_person(by=SYSTEM, person_id=lin.id, details=Details(duty="委员"))
    [kept] = IMPORTER.undo(state(district["district"]), changes)
    assert (kept.target_id, kept.label) == (lin.id, "林小满")
    assert Person.objects.get().duty == "委员"


def test_a_roster_of_one_branch_needs_no_branch_column(district):
    branch = district["平潮镇支部"]
    put_in(branch, a_row(name="王小明"))
    assert Person.objects.get().branch_id == branch.id
    context = state(branch).batch
    assert IMPORTER.given(context) == {"branch"}
    assert IMPORTER.given(state(district["平潮镇"]).batch) == frozenset()
    [finding] = check(district["平潮镇"], a_row(name="王小明", branch=""))
    assert [(p.column, p.code) for p in finding.problems] == [("branch", "empty")]


def test_a_short_name_offers_the_branches_it_may_mean(district):
    for number in range(9):
        make_organisation(f"第{number}村党支部", under=district["平潮镇"])
    for town in ("平潮镇", "五接镇"):
        make_organisation(f"{town[:2]}社区第一党支部", under=district[town])
    [finding] = check(district["district"], a_row(name="王小明", branch="第一党支部"))
    [problem] = finding.problems
    assert problem.code == "branch_unknown"
    assert {c.value.split(" / ")[-1] for c in problem.choices} >= {
        "平潮社区第一党支部",
        "五接社区第一党支部",
    }


@pytest.mark.parametrize(
    ("birth", "joined", "found"),
    [
        ("1991.05", "1985.7", [("before_birth", False), ("before_birth", False)]),
        ("1991.05", "2005.7", [("under_age", True)]),
        ("1991.05", "2009.05", []),
    ],
)
def test_days_that_cannot_be_are_said(district, birth, joined, found):
    row = a_row(name="王小明", branch="平潮村党支部", birth=birth, joined_on=joined)
    [finding] = check(district["district"], row)
    assert [(problem.code, problem.note) for problem in finding.problems] == found


def test_a_day_still_to_come_is_not_taken():
    with pytest.raises(CellProblem) as refused:
        a_row(name="王小明", birth="2099.5")
    assert refused.value.code == "future"


def test_a_namesake_with_another_birth_is_told_and_goes_in(district):
    put_in(district["district"], a_row(**LIN))
    other = {"name": "林小满", "branch": "平潮村党支部", "birth": "1970.01"}
    [finding] = check(district["district"], a_row(**other))
    assert finding.action == Action.NEW
    assert [(problem.code, problem.note) for problem in finding.problems] == [("namesake", True)]


def test_a_word_that_is_not_of_the_list_offers_the_list():
    with pytest.raises(CellProblem) as refused:
        a_row(name="王小明", sex="难")
    assert [choice.value for choice in refused.value.choices] == ["男", "女"]
