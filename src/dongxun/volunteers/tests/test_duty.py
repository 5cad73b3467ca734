import hashlib
import json
from datetime import timedelta
from uuid import UUID

import pytest

from dongxun.kernel import bodies, clock, leaving, worker
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.models import AuditEntry, SyncItem, SyncVariant
from dongxun.kernel.sync import Item, receive
from dongxun.seasons.models import Season
from dongxun.volunteers import api, tasks
from dongxun.volunteers.contracts import EntryDraft, NotOnDuty
from dongxun.volunteers.models import DutyEntry, Handover, Post
from dongxun.volunteers.services import duty, registers
from dongxun.volunteers.tests.make import make_post, make_shift, phone_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast):
    return make_post(cast.season, cast.own.branch)


@pytest.fixture
def on_duty(cast, post):
    """林小满 on duty since an hour; returns the turn's id."""
    return stand(post, cast.lin, -1)


def stand(post, person, begin: float, hours: float = 8) -> UUID:
    phone, at = phone_of(person), clock.now() + timedelta(hours=begin)
    shift = make_shift(post, at, hours)
    with clock.frozen(at):
        made = api.take_shift(by=phone, shift_id=shift.id, person_id=person.id)
        api.go_on_duty(by=phone, turn_id=made.id)
    return made.id


def entry(post, **body: object) -> Item:
    skew = body.pop("skew", 0)
    values: dict[str, object] = {
        "post": str(post.id),
        "occurred_at": clock.now().isoformat(),
        "plate": "苏f·12345",
        "person": "送货师傅",
        "remark": "送菜",
    }
    return Item(new_id(), "duty_entry", values | body, skew)  # type: ignore[arg-type]


def answers(cast, *items: Item, person=None) -> list[tuple[str, str]]:
    found = receive(items, by=phone_of(person or cast.lin))
    return [(answer.answer, answer.reason) for answer in found]


def test_a_note_goes_from_one_shift_to_the_next(cast, post, on_duty):
    lin, note = phone_of(cast.lin), new_id()
    for _twice in range(2):
        api.write_handover(by=lin, handover_id=note, turn_id=on_duty, words="登记本在抽屉里")
    next_turn = stand(post, cast.qian, 0)
    for _twice in range(2):
        duty.read_handover(by=phone_of(cast.qian), handover_id=note, turn_id=next_turn)
    row = Handover.objects.get()
    assert (row.words, row.read_turn_id) == ("登记本在抽屉里", next_turn)


def test_somebody_not_on_duty_hands_nothing_over(cast, post):
    shift, lin = make_shift(post), phone_of(cast.lin)
    made = api.take_shift(by=lin, shift_id=shift.id, person_id=cast.lin.id)
    with pytest.raises(NotOnDuty, match="正在本岗值守"):
        api.write_handover(by=lin, handover_id=new_id(), turn_id=made.id, words="没事")


def test_long_after_going_nothing_is_handed_over(cast, on_duty):
    lin = phone_of(cast.lin)
    api.go_off_duty(by=lin, turn_id=on_duty)
    with clock.frozen(clock.now() + timedelta(hours=2)), pytest.raises(NotOnDuty):
        api.write_handover(by=lin, handover_id=new_id(), turn_id=on_duty, words="没事")


def test_another_persons_turn_and_an_empty_note_are_refused(cast, on_duty):
    with pytest.raises(NotFound):
        api.write_handover(
            by=phone_of(cast.wu), handover_id=new_id(), turn_id=on_duty, words="没事"
        )
    with pytest.raises(Invalid, match="无异常"):
        api.write_handover(by=phone_of(cast.lin), handover_id=new_id(), turn_id=on_duty, words=" ")


def test_nobody_reads_their_own_note(cast, on_duty):
    lin, note = phone_of(cast.lin), new_id()
    api.write_handover(by=lin, handover_id=note, turn_id=on_duty, words="没事")
    with pytest.raises(NotOnDuty):
        duty.read_handover(by=lin, handover_id=note, turn_id=on_duty)


def test_a_note_under_anothers_id_is_a_conflict(cast, post, on_duty):
    note, second = new_id(), stand(post, cast.qian, -1)
    api.write_handover(by=phone_of(cast.lin), handover_id=note, turn_id=on_duty, words="没事")
    with pytest.raises(Conflict):
        api.write_handover(by=phone_of(cast.qian), handover_id=note, turn_id=second, words="没事")


def test_lines_taken_offline_are_stored_once(cast, post, on_duty):
    item = entry(post)
    assert answers(cast, item) == [(SyncAnswer.STORED, "")]
    assert answers(cast, item) == [(SyncAnswer.DUPLICATE, "")]
    [line] = map(registers.line, registers.register_rows(post, clock.today()))
    assert (line.plate, line.person_note, line.remark, line.written_by) == (
        "苏F·12345",
        "送货师傅",
        "送菜",
        cast.lin.name,
    )
    assert "12345" not in DutyEntry.objects.get().plate


def test_a_bad_line_never_spoils_its_neighbours(cast, post, on_duty):
    empty = {"plate": "", "person": " ", "remark": ""}
    found = answers(
        cast,
        entry(post, direction="sideways"),
        entry(post, **empty),
        entry(post),
        entry(Post(id=new_id())),
        entry(post, occurred_at="2027-01-01"),
    )
    assert found == [
        (SyncAnswer.REJECTED, "malformed"),
        (SyncAnswer.REJECTED, "empty_entry"),
        (SyncAnswer.STORED, ""),
        (SyncAnswer.REJECTED, "not_found"),
        (SyncAnswer.REJECTED, "malformed"),
    ]


def test_whoever_nobody_relieves_goes_on_writing(cast, post):
    turn = stand(post, cast.lin, -20, hours=8)
    phone, now = phone_of(cast.lin), clock.now()
    draft = EntryDraft(id=new_id(), post_id=post.id, occurred_at=now, plate="苏F·1")
    answer = api.write_entries(by=phone, entries=[draft])
    assert [one.answer for one in answer] == [SyncAnswer.STORED]
    note = {"turn": str(turn), "words": "还没人来接", "occurred_at": now.isoformat()}
    kept = [entry(post), Item(new_id(), "duty_note", note, 0)]
    assert answers(cast, *kept) == [(SyncAnswer.STORED, "")] * 2


@pytest.mark.parametrize("going_first", [True, False])
def test_a_note_is_answered_alike_before_and_after_the_word_of_going(cast, post, going_first):
    turn, now = stand(post, cast.lin, -10, hours=8), clock.now()
    went = {"turn": str(turn), "what": "off", "occurred_at": (now - timedelta(hours=3)).isoformat()}
    note = {"turn": str(turn), "words": "补一句", "occurred_at": now.isoformat()}
    told = [Item(new_id(), "duty_mark", went, 0), Item(new_id(), "duty_note", note, 0)]
    assert answers(cast, *(told if going_first else told[::-1])) == [(SyncAnswer.STORED, "")] * 2


def test_only_somebody_on_duty_writes_lines(cast, post, on_duty):
    assert answers(cast, entry(post), person=cast.qian) == [(SyncAnswer.REJECTED, "not_on_duty")]
    early = entry(post, occurred_at=(clock.now() - timedelta(hours=5)).isoformat())
    assert answers(cast, early) == [(SyncAnswer.REJECTED, "not_on_duty")]


def test_a_wrong_clock_is_flagged_and_never_dropped(cast, post, on_duty):
    ahead = (clock.now() + timedelta(hours=11)).isoformat()
    assert answers(cast, entry(post, occurred_at=ahead, skew=39_600)) == [(SyncAnswer.STORED, "")]
    assert DutyEntry.objects.get().skewed


def test_the_register_deletes_itself_when_the_seasons_days_are_over(cast, post, on_duty):
    turn = worker.seldom(tasks.PURGE_EVERY_S, api.purge_registers)
    answers(cast, entry(post))
    with clock.frozen(clock.now() + timedelta(days=29)):
        assert api.purge_registers() == 0
    with clock.frozen(clock.now() + timedelta(days=30, hours=1)):
        turn()
    assert not DutyEntry.objects.exists()
    row = AuditEntry.objects.get(action="volunteers.purge_registers")
    assert row.detail == {"lines": 1}


def kept_words() -> str:
    bodies = (SyncItem.objects, SyncVariant.objects)
    return json.dumps([list(rows.values_list("body")) for rows in bodies], ensure_ascii=False)


def test_what_a_phone_sent_of_strangers_is_sealed_and_leaves_with_the_line(cast, post, on_duty):
    line, refused = entry(post), entry(Post(id=new_id()))
    other = Item(line.id, "duty_entry", {**line.body, "remark": "送菜两车"}, 0)
    answers(cast, line, refused)
    assert answers(cast, other) == [(SyncAnswer.CONFLICT, "same_id_other_body")]
    assert not any(word in kept_words() for word in ("12345", "师傅", "菜"))
    with clock.frozen(clock.now() + timedelta(days=30, hours=1)):
        api.purge_registers()
        duty.forget_refused_lines()
        assert kept_words() == "[[[{}], [{}]], [[{}]]]"
        assert answers(cast, line) == [(SyncAnswer.DUPLICATE, "")]


def test_what_an_older_version_kept_open_is_sealed_and_known_again(cast, post, on_duty):
    line = entry(post)
    text = json.dumps(["duty_entry", line.body], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()
    SyncItem.objects.create(
        id=line.id,
        kind="duty_entry",
        body=line.body,
        body_hash=digest,
        received_at=clock.now(),
        answer="stored",
    )
    assert answers(cast, line) == [(SyncAnswer.DUPLICATE, "")]
    assert (leaving.seal_older(), leaving.seal_older()) == (1, 0)
    assert "12345" not in kept_words()
    row = SyncItem.objects.get()
    assert bodies.opened("duty_entry", row.body) == line.body
    assert answers(cast, line) == [(SyncAnswer.DUPLICATE, "")]


def test_the_season_says_how_many_days_a_register_is_kept(cast, post, on_duty):
    answers(cast, entry(post))
    Season.objects.filter(id=cast.season.id).update(
        parameters={"duty_register_days": 3}, definition_version=9
    )
    with clock.frozen(clock.now() + timedelta(days=4)):
        assert api.purge_registers() == 1


def test_what_would_be_deleted_at_once_is_not_taken(cast, post):
    stand(post, cast.lin, -31 * 24)
    old = (clock.now() - timedelta(days=31)).isoformat()
    assert answers(cast, entry(post, occurred_at=old)) == [(SyncAnswer.REJECTED, "too_old")]


def test_a_register_leaves_the_house_with_an_audit_entry_only(cast, post, on_duty):
    answers(cast, entry(post))
    days = {"first": clock.today(), "last": clock.today()}
    secretary = cast.actor("secretary")
    _post, bare = api.take_out_register(by=secretary, post_id=post.id, notes=False, **days)
    _post, full = api.take_out_register(by=secretary, post_id=post.id, notes=True, **days)
    assert ([line.person_note for line in bare], [line.person_note for line in full]) == (
        [""],
        ["送货师傅"],
    )
    rows = AuditEntry.objects.filter(action="volunteers.take_out_register")
    assert [row.detail["notes"] for row in rows.order_by("id")] == [False, True]
    with pytest.raises(NotFound):
        api.take_out_register(by=cast.actor("other_secretary"), post_id=post.id, notes=True, **days)


def test_a_day_of_many_lines_is_shown_page_by_page(cast, post):
    at = clock.moment(clock.today())
    common = {"post": post, "recorded_at": at, "remark": "送菜"}
    DutyEntry.objects.bulk_create(
        DutyEntry(id=new_id(), occurred_at=at + timedelta(seconds=n), **common) for n in range(103)
    )
    url = f"/console/volunteers/posts/{post.id}/register/"
    first, last = (cast.client("secretary").get(f"{url}?page={n}").content.decode() for n in (1, 2))
    assert ("103 条" in first, first.count("送菜"), last.count("送菜")) == (True, 100, 3)
