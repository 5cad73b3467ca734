"""What phones may send to this room: that somebody reported in where there was no network."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError, NotFound
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.people.floating.reporting import report_in


def take_reports(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``report_in`` items ``{person, place, occurred_at}`` of people of this phone."""
    return [_one(by, item) for item in items]


def _one(by: Actor, item: Item) -> ItemAnswer:
    try:
        person_id = UUID(str(item.body["person"]))
        if person_id not in by.persons:
            raise NotFound
        with transaction.atomic():
            _id, repeated = report_in(
                by=by,
                person_id=person_id,
                place_id=UUID(str(item.body["place"])),
                report_id=item.id,
                at=clock.parse_moment(item.body["occurred_at"]),
            )
    except DomainError as error:
        return ItemAnswer(item.id, SyncAnswer.REJECTED, error.code)
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.MERGED if repeated else SyncAnswer.STORED)


accept("report_in", take_reports)
