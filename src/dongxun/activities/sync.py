"""What phones may send to this room: presences taken while there was no network."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from dongxun.activities.attendance import claims
from dongxun.activities.attendance.contracts import Presence
from dongxun.activities.contracts import Method
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.sync import Item, ItemAnswer, accept

TAKEN = frozenset({Method.ROLL, Method.PROXY, Method.SHEET})
"""How a phone may say it saw somebody; a member's own tap is never taken late."""


def take_presences(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``presence`` items ``{session, person, method, occurred_at, reason}``.

    A skewed clock or a moment outside the window is flagged, never dropped: it
    already happened. Everything else is answered item by item.
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
    occurred_at = datetime.fromisoformat(str(body["occurred_at"]))
    method = Method(body.get("method", Method.ROLL))
    if occurred_at.tzinfo is None or method not in TAKEN:
        raise ValueError(item.id)
    skewed = item.skewed or occurred_at > clock.now()
    presence = Presence(
        id=item.id,
        person_id=UUID(str(body["person"])),
        method=method,
        occurred_at=occurred_at,
        reason=str(body.get("reason", ""))[:200],
        skewed=skewed,
    )
    return UUID(str(body["session"])), presence


accept("presence", take_presences)
