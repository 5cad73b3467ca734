"""What is known of a lecturer: terms, ratings, and when they can teach."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Avg, Count, F, Q, QuerySet

from dongxun.activities.contracts import SessionState
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.marks import mark
from dongxun.kernel.rows import wanted_row
from dongxun.lecturers.contracts import CandidateState, Paper, Score
from dongxun.lecturers.models import Appointment, Away, Candidate, FreePart, Rating, UnwantedPart
from dongxun.lecturers.rules import DESK, looks_after
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Lecturer, LecturerId


def live_terms(ids: Collection[UUID]) -> dict[UUID, list[Appointment]]:
    """Return the terms of lecturers that were not ended early by today, the earliest first."""
    found: dict[UUID, list[Appointment]] = {}
    live = Q(ended_on=None) | Q(ended_on__gt=clock.today())
    rows = Appointment.objects.filter(live, lecturer_id__in=list(ids))
    for row in rows.order_by("since", "id"):
        found.setdefault(row.lecturer_id, []).append(row)
    return found


def terms(ids: Collection[UUID]) -> dict[UUID, Appointment]:
    """Return the term of each lecturer that runs the longest, unless it was ended early."""
    return {key: max(rows, key=last_day) for key, rows in live_terms(ids).items()}


def last_day(row: Appointment) -> date:
    """Return the last day of a term, which may have been ended early."""
    return min(row.until, row.ended_on - timedelta(days=1)) if row.ended_on else row.until


def covering(rows: Iterable[Appointment], day: date) -> Appointment | None:
    """Return the term, of those of one lecturer, that a day falls into."""
    return next((row for row in rows if row.since <= day <= last_day(row)), None)


def _standing() -> QuerySet[Rating]:
    """Return the ratings that count, of each session one.

    It is still the one of its order, or was planned without one; it was not called off, and the
    lecturer is still down for it.
    """
    rows = Rating.objects.filter(
        Q(order=None) | Q(session=F("order__session")),
        session__bookings__lecturer=F("lecturer"),
        session__bookings__state__in=("asked", "confirmed"),
    )
    return rows.exclude(session__state=SessionState.CANCELLED)


def scores(ids: Collection[UUID]) -> dict[UUID, Score]:
    """Return the ratings of lecturers, with how many there are."""
    rows = _standing().filter(lecturer_id__in=list(ids)).order_by().values("lecturer_id")
    found = rows.annotate(n=Count("id"), mean=Avg("stars"))
    return {row["lecturer_id"]: Score(row["n"], row["mean"]) for row in found}


def free_parts(ids: Collection[UUID]) -> dict[UUID, set[tuple[int, str]]]:
    """Return at which (weekday, part) lecturers can teach; who said nothing is left out."""
    return _parts(FreePart, ids)


def unwanted_parts(ids: Collection[UUID]) -> dict[UUID, set[tuple[int, str]]]:
    """Return at which (weekday, part) lecturers would rather not teach; who said none is left out."""
    return _parts(UnwantedPart, ids)


@dataclass(frozen=True, slots=True)
class Week:
    """The (weekday, part) of a week at which a lecturer can teach, and would rather not."""

    parts: frozenset[tuple[int, str]]
    rather_not: frozenset[tuple[int, str]]

    @property
    def mark(self) -> str:
        """Return the short name of what it says."""
        return mark([sorted(self.parts), sorted(self.rather_not)])


def week(lecturer_id: UUID) -> Week:
    """Return what a lecturer has said of their week."""
    sets = (_parts(kind, [lecturer_id]).get(lecturer_id, ()) for kind in (FreePart, UnwantedPart))
    return Week(*map(frozenset, sets))


def _parts(
    kind: type[FreePart] | type[UnwantedPart], ids: Collection[UUID]
) -> dict[UUID, set[tuple[int, str]]]:
    found: dict[UUID, set[tuple[int, str]]] = {}
    rows = kind.objects.filter(lecturer_id__in=list(ids))
    for lecturer_id, weekday, part in rows.values_list("lecturer_id", "weekday", "part"):
        found.setdefault(lecturer_id, set()).add((weekday, part))
    return found


def away(ids: Collection[UUID]) -> dict[UUID, list[Away]]:
    """Return the days, from today on, on which lecturers cannot come."""
    found: dict[UUID, list[Away]] = {}
    rows = Away.objects.filter(lecturer_id__in=list(ids), last__gte=clock.today())
    for row in rows.order_by("first", "id"):
        found.setdefault(row.lecturer_id, []).append(row)
    return found


def lecturer(lecturer_id: UUID, *, by: Actor) -> Lecturer:
    """Return a lecturer whom the actor may book, or whose link the actor opened.

    Raises:
        NotFound.
    """
    key = LecturerId(lecturer_id)
    if by.has_link("lecturer", key):
        found = people.lecturer_names([key]).get(key)
    else:
        pool = people.lecturers(by=by, active_only=False, shared=True)
        found = next((one for one in pool if one.id == key), None)
    if found is None:
        raise NotFound
    return found


def is_managed(found: Lecturer, *, by: Actor) -> bool:
    """Return whether the actor looks after this lecturer, and reads what is for the desk."""
    return looks_after(by, people.homes_of_lecturer(found.id))


def is_appointed_by(found: Lecturer, *, by: Actor) -> bool:
    """Return whether the actor's unit is the one whose lecturer this is: it gives their terms."""
    return by.reaches(organisations.node(found.organisation_id).interval.lft, DESK)


def terms_of(lecturer_id: UUID) -> QuerySet[Appointment]:
    """Return every term of a lecturer, the latest first."""
    rows = Appointment.objects.filter(lecturer_id=lecturer_id).select_related("organisation")
    return rows.order_by("-since", "-id")


def words_about(lecturer_id: UUID) -> QuerySet[Rating]:
    """Return the ratings of a lecturer with their words, the latest first; for the desk."""
    rows = _standing().filter(lecturer_id=lecturer_id)
    found = rows.select_related("order__organisation", "session__host")
    return found.order_by("-created_at", "-id")


def _own(by: Actor) -> Q:
    within = organisations.within(by.intervals(ORGANISERS), "organisation__lft")
    return Q() if by.is_system else within


def candidates(*, by: Actor) -> QuerySet[Candidate]:
    """Return the nominations of the actor's units, what waits first, then the latest."""
    rows = Candidate.objects.filter(_own(by)).select_related(
        "organisation", "appointment__organisation"
    )
    return rows.order_by("state", "-created_at", "-id")


def candidate(candidate_id: UUID, *, by: Actor) -> Candidate:
    """Return one nomination.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    return wanted_row(candidates(by=by).filter(id=candidate_id))


def namesakes(row: Candidate, *, by: Actor) -> list[Lecturer]:
    """Return the lecturers, also former ones, who may be the person nominated: of the same name."""
    return [
        one
        for one in people.lecturers(by=by, active_only=False)
        if one.name == row.name and (not one.person_id or one.person_id == row.person_id)
    ]


def candidate_counts(*, by: Actor) -> dict[str, int]:
    """Return how many nominations stand where."""
    rows = Candidate.objects.filter(_own(by)).order_by().values_list("state")
    return dict.fromkeys(CandidateState.values, 0) | dict(rows.annotate(n=Count("id")))


def appointment(appointment_id: UUID, *, by: Actor) -> Appointment:
    """Return one term, for whoever looks after the unit that appointed.

    Raises:
        NotFound.
    """
    rows = Appointment.objects.filter(_own(by), id=appointment_id)
    return wanted_row(rows.select_related("organisation", "lecturer"))


def paper(appointment_id: UUID, *, by: Actor) -> Paper:
    """Return what a letter of appointment says.

    Raises:
        NotFound: absent, or of a unit that is not the actor's.
    """
    row = appointment(appointment_id, by=by)
    kind = people.lecturer_kinds().get(row.lecturer.kind, "")
    return Paper(
        number=number_of(row),
        name=row.lecturer.name,
        title=row.lecturer.title,
        kind=str(kind),
        subjects=tuple(row.lecturer.subjects),
        issuer=row.organisation.name,
        issuer_id=row.organisation_id,
        since=row.since,
        until=row.until,
        issued_on=row.issued_on,
    )


def number_of(row: Appointment) -> str:
    """Return the number of a letter."""
    return f"〔{row.year}〕{row.sequence:03}号"
