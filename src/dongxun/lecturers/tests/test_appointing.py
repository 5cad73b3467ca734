from datetime import timedelta

import pytest

from dongxun.access.models import PersonalLink
from dongxun.kernel import clock
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.lecturers.handlers import on_person_merged
from dongxun.lecturers.models import Appointment, Candidate
from dongxun.lecturers.queries import profiles
from dongxun.lecturers.services import appointing
from dongxun.lecturers.tests.make import SYSTEM, make_candidate, make_order, send
from dongxun.people import api as people
from dongxun.people.models import LecturerProfile

pytestmark = pytest.mark.django_db


def term(**overrides):
    today = clock.today()
    return {"since": today, "until": today + timedelta(days=365)} | overrides


def appointed(cast, row, **overrides):
    appointing.vet(by=SYSTEM, candidate_id=row.id, passed=True)
    return appointing.appoint(
        by=SYSTEM, candidate_id=row.id, organisation_id=cast.own.node.id, **term(**overrides)
    )


def test_a_nomination_is_vetted_and_appointed_with_a_letter(cast):
    row = make_candidate(cast.own.branch, by=cast.actor("secretary"))
    assert make_candidate(cast.own.branch).id == row.id
    assert "19900001234" not in row.phone
    desk = cast.actor("organiser")
    with pytest.raises(Conflict):
        appointing.appoint(by=desk, candidate_id=row.id, organisation_id=cast.own.node.id, **term())
    appointing.vet(by=desk, candidate_id=row.id, passed=True, words="试讲过")
    key = appointing.appoint(
        by=desk, candidate_id=row.id, organisation_id=cast.own.node.id, **term()
    )
    assert key == appointing.appoint(
        by=desk, candidate_id=row.id, organisation_id=cast.own.node.id, **term()
    )

    lecturer = Appointment.objects.get().lecturer
    assert (lecturer.name, lecturer.subjects, lecturer.active) == ("郑大为", ["乡村治理"], True)
    assert lecturer.phone
    assert not Candidate.objects.get().phone
    paper = profiles.paper(key, by=desk)
    assert (paper.kind, paper.number) == ("百姓名嘴", f"〔{clock.today().year}〕001号")
    assert lecturer.id in {one.id for one in people.lecturers(by=cast.actor("secretary"))}


def test_refusing_needs_a_word_and_a_secretary_does_not_vet(cast):
    row = make_candidate(cast.own.branch)
    with pytest.raises(NotAllowed):
        appointing.vet(by=cast.actor("secretary"), candidate_id=row.id, passed=True)
    with pytest.raises(Invalid):
        appointing.vet(by=cast.actor("organiser"), candidate_id=row.id, passed=False)
    appointing.vet(by=SYSTEM, candidate_id=row.id, passed=False, words="再练一年")
    with pytest.raises(Conflict):
        appointing.vet(by=SYSTEM, candidate_id=row.id, passed=True)
    with pytest.raises(NotFound):
        profiles.candidate(row.id, by=cast.actor("other_secretary"))
    assert make_candidate(cast.own.branch).id != row.id


def test_a_term_ends_by_word_or_by_day_and_is_renewed(cast):
    key = appointed(cast, make_candidate(cast.own.branch))
    lecturer = Appointment.objects.get(id=key).lecturer
    appointing.renew(
        by=SYSTEM, lecturer_id=lecturer.id, **term(until=clock.today() + timedelta(days=730))
    )
    assert profiles.terms([lecturer.id])[lecturer.id].sequence == 2
    assert Appointment.objects.exclude(ended_on=None).count() == 1

    with pytest.raises(Invalid):
        appointing.end_term(by=SYSTEM, lecturer_id=lecturer.id, words="")
    appointing.end_term(by=cast.actor("organiser"), lecturer_id=lecturer.id, words="调走了")
    assert not LecturerProfile.objects.get(id=lecturer.id).active
    assert profiles.terms([lecturer.id]) == {}


def test_a_term_renewed_ahead_of_time_runs_until_the_new_one_begins(cast):
    today = clock.today()
    lecturer, middle = cast.own.lecturer, today + timedelta(days=40)
    appointing.renew(by=SYSTEM, lecturer_id=lecturer.id, **term(until=today + timedelta(days=60)))
    ahead = term(since=middle, until=middle + timedelta(days=365))
    key = appointing.renew(by=SYSTEM, lecturer_id=lecturer.id, **ahead)
    assert appointing.renew(by=SYSTEM, lecturer_id=lecturer.id, **ahead) == key

    order = make_order(cast.season, cast.own.branch)
    assert send(order, lecturer.id)
    live = profiles.live_terms([lecturer.id])[lecturer.id]
    sequences = [
        row and row.sequence
        for days in (0, 39, 40, 61, 405, 406)
        for row in [profiles.covering(live, today + timedelta(days=days))]
    ]
    assert sequences == [1, 1, 2, 2, 2, None]
    with clock.frozen(clock.moment(middle)):
        assert profiles.terms([lecturer.id])[lecturer.id].id == key
        assert [row.id for row in profiles.live_terms([lecturer.id])[lecturer.id]] == [key]

    appointing.end_term(by=SYSTEM, lecturer_id=lecturer.id, words="调走了")
    assert profiles.live_terms([lecturer.id]) == {}


def test_a_name_nominated_again_with_other_details_is_refused_at_its_field(cast):
    row = make_candidate(cast.own.branch)
    for other in ({"phone": "19900005678"}, {"reason": "去年讲得好"}, {"subjects": ("家风",)}):
        with pytest.raises(Conflict) as refusal:
            make_candidate(cast.own.branch, **other)
        assert refusal.value.where == "name"
    assert make_candidate(cast.own.branch).id == row.id


@pytest.mark.parametrize(("first", "last"), [(0, -1), (-10, -5), (0, 4000)])
def test_a_term_that_cannot_be_is_refused(cast, first, last):
    row = make_candidate(cast.own.branch)
    today = clock.today()
    with pytest.raises(Invalid):
        appointed(
            cast,
            row,
            since=today + timedelta(days=first),
            until=today + timedelta(days=last),
        )


def test_ending_a_term_stops_the_lecturers_link(cast):
    lecturer = cast.own.lecturer
    client = cast.client("lecturer")
    assert client.get(f"/lessons/{lecturer.id}/times/").status_code == 200
    appointing.end_term(by=SYSTEM, lecturer_id=lecturer.id, words="调走了")
    assert not PersonalLink.objects.filter(object_id=lecturer.id, revoked_at=None).exists()
    assert client.get(f"/lessons/{lecturer.id}/times/").status_code in {401, 302, 403}


def test_kinds_of_lecturer_are_data_of_the_office(cast):
    office = cast.client("office")
    assert "百姓名嘴" in office.get("/lecturers/kinds/").content.decode()
    assert office.post("/lecturers/kinds/", {"name": " "}).status_code == 422
    assert office.post("/lecturers/kinds/", {"name": "乡土人才"}).status_code == 302
    [code] = [key for key, name in people.lecturer_kinds().items() if name == "乡土人才"]
    row = make_candidate(cast.own.branch, kind=code)
    assert row.kind == code
    renamed = {"name": "土专家", "code": code, "retired": "on"}
    assert office.post("/lecturers/kinds/", renamed).status_code == 302
    assert people.lecturer_kinds()[code] == "土专家"
    assert code not in people.lecturer_kinds(retired=False)
    assert cast.client("organiser").get("/lecturers/kinds/").status_code == 403


def test_somebody_nominated_by_two_villages_is_one_lecturer(cast):
    keys = [
        appointed(cast, make_candidate(node, person_id=cast.lin.id, name=cast.lin.name))
        for node in (cast.own.branch, cast.own.node)
    ]
    [lecturer] = people.lecturers_of(cast.lin.id)
    terms = list(Appointment.objects.order_by("sequence"))
    assert [one.id for one in terms] == keys
    assert {one.lecturer_id for one in terms} == {lecturer.id}
    assert [one.ended_on is None for one in terms] == [False, True]


def test_of_an_outsider_the_desk_says_whether_it_is_the_lecturer_of_that_name(cast):
    first = Appointment.objects.get(id=appointed(cast, make_candidate(cast.own.branch))).lecturer
    appointing.end_term(by=SYSTEM, lecturer_id=first.id, words="外出一年")
    again = make_candidate(cast.own.branch, subjects=("家风",), phone="")
    with pytest.raises(Conflict) as refusal:
        appointed(cast, again)
    assert refusal.value.where == "lecturer"
    page = f"/console/lecturers/candidates/{again.id}/"
    today = f"{clock.today()}"
    typed = {"what": "appoint", "organisation": str(cast.own.node.id), "since": today}
    typed["until"] = today
    desk = cast.client("organiser")
    assert desk.post(page, typed).status_code == 422
    assert desk.post(page, typed | {"lecturer": str(first.id)}).status_code == 302
    phone = first.phone
    first.refresh_from_db()
    assert (first.active, first.subjects, first.phone) == (True, ["乡村治理", "家风"], phone)

    other = make_candidate(cast.own.node)
    appointing.vet(by=SYSTEM, candidate_id=other.id, passed=True)
    appointing.appoint(
        by=SYSTEM,
        candidate_id=other.id,
        organisation_id=cast.own.node.id,
        is_another=True,
        **term(),
    )
    assert LecturerProfile.objects.filter(name=first.name).count() == 2


def test_who_teaches_for_the_district_gets_no_term_of_a_town_beside_it(cast):
    made = people.save_lecturer(
        by=SYSTEM,
        name=cast.lin.name,
        kind="folk",
        organisation_id=cast.district.id,
        person_id=cast.lin.id,
    )
    row = make_candidate(cast.own.branch, person_id=cast.lin.id, name=cast.lin.name)
    appointing.vet(by=SYSTEM, candidate_id=row.id, passed=True)
    desk, at = cast.actor("organiser"), {"organisation_id": cast.own.node.id}
    with pytest.raises(Conflict):
        appointing.appoint(by=desk, candidate_id=row.id, **at, **term())
    appointing.appoint(by=SYSTEM, candidate_id=row.id, **at, **term())
    [lecturer] = people.lecturers_of(cast.lin.id)
    assert (lecturer.id, lecturer.organisation_id) == (made.id, cast.district.id)


def test_a_nomination_finds_its_member_on_the_roster(cast):
    typed = {"organisation": str(cast.own.branch.id), "kind": "folk", "reason": "会讲"}
    secretary, page = cast.client("secretary"), "/console/lecturers/candidates/new/"
    wrong = secretary.post(page, typed | {"name": "查无此人", "on_roster": "on"})
    assert wrong.status_code == 422
    assert "查无此人" in wrong.content.decode()
    secretary.post(page, typed | {"name": cast.lin.name, "on_roster": "on"})
    assert Candidate.objects.get().person_id == cast.lin.id
    kept = cast.own.people[1]
    on_person_merged({"kept_id": str(kept.id), "merged_id": str(cast.lin.id)})
    assert Candidate.objects.get().person_id == kept.id
