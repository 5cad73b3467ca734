"""How a report-in that a phone sent reads, for whoever decides between two of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _
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
from dongxun.kit.nav import address
from dongxun.kit.times import when
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people.models import Person


def read(bodies: Sequence[Body]) -> list[Reading | None]:
    """Return who reported in where; organisers of home and host both decide."""
    people = Person.objects.select_related("branch").in_bulk(ids_in(bodies, "person"))
    places = {place.id: place for place in organisations.stations(ids=ids_in(bodies, "place"))}
    hosts = organisations.nodes({place.organisation_id for place in places.values()})
    return [
        _of(body, named_in(people, body, "person"), named_in(places, body, "place"), hosts)
        for body in bodies
    ]


def _of(
    body: Body,
    person: Person | None,
    place: organisations.Site | None,
    hosts: Mapping[UUID, Node],
) -> Reading | None:
    if person is None:
        return None
    where = f"{place.organisation_name} {place.name}" if place else ""
    return Reading(
        about=joined(person.name, person.branch.short_name),
        words=joined(_("reported in"), where, when(moment_in(body))),
        places=(person.branch.lft, *([hosts[place.organisation_id].interval.lft] if place else [])),
        organisation_id=person.branch_id,
        person_id=person.id,
        href=address("exchanges:floating"),
    )


speak_for("report_in", Voice(gettext_lazy("a report-in"), read))
