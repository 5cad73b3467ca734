"""Reads of the register: own people as home, and those who reported in at own stations."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval, Role
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.together import Question, only, totals
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Level
from dongxun.people import queries
from dongxun.people.contracts import TAG_FLOATING, StayState
from dongxun.people.floating.contracts import Report, StayEvent, StayLine, Waiting
from dongxun.people.models import Person, ReportIn, Stay, StayNote

OPEN = (StayState.AWAY, StayState.WAITING, StayState.RECEIVED)
_BATCH = 800


def _home(by: Actor) -> Q:
    if by.is_system:
        return Q()
    return organisations.within(by.intervals(ORGANISERS), "person__branch__lft")


def _hosting(by: Actor) -> Q:
    if by.is_system:
        return Q()
    own = organisations.within(by.intervals(ORGANISERS), "host__lft")
    return own | Q(host_id__in=_villages_of(by))


def _villages_of(by: Actor) -> list[UUID]:
    """Return the villages whose own branch the actor leads: its secretary receives people."""
    led = [grant.organisation_id for grant in by.grants if grant.role is Role.SECRETARY]
    above = {node.parent_id for node in organisations.nodes(led).values() if node.parent_id}
    found = organisations.nodes(above).values() if above else ()
    return [node.id for node in found if node.level is Level.VILLAGE]


def may_receive(host_id: UUID, host_lft: int, *, by: Actor) -> bool:
    """Return whether the actor answers for a host: its organisers, and a village's secretary."""
    return by.reaches(host_lft) or host_id in _villages_of(by)


def _rows() -> QuerySet[Stay]:
    open_reports = ReportIn.objects.filter(closed_at=None).select_related("host", "place")
    return (
        Stay.objects.filter(person__merged_into=None)
        .select_related("person__branch")
        .prefetch_related(Prefetch("reports", open_reports, to_attr="now"))
    )


def _line(row: Stay) -> StayLine:
    reports: list[ReportIn] = vars(row).get("now", [])
    person = row.person
    return StayLine(
        id=row.id,
        person_id=person.id,
        name=person.name,
        sex=person.sex,
        joined_on=person.joined_on,
        branch_id=person.branch_id,
        branch=person.branch.short_name,
        branch_lft=person.branch.lft,
        **{name: getattr(row, name) for name in _PLAIN},
        report=_report(reports[0]) if reports else None,
    )


_PLAIN = (
    *("state", "is_confirmed", "left_on", "reason", "direction", "host_words", "host_contact"),
    *("education", "card_number", "study", "dues", "review", "note", "contacted_on"),
    *("contacted_by", "lost_on", "lost_reason", "back_on", "version", "created_at"),
)


def _report(row: ReportIn) -> Report:
    return Report(
        id=row.id,
        host_id=row.host_id,
        host=row.host.short_name,
        place_id=row.place_id,
        place=row.place.name if row.place else "",
        reported_at=row.reported_at,
        host_at=row.host_at,
        home_at=row.home_at,
        host_contact=f"{row.host.contact_name} {row.host.contact_phone}".strip(),
    )


def _due(before: date) -> Q:
    """Return the condition that nobody has spoken with them since ``before``."""
    return Q(state__in=OPEN, is_confirmed=True, heard_on__lte=before)


def _with_heard(rows: QuerySet[Stay]) -> Any:
    first = TruncDate("created_at", tzinfo=clock.zone())
    return rows.annotate(heard_on=Coalesce("contacted_on", first, output_field=DateField()))


def stays(
    *,
    by: Actor,
    interval: Interval | None = None,
    states: Collection[str] = (),
    due_days: int | None = None,
    words: str = "",
) -> "StayLines":
    """Return the actor's own people who live elsewhere, longest unheard first.

    Args:
        states: of these only; all open ones when empty.
        due_days: only those with whom nobody spoke for so many days.
        words: part of a name.
    """
    rows = _with_heard(_rows()).filter(_home(by))
    rows = rows.filter(state__in=states) if states else rows.filter(back_on=None)
    if interval is not None:
        rows = rows.filter(organisations.within([interval], "person__branch__lft"))
    if due_days is not None:
        rows = rows.filter(_due(clock.today() - timedelta(days=due_days)))
    if words.strip():
        rows = rows.filter(person__name__icontains=words.strip())
    return StayLines(rows.order_by("heard_on", "person__branch__lft", "person__order", "id"))


class StayLines:
    """Lines of the register, read when a page is cut from them."""

    def __init__(self, rows: QuerySet[Stay]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return self._rows.count()

    def __getitem__(self, part: slice) -> list[StayLine]:
        return [_line(row) for row in self._rows[part]]

    def __iter__(self) -> Iterator[StayLine]:
        return (_line(row) for row in self._rows)


def counts(*, by: Actor, interval: Interval | None = None) -> dict[str, int]:
    """Return how many of the actor's own people stand where, by state."""
    rows = Stay.objects.filter(_home(by), person__merged_into=None)
    if interval is not None:
        rows = rows.filter(organisations.within([interval], "person__branch__lft"))
    found = dict(rows.order_by().values_list("state").annotate(n=Count("id")))
    return {str(state): found.get(state, 0) for state in StayState.values}


def waiting_for_host(*, by: Actor) -> list[StayLine]:
    """Return who reported in at a station of the actor and was not answered, longest first."""
    return _of_reports(ReportIn.objects.filter(_hosting(by), closed_at=None, host_at=None))


def waiting_for_home(*, by: Actor) -> list[StayLine]:
    """Return the actor's own people who reported in elsewhere, to be confirmed, longest first."""
    mine = organisations.within(by.intervals(ORGANISERS), "stay__person__branch__lft")
    rows = ReportIn.objects.filter(closed_at=None, home_at=None)
    return _of_reports(rows if by.is_system else rows.filter(mine))


def received(*, by: Actor) -> list[StayLine]:
    """Return whom the actor's organisations have received, by name."""
    rows = ReportIn.objects.filter(_hosting(by), closed_at=None).exclude(host_at=None)
    return sorted(_of_reports(rows), key=lambda line: line.name)


def _of_reports(reports: QuerySet[ReportIn]) -> list[StayLine]:
    rows = _rows().filter(Exists(reports.filter(stay=OuterRef("pk"))))
    found = [_line(row) for row in rows]
    return sorted(found, key=lambda line: line.report.reported_at if line.report else clock.now())


def waiting(*, by: Actor, due_days: int) -> Question[Waiting]:
    """Return how many wait for the actor as host, as home, and for a word."""
    own = by.intervals(ORGANISERS)
    if not own and not by.is_system:
        return Waiting()
    home = _home(by)
    host = Q()
    if not by.is_system:
        host = organisations.within(own, "reports__host__lft")
        host |= Q(reports__host_id__in=_villages_of(by))
    is_open = Q(reports__isnull=False, reports__closed_at=None)
    before = clock.today() - timedelta(days=due_days)
    rows = _with_heard(Stay.objects.filter(back_on=None, person__merged_into=None))
    counts = totals(
        rows,
        host=Count("reports", filter=is_open & host & Q(reports__host_at=None)),
        home=Count("reports", filter=is_open & home & Q(reports__home_at=None)),
        due=Count("id", distinct=True, filter=home & _due(before)),
    )
    [found] = yield [counts]
    return Waiting(*only(found, 0, 0, 0))


def stay(stay_id: UUID, *, by: Actor) -> StayLine:
    """Return one line, for home, for the host that is asked, and for the member's own phone.

    Raises:
        NotFound: absent or none of theirs.
    """
    row = wanted_row(_rows().filter(id=stay_id))
    line = _line(row)
    is_own = by.reaches(line.branch_lft) or line.person_id in by.owned
    if not is_own and not _is_hosting(row, by):
        raise NotFound
    return line


def _is_hosting(row: Stay, by: Actor) -> bool:
    return ReportIn.objects.filter(_hosting(by), stay=row, closed_at=None).exists()


def timeline(stay_id: UUID, *, by: Actor) -> list[StayEvent]:
    """Return what happened in a stay, oldest first, with the days between.

    Raises:
        NotFound: as :func:`stay`.
    """
    stay(stay_id, by=by)
    found: list[StayEvent] = []
    for row in StayNote.objects.filter(stay_id=stay_id).order_by("at", "id"):
        days = (row.at - found[-1].at).days if found else None
        found.append(StayEvent(row.at, row.step, row.who, row.place, row.words, days))
    return found


def own_stay_of(person_id: UUID, *, by: Actor) -> StayLine | None:
    """Return the open line of a person whose phone asks, None if there is none."""
    if person_id not in by.persons and not by.is_system:
        return None
    row = _rows().filter(person_id=person_id, back_on=None).first()
    return _line(row) if row else None


def unregistered(*, by: Actor, interval: Interval | None = None) -> QuerySet[Person]:
    """Return people of the actor whom the roster calls floating, but the register does not."""
    rows = Person.objects.filter(queries.visible(by), queries.ELIGIBLE, tags__tag=TAG_FLOATING)
    if interval is not None:
        rows = rows.filter(organisations.within([interval], "branch__lft"))
    known = Stay.objects.filter(person=OuterRef("pk"), back_on=None)
    rows = rows.filter(~Exists(known)).select_related("branch")
    return rows.order_by("branch__lft", "order", "name", "id")


def stay_of(person_id: UUID, *, by: Actor) -> StayLine | None:
    """Return the open line of one of the actor's own people, None if there is none."""
    row = _rows().filter(_home(by), person_id=person_id, back_on=None).first()
    return _line(row) if row else None


def received_at(person_ids: Collection[UUID], intervals: Iterable[Interval]) -> set[UUID]:
    """Return which of these people are received at ``intervals``: inside, or by a unit above.

    Both sides have said yes. For rooms that ask who may check in.
    """
    rows = ReportIn.objects.filter(
        organisations.within_or_above(intervals, "host"),
        stay__person_id__in=list(person_ids),
        stay__state=StayState.RECEIVED,
        closed_at=None,
    )
    return set(rows.values_list("stay__person_id", flat=True))


def whereabouts(person_ids: Collection[UUID]) -> dict[UUID, bool]:
    """Return for those who are or were in the register whether they live elsewhere now."""
    found: dict[UUID, bool] = {}
    every = list(person_ids)
    for start in range(0, len(every), _BATCH):
        rows = Stay.objects.filter(
            person_id__in=every[start : start + _BATCH], is_confirmed=True
        ).values_list("person_id", "back_on")
        for person_id, back_on in rows:
            found[person_id] = found.get(person_id, False) or back_on is None
    return found
