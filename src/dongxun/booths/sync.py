"""What phones may send to this room: stamps given at a booth without network."""

from collections.abc import Sequence
from uuid import UUID

from dongxun.booths.services.stamping import stamp
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.people import api as people


def take_stamps(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``booth_stamp`` items ``{booth, person, occurred_at}``; each is answered by itself."""
    return [_taken(item, by) for item in items]


def _taken(item: Item, by: Actor) -> ItemAnswer:
    try:
        booth, person = (UUID(str(item.body[name])) for name in ("booth", "person"))
        new = stamp(
            by=by,
            booth_id=booth,
            person_ids=[people.meant(person, by=by)],
            occurred_at=item.by_our_clock(clock.parse_moment(item.body["occurred_at"])),
        )
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.STORED if new else SyncAnswer.MERGED)


accept("booth_stamp", take_stamps)
