"""Taking a turn, giving it back, swapping it, coming and going."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import allows
from dongxun.kit.times import period
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.volunteers import reckoning
from dongxun.volunteers.contracts import (
    HoursState,
    ShiftFull,
    Source,
    TakenTwice,
    TooLate,
    TurnReceipt,
    TurnsOverlap,
)
from dongxun.volunteers.models import Post, Service, Shift, Turn
from dongxun.volunteers.reach import offered
from dongxun.volunteers.services import telling
from dongxun.volunteers.services.rows import (
    any_service,
    any_shift,
    home_of,
    lock_person,
    managed_turn,
    own_turn,
)

OPENS = timedelta(minutes=60)
"""How long before its start somebody may go on duty."""

SWAPPED = "swapped"
"""Why a turn was given back that another has taken over."""


def receipt(turn: Turn, *, repeated: bool = False) -> TurnReceipt:
    """Return the answer to taking a turn."""
    return TurnReceipt(turn.id, turn.starts_at, turn.ends_at, repeated)


@transaction.atomic
def take_shift(
    *, by: Actor, shift_id: UUID, person_id: UUID, item_id: UUID | None = None
) -> TurnReceipt:
    """Put a person on a shift; a turn that somebody offered to swap passes to them.

    Safe to repeat with the same ``item_id``.

    Raises:
        NotFound: shift or person absent, or not theirs.
        TakenTwice: the person has it. ShiftFull. TooLate: it is over, or was cancelled.
        TurnsOverlap: they are on duty elsewhere then; says where.
    """
    shift = any_shift(shift_id)
    home = home_of(person_id, by=by)
    _may_take(by, home, shift.post)
    if again := _again(item_id, person_id):
        return again
    lock_person(person_id)
    live = Turn.objects.filter(shift=shift, given_back_at=None)
    if live.filter(person_id=person_id).exists():
        raise TakenTwice
    if shift.cancelled_at or shift.ends_at <= clock.now():
        raise TooLate
    refuse_overlap(person_id, shift.starts_at, shift.ends_at)
    offer = None
    if live.count() >= shift.needed:
        offer = live.exclude(offered_at=None).filter(on_at=None).order_by("offered_at").first()
        if offer is None:
            raise ShiftFull
        _end(offer, SWAPPED)
    turn = make_turn(by, home, person_id, shift=shift, item_id=item_id)
    if offer is not None:
        telling.passed_on(offer, turn.person.name, by=by)
    _tell("volunteers.take_shift", by, turn)
    return receipt(turn)


@transaction.atomic
def join_service(
    *, by: Actor, service_id: UUID, person_id: UUID, item_id: UUID | None = None
) -> TurnReceipt:
    """Sign a person up for an activity. Safe to repeat with the same ``item_id``.

    Raises:
        NotFound, TakenTwice, ShiftFull, TooLate, TurnsOverlap: as for a shift.
    """
    service = any_service(service_id)
    home = home_of(person_id, by=by)
    _may_take(by, home, service)
    if again := _again(item_id, person_id):
        return again
    lock_person(person_id)
    live = Turn.objects.filter(service=service, given_back_at=None)
    if live.filter(person_id=person_id).exists():
        raise TakenTwice(_("They are signed up for this already."))
    if service.cancelled_at or service.ends_at <= clock.now():
        raise TooLate
    refuse_overlap(person_id, service.starts_at, service.ends_at)
    if service.needed is not None and live.count() >= service.needed:
        raise ShiftFull(_("There are enough volunteers for this. Take another one."))
    turn = make_turn(by, home, person_id, service=service, item_id=item_id)
    _tell("volunteers.join_service", by, turn)
    return receipt(turn)


def _may_take(by: Actor, home: BranchOf, place: Post | Service) -> None:
    """Let pass whoever arranges it, and people whom it is offered to.

    Raises:
        NotFound: it is another town's.
    """
    if allows("volunteers.manage", by, place.organisation.lft):
        return
    if isinstance(place, Post):
        is_open = Post.objects.filter(offered(home), id=place.id).exists()
    else:
        asked = offered(home) | offered(home, "partners")
        is_open = Service.objects.filter(asked, id=place.id).exists()
    if not is_open:
        raise NotFound


def _again(item_id: UUID | None, person_id: UUID) -> TurnReceipt | None:
    found = Turn.objects.filter(id=item_id, person_id=person_id).first() if item_id else None
    return receipt(found, repeated=True) if found else None


def refuse_overlap(
    person_id: UUID, starts_at: datetime, ends_at: datetime, *, but: UUID | None = None
) -> None:
    """Refuse a second turn of a person at the same time.

    Raises:
        TurnsOverlap: in words, with where and when.
    """
    rows = Turn.objects.filter(
        person_id=person_id,
        given_back_at=None,
        errand=None,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    ).order_by("starts_at")
    found = rows.exclude(Q(id=but)).select_related("shift__post", "service").first()
    if found is not None:
        words = {"what": what_of(found), "when": period(found.starts_at, found.ends_at)}
        raise TurnsOverlap(_("At that time they are at %(what)s (%(when)s).") % words)


def what_of(turn: Turn) -> str:
    """Return what a turn is at, in words."""
    if turn.shift is not None:
        return turn.shift.post.name
    if turn.service is not None:
        return turn.service.title
    return _("an errand")


def make_turn(
    by: Actor,
    home: BranchOf,
    person_id: UUID,
    *,
    shift: Shift | None = None,
    service: Service | None = None,
    item_id: UUID | None = None,
) -> Turn:
    """Write a turn at a shift or a service."""
    place = shift.post if shift else service
    times = shift or service
    assert place is not None  # noqa: S101 - for the type
    assert times is not None  # noqa: S101 - for the type
    return Turn.objects.create(
        id=item_id or new_id(),
        season_id=place.season_id,
        organisation_id=place.organisation_id,
        person_id=person_id,
        branch_id=home.branch_id,
        shift=shift,
        service=service,
        starts_at=times.starts_at,
        ends_at=times.ends_at,
        taken_at=clock.now(),
        taken_by=by.label,
    )


@transaction.atomic
def give_back(*, by: Actor, turn_id: UUID, reason: str = "") -> None:
    """Take a person off a turn again; the place is open for others. Safe to repeat.

    Raises:
        NotFound: absent or nobody of theirs.
        Conflict: they are on duty or were; or it has begun and only its organiser may.
    """
    if Turn.objects.filter(id=turn_id).exclude(given_back_at=None).exists():
        return
    turn = own_turn(turn_id, by=by)
    if turn.on_at is not None:
        raise Conflict(_("They came, so this turn stays; its hours can be refused instead."))
    manages = allows("volunteers.manage", by, turn.organisation.lft)
    if turn.starts_at <= clock.now() and not manages:
        raise Conflict(_("It has begun. Ring the organiser, who finds somebody else."))
    _end(turn, reason)
    if turn.person_id not in by.persons:
        telling.taken_off(turn, by=by)
    _tell("volunteers.give_back", by, turn)


def _end(turn: Turn, reason: str) -> None:
    turn.given_back_at, turn.give_back_reason = clock.now(), reason.strip()[:200]
    turn.save(update_fields=["given_back_at", "give_back_reason"])


@transaction.atomic
def offer_turn(*, by: Actor, turn_id: UUID, offered: bool = True) -> None:
    """Offer a turn for swapping, or keep it after all; it stays theirs until somebody takes it.

    Safe to repeat.

    Raises:
        NotFound; TooLate: it has begun.
    """
    turn = own_turn(turn_id, by=by)
    if turn.starts_at <= clock.now() or turn.shift_id is None:
        raise TooLate
    if (turn.offered_at is not None) is not offered:
        turn.offered_at = clock.now() if offered else None
        turn.save(update_fields=["offered_at"])
        _tell("volunteers.offer_turn", by, turn)


@transaction.atomic
def go_on_duty(*, by: Actor, turn_id: UUID, at: datetime | None = None) -> None:
    """Note that somebody came: by their own phone now, or by hand at the time given.

    Safe to repeat: the first word stands.

    Raises:
        NotFound; Conflict: too early or over; Invalid: a time that is yet to come.
    """
    turn = own_turn(turn_id, by=by)
    if turn.on_at is not None:
        return
    turn.on_at, turn.on_source = _moment(turn, at, by)
    turn.save(update_fields=["on_at", "on_source"])
    _tell("volunteers.go_on_duty", by, turn, source=turn.on_source)


@transaction.atomic
def go_off_duty(
    *, by: Actor, turn_id: UUID, at: datetime | None = None, travel_minutes: int = 0
) -> None:
    """Note that somebody went, and reckon the hours. Safe to repeat: the first word stands.

    Raises:
        NotFound; Conflict: they never came; Invalid: the time is not after their coming.
    """
    turn = own_turn(turn_id, by=by)
    if turn.off_at is not None:
        return
    if turn.on_at is None:
        raise Conflict(_("They are not on duty yet. Note first when they came."))
    turn.off_at, turn.off_source = _moment(turn, at, by, coming=False)
    if turn.off_at <= turn.on_at:
        raise Invalid(_("Going comes after coming."), where="at")
    turn.travel_minutes = max(travel_minutes, 0)
    reckon(turn)
    turn.save()
    _tell("volunteers.go_off_duty", by, turn, source=turn.off_source)


def _moment(
    turn: Turn, at: datetime | None, by: Actor, *, coming: bool = True
) -> tuple[datetime, Source]:
    """Return the moment and how it is known; a phone speaks of now, an organiser of any time."""
    now = clock.now()
    if at is None and turn.person_id in by.persons:
        if coming and now < turn.starts_at - OPENS:
            raise Conflict(_("Too early: an hour before the start is soon enough."))
        if coming and now >= turn.ends_at:
            raise Conflict(_("This is over. Ask the organiser to enter when you were there."))
        return now, Source.AUTO
    if not allows("volunteers.manage", by, turn.organisation.lft):
        raise NotFound
    if at is not None and at > now + timedelta(minutes=5):
        raise Invalid(_("That time is yet to come."), where="at")
    return at or now, Source.MANUAL


def reckon(turn: Turn) -> None:
    """Set the hours of a turn that is over, by the season's rule; the row is not saved."""
    assert turn.on_at is not None  # noqa: S101 - for the type
    assert turn.off_at is not None  # noqa: S101 - for the type
    rules = seasons.rules(turn.season_id)
    counted = reckoning.count(
        (turn.starts_at, turn.ends_at),
        (turn.on_at, turn.off_at),
        least_share=rules.parameters.volunteer_min_fraction,
        travel_minutes=turn.travel_minutes,
    )
    turn.hours = counted.hours
    turn.hours_state = HoursState.WAITING if counted.is_enough else HoursState.SHORT
    turn.decided_by, turn.decided_at, turn.published_on, turn.reason = "", None, None, ""


@transaction.atomic
def correct_turn(
    *,
    by: Actor,
    turn_id: UUID,
    on_at: datetime,
    off_at: datetime,
    travel_minutes: int | None = None,
) -> None:
    """Put right when somebody came and went; approved hours wait for approval again.

    Args:
        travel_minutes: of the time, those on the way, which do not count; None leaves them.

    Raises:
        NotFound; Invalid: the times cannot be; Conflict: already on a certificate.
    """
    turn = managed_turn(turn_id, by=by)
    write_times(turn, on_at, off_at, Source.MANUAL, travel_minutes)
    _tell("volunteers.correct_turn", by, turn)


def write_times(
    turn: Turn,
    on_at: datetime,
    off_at: datetime,
    source: Source,
    travel_minutes: int | None = None,
) -> bool:
    """Write when somebody came and went; return whether that was new.

    Times of which only seconds are new are not: a page and a paper know none.

    Args:
        travel_minutes: None leaves them.

    Raises:
        Invalid: the times cannot be. Conflict: the hours stand on a certificate.
    """
    on_at, off_at = same_minute(turn.on_at, on_at), same_minute(turn.off_at, off_at)
    way = turn.travel_minutes if travel_minutes is None else travel_minutes
    if off_at <= on_at:
        raise Invalid(_("Going comes after coming."), where="off")
    if not 0 <= 60 * way < (off_at - on_at).total_seconds():
        raise Invalid(_("The way takes less than the whole time."), where="way")
    if off_at > clock.now() + timedelta(minutes=5):
        raise Invalid(_("That time is yet to come."), where="off")
    if on_at >= turn.ends_at or off_at <= turn.starts_at:
        raise Invalid(_("These times lie outside the turn."), where="on")
    same_times = (turn.on_at, turn.off_at) == (on_at, off_at)
    if same_times and turn.travel_minutes == way:
        return False
    if turn.certified_at is not None:
        raise Conflict(_("These hours stand on a certificate; they no longer change."))
    turn.on_at, turn.off_at, turn.travel_minutes = on_at, off_at, way
    if not same_times:
        turn.on_source = turn.off_source = source
    reckon(turn)
    turn.save()
    return True


def same_minute(known: datetime | None, said: datetime) -> datetime:
    """Return the moment that is known where what was written says the same minute."""
    if known is None or known.replace(second=0, microsecond=0) != said.replace(
        second=0, microsecond=0
    ):
        return said
    return known


def _tell(action: str, by: Actor, turn: Turn, **detail: str) -> None:
    audit.write(
        action,
        by=by,
        subject=("turn", turn.id),
        organisation_id=turn.organisation_id,
        person=str(turn.person_id),
        **detail,
    )
