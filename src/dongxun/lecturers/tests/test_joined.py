"""Two rows of one person were both lecturers: after the merge they are one, in every room."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from dongxun.access.contracts import LinkPurpose
from dongxun.access.models import PersonalLink
from dongxun.activities import api as activities
from dongxun.activities.models import Booking
from dongxun.kernel import clock
from dongxun.kernel.outbox import deliver_all
from dongxun.kit.tests.two_writers import as_sent
from dongxun.lecturers.models import (
    Appointment,
    Away,
    FreePart,
    Order,
    Rating,
    UnwantedPart,
)
from dongxun.lecturers.queries import profiles
from dongxun.lecturers.tests.make import SYSTEM, make_order
from dongxun.needs.models import Need, Service
from dongxun.needs.tests.make import make_need, make_theme
from dongxun.people import api as people
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile
from dongxun.people.tests.make import make_person

pytestmark = pytest.mark.django_db
MasterStation = apps.get_model("exchanges", "MasterStation")
LED = {
    (model, field.name)
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if field.related_model is LecturerProfile and model is not LecturerProfile
}
"""Whatever points to a lecturer, in every room."""


def _counts(row):
    return {
        (model, name): model._default_manager.filter(**{name: row}).count() for model, name in LED
    }


@pytest.fixture
def two(cast):
    """A lecturer of the town, and the same person once more as one of the village."""
    rows = (cast.lin, make_person("林小满", branch=cast.own.branch))
    nodes = (cast.own.node, cast.own.branch)
    said = (("专题1", "党史"), ("党史", "农技"))
    return rows, [
        LecturerProfile.objects.get(
            id=people.save_lecturer(
                by=SYSTEM,
                name="林小满",
                kind=LecturerKind.FOLK,
                organisation_id=node.id,
                subjects=subjects,
                phone=phone,
                person_id=person.id,
            ).id
        )
        for person, node, subjects, phone in zip(
            rows, nodes, said, ("", "19900001234"), strict=True
        )
    ]


def _fill(cast, kept, twin):
    """Let both have something, and each something that the other has too."""
    session, day, now = cast.own.session, clock.today(), clock.now()
    session.bookings.all().delete()
    for row, state in ((kept, "asked"), (twin, "confirmed")):
        Booking.objects.create(session=session, lecturer=row, state=state)
        FreePart.objects.create(lecturer=row, weekday=2, part="evening")
        UnwantedPart.objects.create(lecturer=row, weekday=2, part="evening")
        Away.objects.create(lecturer=row, first=day, last=day)
        MasterStation.objects.create(lecturer=row, host_id=cast.own.branch.id, since=day)
    for number, (row, years) in enumerate(((kept, 1), (twin, 2)), 1):
        Appointment.objects.create(
            lecturer=row,
            organisation_id=cast.own.branch.id,
            year=2026,
            sequence=number,
            since=day,
            until=day + timedelta(days=365 * years),
            issued_on=day,
            created_at=now,
        )
        Rating.objects.create(session=session, lecturer=row, stars=3 + number, created_at=now)
    FreePart.objects.create(lecturer=twin, weekday=5, part="morning")
    UnwantedPart.objects.create(lecturer=twin, weekday=4, part="morning")
    Order.objects.filter(id=make_order(cast.season, cast.own.branch).id).update(lecturer=twin)
    theme, unit = make_theme(cast.district), cast.own.branch
    Service.objects.create(theme=theme, name="看水", organisation_id=unit.id, expert=twin)
    Need.objects.filter(id=make_need(unit).id).update(expert=twin)
    PersonalLink.objects.create(
        purpose=LinkPurpose.LECTURER,
        code_hash="x",
        object_id=twin.id,
        created_at=now,
        expires_at=now + timedelta(days=9),
    )
    assert all(_counts(twin).values())


def _check(cast, kept, twin):
    [found] = people.lecturers_of(cast.lin.id)
    assert (found.id, found.subjects) == (kept.id, ("专题1", "党史", "农技"))
    assert people.lecturer_names([twin.id])[twin.id].name == "林小满"
    assert twin.id not in {one.id for one in people.lecturers(by=SYSTEM, active_only=False)}
    assert Booking.objects.get(session=cast.own.session).state == "confirmed"
    assert profiles.scores([kept.id])[kept.id].n == 1
    assert profiles.free_parts([kept.id]) == {kept.id: {(2, "evening"), (5, "morning")}}
    assert profiles.unwanted_parts([kept.id]) == {kept.id: {(2, "evening"), (4, "morning")}}
    term = profiles.terms([kept.id])[kept.id]
    assert (term.until - term.since).days == 730
    assert MasterStation.objects.filter(lecturer=kept, until=None).count() == 1
    assert (
        PersonalLink.objects.get(purpose=LinkPurpose.LECTURER, code_hash="x").object_id == kept.id
    )
    assert dict.fromkeys(LED, 0) == _counts(twin)


def test_after_a_merge_somebody_who_was_a_lecturer_twice_is_one(cast, two):
    (lin, again), (kept, twin) = two
    _fill(cast, kept, twin)
    people.merge_people(by=SYSTEM, survivor_id=lin.id, duplicate_id=again.id)
    deliver_all()
    _check(cast, kept, twin)


def test_who_was_merged_before_and_stayed_two_lecturers_is_one_after_the_update(cast, two):
    (lin, again), (kept, twin) = two
    _fill(cast, kept, twin)
    again.merged_into = lin
    again.save()
    LecturerProfile.objects.filter(id=twin.id).update(person=lin)
    update = import_module("dongxun.people.migrations.0006_lecturers_joined")
    for _time in range(2):
        update.tell_again(apps, None)
        deliver_all()
    _check(cast, kept, twin)


def test_a_lecturer_who_is_one_already_is_left_alone(cast, two):
    (_lin, again), (kept, twin) = two
    other = make_person("林小满", branch=cast.own.branch)
    people.merge_people(by=SYSTEM, survivor_id=again.id, duplicate_id=other.id)
    deliver_all()
    assert not LecturerProfile.objects.exclude(merged_into=None).exists()
    assert {row.active for row in (kept, twin)} == {True}


def test_experts_of_needs_joined_before_needs_followed_are_the_one_that_stays(cast, two):
    _rows, (kept, twin) = two
    Need.objects.filter(id=make_need(cast.own.branch).id).update(expert=twin)
    LecturerProfile.objects.filter(id=twin.id).update(merged_into=kept)
    import_module("dongxun.needs.migrations.0009_experts_joined").follow(apps, None)
    assert Need.objects.get().expert_id == kept.id


def test_who_was_joined_stays_booked_and_is_booked_by_the_old_id_too(cast, two):
    (lin, again), (kept, twin) = two
    session, desk = cast.own.session, cast.client("organiser")
    session.bookings.all().delete()
    Booking.objects.create(session=session, lecturer=twin)
    draft = desk.post(f"/console/sessions/{session.id}/edit/")["Location"].rsplit("/", 2)[0]
    people.merge_people(by=SYSTEM, survivor_id=lin.id, duplicate_id=again.id)
    deliver_all()
    said = {"then": "save", "reason": "改", "clash_reason": "改"}
    assert desk.post(f"{draft}/check/", said).status_code == 302
    assert session.bookings.get().lecturer_id == kept.id
    activities.book_lecturer(by=SYSTEM, session_id=session.id, lecturer_id=twin.id)
    assert session.bookings.get().lecturer_id == kept.id


def test_whoever_looked_after_either_of_two_profiles_looks_after_the_one_that_stays(cast):
    town, key = cast.towns["刘桥镇"], {}
    rows = (cast.lin, make_person("林小满", branch=town.branch))
    for person, unit in zip(rows, (cast.own.branch, town.node), strict=True):
        key[unit] = people.save_lecturer(
            by=SYSTEM,
            name="林小满",
            kind=LecturerKind.FOLK,
            organisation_id=unit.id,
            person_id=person.id,
        ).id
    session, desk = cast.own.session, cast.client("organiser")
    session.bookings.all().delete()
    Booking.objects.create(session=session, lecturer_id=key[cast.own.branch], state="confirmed")
    people.merge_people(by=SYSTEM, survivor_id=rows[0].id, duplicate_id=rows[1].id)
    deliver_all()
    kept = key[town.node]
    page = f"/console/lecturers/{kept}/"
    assert desk.post(page, {"what": "parts", "parts-parts": ["1.morning"]}).status_code == 302
    assert profiles.free_parts([kept]) == {kept: {(1, "morning")}}
    assert desk.post(f"{page}link/").status_code == 200
    assert desk.post(page, {"what": "end", "end-words": "停"}).status_code == 403
    assert 'value="renew"' not in str(desk.get(page).content, "utf-8")


def test_a_step_list_offers_whom_it_has_though_nobody_else_may_book_them(cast):
    session, desk = cast.own.session, cast.client("organiser")
    stranger = cast.towns["刘桥镇"].lecturer
    session.bookings.all().delete()
    Booking.objects.create(session=session, lecturer=stranger, state="confirmed")
    url = desk.post(f"/console/sessions/{session.id}/edit/")["Location"].rsplit("/", 2)[0]
    form = desk.get(f"{url}/teachers/").context["form"]
    assert str(stranger.id) in dict(form.fields["lecturer_1"].choices)
    assert desk.post(f"{url}/teachers/", as_sent(form)).status_code == 302
    desk.post(f"{url}/check/", {"then": "save", "clash_reason": "改"})
    assert [row.lecturer_id for row in session.bookings.all()] == [stranger.id]
