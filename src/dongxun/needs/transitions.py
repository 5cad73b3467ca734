"""What may be done to a need where it stands: one table, and nothing beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dongxun.needs.contracts import NeedAct, NeedState

S, A = NeedState, NeedAct


class Whose(StrEnum):
    """Whose business an act is: who leads the need, or also who has it in hand."""

    LEAD = "lead"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Move:
    """One act.

    Args:
        after: the states in which it can be done.
        state: where the need stands then; None leaves it where it is.
        whose: who may do it.
        words: whether it must be said why, or what.
        apart: not by who raised it for themselves, nor by who worked on it.
    """

    after: frozenset[NeedState]
    state: NeedState | None
    whose: Whose
    words: bool = False
    apart: bool = False


def _move(
    after: tuple[NeedState, ...],
    state: NeedState | None,
    whose: Whose,
    *,
    words: bool = False,
    apart: bool = False,
) -> Move:
    return Move(frozenset(after), state, whose, words=words, apart=apart)


TABLE: Final[Mapping[NeedAct, Move]] = {
    A.ACCEPT: _move((S.REGISTERED, S.ESCALATED), S.ACCEPTED, Whose.LEAD, words=True),
    A.DISPATCH: _move((S.ACCEPTED, S.REDO), S.DISPATCHED, Whose.LEAD),
    A.BEGIN: _move((S.DISPATCHED, S.REDO), S.IN_WORK, Whose.HOLDER),
    A.HAND_ON: _move((S.DISPATCHED, S.IN_WORK), S.DISPATCHED, Whose.HOLDER, words=True),
    A.GUIDE: _move((S.ACCEPTED, S.DISPATCHED, S.IN_WORK, S.REDO), None, Whose.HOLDER, words=True),
    A.FINISH: _move((S.IN_WORK,), S.DONE_UNCHECKED, Whose.HOLDER, words=True),
    A.CHECK: _move((S.DONE_UNCHECKED,), S.CALLBACK, Whose.LEAD, apart=True),
    A.CALL_BACK: _move((S.CALLBACK,), None, Whose.LEAD, apart=True),
    A.REDO: _move((S.DONE_UNCHECKED, S.CALLBACK), S.REDO, Whose.LEAD, words=True),
    A.ESCALATE: _move(
        (S.REGISTERED, S.ACCEPTED, S.DISPATCHED, S.IN_WORK, S.REDO),
        S.ESCALATED,
        Whose.HOLDER,
        words=True,
    ),
    A.SUSPEND: _move(
        (S.ACCEPTED, S.DISPATCHED, S.IN_WORK, S.REDO, S.ESCALATED, S.CALLBACK),
        S.SUSPENDED,
        Whose.LEAD,
        words=True,
    ),
    A.RESUME: _move((S.SUSPENDED,), None, Whose.LEAD),
    A.CLOSE: _move((S.CALLBACK,), S.CLOSED, Whose.LEAD, apart=True),
}
"""A call-back that finds somebody dissatisfied leads to REDO; a resumed need stands where it
stood; a need sent back or handed on too often leads to ESCALATED."""

CLOCK_STOPS: Final = frozenset({S.SUSPENDED, S.CLOSED})
"""States in which nothing is late: a suspended need waits for its own day."""


def possible(state: str) -> list[NeedAct]:
    """Return what can be done to a need that stands there, in the usual order."""
    return [act for act, move in TABLE.items() if state in move.after]
