"""Who has entered and belongs to another unit by now."""

import pytest
from django.urls import reverse

from dongxun.contests import api
from dongxun.contests.tests.make import SYSTEM, draft_of, enter, make_contest
from dongxun.people import api as people
from dongxun.people.models import Person

pytestmark = pytest.mark.django_db


def move(cast, person: Person) -> str:
    """Move somebody out of the contest's unit; return how a form names them now."""
    Person.objects.filter(id=person.id).update(branch_id=cast.foreign.branch.id)
    return people.words_of([people.names([person.id])[person.id]])


@pytest.mark.parametrize("role", ["member", "organiser"])
def test_who_moved_after_entering_stays_in_it_on_the_phone_and_at_the_desk(cast, role):
    contest = make_contest(cast.season, cast.own.node)
    entry = enter(contest, cast.lin)
    typed = {"id": str(entry.id), "title": "二稿", "text": "改了整整一夜"}
    typed["people"], typed["person"] = move(cast, cast.lin), str(cast.lin.id)
    to = ("enter", contest.id) if role == "member" else ("entry", entry.id)
    url = reverse(f"contests:{to[0]}", args=[to[1]])
    assert cast.client(role).post(url, typed).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.branch_id) == ("二稿", cast.own.branch.id)


def test_a_mate_who_moved_stays_and_a_stranger_is_refused_where_they_are_named(cast):
    lin, mate = cast.client("member"), cast.own.people[1]
    made = make_contest(cast.season, cast.own.node, team=2)
    typed = {"team_name": "桥头队", "title": "二稿", "text": "改了整整一夜"}
    draft = draft_of(cast.lin, mate, **typed)
    api.enter_at_desk(by=SYSTEM, contest_id=made.id, draft=draft)
    typed |= {"id": str(draft.id), "people": move(cast, mate), "person": str(cast.lin.id)}
    url = reverse("contests:enter", args=[made.id])
    assert lin.post(url, typed).status_code == 302
    move(cast, cast.lin)  # so that their own branch is outside it too
    stranger = people.names([cast.foreign.people[1].id]).values()
    answer = lin.post(url, typed | {"people": people.words_of(stranger)})
    assert answer.status_code == 422
    assert "改了整整一夜" in answer.content.decode()
    assert "不属于" in answer.content.decode()
