"""A past day as it is known now: asked for, waited for, read beside what was known then."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from dongxun.access import api as access
from dongxun.coverage import api
from dongxun.coverage.contracts import EndState, Numbers, Row, Text, What
from dongxun.coverage.definitions import definition
from dongxun.coverage.models import Reckoning
from dongxun.coverage.queries import reckoned
from dongxun.coverage.views.figures import page
from dongxun.files import api as files
from dongxun.kernel import clock, jobs
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.http import Request
from dongxun.kernel.ids import wanted_id
from dongxun.kit.nav import address
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

OF_SEASON = (
    (What.ELIGIBLE, _("Expected to learn")),
    (What.REACHED, definition("reached").name),
    (What.MET, definition("rigor").name),
    (What.EFFECT, definition("effect").name),
    *((What(state.value), state.label) for state in EndState),
)
"""The figures that stand beside each other, after those of the topics together."""


class Compared(NamedTuple):
    """A line of the comparison: part of whole now and then, and where its names are."""

    words: Text
    then: tuple[int, int] | None
    now: tuple[int, int]
    url: str

    @property
    def difference(self) -> int | None:
        """How much more there is now."""
        return None if self.then is None else self.now[0] - self.then[0]


@access.organiser_required
@require_POST
def reckon(request: Request) -> HttpResponse:
    """Have a past day of a unit worked out from everything known now, and go to its result."""
    season = seasons.season_asked(request.POST.get("season"), by=request.actor)
    node = organisations.node_in_scope(wanted_id(request.POST.get("in", "")), by=request.actor)
    asked = request.POST.get("as_of", "")
    try:
        row = api.ask(by=request.actor, season_id=season.id, node=node, day=_day(asked))
    except Invalid as error:
        return page(request, status=422, error=error, asked=asked)
    return redirect("coverage:reckoning", row.id)


def _day(text: str) -> date:
    day = clock.read_day(text)
    if day is None:
        raise Invalid(details=[("as_of", _("Choose a day, such as 2026-12-09."))])
    return day


@access.organiser_required
@require_GET
@never_cache
def reckoning(request: Request, reckoning_id: UUID) -> HttpResponse:
    """Show a past day as known now beside what was known then, or how far the work is."""
    row = reckoned.reckoning(reckoning_id, by=request.actor)
    context: dict[str, Any] = {
        "row": row,
        "unit": row.organisation,
        "statistics_url": f"{reverse('coverage:statistics')}?in={row.organisation_id}&season={row.season_id}",
    }
    if row.computed_at is None:
        context |= _job(request, row)
    else:
        context |= _result(request, row)
    return render(request, "coverage/reckoning.html", context)


def _job(request: Request, row: Reckoning) -> dict[str, Any]:
    """Return the bar of the work, for whoever asked for it; others are told to look again."""
    try:
        job = jobs.get(row.job_id, by=request.actor) if row.job_id else None
    except NotFound:
        job = None
    if job is None:
        return {"job": None}
    url = reverse("files:job_status", args=[job.id])
    return {"job": files.job_card(job), "url": url, "is_over": job.state in jobs.OVER}


def _result(request: Request, row: Reckoning) -> dict[str, Any]:
    found = reckoned.beside(row, by=request.actor)
    names = _Names(row)
    opened = (What.LATE, What.STRUCK, What.NOT_MET, What.REACHED)
    units = [(unit, *(names.of(what, unit.now.id) for what in opened)) for unit in found.units]
    topics = [
        (
            Compared(
                pair.column.topic.name,
                (pair.then.met, pair.then.eligible) if pair.then else None,
                (pair.now.met, pair.now.eligible),
                names.of(What.MET, found.node.id, pair.column.topic.id),
            ),
            pair.changed,
            names.of(What.LATE, found.node.id, pair.column.topic.id),
            names.of(What.STRUCK, found.node.id, pair.column.topic.id),
        )
        for pair in found.topics
    ]
    then = found.total.then
    moved = found.total.now.season.eligible - then.season.eligible if then else 0
    return {
        "found": found,
        "figures": list(_compared(found, names)),
        "topics": topics,
        "units": units,
        "moved": moved,
        "late_url": names.of(What.LATE, found.node.id),
        "struck_url": names.of(What.STRUCK, found.node.id),
        "print_url": address("reports:print"),
        "season": seasons.season(row.season_id, by=request.actor),
    }


class _Names:
    """Addresses of the names behind a result, empty once they were let go of."""

    def __init__(self, row: Reckoning) -> None:
        self._row, self._url = row, reverse("coverage:names")

    def of(self, what: What, place_id: UUID, topic_id: UUID | None = None) -> str:
        """Return where the names are."""
        if not self._row.has_names:
            return ""
        query = {"of": str(self._row.id), "in": str(place_id), "what": what.value}
        if topic_id is not None:
            query["topic"] = str(topic_id)
        return f"{self._url}?{urlencode(query)}"


def _compared(found: reckoned.Beside, names: _Names) -> Iterator[Compared]:
    now, then, place = found.total.now, found.total.then, found.node.id
    yield Compared(
        definition("completion").name,
        (then.met, then.due) if then else None,
        (now.met, now.due),
        names.of(What.NOT_MET, place),
    )
    for what, words in OF_SEASON:
        before = _part(then, what) if then else None
        yield Compared(words, before, _part(now, what), names.of(what, place))


def _part(row: Row, what: What) -> tuple[int, int]:
    numbers: Numbers = row.season
    whole = 0 if what is What.ELIGIBLE else numbers.eligible
    return numbers.people(what) or 0, whole
