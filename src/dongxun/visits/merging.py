"""What all claims about one door add up to. Pure: the same set of claims, the same answer.

The earliest claim of the latest generation speaks for the visit (then the smallest
id); a visit outweighs 没人在家 and 改天. Whoever disagrees with it is kept and makes
the stop disputed until a person decides. What was said at the door is kept from every claim,
but of paper sheets only from the latest: it was entered with the earlier ones in view.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from dongxun.visits.contracts import Outcome, Source, Step, StopState, TopicPart

WEIGHT = {Outcome.LATER.value: 0, Outcome.ABSENT.value: 1, Outcome.DONE.value: 2}
STATE = {
    Outcome.LATER.value: StopState.LATER,
    Outcome.ABSENT.value: StopState.ABSENT,
    Outcome.DONE.value: StopState.DONE,
}


class Claimed(Protocol):
    """A claim, as far as merging looks at it."""

    id: UUID
    step: str
    outcome: str
    occurred_at: datetime
    started_at: datetime | None
    minutes: int
    topics: Any
    words: str
    signed: str
    why_unsigned: str
    generation: int
    settled: bool
    waits: bool
    source: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a stop's row holds of its claims."""

    state: str = StopState.WAITING.value
    began_at: datetime | None = None
    done_at: datetime | None = None
    minutes: int = 0
    words: str = ""
    signed: str = ""
    why_unsigned: str = ""
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """The effect, the claim that speaks for the visit, and the topics it taught."""

    effect: Effect
    speaks: UUID | None
    occurred_at: datetime | None
    topics: tuple[TopicPart, ...]


def merge(claims: Collection[Claimed]) -> Merged:
    """Return what these claims add up to, whatever their order."""
    counted = [claim for claim in claims if not claim.waits]
    ends = [claim for claim in counted if claim.step == Step.DONE]
    waiting = any(claim.waits and not claim.settled for claim in claims)
    words = _words(counted)
    if not ends:
        state = StopState.BEGUN if counted else StopState.WAITING
        begun = _begun(counted)
        return Merged(Effect(state.value, begun, words=words, disputed=waiting), None, None, ())
    last = max(claim.generation for claim in ends)
    best = min((claim for claim in ends if claim.generation == last), key=_rank)
    visited = best.outcome == Outcome.DONE
    effect = Effect(
        state=STATE[best.outcome].value,
        began_at=_begun(claim for claim in counted if claim.generation == last),
        done_at=best.occurred_at,
        minutes=best.minutes if visited else 0,
        words=words,
        signed=best.signed,
        why_unsigned=best.why_unsigned,
        disputed=waiting or any(_disagrees(claim, best) for claim in ends),
    )
    topics = topics_of(best) if visited else ()
    return Merged(effect, best.id, best.started_at or best.occurred_at, topics)


def taken_off(claims: Collection[Claimed]) -> Merged:
    """Return what claims about a home off its round add up to: a question to a person."""
    asked = any(not claim.settled for claim in claims)
    return Merged(Effect(StopState.DROPPED.value, disputed=asked), None, None, ())


def topics_of(claim: Claimed) -> tuple[TopicPart, ...]:
    """Return the topics that a claim says were taught."""
    return tuple(TopicPart(UUID(key), minutes) for key, minutes in claim.topics if minutes > 0)


def _begun(claims: Iterable[Claimed]) -> datetime | None:
    return min((claim.started_at or claim.occurred_at for claim in claims), default=None)


def _rank(claim: Claimed) -> tuple[int, datetime, int]:
    return (-WEIGHT[claim.outcome], claim.occurred_at, claim.id.int)


def _disagrees(claim: Claimed, best: Claimed) -> bool:
    """Return whether another visit says something else that counts.

    Nobody at home in the morning and a visit in the afternoon agree well.
    """
    if claim.settled or claim.outcome != Outcome.DONE or claim.id == best.id:
        return False
    return (claim.minutes, sorted(claim.topics)) != (best.minutes, sorted(best.topics))


def _words(claims: Collection[Claimed]) -> str:
    """Return every different word said at the door, in order of time."""
    paper = max((c.generation for c in claims if c.source == Source.PAPER), default=0)
    counted = [c for c in claims if c.source != Source.PAPER or c.generation == paper]
    ordered = sorted(counted, key=lambda claim: (claim.occurred_at, claim.id.int))
    return "\n".join(dict.fromkeys(claim.words for claim in ordered if claim.words))
