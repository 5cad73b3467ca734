"""How a need that a phone sent reads, for whoever decides between two of them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy

from dongxun.kernel.differences import Body, Reading, Voice, joined, moment_in, speak_for
from dongxun.kernel.errors import DomainError
from dongxun.kit.times import when
from dongxun.needs.queries.places import unit_meant


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return where each need is to be received, and what it says; never who said it."""
    return [_of(body) for body in bodies]


def _of(body: Body) -> Reading | None:
    try:
        unit = unit_meant(str(body.get("organisation", "")))
    except DomainError:
        return None
    return Reading(
        about=unit.name,
        words=joined(body.get("text", ""), body.get("place", ""), when(moment_in(body))),
        places=(unit.interval.lft,),
        organisation_id=unit.id,
        href=reverse("needs:new"),
    )


speak_for("need_raised", Voice(gettext_lazy("a need said by phone"), read))
