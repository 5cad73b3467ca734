"""Stations of master lecturers, and sessions at the stops of a vehicle."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.contracts import ActivityType, Audience, SessionState
from dongxun.exchanges import queries
from dongxun.exchanges.contracts import STATION_ITEM, ExchangeState, Side
from dongxun.exchanges.models import (
    MasterStation,
    StopSession,
)
from dongxun.exchanges.services.planning import give_evidence
from dongxun.exchanges.services.shared import write_audit
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import api as people

START = time(9)


@transaction.atomic
def open_station(
    *,
    by: Actor,
    lecturer_id: UUID,
    host_id: UUID,
    place_id: UUID | None = None,
    exchange_id: UUID | None = None,
    since: date | None = None,
    note: str = "",
) -> UUID:
    """Let a master lecturer teach regularly at a unit. Safe to repeat: one open row a pair.

    Opened as an item of a visit, it is that item's evidence, where there is none yet.

    Raises:
        NotFound: unit, lecturer, place or exchange is absent or not the actor's.
        NotAllowed.
    """
    host = organisations.node(host_id)
    require("exchanges.plan", by, host.interval.lft)
    lecturer = people.standing_lecturers([lecturer_id]).get(lecturer_id)
    if lecturer is None:
        raise NotFound
    if place_id is not None and place_id not in organisations.sites([place_id]):
        raise NotFound
    if exchange_id is not None:
        _fill_item(by, exchange_id, f"{lecturer.name}，{host.short_name}")
    known = MasterStation.objects.filter(lecturer_id=lecturer.id, host_id=host_id, until=None)
    if found := known.first():
        return found.id
    try:
        with transaction.atomic():
            row = MasterStation.objects.create(
                lecturer_id=lecturer.id,
                host_id=host_id,
                place_id=place_id,
                exchange_id=exchange_id,
                since=since or clock.today(),
                note=note.strip()[:200],
            )
    except IntegrityError:
        return known.get().id
    audit.write(
        "exchanges.open_station",
        by=by,
        subject=("master_station", row.id),
        organisation_id=host_id,
    )
    return row.id


def _fill_item(by: Actor, exchange_id: UUID, words: str) -> None:
    """Give the item of the checklist its evidence, while the exchange is planned."""
    row = queries.exchange(exchange_id, by=by)
    slot = row.slots.filter(code=STATION_ITEM, done_at=None).first()
    if slot is not None and row.state == ExchangeState.PLANNED:
        said = _("%(name)s: station of a master lecturer opened")
        give_evidence(by=by, slot_id=slot.id, words=said % {"name": words})


@transaction.atomic
def end_station(*, by: Actor, station_id: UUID) -> None:
    """Let a station end today; it stays on record. Safe to repeat.

    Raises:
        NotFound.
    """
    row = queries.stations(by=by).filter(id=station_id).first()
    if row is None:
        raise NotFound
    if row.until is None:
        row.until = clock.today()
        row.save(update_fields=["until"])
        audit.write(
            "exchanges.end_station",
            by=by,
            subject=("master_station", row.id),
            organisation_id=row.host_id,
        )


@transaction.atomic
def plan_session(*, by: Actor, exchange_id: UUID) -> UUID:
    """Draw up the session of an exchange, as a draft to be completed; return its id.

    Safe to repeat: one exchange has one session, until that is called off.

    Raises:
        NotFound, NotAllowed, SeasonClosed, Invalid.
    """
    row = queries.exchange(exchange_id, by=by)
    if row.session is not None and row.session.state != SessionState.CANCELLED:
        return row.session.id
    sides = {party.organisation_id: party for party in row.parties.all()}
    own = [p for p in sides.values() if by.reaches(p.organisation.lft)]
    host = min(own, key=lambda party: party.side != Side.HOST)
    starts_at = clock.moment(row.day, START)
    plan = activities.SessionPlan(
        season_id=row.season_id,
        host_id=host.organisation_id,
        title=row.title,
        type=ActivityType.STUDY_TOUR if row.kind == "tour" else ActivityType.VISIT_EXCHANGE,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        co_hosts=tuple(
            activities.Invited(key)
            for key, party in sides.items()
            if key != host.organisation_id and not party.organisation.external
        ),
        place_text=row.place,
        audience=Audience.DELEGATES,
        steps=tuple(activities.Step(title=line) for line in row.programme),
    )
    line = _line(f"exchange:{row.id}", row.session_id)
    [session_id] = activities.schedule_sessions(by=by, lines=[(line, plan)])
    row.session_id = session_id
    row.save(update_fields=["session"])
    write_audit("exchanges.plan_session", by, row)
    return session_id


def _line(of: str, before: UUID | None) -> str:
    """Return the line under which a session is drawn up once; another after one called off."""
    return f"{of}:{before}" if before else of


@transaction.atomic
def teach_at_stop(
    *, by: Actor, season_id: UUID, place_id: UUID, starts_at: datetime, host_id: UUID
) -> UUID:
    """Draw up the session of a mobile classroom at one stop of its vehicle; return its id.

    Safe to repeat: one stop has one session, until that is called off.

    Raises:
        NotFound: no such vehicle or stop.
        NotAllowed, SeasonClosed, Invalid.
    """
    rows = StopSession.objects.select_related("session")
    known = rows.filter(place_id=place_id, starts_at=starts_at).first()
    if known is not None and known.session.state != SessionState.CANCELLED:
        return known.session_id
    stops = {(stop.place_id, stop.starts_at): stop for stop in organisations.vehicle_stops(by=by)}
    stop = stops.get((place_id, starts_at))
    if stop is None:
        raise NotFound
    plan = activities.SessionPlan(
        season_id=season_id,
        host_id=host_id,
        title=_("Mobile class: %(stop)s") % {"stop": stop.name},
        type=ActivityType.MOBILE_CLASS,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        place_id=place_id,
        place_text=stop.name,
        open_to_all=True,
    )
    stop_line = f"stop:{place_id}:{starts_at.isoformat()}"
    line = _line(stop_line, known.session_id if known else None)
    [session_id] = activities.schedule_sessions(by=by, lines=[(line, plan)])
    row, _made = StopSession.objects.update_or_create(
        place_id=place_id, starts_at=starts_at, defaults={"session_id": session_id}
    )
    audit.write(
        "exchanges.teach_at_stop",
        by=by,
        subject=("session", row.session_id),
        organisation_id=host_id,
    )
    return session_id
