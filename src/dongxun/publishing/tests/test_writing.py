import itertools
from datetime import timedelta

import pytest
from django.db import transaction

from dongxun.access.tests.make import actor_of, phone_of
from dongxun.kernel import clock
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.ledger.models import Fact
from dongxun.people.tests.make import make_person
from dongxun.publishing import api
from dongxun.publishing.contracts import (
    MOST_A_DAY,
    Audience,
    Decision,
    NoteKind,
    NoteState,
    WordsRefused,
)
from dongxun.publishing.models import Note, Thank, Writing
from dongxun.publishing.queries import console, reading
from dongxun.publishing.services import judging
from dongxun.publishing.services.merging import follow_merge
from dongxun.publishing.services.pictures import add_picture, open_picture, remove_picture
from dongxun.publishing.services.writing import remove_note
from dongxun.publishing.tests.make import make_draft, make_note, make_thread, published

JPEG = b"\xff\xd8\xff\xda\x00\x02rest\xff\xd9"


@pytest.fixture
def mate(cast):
    """A second member of the same branch, who takes part in the season."""
    return cast.own.people[1]


def read_by(person):
    return set(reading.open_to(person.id, by=phone_of(person)).values_list("id", flat=True))


def body_of(draft):
    return {
        "note": str(draft.note_id),
        "person": str(draft.person_id),
        "kind": draft.kind.value,
        "text": draft.text,
        "audience": draft.audience.value,
        "bases": [str(key) for key in draft.bases],
        "occurred_at": draft.written_at.isoformat(),
    }


def test_what_is_written_for_oneself_nobody_else_ever_sees(cast, mate):
    note = make_note(cast.lin, audience=Audience.OWN)
    assert note.state == NoteState.PRIVATE
    assert read_by(mate) == set()
    assert not console.notes(cast.season.id, by=actor_of(cast.own.secretary)).exists()
    with pytest.raises(NotFound):
        published(note)


def test_words_for_others_wait_until_somebody_has_looked_at_them(cast, mate):
    note = make_note(cast.lin)
    assert (note.state, read_by(mate)) == (NoteState.WAITING, set())
    secretary = actor_of(cast.own.secretary)
    done = api.decide(by=secretary, notes=[(note.id, note.current)], decision=Decision.PUBLISH)
    assert (done, read_by(mate)) == (1, {note.id})
    again = api.decide(by=secretary, notes=[(note.id, note.current)], decision=Decision.PUBLISH)
    assert again == 0


def test_words_for_the_branch_stay_in_the_branch_and_words_for_all_do_not(cast):
    ours = published(make_note(cast.lin))
    everybodys = published(make_note(cast.lin, audience=Audience.ALL))
    assert read_by(cast.foreign.people[0]) == {everybodys.id}
    assert read_by(cast.own.people[1]) == {ours.id, everybodys.id}


def test_a_foreign_organiser_sees_and_decides_nothing(cast):
    note = make_note(cast.lin)
    foreign = actor_of(cast.foreign.secretary)
    assert not console.notes(cast.season.id, by=foreign).exists()
    with pytest.raises(NotFound):
        api.decide(by=foreign, notes=[(note.id, note.current)], decision=Decision.PUBLISH)


def test_what_was_changed_since_it_was_read_is_not_published(cast, mate):
    note = make_note(cast.lin)
    make_note(cast.lin, note_id=note.id, bases=[note.id], text="又改了一句")
    done = api.decide(by=cast_secretary(cast), notes=[(note.id, note.current)], decision="publish")
    assert (done, read_by(mate)) == (0, set())


def test_a_picture_that_came_after_the_look_is_not_published_with_the_words(cast):
    note = make_note(cast.lin)
    seen = [(note.id, note.seen)]
    add_picture(by=phone_of(cast.lin), note_id=note.id, raw=JPEG)
    assert api.decide(by=cast_secretary(cast), notes=seen, decision=Decision.PUBLISH) == 0
    note.refresh_from_db()
    seen = [(note.id, note.seen)]
    assert api.decide(by=cast_secretary(cast), notes=seen, decision=Decision.PUBLISH) == 1


def test_what_was_taken_back_meanwhile_does_not_hold_up_the_others(cast):
    gone, hidden, stays = (make_note(cast.lin, text=text) for text in "甲乙丙")
    ticked = [(note.id, note.seen) for note in (gone, hidden, stays)]
    remove_note(by=phone_of(cast.lin), note_id=gone.id)
    make_note(cast.lin, note_id=hidden.id, bases=[hidden.id], audience=Audience.OWN)
    done = api.decide(by=cast_secretary(cast), notes=ticked, decision=Decision.PUBLISH)
    states = [Note.objects.get(id=key).state for key, _seen in ticked]
    assert (done, states) == (1, ["waiting", "private", "published"])


def test_words_that_were_never_for_others_are_not_there(cast):
    note = make_note(cast.lin, audience=Audience.OWN)
    with pytest.raises(NotFound):
        api.decide(by=cast_secretary(cast), notes=[(note.id, note.seen)], decision=Decision.PUBLISH)


def cast_secretary(cast):
    return actor_of(cast.own.secretary)


def test_published_words_that_are_changed_wait_anew(cast, mate):
    note = published(make_note(cast.lin))
    make_note(cast.lin, note_id=note.id, bases=[note.id], text="改过的话")
    note.refresh_from_db()
    assert (note.state, note.text, read_by(mate)) == (NoteState.WAITING, "改过的话", set())


def test_a_return_and_a_hiding_want_a_reason(cast):
    note = make_note(cast.lin)
    for decision in (Decision.RETURN, Decision.HIDE):
        with pytest.raises(Invalid):
            judging.decide(
                by=cast_secretary(cast), notes=[(note.id, note.current)], decision=decision
            )
    judging.decide(
        by=cast_secretary(cast),
        notes=[(note.id, note.current)],
        decision=Decision.RETURN,
        reason="写具体些",
    )
    note.refresh_from_db()
    assert (note.state, note.reason) == (NoteState.RETURNED, "写具体些")


def test_the_same_writings_in_any_order_end_alike(cast):
    now = clock.now()
    first = make_draft(cast.lin, at=now - timedelta(minutes=9), text="一")
    shared = {"note_id": first.note_id, "bases": [first.id]}
    second = make_draft(cast.lin, at=now - timedelta(minutes=6), text="二", **shared)
    other = make_draft(cast.lin, at=now - timedelta(minutes=3), text="三", **shared)
    ends = set()
    for order in itertools.permutations([first, second, other, second]):
        with transaction.atomic():
            for draft in order:
                api.write_note(by=phone_of(cast.lin), draft=draft)
            note = Note.objects.get()
            ends.add((note.current, note.text, note.heads, note.state, note.writings.count()))
            transaction.set_rollback(True)
    assert ends == {(other.id, "三", 2, NoteState.WAITING, 3)}


def test_two_phones_writing_at_once_are_both_kept_and_the_phone_is_told(cast):
    first = make_draft(cast.lin)
    items = [Item(first.id, "member_note", body_of(first))]
    for text in ("手机甲", "手机乙"):
        one = make_draft(cast.lin, note_id=first.note_id, bases=[first.id], text=text)
        items.append(Item(one.id, "member_note", body_of(one)))
    answers = receive(items, by=phone_of(cast.lin), device="a")
    assert [a.answer for a in answers] == [
        SyncAnswer.STORED,
        SyncAnswer.STORED,
        SyncAnswer.MERGED,
    ]
    assert set(Writing.objects.values_list("text", flat=True)) >= {"手机甲", "手机乙"}


def test_sync_answers_each_item_in_words_and_spoils_no_other(cast):
    good, empty = make_draft(cast.lin), make_draft(cast.lin, text="   ")
    strange = make_draft(cast.foreign.people[0])
    items = [Item(one.id, "member_note", body_of(one)) for one in (good, empty, strange)]
    items.append(Item(new_id(), "member_note", {"note": 3}))
    answers = receive(items, by=phone_of(cast.lin), device="a")
    assert [(a.answer, a.reason) for a in answers] == [
        (SyncAnswer.STORED, ""),
        (SyncAnswer.REJECTED, "words_empty"),
        (SyncAnswer.REJECTED, "not_found"),
        (SyncAnswer.REJECTED, "malformed"),
    ]
    again = receive(items[:1], by=phone_of(cast.lin), device="a")
    assert again[0].answer == SyncAnswer.DUPLICATE


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": " "}, "words_empty"),
        ({"text": "字" * 2001}, "words_too_long"),
        ({"text": "字" * 101, "kind": NoteKind.GOLDEN}, "words_too_long"),
    ],
)
def test_too_little_and_too_much_are_refused_in_words(cast, values, code):
    with pytest.raises(WordsRefused) as refusal:
        make_note(cast.lin, **values)
    assert refusal.value.code == code


def test_a_day_has_a_bound(cast):
    note = make_note(cast.lin)
    Writing.objects.bulk_create(
        Writing(
            id=new_id(),
            note=note,
            kind="note",
            text="x",
            audience="own",
            written_at=clock.now(),
            received_at=clock.now(),
        )
        for _n in range(MOST_A_DAY - 1)
    )
    with pytest.raises(WordsRefused) as refusal:
        make_note(cast.lin)
    assert refusal.value.code == "words_too_many"


def test_an_accepted_reflection_is_a_fact_and_is_taken_back_with_it(cast):
    def live():
        return Fact.objects.filter(source="publishing.reflected", voided_by=None).count()

    note = make_note(cast.lin, kind=NoteKind.REFLECTION, topic=cast.topics[0])
    assert live() == 0
    published(note)
    assert live() == 1
    make_note(
        cast.lin, note_id=note.id, bases=[note.id], kind=NoteKind.REFLECTION, topic=cast.topics[0]
    )
    assert live() == 0
    note = published(Note.objects.get())
    assert live() == 1
    remove_note(by=phone_of(cast.lin), note_id=note.id)
    remove_note(by=phone_of(cast.lin), note_id=note.id)
    assert live() == 0


def test_one_person_thanks_once_and_never_themselves(cast, mate):
    note = published(make_note(cast.lin))
    assert api.thank(by=phone_of(mate), note_id=note.id, person_id=mate.id) == 1
    assert api.thank(by=phone_of(mate), note_id=note.id, person_id=mate.id) == 0
    with pytest.raises(NotFound):
        api.thank(by=phone_of(mate), note_id=make_note(cast.lin).id, person_id=mate.id)
    with pytest.raises(Conflict):
        api.thank(by=phone_of(cast.lin), note_id=note.id, person_id=cast.lin.id)


def test_a_suggestion_becomes_one_need_however_often_it_is_asked(cast):
    note = make_note(cast.lin, kind=NoteKind.SUGGESTION, text="村口到卫生室没有路灯")
    code = api.make_need(by=cast_secretary(cast), note_id=note.id)
    assert api.make_need(by=phone_of(cast.lin), note_id=note.id) == code
    with pytest.raises(NotFound):
        api.make_need(by=actor_of(cast.foreign.secretary), note_id=note.id)


def test_a_discussion_is_open_to_its_unit_and_what_is_said_is_looked_at(cast, mate):
    thread = make_thread(cast.season, cast.own.branch)
    note = make_note(cast.lin, thread_id=thread.id, audience=Audience.ALL)
    assert reading.posts(thread, mate.id, by=phone_of(mate)).count() == 0
    published(note)
    answer = make_note(mate, thread_id=thread.id, reply_to=note.id, audience=Audience.ALL)
    published(answer)
    firsts = reading.posts(thread, mate.id, by=phone_of(mate))
    [post] = reading.with_answers(firsts, mate.id, by=phone_of(mate))
    assert [one.id for one in post.answers] == [answer.id]
    with pytest.raises(NotFound):
        make_note(cast.foreign.people[0], thread_id=thread.id)


def test_a_picture_is_cleaned_kept_once_and_seen_by_who_may_read_the_words(cast, mate):
    note = published(make_note(cast.lin))
    add_picture(by=phone_of(cast.lin), note_id=note.id, raw=JPEG)
    note.refresh_from_db()
    assert note.state == NoteState.WAITING
    kept = note.picture_id
    add_picture(by=phone_of(cast.lin), note_id=note.id, raw=JPEG)
    note.refresh_from_db()
    assert note.picture_id == kept
    with pytest.raises(NotFound):
        open_picture(note.id, by=phone_of(mate))
    published(note)
    assert open_picture(note.id, by=phone_of(mate))[0] == "image/jpeg"
    with pytest.raises(Invalid):
        add_picture(by=phone_of(cast.lin), note_id=note.id, raw=b"<script>")


def test_nine_pictures_go_with_words_a_tenth_does_not_and_one_is_taken_out(cast, mate):
    by, note = phone_of(cast.lin), make_note(cast.lin)
    raws = [JPEG[:-2] + bytes([n]) * 8 + JPEG[-2:] for n in range(1, 11)]
    for raw in (*raws[:9], raws[3]):
        add_picture(by=by, note_id=note.id, raw=raw)
    with pytest.raises(Invalid):
        add_picture(by=by, note_id=note.id, raw=raws[9])
    note.refresh_from_db()
    shown = published(note)
    assert len(set(shown.pictures)) == 9
    gone = shown.pictures[0]
    for _time in range(2):
        remove_picture(by=by, note_id=note.id, upload_id=gone)
    shown.refresh_from_db()
    assert (len(shown.pictures), shown.state) == (8, NoteState.PUBLISHED)
    assert gone not in shown.pictures
    assert open_picture(note.id, by=phone_of(mate), place=8)[0] == "image/jpeg"
    with pytest.raises(NotFound):
        open_picture(note.id, by=phone_of(mate), place=9)
    add_picture(by=by, note_id=note.id, raw=raws[9])
    shown.refresh_from_db()
    assert shown.state == NoteState.WAITING


def test_words_of_a_merged_row_are_the_survivors(cast, mate):
    twin = make_person(branch=cast.own.branch)
    note = published(make_note(mate))
    for one in (twin, cast.lin):
        Thank.objects.create(note=note, person_id=one.id, at=clock.now())
    follow_merge(cast.lin.id, twin.id)
    follow_merge(cast.lin.id, twin.id)
    assert Thank.objects.get().person_id == cast.lin.id
