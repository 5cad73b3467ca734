"""What fell through finds another lecturer, time or hall, with as few changes as can be."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.api import Asked, PlannedSession, SessionPlan
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.planning import booked, searching, seats, solving, why
from dongxun.planning.contracts import RunKind
from dongxun.planning.models import Run
from dongxun.planning.services import seating
from dongxun.planning.services.accepting import need, taught_by
from dongxun.planning.services.asking import allowed, held, new_run, note
from dongxun.planning.services.refusing import refuse_while_written
from dongxun.planning.snapshots import published
from dongxun.planning.snapshots.slots import Grid
from dongxun.planning.snapshots.world import key_of
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicRule
from dongxun_planner.replan.problems import ReplanPlan, ReplanProblem, Session
from dongxun_planner.season.problems import Meeting
from dongxun_planner.wire import read, write

LIMITS: Final = solving.Limits(2.5, grace=20.0)
"""Somebody waits for the page meanwhile."""


@dataclass(frozen=True, slots=True)
class Move:
    """One published session as it was and as it would be; ``now`` None: nothing was found.

    ``place_id`` and ``lecturers`` are those it was published with, ``declined`` those of them who
    had declined; ``lack`` says in words what
    is missing where nothing was found. ``unwanted``: the lecturer would rather not teach then.
    """

    session_id: UUID
    title: str
    why: str
    was: tuple[datetime, str, str]
    now: tuple[datetime, str, str] | None
    to: Session | None
    minutes: int
    place_id: str
    lecturers: frozenset[str]
    declined: frozenset[str] = frozenset()
    lack: str = ""
    unwanted: bool = False


def ask_repair(
    *,
    by: Actor,
    season_id: UUID,
    organisation_id: UUID,
    topic_id: UUID | None = None,
    makeups: int = published.MAKEUPS,
) -> Run:
    """Seek new places for what fell through in a unit, and seats for who missed a topic.

    All within the request.

    Args:
        topic_id: of those who missed something, only for this topic.
        makeups: so many sessions more may be held for them.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: nothing has fallen through that a planner could help, and nobody missed anything.
    """
    node = allowed(season_id, organisation_id, by=by)
    found = published.take(season_id, node, by=by, topic_id=topic_id, makeups=makeups)
    first = found.problem.first_slot
    fell = any(one["why"] and one["slot"] >= first for one in found.sessions.values())
    if not fell and not found.problem.missed:
        raise Invalid(_nothing(found))
    with transaction.atomic():
        row = new_run(
            by,
            RunKind.REPAIR,
            season_id,
            node,
            problem=write(found.problem),
            about=found.about(),
            settings={
                "seconds": LIMITS.seconds,
                "seed": LIMITS.seed,
                "topic": str(topic_id or ""),
                "makeups": makeups,
            },
        )
        note("ask_repair", by, row)
    search = searching.Search(row)
    try:
        done = solving.solve(row.problem, LIMITS)
    except Exception:
        search.end(solving.Found(failed="crash"))
        raise
    search.end(done)
    return row


def _nothing(found: published.Published) -> str:
    """Say why there is nothing to seek."""
    if found.owing.beyond["many"]:
        words = _(
            "%(n)d people missed a topic: too many of one branch to be seated beside others. Plan"
            " a timetable for them."
        )
        return words % {"n": found.owing.beyond["many"]}
    if found.owing.beyond["nowhere"]:
        return _("No branch of those who missed a topic has a point on the map.")
    if found.owing.beyond["long"]:
        return _(
            "What people missed takes longer than a part of the day: no seats are sought for that."
            " Share it out among several topics, or arrange its sessions by hand."
        )
    return _("Nothing has fallen through here that could be moved, and nobody missed a topic.")


def moves(row: Run) -> list[Move]:
    """Return what a repair changes, and what it found no place for, in time order."""
    if row.plan is None:
        return []
    problem, plan = read(ReplanProblem, row.problem), read(ReplanPlan, row.plan)
    season, grid = problem.season, Grid.of(problem.season.days)
    venues = {one.id: one.name for one in season.venues}
    teachers = {one.id: one.name for one in season.lecturers}
    unwanted = season.unwanted()
    after = {(one.cohort, one.topic): one for one in plan.sessions}
    found = []
    for number, cohort in enumerate(problem.published.cohorts):
        for meeting in cohort.meetings:
            to = after.get((number, meeting.topic))
            old = Session(number, meeting.topic, cohort.venue, meeting.lecturer, meeting.slot)
            about = row.about["sessions"].get(key_of(number, meeting.topic))
            if to == old or about is None or meeting.slot < problem.first_slot:
                continue
            start = datetime.fromisoformat(about["starts_at"])
            at = start if to and to.slot == meeting.slot else grid.moment(to.slot) if to else start
            found.append(
                Move(
                    session_id=UUID(about["id"]),
                    title=about["title"],
                    why=about["why"],
                    was=(start, venues[old.venue], teachers[old.lecturer]),
                    now=(at, venues[to.venue], teachers[to.lecturer]) if to else None,
                    to=to,
                    minutes=about["minutes"],
                    place_id=cohort.venue,
                    lecturers=frozenset(about.get("lecturers", ())),
                    declined=frozenset(about.get("declined", ())),
                    lack="" if to else _lack(row, (problem, plan), number, meeting),
                    unwanted=to is not None and (to.lecturer, to.slot) in unwanted,
                )
            )
    return sorted(found, key=lambda move: move.was[0])


def _lack(row: Run, found: tuple[ReplanProblem, ReplanPlan], number: int, meeting: Meeting) -> str:
    """Say why nothing was found for a session: what else finds no place may be in its way."""
    problem, plan = found
    one = why.in_the_way(problem, plan, number, meeting)
    about = (
        row.about["sessions"].get(key_of(one.cohort, one.topic))
        if one and one.cohort is not None
        else None
    )
    if about is None:
        return why.lacking(problem, number, meeting)
    starts_at = datetime.fromisoformat(about["starts_at"])
    words = _(
        "It could be held on %(when)s, but %(title)s, for which nothing is found either, still stands"
        " there. Call that off or change it by hand, then seek again."
    )
    when = f"{times.day_with_weekday(starts_at)} {times.hour_minute(starts_at)}"
    return words % {"when": when, "title": about["title"]}


@transaction.atomic
def accept_repair(*, by: Actor, run_id: UUID, reason: str) -> Run:
    """Move the published sessions of a repair, open new ones, send to them who missed a topic.

    Everybody concerned is told. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: no reason.
        Conflict: nothing to move or to join, a plan is still being written, a session has changed
            or begun since or has no seats left, a new time is over, or a lecturer, hall or unit is
            booked otherwise by now.
    """
    row = held(run_id, by=by)
    allowed(row.season_id, row.organisation_id, by=by)
    if row.accepted_at is not None:
        return row
    found = [move for move in moves(row) if move.to is not None and move.now is not None]
    places = seats.seating(row)
    if row.kind != RunKind.REPAIR or not (found or places.offers):
        raise Conflict(_("There is nothing to move."))
    reason = need(reason)
    organisations.hold(seasons.rules(row.season_id).root_id)
    refuse_while_written(row.season_id)
    still = seating.still(row, places, by=by) if places.offers else {}
    _move(row, found, seating.wants(places, still), by=by, reason=reason)
    sent = seating.seat(row, places, still, by=by, reason=reason)
    row.about |= {"sent": sent[0], "spared": sent[1]}
    row.accepted_at, row.accepted_by, row.accept_reason = clock.now(), by.label[:120], reason
    row.save(update_fields=["about", "accepted_at", "accepted_by", "accept_reason"])
    note("accept_repair", by, row, moved=len(found), sent=sent[0], reason=reason)
    return row


def fallen(row: Run) -> list[dict[str, Any]]:
    """Return what a repair was sought for, in time order."""
    found = [
        one | {"starts_at": datetime.fromisoformat(one["starts_at"])}
        for one in row.about.get("sessions", {}).values()
        if one["why"]
    ]
    return sorted(found, key=lambda one: one["starts_at"])


def by_hand(row: Run) -> list[dict[str, Any]]:
    """Return what has fallen through and no repair was sought for, in time order."""
    found = [
        one | {"starts_at": datetime.fromisoformat(one["starts_at"])}
        for one in row.about.get("by_hand", [])
    ]
    return sorted(found, key=lambda one: one["starts_at"])


def _stands(one: PlannedSession, move: Move) -> bool:
    """Whether a session is still as it was when the repair was sought."""
    declined = frozenset(str(key) for key in one.declined)
    lecturers = declined.union(str(key) for key in one.lecturers)
    same = (lecturers, declined) == (move.lecturers, move.declined)
    until = move.was[0] + timedelta(minutes=move.minutes)
    same = same and (one.starts_at, one.ends_at) == (move.was[0], until)
    return same and str(one.place_id) == move.place_id and not (one.is_attended or one.is_online)


def _move(
    row: Run,
    found: Sequence[Move],
    more: Sequence[booked.Want],
    *,
    by: Actor,
    reason: str,
) -> None:
    """Move what the repair moves, once all of it can be held.

    Args:
        more: what is wanted besides.
    """
    node = organisations.node(row.organisation_id)
    ids = [move.session_id for move in found]
    ahead = {one.id: one for one in published.ahead(row.season_id, node, by=by)}
    plans = [(move, _changed(move, ahead.get(move.session_id), by)) for move in found]
    sizes = published.sizes(row.season_id, [ahead[key] for key in ids])
    for move in found:
        if move.session_id not in sizes:
            raise _otherwise(move)
    uses, rules = _uses(row.season_id, found), seasons.rules(row.season_id)
    topics: dict[UUID, TopicRule] = {topic.id: topic for topic in rules.topics}
    wants = [
        _want(move, plan, (uses[move.session_id], sizes[move.session_id]), topics)
        for move, plan in plans
    ]
    given = {
        (who, topic) for one in ahead.values() for who in one.lecturers for topic in one.topics
    }
    wants = [_asked(want, given) for want in (*wants, *more)]
    booked.refuse(row.season_id, wants, by=by, apart=ids)
    for move, plan in plans:
        activities.save_session(by=by, plan=plan, session_id=move.session_id, reason=reason)


def _uses(season_id: UUID, found: Sequence[Move]) -> dict[UUID | None, activities.Use]:
    """Return what these sessions take up as they were published."""
    if not found:
        return {}
    last = max(move.was[0] + timedelta(minutes=move.minutes) for move in found)
    first = min(move.was[0] for move in found)
    return {use.id: use for use in activities.uses_between(season_id, first, last)}


def _asked(want: booked.Want, given: Collection[tuple[UUID, UUID]]) -> booked.Want:
    """Return what is asked of a lecturer: whoever gives a topic in a published session teaches it."""
    left = tuple(topic for topic in want.teaches if (want.lecturer_id, topic.id) not in given)
    return replace(want, teaches=left)


def _otherwise(move: Move) -> Conflict:
    words = _("%(title)s has changed or begun meanwhile. Seek a repair again.")
    return Conflict(words % {"title": move.title})


def _changed(move: Move, old: PlannedSession | None, by: Actor) -> SessionPlan:
    """Return a session as a repair would have it; who declined it stays on record.

    Args:
        old: the session, while it is published and ahead.

    Raises:
        Conflict: it has changed or begun since, or its new time is over.
    """
    if move.to is None or move.now is None or old is None or not _stands(old, move):
        raise _otherwise(move)
    if move.now[0] <= clock.now():
        words = _("The new time of %(title)s is over. Seek a repair again.")
        raise Conflict(words % {"title": move.title})
    plan = activities.plan_to_change(move.session_id, by=by)
    subject = next((one.subject for one in plan.lecturers), "")
    return replace(
        plan,
        starts_at=move.now[0],
        ends_at=move.now[0] + timedelta(minutes=move.minutes),
        place_id=UUID(move.to.venue),
        lecturers=taught_by(plan, Asked(UUID(move.to.lecturer), subject), old.declined),
    )


def _want(
    move: Move,
    plan: SessionPlan,
    comes: tuple[activities.Use, int],
    topics: Mapping[UUID, TopicRule],
) -> booked.Want:
    """Return what a moved session needs; of delegates those whose names are known.

    Args:
        comes: whom it expects, and how many.
    """
    is_new_hall = str(plan.place_id) != move.place_id
    is_new_lecturer = str(plan.lecturers[-1].lecturer_id) not in move.lecturers
    use, people = comes
    return booked.Want(
        plan.starts_at,
        plan.ends_at,
        plan.place_id or UUID(move.place_id),
        plan.lecturers[-1].lecturer_id,
        use.people,
        named=use.named,
        is_new_hall=is_new_hall,
        seats=people if is_new_hall else 0,
        teaches=tuple(topics[key] for key, _m in plan.topics if key in topics)
        if is_new_lecturer
        else (),
    )
