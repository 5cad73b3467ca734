from dongxun.contests.tests.make import enter, make_contest
from dongxun.people.models import Person

C = "/console/contests/"
P = "/contests/"


def text(answer) -> str:
    return str(answer.content, "utf-8")


def test_a_draft_from_above_is_in_nobody_elses_list(cast):
    for opened, title in ((False, "还在起草"), (True, "已经公布")):
        make_contest(cast.season, cast.district, opened=opened, title=title)
    below, office = (text(cast.client(role).get(C)) for role in ("organiser", "office"))
    assert ("还在起草" in below, "已经公布" in below) == (False, True)
    assert "还在起草" in office


def test_whoever_moved_after_entering_still_reads_what_they_entered(cast):
    phone, contest = cast.client("member"), make_contest(cast.season, cast.own.node)
    entry = enter(contest, cast.lin)
    Person.objects.filter(id=cast.lin.id).update(branch_id=cast.foreign.branch.id)
    assert contest.title in text(phone.get(P))
    assert entry.title in text(phone.get(f"{P}{contest.id}/"))
    phone.post(f"{P}entries/{entry.id}/withdraw/")
    assert phone.get(f"{P}{contest.id}/").status_code == 404
