"""What phones may send to this room: presences taken while there was no network."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from dongxun.activities.attendance import claims
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.activities.own.feedback import give_feedback
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.people import api as people

TAKEN = frozenset({Method.ROLL, Method.PROXY, Method.SHEET})
"""How a phone may say it saw somebody; a member's own tap is never taken late."""


def take_presences(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``presence`` items ``{session, person, method, occurred_at, reason}``.

    A skewed clock, a moment outside the window, a session archived meanwhile or
    a season closed meanwhile is flagged, never dropped: it already happened.
    Everything else is answered item by item.
    """
    answers: list[ItemAnswer] = []
    by_session: defaultdict[UUID, list[Presence]] = defaultdict(list)
    for item in items:
        try:
            session_id, presence = _read(item)
        except (KeyError, ValueError):
            answers.append(ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed"))
        else:
            by_session[session_id].append(presence)
    for session_id, presences in by_session.items():
        found = claims.claim_presence(by=by, session_id=session_id, items=presences)
        answers.extend(ItemAnswer(a.id, a.answer, a.reason) for a in found)
    return answers


def _read(item: Item) -> tuple[UUID, Presence]:
    body = item.body
    occurred_at = clock.parse_moment(body["occurred_at"])
    method = Method(str(body.get("method", Method.ROLL)))
    if method not in TAKEN:
        raise ValueError(item.id)
    skewed = item.skewed or occurred_at > clock.now()
    presence = Presence(
        id=item.id,
        person_id=UUID(str(body["person"])),
        method=method,
        occurred_at=occurred_at,
        reason=str(body.get("reason", ""))[:200],
        skewed=skewed,
        kept=True,
    )
    return UUID(str(body["session"])), presence


def take_feedback(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``feedback`` items ``{session, person, score?, words?, occurred_at?}``, each by itself."""
    return [_told(item, by) for item in items]


def _told(item: Item, by: Actor) -> ItemAnswer:
    try:
        score, at = item.body.get("score"), item.body.get("occurred_at")
        give_feedback(
            by=by,
            session_id=UUID(str(item.body["session"])),
            person_id=people.meant(UUID(str(item.body["person"])), by=by),
            score=int(score) if score else None,
            words=str(item.body.get("words", "")),
            said_at=item.by_our_clock(clock.parse_moment(at)) if at else None,
        )
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.STORED)


accept("presence", take_presences)
accept("feedback", take_feedback)
