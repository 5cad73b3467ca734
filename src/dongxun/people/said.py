"""How a report-in that a phone sent reads, for whoever decides between two of them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
from dongxun.kit.nav import address
from dongxun.kit.times import when
from dongxun.organisations import api as organisations
from dongxun.people.models import Person


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return who reported in where; organisers of home and host both decide."""
    people = Person.objects.select_related("branch").in_bulk(ids_in(bodies, "person"))
    return [_of(body, named_in(people, body, "person")) for body in bodies]


def _of(body: Body, person: Person | None) -> Reading | None:
    if person is None:
        return None
    place_id = id_in(body, "place")
    places = organisations.stations(ids=[place_id]) if place_id else []
    hosts = [organisations.node(place.organisation_id).interval.lft for place in places]
    where = f"{places[0].organisation_name} {places[0].name}" if places else ""
    return Reading(
        about=joined(person.name, person.branch.short_name),
        words=joined(_("reported in"), where, when(moment_in(body))),
        places=(person.branch.lft, *hosts),
        organisation_id=person.branch_id,
        person_id=person.id,
        href=address("exchanges:floating"),
    )


speak_for("report_in", Voice(gettext_lazy("a report-in"), read))
