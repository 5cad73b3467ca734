"""How a stamp given at a booth reads, for whoever decides between two of them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy

from dongxun.booths.models import Booth
from dongxun.kernel.differences import (
    Body,
    Reading,
    Voice,
    id_in,
    ids_in,
    joined,
    moment_in,
    named_in,
    speak_for,
)
from dongxun.kit.times import when
from dongxun.people import api as people


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return of which booth and whom each body speaks; who runs the card decides."""
    booths = Booth.objects.select_related("card__organisation").in_bulk(ids_in(bodies, "booth"))
    cards = people.names(ids_in(bodies, "person"))
    found: list[Reading | None] = []
    for body in bodies:
        booth = named_in(booths, body, "booth")
        person = cards.get(key) if (key := id_in(body, "person")) else None
        if booth is None or person is None:
            found.append(None)
            continue
        at = booth.card.organisation
        words = joined(person.name, person.branch_name, when(moment_in(body)))
        href = reverse("booths:card", args=[booth.card_id])
        found.append(Reading(booth.title, words, (at.lft,), at.id, person.id, href))
    return found


speak_for("booth_stamp", Voice(gettext_lazy("a stamp at a booth"), read))
