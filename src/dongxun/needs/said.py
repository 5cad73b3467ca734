"""How a need that a phone sent reads, for whoever decides between two of them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy

from dongxun.kernel.differences import Body, Reading, Voice, joined, moment_in, speak_for
from dongxun.kernel.errors import DomainError
from dongxun.kit.times import when
from dongxun.needs.queries.places import unit_meant
from dongxun.organisations.contracts import Node


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return where each need is to be received, and what it says; never who said it."""
    meant = [str(body.get("organisation", "")) for body in bodies]
    units = {words: _unit(words) for words in set(meant)}
    return [_of(body, units[words]) for body, words in zip(bodies, meant, strict=True)]


def _unit(words: str) -> Node | None:
    try:
        return unit_meant(words)
    except DomainError:
        return None


def _of(body: Body, unit: Node | None) -> Reading | None:
    if unit is None:
        return None
    return Reading(
        about=unit.name,
        words=joined(body.get("text", ""), body.get("place", ""), when(moment_in(body))),
        places=(unit.interval.lft,),
        organisation_id=unit.id,
        href=reverse("needs:new"),
    )


speak_for("need_raised", Voice(gettext_lazy("a need said by phone"), read))
