"""A returned visit record sheet: entered whole, and safe to enter again corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.ids import derived_id
from dongxun.visits.contracts import (
    MOST_MINUTES,
    REACHED,
    Outcome,
    RoundState,
    Said,
    SheetLine,
    Source,
    Step,
    TopicPart,
)
from dongxun.visits.merging import merge
from dongxun.visits.models import Claim, Round, Stop
from dongxun.visits.queries import paper_words
from dongxun.visits.services.doors import lock_stops
from dongxun.visits.services.records import take
from dongxun.visits.services.rounds import round_row

NOON = time(12, 0)


@dataclass(frozen=True, slots=True)
class Entered:
    """What entering a sheet changed."""

    written: int = 0
    same: int = 0


@transaction.atomic
def enter_sheet(*, by: Actor, round_id: UUID, lines: Sequence[SheetLine]) -> Entered:
    """Make the record say what the sheet says; entered again unchanged it writes nothing.

    A line that differs from what stands is a decision at the desk: it counts from now
    on, and what phones said before stays kept beside it. A time is written to the minute: the
    one that stands stays to the second. The words are the sheet's own, beside what phones heard.

    Raises:
        NotFound: the round or a line is not this actor's.
        Invalid: each bad line with its place; nothing is written.
    """
    row = round_row(round_id, by=by)
    stops = {stop.id: stop for stop in lock_stops(round=row)}
    if any(line.stop_id not in stops for line in lines):
        raise NotFound
    given = [line for line in lines if line.outcome]
    _check(given, row, stops)
    written, own = 0, paper_words([line.stop_id for line in given])
    for line in given:
        stop = stops[line.stop_id]
        said = _said(line, stop, row)
        if _says(stop, said, own.get(stop.id, "")):
            continue
        generation = stop.generation + 1
        Stop.objects.filter(id=stop.id).update(generation=generation)
        Claim.objects.filter(stop=stop).update(settled=True)
        [answer] = take(by=by, items=[said], source=Source.PAPER, generation=generation)
        if answer.answer == SyncAnswer.REJECTED:
            raise Invalid(code=answer.reason, where=f"at_{stop.id}")
        written += 1
    audit.write(
        "visits.enter_sheet",
        by=by,
        subject=("round", row.id),
        organisation_id=row.organisation_id,
        count=written,
    )
    return Entered(written, len(given) - written)


def _check(lines: Sequence[SheetLine], row: Round, stops: dict[UUID, Stop]) -> None:
    bad: list[tuple[str, Text]] = []
    for line in lines:
        if line.outcome not in Outcome.values:
            bad.append((f"outcome_{line.stop_id}", _("Choose how the visit ended.")))
        elif line.outcome == Outcome.DONE and not 0 < line.minutes <= MOST_MINUTES:
            words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_MINUTES}
            bad.append((f"minutes_{line.stop_id}", words))
        if _moment(line, stops[line.stop_id], row) > clock.now() + timedelta(minutes=10):
            bad.append((f"at_{line.stop_id}", _("This is still to come.")))
    if bad:
        raise Invalid(details=bad)


def _moment(line: SheetLine, stop: Stop, row: Round) -> datetime:
    """Return when the visit began: as it stands where the sheet says nothing else.

    Without any time it is the round's, if that has been.
    """
    if stop.began_at and stop.state in REACHED:
        minute = clock.local(stop.began_at).time().replace(second=0, microsecond=0)
        if line.at == minute or (line.at is None and line.outcome == stop.state):
            return stop.began_at
    if line.at is not None:
        return clock.moment(row.day, line.at)
    cancelled = row.over_at if row.state == RoundState.CANCELLED else None
    latest = min(clock.now(), cancelled or clock.now()) - timedelta(minutes=line.minutes)
    return max(min(clock.moment(row.day, row.starts_at or NOON), latest), row.opened_at)


def _said(line: SheetLine, stop: Stop, row: Round) -> Said:
    """Return the line as a claim; its id counts decisions, so a second press is no second one."""
    visited = line.outcome == Outcome.DONE
    minutes = line.minutes if visited else 0
    begins = _moment(line, stop, row)
    ends = max(begins + timedelta(minutes=minutes), row.opened_at)
    is_same = (stop.state, stop.minutes) == (line.outcome, minutes)
    return Said(
        id=derived_id(stop.created_at, "sheet", stop.id, stop.generation + 1),
        stop_id=stop.id,
        step=Step.DONE,
        occurred_at=(is_same and begins == stop.began_at and stop.done_at) or ends,
        started_at=begins,
        outcome=line.outcome,
        minutes=minutes,
        topics=merge(stop.claims.all()).topics if is_same else shares(row, minutes),
        words=line.words.strip(),
        signed=line.signed,
        why_unsigned=line.why_unsigned.strip()[:120],
    )


def shares(row: Round, minutes: int) -> tuple[TopicPart, ...]:
    """Split the minutes of a visit over the round's topics, in proportion, to the whole minute."""
    topics = list(row.topics.order_by("topic__number"))
    whole = sum(part.minutes for part in topics)
    if not whole:
        return ()
    parts, left = [], minutes
    for number, part in enumerate(topics, 1):
        share = left if number == len(topics) else round(minutes * part.minutes / whole)
        parts.append(TopicPart(part.topic_id, min(share, left)))
        left -= parts[-1].minutes
    return tuple(part for part in parts if part.minutes)


def _says(stop: Stop, said: Said, own: str) -> bool:
    """Return whether the record already says what the line says; ``own``: the sheet's words so far."""
    same = (stop.state, stop.minutes, stop.signed, stop.why_unsigned, stop.began_at) == (
        said.outcome,
        said.minutes,
        said.signed,
        said.why_unsigned,
        said.started_at,
    )
    heard = {"", stop.words, *stop.words.splitlines()}
    return same and (said.words == own or (not own and said.words in heard))
