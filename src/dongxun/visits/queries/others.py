"""Second bodies under one id: what a phone sent first and what came later, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from dongxun.kernel import sync
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.differences import id_in
from dongxun.kernel.errors import DomainError, NotFound, Text
from dongxun.kernel.together import Question, only, totals
from dongxun.organisations.api import within
from dongxun.visits.contracts import KINDS, REASONS, Outcome, SignedHow, Step
from dongxun.visits.models import Stop


@dataclass(frozen=True, slots=True)
class TwoBodies:
    """Two things said under one id; nothing of the second counts until somebody takes it."""

    stop: Stop
    other: sync.Other
    first: str
    second: str


def two_bodies(*, by: Actor, interval: Interval | None = None) -> list[TwoBodies]:
    """Return the second bodies about doors of the actor that nobody has looked at."""
    found = [(one, _stop_id(one)) for one in sync.open_others(KINDS)]
    stops = _doors({key for _one, key in found if key}, by, interval)
    return [
        TwoBodies(stops[key], one, body_words(one.kind, one.first), body_words(one.kind, one.body))
        for one, key in found
        if key in stops
    ]


def disputes_of(*, by: Actor) -> Question[int]:
    """Return of how many doors of the actor the records differ, in whatever way."""
    rows = Stop.objects.filter(disputed=True)
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "round__organisation__lft"))
    differing, others, not_taken = yield [
        totals(rows, n=Count("id")),
        sync.others(KINDS).values_list("kind")[:1],
        sync.not_taken(KINDS).values_list("kind")[:1],
    ]
    two = len(two_bodies(by=by)) if others else 0
    return only(differing, 0)[0] + two + (len(refused(by=by)) if not_taken else 0)


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What a phone recorded at a door and was refused: on the sheet it can be entered rightly."""

    stop: Stop
    item: sync.Refused
    words: str
    reason: Text


def refused(*, by: Actor, interval: Interval | None = None) -> list[NotTaken]:
    """Return what was refused about doors of the actor and nobody has looked at."""
    found = [(one, id_in(one.body, "stop")) for one in sync.open_refused(KINDS)]
    stops = _doors({key for _one, key in found if key}, by, interval)
    return [
        NotTaken(
            stops[key],
            one,
            body_words(one.kind, one.body),
            REASONS.get(one.reason, DomainError.message),
        )
        for one, key in found
        if key in stops
    ]


def refused_of(*, by: Actor) -> int:
    """Return how many records of doors of the actor were refused and nobody has looked at."""
    return len(refused(by=by))


def _doors(ids: set[UUID], by: Actor, interval: Interval | None) -> dict[UUID, Stop]:
    rows = Stop.objects.filter(id__in=ids)
    if interval is not None:
        rows = rows.filter(within([interval], "round__organisation__lft"))
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "round__organisation__lft"))
    return rows.select_related("person", "branch", "round__season").in_bulk()


def own_other(other_id: UUID, *, by: Actor) -> TwoBodies:
    """Return one of them.

    Raises:
        NotFound: absent, settled, or about a door that is not the actor's.
    """
    found = next((pair for pair in two_bodies(by=by) if pair.other.id == other_id), None)
    if found is None:
        raise NotFound
    return found


def _stop_id(one: sync.Other) -> UUID | None:
    """Return the door that either body speaks of; None when neither names one."""
    for body in (one.first, one.body):
        try:
            return UUID(str(body.get("stop", "")))
        except ValueError:
            continue
    return None


def body_words(kind: str, body: Mapping[str, Any]) -> str:
    """Return what a body says, as a person reads it; whatever it holds."""
    parts: Sequence[object]
    if kind == "need":
        parts = (_("a need"), body.get("text", ""))
    elif kind == "receipt":
        parts = (_("a receipt"), body.get("received_by", ""))
    elif kind == "visit_step":
        parts = (_label(Step, body.get("step")), body.get("words", ""))
    else:
        minutes = body.get("minutes")
        parts = (
            _label(Outcome, body.get("outcome")),
            _("%(n)s min") % {"n": minutes} if minutes else "",
            _label(SignedHow, body.get("signed")) if body.get("signed") else "",
            body.get("words", ""),
        )
    return "，".join(str(part)[:200] for part in parts if part)


def _label(choices: Any, value: object) -> str:
    return str(dict(choices.choices).get(str(value), value or ""))
