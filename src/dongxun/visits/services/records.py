"""What was said of doors: claims in, one visit out, facts to the ledger.

Claims are append-only. After each batch a stop is computed from all of its claims
(``merging``), and the ledger is brought to what that says: facts no longer true are
struck out, new ones recorded. So any order, split and repetition ends alike.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.rules import allows
from dongxun.kernel.sync import ItemAnswer
from dongxun.ledger import api as ledger
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState
from dongxun.visits import facts
from dongxun.visits.contracts import (
    LATE_DAYS,
    MOST_MINUTES,
    SOURCE,
    Outcome,
    RoundState,
    Said,
    Source,
    Step,
    StopState,
)
from dongxun.visits.merging import Merged, merge, taken_off
from dongxun.visits.models import VISITORS, Claim, Stop, Visitor
from dongxun.visits.rules import visitor_of
from dongxun.visits.services.doors import lock_stops

LATE_AFTER = timedelta(hours=72)
AHEAD = timedelta(minutes=10)
COLUMNS = (
    "id",
    "stop_id",
    "step",
    "outcome",
    "occurred_at",
    "started_at",
    "minutes",
    "topics",
    "words",
    "signed",
    "why_unsigned",
    "generation",
    "settled",
    "waits",
    "skewed",
    "late",
    "source",
    "visitor_id",
    "recorded_by",
    "recorded_at",
)


@dataclass(slots=True)
class _Door:
    """A stop as one batch sees it."""

    stop: Stop
    may: bool
    visitor: Visitor | None
    topics: frozenset[UUID]
    opened_at: datetime

    def over(self, at: datetime) -> str:
        """Return the code of what had ended a visit's being taken by then, "" while nothing had."""
        row, season = self.stop.round, self.stop.round.season
        ends = {
            "season_is_closed": (season.state == SeasonState.CLOSED, season.closed_at),
            "round_cancelled": (row.state == RoundState.CANCELLED, row.over_at),
        }
        ended = (code for code, (is_over, since) in ends.items() if is_over and _since(since, at))
        return next(ended, "")


def _since(since: datetime | None, at: datetime) -> bool:
    return since is None or at > since


@transaction.atomic
def take(
    *,
    by: Actor,
    items: Sequence[Said],
    source: Source = Source.PHONE,
    generation: int | None = None,
) -> list[ItemAnswer]:
    """Keep what was said of doors and answer each statement, in order.

    Safe to repeat, in any order, split or together. A statement that contradicts
    another is kept and answered ``conflict``; so is one whose clock cannot be right.

    Args:
        generation: for the desk, which decides; a phone's claims are of generation 0.
    """
    doors = _doors(items, by)
    known = set(Claim.objects.filter(id__in=[i.id for i in items]).values_list("id", flat=True))
    answers: dict[UUID, ItemAnswer] = {}
    fresh: dict[UUID, Said] = {}
    for item in items:
        reason = "" if item.id in known or item.id in fresh else _why_not(item, doors, source)
        if item.id in known or item.id in fresh:
            answers.setdefault(item.id, ItemAnswer(item.id, SyncAnswer.DUPLICATE))
        elif reason:
            answers[item.id] = ItemAnswer(item.id, SyncAnswer.REJECTED, reason)
        else:
            fresh[item.id] = item
    _keep(fresh.values(), doors, by, source, generation)
    outcome = refresh([doors[one].stop for one in {s.stop_id for s in fresh.values()}], by=by)
    for item in fresh.values():
        answers[item.id] = _answer(item, doors[item.stop_id], outcome[item.stop_id])
    _audit(fresh.values(), doors, by)
    return [answers[item.id] for item in items]


def _doors(items: Collection[Said], by: Actor) -> dict[UUID, _Door]:
    stops = lock_stops(id__in={item.stop_id for item in items})
    found = stops.select_related("round__organisation", "round__season")
    taught = {item.stop_id for item in items if item.topics}
    topics: dict[UUID, frozenset[UUID]] = {}
    doors = {}
    for stop in found.prefetch_related(*VISITORS):
        at, rounds = stop.round, stop.rounds
        if stop.id in taught and at.season_id not in topics:
            rules = seasons.rules(at.season_id)
            topics[at.season_id] = frozenset(topic.id for topic in rules.topics)
        doors[stop.id] = _Door(
            stop,
            allows("visits.record_visit", by, rounds),
            visitor_of(by, rounds),
            topics.get(at.season_id, frozenset()),
            stop.opened_at,
        )
    return doors


def _why_not(item: Said, doors: dict[UUID, _Door], source: Source) -> str:
    """Return the code of the first thing that speaks against an item, "" if nothing does.

    Whether a round or a season was over is judged by when it happened, not by when it came;
    but into a season that is closed nobody types any more.
    """
    door = doors.get(item.stop_id)
    if door is None or not door.may:
        return "not_found"
    age = clock.now() - item.occurred_at
    ended = "" if item.skewed else door.over(item.occurred_at)
    closed = door.stop.round.season.state == SeasonState.CLOSED
    against = {
        "season_is_closed": closed and source != Source.PHONE,
        ended: bool(ended),
        "minutes_impossible": not _lasts(item),
        "topic_unknown": any(part.topic_id not in door.topics for part in item.topics),
        "before_round": not item.skewed and item.occurred_at < door.opened_at - AHEAD,
        "too_late": not item.skewed and age > timedelta(days=LATE_DAYS),
    }
    return next((code for code, holds in against.items() if holds), "")


def _lasts(item: Said) -> bool:
    """Return whether the minutes of a visit can be, and hold those of its topics."""
    if item.outcome != Outcome.DONE:
        return True
    taught = [part.minutes for part in item.topics]
    return (
        0 < item.minutes <= MOST_MINUTES
        and min(taught, default=0) >= 0
        and (sum(taught) <= item.minutes)
    )


def _waits(item: Said, door: _Door) -> bool:
    """Return whether a moment cannot be right, so that a person has to look at it.

    Asks the round alone and never the time of arrival, so that no order matters.
    """
    latest = clock.moment(door.stop.round.day) + timedelta(days=LATE_DAYS)
    fits = door.opened_at - AHEAD <= item.occurred_at <= latest
    return not fits or bool(door.over(item.occurred_at))


def _keep(
    items: Iterable[Said],
    doors: dict[UUID, _Door],
    by: Actor,
    source: Source,
    generation: int | None,
) -> None:
    now = clock.now()
    rows = []
    for item in items:
        door = doors[item.stop_id]
        topics = [[str(part.topic_id), part.minutes] for part in item.topics]
        row = asdict(item) | {
            "topics": topics,
            "generation": generation or 0,
            "settled": False,
            "waits": _waits(item, door),
            "skewed": item.skewed or item.occurred_at > now + AHEAD,
            "late": now - item.occurred_at > LATE_AFTER,
            "source": source.value,
            "visitor_id": door.visitor.id if door.visitor else None,
            "recorded_by": (door.visitor.name if door.visitor else by.label)[:120],
            "recorded_at": now,
        }
        rows.append(tuple(row[name] for name in COLUMNS))
    bulk.insert(Claim, COLUMNS, rows)


def refresh(stops: Collection[Stop], *, by: Actor) -> dict[UUID, Merged]:
    """Bring stops and the ledger to what all claims add up to. Safe to repeat."""
    claims: defaultdict[UUID, list[Claim]] = defaultdict(list)
    for claim in Claim.objects.filter(stop_id__in=[stop.id for stop in stops]):
        claims[claim.stop_id].append(claim)
    merged = {
        stop.id: (taken_off if stop.state == StopState.DROPPED else merge)(claims[stop.id])
        for stop in stops
    }
    for stop in stops:
        effect = asdict(merged[stop.id].effect)
        if any(getattr(stop, name) != value for name, value in effect.items()):
            Stop.objects.filter(id=stop.id).update(**effect)
            for name, value in effect.items():
                setattr(stop, name, value)
    _tell_ledger(stops, merged, by=by)
    return merged


def _tell_ledger(stops: Collection[Stop], merged: dict[UUID, Merged], *, by: Actor) -> None:
    homes = people.branches_of({stop.person_id for stop in stops if stop.person_id})
    wanted = {
        fact.id: fact
        for stop in stops
        if stop.person_id in homes
        for fact in facts.studied_at_home(
            stop,
            merged[stop.id],
            season_id=stop.round.season_id,
            branch_id=homes[stop.person_id].branch_id,
        )
    }
    live = set(ledger.live_about([stop.id for stop in stops], SOURCE))
    if gone := live - wanted.keys():
        ledger.void(gone, by=by, reason="record corrected")
    ledger.record([fact for key, fact in wanted.items() if key not in live], by=by)


def _answer(item: Said, door: _Door, merged: Merged) -> ItemAnswer:
    if door.stop.state == StopState.DROPPED:
        return ItemAnswer(item.id, SyncAnswer.CONFLICT, "stop_dropped")
    if _waits(item, door):
        return ItemAnswer(item.id, SyncAnswer.CONFLICT, "clock_impossible")
    if item.step != Step.DONE or merged.speaks == item.id:
        return ItemAnswer(item.id, SyncAnswer.STORED)
    if merged.effect.disputed and item.outcome == Outcome.DONE:
        return ItemAnswer(item.id, SyncAnswer.CONFLICT, "visits_differ")
    return ItemAnswer(item.id, SyncAnswer.MERGED)


def _audit(items: Collection[Said], doors: dict[UUID, _Door], by: Actor) -> None:
    rounds: defaultdict[UUID, int] = defaultdict(int)
    places = {}
    for item in items:
        at = doors[item.stop_id].stop.round
        rounds[at.id] += 1
        places[at.id] = at.organisation_id
    for round_id, count in rounds.items():
        audit.write(
            "visits.take",
            by=by,
            subject=("round", round_id),
            organisation_id=places[round_id],
            count=count,
        )
