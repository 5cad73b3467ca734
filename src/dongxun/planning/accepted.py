"""What the screen of the season plan says of timetables accepted from the planner."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor
from dongxun.kernel.beside import Beside
from dongxun.kernel.models import Job
from dongxun.kit import figures, times
from dongxun.planning import queries
from dongxun.planning.contracts import RunKind
from dongxun.planning.models import Run
from dongxun.planning.proposal import read_plan, read_problem
from dongxun.planning.rules import DESK
from dongxun.planning.why_unheld import Shortage, shortages

MOST_WHOLE = 3
"""So many are told with their figures; the others are named."""
MOST_TOPICS = 3
BROKEN = ("failed", "cancelled")


def ways(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the way to a timetable made by the planner, for seasons whose plan is shown."""
    if not by.holds(*DESK):
        return {}
    href = reverse("planning:new_season")
    return {key: [Beside(_("Plan a timetable"), f"{href}?season={key}")] for key in ids}


def plans(ids: Collection[UUID], by: Actor) -> dict[UUID, list[Beside]]:
    """Return the accepted timetables of the units of the actor that stand: what is held, and what not."""
    if not by.holds(*DESK):
        return {}
    found: dict[UUID, list[Beside]] = {}
    for key in ids:
        rows = queries.listed(key, by=by).filter(kind=RunKind.SEASON, accepted_at__isnull=False)
        standing = _standing(rows.order_by("-accepted_at"))
        lines = [line for row in standing[:MOST_WHOLE] for line in _lines(row)]
        if standing:
            found[key] = [*lines, *(_in_short(row) for row in standing[MOST_WHOLE:])]
    return found


def _standing(rows: Iterable[Run]) -> list[Run]:
    """Return the newest that no later ones of their unit replaced, topic for topic.

    One whose writing broke off has replaced none: what was there before still stands in part.
    """
    every, later, found = list(rows), dict[UUID, set[str]](), list[Run]()
    jobs_ = Job.objects.filter(id__in=[row.accept_job_id for row in every if row.accept_job_id])
    broken = set(jobs_.filter(state__in=BROKEN).values_list("id", flat=True))
    for row in every:
        topics = set(row.settings["topic_ids"])
        if topics - later.setdefault(row.organisation_id, set()):
            found.append(row)
        if row.accept_job_id not in broken:
            later[row.organisation_id] |= topics
    return found


def _in_short(row: Run) -> Beside:
    about = {"unit": row.organisation.short_name, "day": _day(row)}
    words = _("Timetable of %(unit)s, accepted %(day)s") % about
    return Beside(words, reverse("planning:run", args=[row.id]))


def _day(row: Run) -> str:
    assert row.accepted_at is not None  # noqa: S101 - asked for
    return times.day_with_weekday(row.accepted_at)


def _lines(row: Run) -> list[Beside]:
    held, lost = _counted(row.id)
    about = {
        "unit": row.organisation.short_name,
        "day": _day(row),
        "held": figures.number(held),
        "unheld": sum(one.unheld for one in lost),
        "least": round(row.outcome.get("parts", {}).get("unheld_minimum", 0)),
        "cost": figures.number(row.outcome.get("cost")),
        "bound": figures.number(row.outcome.get("bound")),
    }
    words = _(
        "%(unit)s, accepted %(day)s: %(held)s sessions, estimated at %(cost)s yuan; no plan costs"
        " less than %(bound)s"
    )
    if lost:
        words = _(
            "%(unit)s, accepted %(day)s: %(held)s sessions, %(unheld)d not held (every plan leaves"
            " at least %(least)d), estimated at %(cost)s yuan; no plan costs less than %(bound)s"
        )
    said = [Beside(words % about, reverse("planning:run", args=[row.id]))]
    for one in lost[:MOST_TOPICS]:
        told = {"topic": one.topic, "n": one.unheld, "of": one.wanted, "why": one.why}
        said.append(Beside(_("%(topic)s: %(n)d of %(of)d not held. %(why)s") % told))
    return said


@lru_cache(maxsize=64)
def _counted(run_id: UUID) -> tuple[int, tuple[Shortage, ...]]:
    """Return the sessions of an accepted plan, and the topics that lack some.

    Nothing of an accepted plan changes, so it is read once a process: it is large.
    """
    row = Run.objects.get(id=run_id)
    plan = read_plan(row)
    if plan is None:
        return 0, ()
    names = {key: str(topic["name"]) for key, topic in row.about["topics"].items()}
    lost = tuple(shortages(read_problem(row), plan, names))
    return sum(len(cohort.meetings) for cohort in plan.cohorts), lost
