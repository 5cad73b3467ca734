"""Two desks send one lecturer, number two letters, or write one week, at the same moment."""

from datetime import timedelta

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.lecturers.models import Appointment
from dongxun.lecturers.services import appointing, times
from dongxun.lecturers.tests.make import SYSTEM, make_order, send
from dongxun.people.contracts import LecturerKind
from dongxun.people.models import LecturerProfile
from tests.at_once import PATIENCE_S, beside, holds_up, two_writers


@two_writers
def test_of_two_orders_at_once_one_gets_the_lecturer_and_the_other_hears_why(cast):
    lecturer = cast.own.lecturer
    first, second = (make_order(cast.season, cast.own.branch, wish=w) for w in ("一课", "二课"))
    with transaction.atomic():
        assert send(first, lecturer.id)
        thread, raised = beside(lambda: send(second, lecturer.id))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert [type(error) for error in raised] == [Invalid]


@two_writers
def test_two_letters_at_once_have_numbers_of_their_own(cast):
    first = cast.own.lecturer
    second = LecturerProfile.objects.create(
        name="周讲师", kind=LecturerKind.SCHOOL, organisation_id=cast.own.node.id
    )
    days = {"since": clock.today(), "until": clock.today() + timedelta(days=9)}
    with transaction.atomic():
        appointing.renew(by=SYSTEM, lecturer_id=first.id, **days)
        thread, raised = beside(lambda: appointing.renew(by=SYSTEM, lecturer_id=second.id, **days))
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert raised == []
    numbers = Appointment.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == [1, 2]


@two_writers
def test_two_taps_at_once_write_a_week_once(cast):
    key, week = cast.own.lecturer.id, {"parts": [(1, "morning")], "rather_not": [(4, "afternoon")]}

    def say():
        times.set_free_parts(by=SYSTEM, lecturer_id=key, **week)

    with transaction.atomic():
        say()
        thread, raised = beside(say)
        assert holds_up(thread)
    thread.join(PATIENCE_S)
    assert raised == []
