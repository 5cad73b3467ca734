"""What phones may send to this room: a need said where there was no network."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import DomainError
from dongxun.kernel.sync import Item, ItemAnswer, accept
from dongxun.needs.contracts import NOT_TAKEN, SPOKEN, NeedDraft, NeedSource
from dongxun.needs.queries.places import unit_meant
from dongxun.needs.services.raising import raise_need
from dongxun.people import api as people

KIND = "need_raised"
BRANCH = "branch"


def take_needs(by: Actor, items: Sequence[Item]) -> list[ItemAnswer]:
    """Take ``{text, organisation, place, theme, name, phone, whose, occurred_at, desk}``.

    ``organisation`` is what was typed, its name or id; ``whose`` a person of this phone, empty
    for somebody else; ``spoken`` is 1 where a recording follows; ``desk`` says ``branch`` where a secretary wrote it down.
    """
    return [_one(by, item) for item in items]


def _one(by: Actor, item: Item) -> ItemAnswer:
    try:
        with transaction.atomic():
            found = raise_need(by=by, draft=_draft(by, item))
    except DomainError as error:
        code = _code(error)
        return ItemAnswer(item.id, SyncAnswer.REJECTED, code, passing=_is_nobodys(by, code))
    except (KeyError, ValueError, TypeError, OverflowError):
        return ItemAnswer(item.id, SyncAnswer.REJECTED, "malformed")
    return ItemAnswer(item.id, SyncAnswer.DUPLICATE if found.repeated else SyncAnswer.STORED)


def _draft(by: Actor, item: Item) -> NeedDraft:
    def said(name: str) -> str:
        return str(item.body.get(name, ""))

    whose = _id(said("whose"))
    return NeedDraft(
        id=item.id,
        text=said("text") or (SPOKEN if item.body.get("spoken") == "1" else ""),
        source=_source(by, item.body),
        organisation_id=unit_meant(said("organisation")).id,
        theme_id=_id(said("theme")),
        person_id=people.meant(whose, by=by) if whose else None,
        requester_name=said("name"),
        requester_phone=said("phone"),
        occurred_at=item.by_our_clock(clock.parse_moment(item.body["occurred_at"])),
        place=said("place"),
    )


def _source(by: Actor, body: Any) -> NeedSource:
    if body.get("desk") == BRANCH:
        return NeedSource.BRANCH
    return NeedSource.ON_BEHALF if by.persons and not body.get("whose") else NeedSource.PUBLIC


def _id(words: str) -> UUID | None:
    return UUID(words) if words else None


def _is_nobodys(by: Actor, code: str) -> bool:
    """Whether only the sender can mend it: what strangers mistype is no work for an office."""
    return by.kind is ActorKind.PUBLIC and code in {code for code, _words in NOT_TAKEN.values()}


def _code(error: DomainError) -> str:
    """Return the code of what does not fit, by its field."""
    wrong = [where for where, _words in error.details or [(error.where, "")]]
    return next((NOT_TAKEN[where][0] for where in wrong if where in NOT_TAKEN), error.code)


accept(KIND, take_needs, sealed=("name", "phone"))
