from datetime import UTC, datetime, timedelta

import pytest

from dongxun.files import queries
from dongxun.files.contracts import Action, BatchState, FileRefused, ImportMoved
from dongxun.files.models import ImportChange, ImportRow, Upload
from dongxun.files.services import applying, batches, rows, straight, uploads
from dongxun.files.tests.make import HEADER, PEOPLE, make_batch, match_as_found, roster, run
from dongxun.files.tests.toy import BRANCHES, toys
from dongxun.files.workbook import limits
from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import JobState
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.kernel.models import AuditEntry, IdempotencyKey, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("toy")]
EIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def bad_rows(batch):
    return queries.opened(list(queries.rows(batch, Action.BAD)))


def test_a_clean_roster_goes_in_only_at_the_last_step(zhou):
    batch = make_batch(zhou)
    assert batch.state == BatchState.CHECKED
    assert batch.counts["new"] == 3
    assert toys() == {}

    batches.apply(by=zhou, batch_id=batch.id)
    batch = run(batch)

    assert batch.state == BatchState.DONE
    assert toys() == {"A1": "林小满|一支部", "A2": "张三|一支部", "A3": "钱一诺|二支部"}
    assert AuditEntry.objects.filter(action="files.apply_import", actor_id=zhou.id).count() == 1


def test_bad_rows_are_told_by_cause_with_place_and_suggestion_and_good_ones_go_in(zhou):
    batch = make_batch(
        zhou,
        [
            *PEOPLE,
            ["A4", "周五（预备）", "一支部", "很早", "1990000"],
            ["A5", "", "一支部", "1991.05", ""],
            ["A6", "吴六", "三支部", "1991.05", ""],
            ["A1", "林小满", "一支部", "1991.05", ""],
        ],
    )

    assert (batch.counts["new"], batch.counts["bad"]) == (3, 4)
    causes = {group.cause: group.count for group in queries.causes(batch)}
    assert causes == {"name:name": 1, "name:empty": 1, "branch:unknown": 1, ":twice": 1}
    first = bad_rows(batch)[0]
    assert (first.sheet, first.number) == ("名册", 7)
    assert [(p.column, p.code, p.suggestion) for p in first.problems] == [
        ("name", "name", "周五"),
        ("joined_on", "date", ""),
        ("phone", "phone_length", ""),
    ]
    assert "名册 4" in str(bad_rows(batch)[3].problems[0].message)

    batches.apply(by=zhou, batch_id=batch.id)
    assert set(run(batch).counts) >= {"new", "bad"}
    assert set(toys()) == {"A1", "A2", "A3"}


def test_a_row_is_corrected_in_place_and_only_that_row_is_checked_again(zhou, toy):
    batch = make_batch(zhou, [*PEOPLE, ["A4", "周五2", "一支部", "很早", ""]])
    [bad] = bad_rows(batch)

    rows.correct_row(by=zhou, batch_id=batch.id, row_id=bad.id, typed={"name": "周五"})
    [still] = bad_rows(batch)
    assert [p.column for p in still.problems] == ["joined_on"]
    assert still.typed["name"] == "周五"

    rows.correct_row(by=zhou, batch_id=batch.id, row_id=bad.id, typed={"joined_on": "1991.5"})
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["bad"]) == (4, 0)

    batches.apply(by=zhou, batch_id=batch.id)
    run(batch)
    assert toys()["A4"] == "周五|一支部"


def test_an_ambiguous_row_goes_where_a_person_says(zhou):
    batch = make_batch(zhou, [["A1", "林小满", "一支", "1991.05", ""]])
    [bad] = bad_rows(batch)
    [problem] = bad.problems
    assert [choice.value for choice in problem.choices] == ["平潮一支部", "五接一支部"]

    with pytest.raises(Invalid):
        rows.correct_row(by=zhou, batch_id=batch.id, row_id=bad.id, choice={"branch": "别处"})
    rows.correct_row(by=zhou, batch_id=batch.id, row_id=bad.id, choice={"branch": "五接一支部"})
    batches.apply(by=zhou, batch_id=batch.id)
    run(batch)

    assert toys() == {"A1": "林小满|五接一支部"}


def test_a_corrected_row_that_repeats_another_is_told(zhou):
    batch = make_batch(zhou, [["A1", "林小满", "一支部", "", ""], ["", "张三", "一支部", "", ""]])
    [bad] = bad_rows(batch)

    rows.correct_row(by=zhou, batch_id=batch.id, row_id=bad.id, typed={"code": "A1"})

    [bad] = bad_rows(batch)
    assert [problem.code for problem in bad.problems] == ["twice"]


def test_suggestions_of_one_cause_are_taken_over_at_once(zhou):
    people = [[f"A{n}", f"张三（{n}组）", "一支部", "1991.05", ""] for n in range(30)]
    batch = make_batch(zhou, people)
    [group] = queries.causes(batch)
    assert (group.cause, group.count) == ("name:name", 30)

    assert rows.accept_suggestions(by=zhou, batch_id=batch.id, cause="name:name") == 30

    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["bad"]) == (30, 0)


def test_rows_of_one_cause_are_checked_again_once_their_reason_is_mended(zhou, monkeypatch):
    batch = make_batch(zhou, [[f"A{n}", "张三", "三支部", "", ""] for n in range(3)])
    cause = "branch:unknown"
    assert rows.check_again(by=zhou, batch_id=batch.id, cause=cause) == 0

    monkeypatch.setitem(BRANCHES, "三支部", "b5")

    assert rows.check_again(by=zhou, batch_id=batch.id, cause=cause) == 3
    batch.refresh_from_db()
    assert (batch.counts["new"], batch.counts["bad"]) == (3, 0)


def test_rows_of_one_cause_are_left_out_at_once_and_can_come_back(zhou):
    batch = make_batch(zhou, [*PEOPLE, ["A4", "周五2", "一支部", "", ""]])

    assert rows.leave_out(by=zhou, batch_id=batch.id, cause="name:name") == 1
    batch.refresh_from_db()
    assert (batch.counts["skip"], batch.counts["bad"]) == (1, 0)

    [row] = queries.rows(batch, Action.SKIP)
    rows.take_in(by=zhou, batch_id=batch.id, row_id=row.id)
    batch.refresh_from_db()
    assert (batch.counts["skip"], batch.counts["bad"]) == (0, 1)


def test_a_second_import_shows_new_changed_same_and_missing(zhou):
    straight_in(zhou, PEOPLE)
    changed = [PEOPLE[0], ["A2", "张三丰", "一支部", "", ""], ["A9", "新来", "二支部", "", ""]]

    batch = make_batch(zhou, changed)

    counts = {key: batch.counts[key] for key in ("same", "changed", "new", "missing")}
    assert counts == {"same": 1, "changed": 1, "new": 1, "missing": 1}
    assert batch.missing[0]["label"] == "钱一诺"
    [row] = queries.opened(list(queries.rows(batch, Action.CHANGED)))
    assert row.differences == (("姓名", "张三", "张三丰"),)


def straight_in(by, people):
    batch = make_batch(by, people)
    batches.apply(by=by, batch_id=batch.id)
    return run(batch)


def test_missing_is_told_only_inside_the_branches_of_the_file(zhou):
    straight_in(zhou, PEOPLE)

    batch = make_batch(zhou, [PEOPLE[0]])

    assert [item["label"] for item in batch.missing] == ["张三"]


def test_an_import_is_taken_back_but_for_what_was_written_since(zhou):
    straight_in(zhou, PEOPLE[:1])
    batch = straight_in(zhou, [["A1", "林大满", "一支部", "", ""], PEOPLE[1], PEOPLE[2]])
    IdempotencyKey.objects.filter(owner="toy", key="A3").update(response="改过|二支部", status=9)

    batches.undo(by=zhou, batch_id=batch.id)
    batch = run(batch)

    assert batch.state == BatchState.UNDONE
    assert toys() == {"A1": "林小满|一支部", "A3": "改过|二支部"}
    assert (batch.counts["undone"], batch.counts["kept"]) == (2, 1)
    assert [change.kept for change in queries.kept(batch)] == ["后来又改过"]


def test_undo_is_refused_after_a_day(zhou):
    with clock.frozen(EIGHT):
        batch = straight_in(zhou, PEOPLE)
    with clock.frozen(EIGHT + timedelta(hours=24, seconds=1)), pytest.raises(Conflict):
        batches.undo(by=zhou, batch_id=batch.id)
    assert len(toys()) == 3


@pytest.mark.parametrize("chunks_before", [0, 1, 2])
def test_a_kill_in_the_middle_of_applying_loses_and_doubles_nothing(
    zhou, toy, monkeypatch, chunks_before
):
    monkeypatch.setattr(applying, "CHUNK", 10)
    people = [[f"A{n:02}", "林小满", "一支部", "", ""] for n in range(35)]
    batch = make_batch(zhou, people)
    toy.break_after = chunks_before
    batches.apply(by=zhou, batch_id=batch.id)

    batch = run(batch)

    assert batch.state == BatchState.DONE
    assert len(toys()) == 35
    assert set(IdempotencyKey.objects.values_list("status", flat=True)) == {1}
    assert ImportChange.objects.filter(batch=batch).count() == 35
    assert toy.applied_chunks == 4
    assert toy.calls.count("finished") == 1


def test_a_row_that_cannot_be_written_any_more_is_listed_and_stops_no_other(zhou, toy):
    toy.gone = "A1"
    batch = make_batch(zhou, [[f"A{n}", "林小满", "一支部", "", ""] for n in range(3)])
    batch = run(batches.apply(by=zhou, batch_id=batch.id))
    assert (sorted(toys()), batch.counts["written"], batch.counts["bad"]) == (["A0", "A2"], 2, 1)
    assert "这个人刚刚转走了" in str(queries.row_view(queries.rows(batch, action=Action.BAD)[0]))


def test_a_worker_that_died_while_applying_is_followed_by_another(zhou, toy, monkeypatch):
    monkeypatch.setattr(applying, "CHUNK", 10)
    with clock.frozen(EIGHT):
        batch = make_batch(zhou, [[f"A{n}", "林小满", "一支部", "", ""] for n in range(25)])
        batches.apply(by=zhou, batch_id=batch.id)
        batch.refresh_from_db()
        died_after_one_chunk(zhou, toy, batch)
        assert len(toys()) == 10
    with clock.frozen(EIGHT + timedelta(seconds=31)):
        jobs.sweep()
        batch = run(batch)

    assert batch.state == BatchState.DONE
    assert set(IdempotencyKey.objects.values_list("status", flat=True)) == {1}
    assert len(toys()) == 25


def died_after_one_chunk(zhou, toy, batch):
    """Leave everything as a kill -9 after the first chunk would."""
    toy.break_after = 1
    monkey = Job.objects.get(id=batch.job_id)
    jobs.run(monkey.id)
    Job.objects.filter(id=monkey.id).update(state=JobState.RUNNING, lease=monkey.id)


def test_a_job_that_breaks_while_checking_starts_the_check_anew(zhou, toy, monkeypatch):
    batch = make_batch(zhou, checked=False)
    match_as_found(batch, zhou)
    breaks = [True]

    def fail_once(state, rows):
        if breaks.pop() if breaks else False:
            raise RuntimeError
        return type(toy).check(toy, state, rows)

    monkeypatch.setattr(toy, "check", fail_once)
    batch = run(batch)

    assert batch.state == BatchState.CHECKED
    assert ImportRow.objects.filter(batch=batch).count() == 3


def test_nobody_else_sees_an_import(zhou, wu):
    batch = make_batch(zhou, [*PEOPLE, ["A4", "周五2", "一支部", "", ""]])
    [bad] = bad_rows(batch)

    for stranger in (wu, Actor.public()):
        for deed in (
            lambda by: queries.batch(batch.id, by=by),
            lambda by: batches.apply(by=by, batch_id=batch.id),
            lambda by: batches.discard(by=by, batch_id=batch.id),
            lambda by: rows.correct_row(by=by, batch_id=batch.id, row_id=bad.id),
            lambda by: rows.leave_out(by=by, batch_id=batch.id, row_id=bad.id),
        ):
            with pytest.raises(NotFound):
                deed(stranger)
        assert queries.batches(by=stranger) == []


def test_who_may_not_import_a_kind_cannot_even_send_a_file(toy):
    with pytest.raises(NotAllowed):
        make_batch(Actor.public())
    assert not Upload.objects.exists()


def test_what_is_kept_of_a_roster_is_sealed(zhou, settings):
    batch = make_batch(zhou, [*PEOPLE, ["A4", "周五2", "一支部", "", "19900000004"]])

    kept = [path.read_bytes() for path in settings.VAR.rglob("*") if path.is_file()]
    kept += [row.content.encode() for row in ImportRow.objects.filter(batch=batch)]

    assert len(kept) == 6  # the file, its reading and four rows
    assert not any(b"19900000004" in box or box[:2] == b"PK" for box in kept)


def test_a_file_is_read_once_unless_its_reading_is_too_long_to_be_kept(zhou, monkeypatch):
    batch = make_batch(zhou)
    monkeypatch.setattr(limits, "KEPT_BYTES", 100)
    again = make_batch(zhou)

    assert batch.upload.reading
    assert not again.upload.reading
    assert batch.counts == again.counts | {"missing": batch.counts["missing"]}


def test_a_file_over_the_limit_is_refused_before_it_is_read(zhou, monkeypatch):
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    with pytest.raises(FileRefused) as caught:
        make_batch(zhou)
    assert caught.value.code == "file_too_large"


def test_a_file_without_rows_is_refused(zhou):
    with pytest.raises(FileRefused) as caught:
        uploads.open_import(by=zhou, kind="tests.toy", name="a.csv", pieces=[b"\n\n,,\n"])
    assert caught.value.code == "file_no_rows"


def test_columns_must_be_whole_before_rows_are_checked(zhou):
    header = ["编号", "称呼", "党支部", "入党日期", "手机"]
    batch = make_batch(zhou, checked=False, pieces=[roster(header=header)])
    [sheet] = batch.mapping["sheets"]
    assert sheet["use"] is False

    none = {0: batches.SheetChoice(use=False)}
    with pytest.raises(Invalid):
        batches.match_columns(by=zhou, batch_id=batch.id, sheets=none)
    lacking = {0: batches.SheetChoice(use=True, columns={1: "code", 3: "branch"})}
    with pytest.raises(Invalid) as caught:
        batches.match_columns(by=zhou, batch_id=batch.id, sheets=lacking)
    assert "姓名" in str(caught.value.details[0][1])
    whole = {0: batches.SheetChoice(use=True, columns={1: "code", 2: "name", 3: "branch"})}
    batches.match_columns(by=zhou, batch_id=batch.id, sheets=whole)
    assert run(batch).counts["new"] == 3


def test_another_row_can_be_taken_for_the_header(zhou):
    rows_ = [["一", "二", "三", "四", "五"], HEADER, *PEOPLE]
    header = ["编号", "姓名", "党支部", "入党日期", "手机"]
    batch = make_batch(zhou, checked=False, pieces=[roster(rows_, header=header)])
    batches.look_again(by=zhou, batch_id=batch.id, sheet=0, row=5)
    batch.refresh_from_db()
    assert batch.mapping["sheets"][0]["header"] == 5
    with pytest.raises(Invalid):
        batches.look_again(by=zhou, batch_id=batch.id, sheet=0, row=999)


def test_a_header_that_comes_again_further_down_is_no_row(zhou):
    batch = make_batch(zhou, [PEOPLE[0], HEADER, [None] * 5, PEOPLE[1]])

    assert batch.counts["rows"] == 2


def test_a_step_cannot_be_taken_twice_or_too_early(zhou):
    batch = make_batch(zhou, checked=False)
    with pytest.raises(ImportMoved):
        batches.apply(by=zhou, batch_id=batch.id)
    match_as_found(batch, zhou)
    with pytest.raises(ImportMoved):
        match_as_found(batch, zhou)
    batch = run(batch)
    batches.apply(by=zhou, batch_id=batch.id)
    with pytest.raises(ImportMoved):
        batches.apply(by=zhou, batch_id=batch.id)
    batch = run(batch)
    with pytest.raises(ImportMoved):
        batches.discard(by=zhou, batch_id=batch.id)


def test_an_import_is_thrown_away_with_its_file(zhou, settings, django_capture_on_commit_callbacks):
    batch = make_batch(zhou)
    with django_capture_on_commit_callbacks(execute=True):
        batches.discard(by=zhou, batch_id=batch.id)

    assert not [path for path in settings.VAR.rglob("*") if path.is_file()]
    assert not Upload.objects.exists()


def test_a_workbook_goes_in_without_a_person_in_between(zhou, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(roster([*PEOPLE, ["A4", "", "一支部", "", ""]]))

    batch = straight.import_file(by=zhou, kind="tests.toy", path=path)
    assert (batch.state, batch.counts["bad"], len(toys())) == (BatchState.DONE, 1, 3)
    with pytest.raises(Conflict):
        straight.import_file(by=zhou, kind="tests.toy", path=path, only_if_clean=True)


def test_lost_zeros_are_read_by_the_habit_of_their_column(zhou):
    people = [["A1", "林小满", "一支部", 1991.05, ""], ["A2", "张三", "一支部", 1988.1, ""]]
    batch = make_batch(zhou, people)

    assert batch.counts["bad"] == 0
    [_, row] = queries.opened(list(queries.rows(batch, Action.NEW)))
    assert row.values["joined_on"] == "1988-10"
