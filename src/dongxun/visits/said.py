"""How what was recorded at a door reads, for the desk of the phone that may not send it.

What differs and what was refused otherwise stands on a page of this room's own.
"""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy

from dongxun.kernel.differences import (
    Body,
    Reading,
    Voice,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kit.times import when
from dongxun.visits.models import Stop
from dongxun.visits.queries.others import body_words

Read = Callable[[Sequence[Body]], list[Reading | None]]


def reader_of(kind: str) -> Read:
    """Return how bodies of a kind are read: at whose door, and what was said."""

    def read(bodies: Sequence[Body]) -> list[Reading | None]:
        rows = Stop.objects.select_related("round__organisation", "person")
        stops = rows.in_bulk(ids_in(bodies, "stop"))
        return [_of(kind, body, named_in(stops, body, "stop")) for body in bodies]

    return read


def _of(kind: str, body: Body, stop: Stop | None) -> Reading | None:
    if stop is None:
        return None
    at = stop.round.organisation
    return Reading(
        about=joined(stop.person.name if stop.person else stop.guest, stop.round.title),
        words=joined(body_words(kind, body), when(moment_in(body))),
        places=(at.lft,),
        organisation_id=at.id,
        href=reverse("visits:sheet", args=[stop.round_id]),
    )


speak_for("visit_step", Voice(gettext_lazy("a step at a door"), reader_of("visit_step")))
speak_for("visit_done", Voice(gettext_lazy("a visit at home"), reader_of("visit_done")))
speak_for("need", Voice(gettext_lazy("a need heard at a door"), reader_of("need")))
