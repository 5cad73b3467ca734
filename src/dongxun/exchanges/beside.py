"""What exchanges say on pages of rooms below: where a master lecturer has a station."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.exchanges.models import MasterStation
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside


def at_places(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return who teaches regularly at these places, for anybody: who teaches is no secret."""
    found: dict[UUID, list[Beside]] = {}
    for row in _open(Q(place_id__in=list(ids))):
        words = _("Station of %(name)s") % {"name": row.lecturer.name}
        if row.place_id:
            found.setdefault(row.place_id, []).append(Beside(words, _page(by)))
    return found


def of_lecturers(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return where these lecturers have a station."""
    found: dict[UUID, list[Beside]] = {}
    for row in _open(Q(lecturer_id__in=list(ids))):
        place = row.place.name if row.place else row.host.short_name
        words = _("Station at %(place)s") % {"place": place}
        found.setdefault(row.lecturer_id, []).append(Beside(words, _page(by)))
    return found


def _open(condition: Q) -> list[MasterStation]:
    rows = MasterStation.objects.filter(condition, until=None)
    return list(rows.select_related("lecturer", "host", "place").order_by("since", "id"))


def _page(by: Actor) -> str:
    return reverse("exchanges:master_stations") if by.holds(*ORGANISERS) else ""
