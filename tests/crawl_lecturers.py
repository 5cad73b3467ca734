"""Lecturers in the crawl: an order, a nomination and a term for each town."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from dongxun.activities.models import Booking, Session
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock
from dongxun.lecturers.models import Appointment
from dongxun.lecturers.services import appointing
from dongxun.lecturers.tests.make import make_candidate, make_order
from tests.cast import SYSTEM, Cast, Town
from tests.crawl_rows import OFFICE, ORGANISERS, OWN, Row


def order(cast: Cast, town: Town) -> object:
    return make_order(cast.season, town.branch, wish=f"{town.mark}想听的课").id


def candidate(_cast: Cast, town: Town) -> object:
    return make_candidate(town.branch, name=f"{town.mark}名嘴").id


def term(_cast: Cast, town: Town) -> object:
    today = clock.today()
    known = Appointment.objects.filter(lecturer=town.lecturer, ended_on=None).first()
    return (
        known.id
        if known
        else appointing.renew(
            by=SYSTEM,
            lecturer_id=town.lecturer.id,
            since=today,
            until=today + timedelta(days=90),
        )
    )


def held(cast: Cast, town: Town) -> dict[str, Any]:
    """Return a session that is over, which nobody ordered."""
    title = f"{town.mark}讲过的一课"
    row = Session.objects.filter(title=title).first()
    if row is None:
        past = {"starts_at": clock.now() - timedelta(hours=3), "ends_at": clock.now()}
        row = make_session(cast.season, town.branch, title=title, **past)
        Booking.objects.create(session=row, lecturer=town.lecturer)
    return {"session_id": row.id}


LECTURER_ARGUMENTS: Final[Mapping[str, Callable[[Cast, Town], object]]] = {
    "order_id": order,
    "candidate_id": candidate,
    "appointment_id": term,
}
DESK: Final = frozenset({"office", "organiser"})
LECTURERS: Final = {
    "people:lecturer_kinds": Row(OFFICE),
    **{
        f"lecturers:{name}": Row(ORGANISERS)
        for name in ("orders", "new_order", "candidates", "nominate")
    },
    "lecturers:order": Row(OWN),
    "lecturers:do_order": Row(OWN, body=lambda _c, _t: {"what": "withdraw"}),
    "lecturers:dispatch": Row(DESK),
    "lecturers:lesson": Row(OWN, arguments=held),
    "lecturers:candidate": Row(OWN, body=lambda _c, _t: {"what": "pass"}),
    # lecturers are shared inside a zone, and both towns of the crawl are in one
    "lecturers:lecturer": Row(ORGANISERS, foreign=ORGANISERS),
    "lecturers:link": Row(DESK),
    "lecturers:mine": Row(frozenset({"lecturer"}), body=lambda _c, _t: {"what": "parts"}),
    "reports:appointment": Row(DESK),
}
