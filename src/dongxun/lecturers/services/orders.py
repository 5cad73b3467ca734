"""点单, 派单, 评单; 接单 is the answer to the booking, given by the lecturer's own link."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.contracts import ORDERED, ActivityType, SessionState
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.rules import require
from dongxun.kit.times import period
from dongxun.lecturers.contracts import (
    CLOSED,
    FEWEST_MINUTES,
    MOST_MINUTES,
    TO_DISPATCH,
    DayPart,
    Moment,
    OrderDraft,
    OrderState,
)
from dongxun.lecturers.models import Order, Rating
from dongxun.lecturers.queries import orders as reading
from dongxun.lecturers.queries import pool
from dongxun.lecturers.services.rating import words_of
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonRules, SeasonState

MOST_PEOPLE = 100_000
LONGEST_DAYS = 120
_CUT = {"wish": 160, "place_text": 120, "contact": 60, "note": 300}


@transaction.atomic
def place_order(*, by: Actor, season_id: UUID, organisation_id: UUID, draft: OrderDraft) -> UUID:
    """Order a lesson for a unit. The same wish from the same day is the same order.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: nothing wished, days that cannot be, a topic or lecturer that is not there.
        Conflict: the same wish from the same day is ordered already, with other details.
    """
    card = seasons.season(season_id, by=by)
    if card.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node_in_scope(organisation_id, by=by)
    require("lecturers.order", by, node.interval.lft)
    if bad := _faults(draft, season_id, by):
        raise Invalid(details=bad)
    values = asdict(draft)
    values |= {name: values[name].strip()[:size] for name, size in _CUT.items()}
    key = {name: values.pop(name) for name in ("wish", "wanted_from")}
    mates = Order.objects.filter(
        season_id=season_id, organisation_id=node.id, withdrawn_at=None, refused_at=None
    )
    if known := mates.filter(**key).first():
        return _as_ordered(known, values)
    try:
        with transaction.atomic():
            row = Order.objects.create(
                season_id=season_id,
                organisation_id=node.id,
                ordered_by=by.label[:120],
                created_at=clock.now(),
                **key,
                **values,
            )
    except IntegrityError:
        return _as_ordered(mates.get(**key), values)
    _note("place_order", by, row)
    return row.id


def _as_ordered(known: Order, values: Mapping[str, object]) -> UUID:
    """Return an order that is there, if it asks for the same.

    Raises:
        Conflict: it asks for something else; nothing typed is dropped in silence.
    """
    if any(getattr(known, name) != value for name, value in values.items()):
        words = _("This is ordered already from that day on, with other details.")
        raise Conflict(words, where="wish")
    return known.id


def _faults(draft: OrderDraft, season_id: UUID, by: Actor) -> list[tuple[str, Text]]:
    rules = seasons.rules(season_id)
    bad = [*_about(draft, by), *_days(draft, rules)]
    if draft.topic_id and draft.topic_id not in {topic.id for topic in rules.topics}:
        bad.append(("topic_id", _("This topic is not one of the season's.")))
    return bad


def _days(draft: OrderDraft, rules: SeasonRules) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if draft.wanted_until < draft.wanted_from:
        bad.append(("wanted_until", _("The last day is not before the first.")))
    elif (draft.wanted_until - draft.wanted_from).days > LONGEST_DAYS:
        bad.append(("wanted_until", _("At most %(n)d days.") % {"n": LONGEST_DAYS}))
    if draft.wanted_until < clock.today():
        bad.append(("wanted_until", _("These days are over.")))
    elif not (rules.starts_on <= draft.wanted_until and draft.wanted_from <= rules.ends_on):
        words = _("The season runs from %(first)s to %(last)s.")
        days = {"first": rules.starts_on, "last": rules.ends_on}
        bad.append(("wanted_from", words % days))
    return bad


def _about(draft: OrderDraft, by: Actor) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.wish.strip():
        bad.append(("wish", _("Say what you want to hear about.")))
    pool_ids = {one.id for one in people.lecturers(by=by, shared=True)}
    if draft.lecturer_id and draft.lecturer_id not in pool_ids:
        bad.append(("lecturer_id", _("This lecturer cannot be booked here.")))
    if draft.part and draft.part not in DayPart.values:
        bad.append(("part", _("Choose a part of the day.")))
    if draft.people is not None and not 1 <= draft.people <= MOST_PEOPLE:
        bad.append(("people", _("At least one person.")))
    if draft.place_id and draft.place_id not in organisations.sites([draft.place_id]):
        bad.append(("place_id", _("This place is no longer there.")))
    return bad


def _note(name: str, by: Actor, row: Order, **detail: object) -> None:
    audit.write(
        f"lecturers.{name}",
        by=by,
        subject=("order", row.id),
        organisation_id=row.organisation_id,
        **detail,
    )


def _held(order_id: UUID, rule: str, *, by: Actor) -> reading.Line:
    """Return an order, locked, whose season is open.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    Order.objects.select_for_update().filter(id=order_id).first()
    line = reading.order(order_id, by=by)
    require(rule, by, line.order.organisation.lft)
    if line.order.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return line


@transaction.atomic
def dispatch(
    *, by: Actor, order_id: UUID, lecturer_id: UUID, starts_at: datetime, minutes: int
) -> UUID:
    """Ask a lecturer for an order, at a time; return its session, a draft of the unit's.

    Who was asked and has not answered is asked no longer; who declined stays on record.
    Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: the lecturer is busy, away or no longer appointed then; a time that cannot be.
        Conflict: somebody has accepted, or the order is closed.
    """
    line = _held(order_id, "lecturers.dispatch", by=by)
    row, moment = line.order, Moment(starts_at, starts_at + timedelta(minutes=minutes))
    if line.state not in TO_DISPATCH | {OrderState.ASKED}:
        raise Conflict(_("This order is %(state)s already.") % {"state": line.state.label})
    if not FEWEST_MINUTES <= minutes <= MOST_MINUTES:
        limits = {"low": FEWEST_MINUTES, "high": MOST_MINUTES}
        words = _("Between %(low)s and %(high)s minutes.") % limits
        raise Invalid(details=[("minutes", words)])
    if starts_at <= clock.now():
        raise Invalid(details=[("day", _("This time is over."))])
    people.hold_lecturer(lecturer_id)
    offered = {one.lecturer.id: one for one in pool.choices(row, moment, (), by=by)}
    choice = next((one for key, one in offered.items() if key == lecturer_id), None)
    if choice is None:
        raise NotFound
    if not choice.can_come:
        raise Invalid(details=[("lecturer", _why(choice, moment))])
    session_id = _session(line, choice, moment, by)
    if row.session_id == session_id and any(
        one.lecturer_id == lecturer_id for one in line.declined
    ):
        activities.book_lecturer(by=by, session_id=session_id, lecturer_id=lecturer_id)
    if row.session_id != session_id:
        row.session_id = session_id
        row.save(update_fields=["session_id", "rounds"])
    _note("dispatch", by, row, lecturer=str(lecturer_id))
    return session_id


def _why(choice: pool.Choice, moment: Moment) -> str:
    name = choice.lecturer.name
    if choice.state == pool.OVER:
        return _("%(name)s is not appointed on that day.") % {"name": name}
    if choice.state == pool.AWAY:
        return _("%(name)s cannot come on that day.") % {"name": name}
    [first, *_rest] = pool.clashing(choice.busy, moment)
    said = {"name": name, "when": period(first.starts_at, first.ends_at), "host": first.host}
    return _("%(name)s teaches then: %(when)s, %(host)s.") % said


def _session(line: reading.Line, choice: pool.Choice, moment: Moment, by: Actor) -> UUID:
    """Draw up the session of an order, or move the one that is there.

    One that was called off, or is over, stays as it is; another one is drawn up.
    """
    row = line.order
    asked = activities.Asked(choice.lecturer.id, row.wish)
    minutes = int((moment.ends_at - moment.starts_at).total_seconds() // 60)
    called_off = row.session is not None and row.session.state == SessionState.CANCELLED
    gone = called_off or reading.is_past(row)
    row.rounds += gone
    lecturers: tuple[activities.Asked, ...] = (asked,)
    if row.session_id and not gone:
        keep = (one.lecturer_id for one in line.declined if one.lecturer_id != choice.lecturer.id)
        lecturers = (*(activities.Asked(one, row.wish) for one in keep), asked)
        plan = activities.plan_to_change(row.session_id, by=by)
        topics = ((row.topic_id, minutes),) if row.topic_id else plan.topics
        plan = replace(plan, topics=topics, lecturers=lecturers)
    else:
        plan = activities.SessionPlan(
            season_id=row.season_id,
            host_id=row.organisation_id,
            title=row.wish,
            type=ActivityType.LECTURE,
            starts_at=moment.starts_at,
            ends_at=moment.ends_at,
            topics=((row.topic_id, minutes),) if row.topic_id else (),
            place_id=row.place_id,
            place_text=row.place_text,
            organiser_name=row.contact,
            lecturers=lecturers,
        )
    plan = replace(plan, starts_at=moment.starts_at, ends_at=moment.ends_at)
    name = f"{ORDERED}{row.id}:{row.rounds}"
    [session_id] = activities.schedule_sessions(by=by, lines=[(name, plan)])
    return session_id


@transaction.atomic
def withdraw_order(*, by: Actor, order_id: UUID, words: str = "") -> None:
    """Take an order back; a lecturer who was asked is asked no longer. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: the lesson was held, or the order is closed.
    """
    line = _held(order_id, "lecturers.order", by=by)
    if line.state == OrderState.WITHDRAWN:
        return
    _still_open(line)
    _close(line, words, by)
    line.order.withdrawn_at = clock.now()
    line.order.save(update_fields=["withdrawn_at", "closed_words"])
    _note("withdraw_order", by, line.order)


@transaction.atomic
def refuse_order(*, by: Actor, order_id: UUID, words: str) -> None:
    """Say that an order cannot be met, and why. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason.
        Conflict: the lesson was held, or the order is closed.
    """
    line = _held(order_id, "lecturers.dispatch", by=by)
    if line.state == OrderState.REFUSED:
        return
    if not words.strip():
        raise Invalid(details=[("words", _("Say in a word why not."))])
    _still_open(line)
    _close(line, words, by)
    line.order.refused_at = clock.now()
    line.order.save(update_fields=["refused_at", "closed_words"])
    _note("refuse_order", by, line.order)


def _still_open(line: reading.Line) -> None:
    if line.state in CLOSED:
        raise Conflict(_("This order is %(state)s already.") % {"state": line.state.label})


def _close(line: reading.Line, words: str, by: Actor) -> None:
    """Call the session off that was drawn up for an order."""
    if line.state in {OrderState.HELD, OrderState.RATED}:
        raise Conflict(_("The lesson was held; an order that was met stays."))
    session = line.order.session
    line.order.closed_words = words.strip()[:200]
    if session and session.state != SessionState.CANCELLED:
        reason = line.order.closed_words or _("The order was withdrawn.")
        activities.cancel_session(by=by, session_id=session.id, reason=reason)


@transaction.atomic
def rate(*, by: Actor, order_id: UUID, stars: int, words: str = "") -> None:
    """Say how the lesson was, once it was held; a later word replaces an earlier one.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: stars out of bounds.
        Conflict: it was not held yet.
    """
    line = _held(order_id, "lecturers.order", by=by)
    said = words_of(by, stars, words)
    if line.state not in {OrderState.HELD, OrderState.RATED}:
        raise Conflict(_("It can be rated once it was held."))
    if line.lecturer is None:
        raise Conflict(_("No lecturer is down for this lesson any more."))
    said |= {"session_id": line.order.session_id, "lecturer_id": line.lecturer.lecturer_id}
    Rating.objects.update_or_create(
        order=line.order, defaults=said, create_defaults=said | {"created_at": clock.now()}
    )
    _note("rate", by, line.order)
