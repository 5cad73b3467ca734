"""What somebody waits for who plans from the page: a first plan in sight, a repair in the request.

The district is the demo's, with its 48,000 people; ``DONGXUN_SMALL=1`` takes its small one, to see the
benchmark run. The search is asked for by the page's own form and done by a worker process, as in earnest:
from the click to the first plan that a page can show, the snapshot and the queue included. For the repair
the lecturer with the most sessions ahead is away from tomorrow on and the fullest hall is closed; whoever
missed a topic is sought a seat in the same request.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tools.bench import Figure

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

SMALL = bool(os.environ.get("DONGXUN_SMALL"))
PATIENCE_S, LOOK_S = 300.0, 0.05


def measure() -> Iterator[Figure]:
    """Yield the seconds to a first plan and to a repair, and what became of both."""
    from django.conf import settings
    from django.test import Client

    from dongxun.access.tests.make import come_in, make_account
    from dongxun.kernel.actors import Role
    from dongxun.organisations import api as organisations
    from dongxun.web.demo import words
    from dongxun.web.demo.build import build

    settings.ALLOWED_HOSTS = ["*"]
    build(small=SMALL)
    district = organisations.node_named(words.DISTRICT)
    client = come_in(Client(), make_account(Role.OFFICE, district))
    with _worker():
        _asked, cold, _ended, _plan = _first_plan(client)
        yield Figure("a first plan while the worker starts and kernels compile", cold, "s")
        asked, seen, ended, plan = _first_plan(client)
    yield Figure("a season asked for by the page, its request", asked, "s")
    yield Figure("from the click to the first full plan in sight", seen, "s", 10.0)
    yield Figure("from “End the search” to its end", ended, "s")
    yield Figure("plans in sight without a bound", 1.0 - plan, "", 0)
    yield from _repair(client)


def _first_plan(client: "Client") -> tuple[float, float, float, bool]:
    """Have a season searched for until there is a plan; return the seconds of request, plan and end.

    The last tells whether the plan has a bound.
    """
    from dongxun.kernel.actors import Actor
    from dongxun.planning.contracts import OVER
    from dongxun.planning.models import Run
    from dongxun.planning.views.shared import first_choice
    from dongxun.seasons import api as seasons

    season = seasons.current_season(Actor.system("bench"))
    assert season is not None
    typed = first_choice(seasons.rules(season.id)) | {"unit": str(season.root_id)}
    begun = time.monotonic()
    answer = client.post("/console/planning/season/new/", typed)
    asked = time.monotonic() - begun
    row = Run.objects.get(id=_key(answer))
    seen = _until(lambda: Run.objects.filter(id=row.id, plan__isnull=False).exists()) - begun
    client.post(f"/console/planning/{row.id}/", {"what": "stop"})
    begun = time.monotonic()
    ended = _until(lambda: Run.objects.filter(id=row.id, state__in=OVER).exists()) - begun
    row.refresh_from_db()
    return asked, seen, ended, row.plan is not None and row.outcome.get("bound") is not None


def _repair(client: "Client") -> Iterator[Figure]:
    from dongxun.organisations import api as organisations
    from dongxun.planning.models import Run
    from dongxun.web.demo import words

    total = _fall_through()
    district = organisations.node_named(words.DISTRICT)
    begun = time.monotonic()
    answer = client.post("/console/planning/repair/", {"unit": str(district.id)})
    took = time.monotonic() - begun
    row = Run.objects.get(id=_key(answer))
    fell = sum(bool(one["why"]) for one in row.about["sessions"].values())
    parts = row.outcome.get("parts", {})
    yield Figure(f"repair of {fell} of {total} published, the web request", took, "s", 5.0)
    yield Figure("of them without a new place", parts.get("dropped", float("inf")), "people")
    missed = sum(one["members"] for one in row.problem["missed"])
    yield Figure(
        f"of {missed} who missed a topic, without a seat", parts.get("uncovered", 0.0), "people"
    )
    yield Figure("new sessions for them", parts.get("new", 0.0), "")
    moved = 100.0 * max(0.0, parts.get("changed", float("inf")) - fell) / total
    yield Figure("other published sessions moved", moved, "%", 1.0)


def _fall_through() -> int:
    """Let the busiest lecturer be ill and the fullest hall be closed; return what is published."""
    from django.db.models import Count

    from dongxun.activities.models import Session
    from dongxun.kernel import clock
    from dongxun.kernel.actors import Actor
    from dongxun.lecturers import api as lecturers
    from dongxun.organisations.models import Place

    tomorrow = clock.today() + timedelta(days=1)
    ahead = Session.objects.filter(state="published", starts_at__gt=clock.moment(tomorrow))
    busiest, fullest = (
        ahead.exclude(**{field: None})
        .values_list(field, flat=True)
        .annotate(n=Count("id"))
        .order_by("-n", field)[0]
        for field in ("bookings__lecturer_id", "place_id")
    )
    lecturers.add_away(
        by=Actor.system("bench"),
        lecturer_id=busiest,
        first=tomorrow,
        last=tomorrow + timedelta(days=60),
        words="生病",
    )
    Place.objects.filter(id=fullest).update(closed_on=clock.today())
    return ahead.count()


def _key(answer: Any) -> "UUID":
    from uuid import UUID

    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return UUID(answer["Location"].split("/")[3])


def _until(holds: Any) -> float:
    """Return when something holds, by the clock that only goes on."""
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError("in vain")
        time.sleep(LOOK_S)
    return time.monotonic()


@contextmanager
def _worker() -> Iterator[None]:
    command = [sys.executable, "manage.py", "worker"]
    with subprocess.Popen(command, env=dict(os.environ)) as running:  # noqa: S603 - our own worker
        try:
            yield
        finally:
            running.terminate()
            with suppress(subprocess.TimeoutExpired):
                running.wait(timeout=60)
            running.kill()
