from dongxun.access.tests.make import phone_of
from dongxun.activities.attendance import claims
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.models import Remark
from dongxun.booths.models import Stamp
from dongxun.booths.tests.make import make_card
from dongxun.kernel import clock, outbox
from dongxun.kernel.ids import new_id
from dongxun.kernel.sync import Item, receive
from dongxun.library.models import Progress
from dongxun.library.tests.make import SYSTEM, make_lesson
from dongxun.needs.models import Need
from dongxun.people import api as people
from dongxun.people.tests.make import make_person
from dongxun.publishing.models import Note


def test_what_a_phone_kept_of_somebody_who_was_merged_meanwhile_is_of_who_they_are_today(cast):
    twin, session = make_person(cast.lin.name, branch=cast.own.branch), cast.own.session
    lesson = make_lesson(cast.season, cast.own.branch, chapters=1)
    card = make_card(cast.season, cast.own.branch)
    seen = Presence(new_id(), twin.id, method=Method.ROLL, occurred_at=clock.now())
    claims.claim_presence(by=SYSTEM, session_id=session.id, items=[seen])
    people.merge_people(by=SYSTEM, survivor_id=cast.lin.id, duplicate_id=twin.id)
    outbox.deliver_all()

    said = {"person": str(twin.id), "occurred_at": clock.now().isoformat()}
    chapter = {"lesson": str(lesson.id), "chapter": str(lesson.chapters.get().id), "ended": True}
    note = {"note": str(new_id()), "kind": "note", "text": "听懂了", "audience": "own"}
    need = {"text": "村口的路灯坏了"}
    kept = (
        ("lesson_step", chapter),
        ("member_note", note),
        ("feedback", {"session": str(session.id), "score": 5}),
        ("need_raised", {"whose": str(twin.id), "organisation": str(cast.own.branch.id)} | need),
    )
    items = [Item(new_id(), kind, said | body) for kind, body in kept]
    stamp = Item(new_id(), "booth_stamp", said | {"booth": str(card.booths.first().id)})
    answers = [
        *receive(items, by=phone_of(cast.lin)),
        *receive([stamp], by=cast.actor("organiser")),
    ]

    assert [(one.answer, one.reason) for one in answers] == [("stored", "")] * 5
    owners = {model.objects.get().person_id for model in (Progress, Note, Stamp, Need)}
    assert owners == {cast.lin.id}
    assert Remark.objects.get().score == 5
