from datetime import timedelta

import pytest
from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.packs.contracts import ReceiptHow
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.services import receipts, sheets
from dongxun.packs.services.sheets import Mark
from dongxun.packs.tests.make import line_of, make_list, make_pack, make_place
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers

SIGNED = Mark(ReceiptHow.SHEET)
NOTHING = Mark(None)


@pytest.fixture
def issued(cast):
    pack = make_pack(cast.season, cast.own.node)
    return make_list(pack, make_place(cast.own.node), [cast.lin, cast.zhou, cast.qian])


def enter(cast, issued, marks, by=None):
    found = {line_of(issued, person).id: mark for person, mark in marks.items()}
    return sheets.enter_sheet(by=by or cast.actor("secretary"), list_id=issued.id, marks=found)


def test_a_sheet_is_entered_whole_and_again_unchanged_writes_nothing(cast, issued):
    marks = {cast.lin: SIGNED, cast.zhou: Mark(ReceiptHow.THUMB), cast.qian: NOTHING}
    assert enter(cast, issued, marks).received == 2
    again = enter(cast, issued, marks)
    assert (again.received, again.taken_back, Receipt.objects.count()) == (0, 0, 2)
    assert line_of(issued, cast.qian).received_at is None


def test_a_sheet_entered_again_corrected_takes_back_and_puts_right(cast, issued):
    enter(cast, issued, {cast.lin: SIGNED, cast.zhou: SIGNED})
    proxy = Mark(ReceiptHow.PROXY, None, "周小明", "儿子")
    found = enter(cast, issued, {cast.lin: NOTHING, cast.zhou: proxy})
    assert (found.received, found.taken_back) == (1, 1)
    assert line_of(issued, cast.lin).received_at is None
    zhou = line_of(issued, cast.zhou)
    assert (zhou.how, zhou.receipts.get(withdrawn_at=None).relation) == ("proxy", "儿子")
    assert enter(cast, issued, {cast.lin: SIGNED}).received == 1
    assert line_of(issued, cast.lin).received_at is not None


def test_a_sheet_never_takes_back_what_a_phone_has_noted(cast, issued):
    line = line_of(issued, cast.lin)
    receipts.sign_for(
        by=cast.actor("secretary"),
        item_id=new_id(),
        line_id=line.id,
        how=ReceiptHow.SIGNED,
        occurred_at=clock.now(),
    )
    assert enter(cast, issued, {cast.lin: NOTHING}).kept_stronger == (line.id,)
    assert line_of(issued, cast.lin).received_at is not None


def test_marks_that_cannot_be_true_are_named_and_nothing_is_written(cast, issued):
    IssueLine.objects.filter(list=issued, person=cast.qian).update(returned_at=clock.now())
    early = Mark(ReceiptHow.SHEET, clock.today() - timedelta(days=9))
    with pytest.raises(Invalid) as wrong:
        enter(cast, issued, {cast.lin: SIGNED, cast.zhou: early, cast.qian: SIGNED})
    told = {where for where, _words in wrong.value.details}
    assert told == {str(line_of(issued, cast.zhou).id), str(line_of(issued, cast.qian).id)}
    assert not Receipt.objects.exists()


def test_a_list_of_others_cannot_be_entered(cast, issued):
    with pytest.raises(NotFound):
        enter(cast, issued, {cast.lin: SIGNED}, by=cast.actor("other_secretary"))


def test_two_clerks_take_no_receipt_of_each_other_back(cast, issued):
    client, url = cast.client("secretary"), f"/console/packs/lists/{issued.id}/sheet/"
    shown = client.get(url).context["was"]

    def save(was=shown, **states):
        rows = {"lin": "", "zhou": ""} | states
        names = {f"state-{line_of(issued, getattr(cast, one)).id}": s for one, s in rows.items()}
        return client.post(url, {"was": was} | names)

    assert save(lin="sheet").status_code == 302
    assert save(zhou="sheet").status_code == 302
    assert Receipt.objects.filter(withdrawn_at=None).count() == 2

    asked = save(lin="thumb")
    assert (asked.status_code, [row.name for row, _why in asked.context["problems"]]) == (
        422,
        [cast.lin.name],
    )
    assert save(asked.context["was"], lin="thumb").status_code == 302
    assert (line_of(issued, cast.lin).how, line_of(issued, cast.zhou).how) == ("thumb", "sheet")

    IssueLine.objects.filter(list=issued, person=cast.qian).update(returned_at=clock.now())
    told = save(qian="sheet")
    assert [row.name for row, _why in told.context["problems"]] == [cast.qian.name]
    assert save('{"x": []}').status_code == 302


@two_writers
def test_the_same_sheet_entered_twice_at_once_is_one_receipt(cast, issued):
    with transaction.atomic():
        enter(cast, issued, {cast.lin: SIGNED})
        thread, raised = beside(lambda: enter(cast, issued, {cast.lin: SIGNED}))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert (raised, Receipt.objects.filter(withdrawn_at=None).count()) == ([], 1)
