"""'As known now' for a past day: where everybody stood, from all that the ledger holds today.

A snapshot says what was known then. Here the same day is worked out again by a job, in
steps, from every fact that happened or was stored by its end, less what was struck out
since. The moment of asking bounds what goes in, so a killed job goes on and ends in the
same rows. Places in the tree, parts and rules are those of now.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.coverage import store
from dongxun.coverage.contracts import SEASON_ROW
from dongxun.coverage.counting import COUNTERS, Key, Vector, rolled_up
from dongxun.coverage.models import (
    ReckonedCell,
    ReckonedPerson,
    ReckonedTopic,
    Reckoning,
    Snapshot,
)
from dongxun.coverage.services import PEOPLE_A_STEP
from dongxun.coverage.standing import InTopic, Measure, Standing, standing
from dongxun.kernel import audit, bulk, clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.jobs import JobRun
from dongxun.kernel.models import Job
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import Line
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

JOB: Final = "coverage.reckon"
NAMES_KEPT: Final = timedelta(days=30)
_PERSON: Final = (
    "person_id",
    "branch_id",
    "mode",
    "eligible",
    "reached",
    "rigor",
    "effect",
    "hours",
    "met_topics",
    "state",
    "overlapping",
)
_CHANGED: Final = ("late", "struck")


class Since(NamedTuple):
    """How many facts of somebody came in late, or were struck out, after a day was frozen."""

    late: int = 0
    struck: int = 0

    def and_also(self, other: "Since") -> "Since":
        """Return the sum."""
        return Since(self.late + other.late, self.struck + other.struck)


@transaction.atomic
def ask(*, by: Actor, season_id: UUID, node: Node, day: date) -> Reckoning:
    """Have a day worked out from all that is known now; return what will hold the result.

    Safe to repeat: while one is at work for this place and day, that one is returned; one
    whose job ended without a result is taken up again.

    Raises:
        NotAllowed: the names of this place are not the actor's to see.
        Invalid: the day is before the season or after today.
    """
    require("coverage.reckon", by, node.interval)
    rules = seasons.rules(season_id)
    _check_day(rules, day)
    version = seasons.season(season_id, by=by).definition_version
    snapshot = Snapshot.objects.filter(season_id=season_id, as_of=day).first()
    row, _made = Reckoning.objects.select_for_update().get_or_create(
        season_id=season_id,
        organisation_id=node.id,
        as_of=day,
        computed_at=None,
        defaults={
            "known_at": clock.now(),
            "snapshot": snapshot,
            "definition_version": version,
            "asked_by": by.label[:120],
        },
    )
    if row.job_id is not None and not _is_over(row.job_id):
        return row
    words = {"unit": node.short_name, "day": day.isoformat()}
    title = _("%(unit)s as of %(day)s, as known now") % words
    job = jobs.start(JOB, title, {"reckoning": str(row.id)}, by=by)
    row.job_id = job.id
    row.save(update_fields=["job_id"])
    audit.write(
        "coverage.reckon",
        by=by,
        subject=("season", season_id),
        organisation_id=node.id,
        as_of=str(day),
    )
    return row


def _check_day(rules: SeasonRules, day: date) -> None:
    if day > clock.today():
        raise Invalid(details=[("as_of", _("That day is still to come."))])
    if day < rules.starts_on:
        words = _("The season began on %(day)s; choose that day or a later one.")
        raise Invalid(details=[("as_of", words % {"day": rules.starts_on.isoformat()})])


def _is_over(job_id: UUID) -> bool:
    job = Job.objects.filter(id=job_id).first()
    return job is None or job.state in jobs.OVER


def run(run: JobRun) -> Mapping[str, Any]:
    """Work a day out, people by people; a killed job goes on after its last finished step.

    Raises:
        NotFound: what was to hold the result is gone.
        NotAllowed: whoever asked may not see the names any more.
    """
    row = wanted_row(Reckoning.objects.filter(id=UUID(run.payload["reckoning"])))
    node = organisations.node(row.organisation_id)
    require("coverage.reckon", run.actor, node.interval)
    forget_names(clock.now() - NAMES_KEPT)
    if row.computed_at is None:
        rules = seasons.rules(row.season_id)
        if not run.cursor:
            _begin(run, row, node)
        while not run.cursor.get("people"):
            _step(run, row, node, rules)
            run.rest()
        _finish(run, row, node, rules)
    return {
        "url": reverse("coverage:reckoning", args=[row.id]),
        "message": _("Worked out from everything known now."),
    }


@transaction.atomic
def _begin(run: JobRun, row: Reckoning, node: Node) -> None:
    """Clear away what an earlier job left half done, and count what is to come."""
    for model in (ReckonedTopic, ReckonedPerson, ReckonedCell):
        model.objects.filter(reckoning=row).delete()
    total = seasons.people_count(row.season_id, [node.interval])
    run.save({"after": None}, done=0, total=total)


@transaction.atomic
def _step(run: JobRun, row: Reckoning, node: Node, rules: SeasonRules) -> None:
    """Write the next people; the place where it stands moves in the same transaction."""
    after = run.cursor.get("after")
    ids = seasons.people_after(
        row.season_id, UUID(after) if after else None, PEOPLE_A_STEP, intervals=[node.interval]
    )
    if ids:
        _write(row, node, ids, rules)
    last = str(ids[-1]) if ids else after
    is_last = len(ids) < PEOPLE_A_STEP
    run.save({"after": last, "people": is_last}, done=run.done + len(ids))


def _write(row: Reckoning, node: Node, ids: Sequence[UUID], rules: SeasonRules) -> None:
    parts = seasons.parts_of(row.season_id, ids)
    lines: defaultdict[UUID, list[Line]] = defaultdict(list)
    until = clock.day_bounds(row.as_of)[1]
    for line in ledger.lines_of(row.season_id, list(parts)):
        if line.fact.occurred_at < until or line.stored_at < until:
            lines[line.fact.person_id].append(line)
    measure, then = Measure.of(rules), known_then(row)
    branches = organisations.nodes({part.branch_id for own in parts.values() for part in own})
    people, topics = [], []
    for person_id, own in parts.items():
        facts = [line.fact for line in lines[person_id] if line.stood_at(row.known_at)]
        stand = standing(own, facts, measure, row.as_of)
        branch = branches.get(stand.branch_id)
        if not stand.eligible or branch is None or branch.interval.lft not in node.interval:
            continue
        since = _since(lines[person_id], row.known_at, then)
        whole = Since(*map(sum, zip(*since.values(), strict=True))) if since else Since()
        people.append((row.id, *_values(stand, _PERSON), *whole))
        topics += _topics(row.id, stand, since)
    bulk.insert(ReckonedPerson, ("reckoning_id", *_PERSON, *_CHANGED), people)
    owner = ("reckoning_id", "person_id", "branch_id", "eligible")
    bulk.insert(ReckonedTopic, (*owner, *store.TOPIC, *_CHANGED), topics)


def known_then(row: Reckoning) -> datetime | None:
    """Return up to which moment the frozen figures of that day knew; None without any."""
    frozen = row.snapshot
    return (frozen.known_at or frozen.taken_at) if frozen else None


def _values(found: Standing | InTopic, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(found, name) for name in names)


def _topics(
    reckoning_id: UUID, stand: Standing, since: Mapping[UUID | None, Since]
) -> list[tuple[Any, ...]]:
    """Return the rows of the topics on which somebody has a fact, or had one then."""
    owner = (reckoning_id, stand.person_id, stand.branch_id, True)
    found = {topic.topic_id: _values(topic, store.TOPIC) for topic in stand.topics}
    for topic_id in since:
        if topic_id is not None and topic_id not in found:
            found[topic_id] = (topic_id, 0, 0, 0, 0, 0, False, False, False, "untrained")
    return [(*owner, *values, *since.get(topic_id, Since())) for topic_id, values in found.items()]


def _since(lines: Sequence[Line], now: datetime, then: datetime | None) -> dict[UUID | None, Since]:
    """Return by topic how many facts stand now that did not then, and the other way round."""
    found: defaultdict[UUID | None, Since] = defaultdict(Since)
    if then is None:
        return found
    for line in lines:
        stands, stood = line.stood_at(now), line.stood_at(then)
        if stands != stood:
            change = Since(late=1) if stands else Since(struck=1)
            found[line.fact.topic_id] = found[line.fact.topic_id].and_also(change)
    return found


@transaction.atomic
def _finish(run: JobRun, row: Reckoning, node: Node, rules: SeasonRules) -> None:
    """Add the people up to the counters of every organisation of the place."""
    people = ReckonedPerson.objects.filter(reckoning=row)
    topics = ReckonedTopic.objects.filter(reckoning=row)
    topic_ids = [topic.id for topic in rules.topics]
    own = store.added_up(people, topics, topic_ids)
    branches = {key: [*vector, *changed] for key, vector, changed in _beside(row, own, topic_ids)}
    paths = organisations.paths({key[0] for key in branches})
    above = set(organisations.paths([node.id])[node.id][:-1])
    inside = {
        branch_id: tuple(place for place in path if place not in above)
        for branch_id, path in paths.items()
    }
    columns = ("reckoning_id", "season_id", "organisation_id", "topic_id", *COUNTERS, *_CHANGED)
    cells = rolled_up(branches, inside)
    bulk.insert(
        ReckonedCell,
        columns,
        ((row.id, row.season_id, *key, *vector) for key, vector in sorted(cells.items())),
    )
    row.computed_at = clock.now()
    row.save(update_fields=["computed_at"])
    run.save(done=run.total)


def _beside(
    row: Reckoning, own: Mapping[Key, Vector], topic_ids: Sequence[UUID]
) -> list[tuple[Key, Vector, tuple[int, int]]]:
    """Return the branches' counters, each with its late and struck facts."""
    sums = {"late": Sum("late"), "struck": Sum("struck")}
    people = ReckonedPerson.objects.filter(reckoning=row).values_list("branch_id").annotate(**sums)
    topics = ReckonedTopic.objects.filter(reckoning=row, topic_id__in=topic_ids)
    of_topics = topics.values_list("branch_id", "topic_id").annotate(**sums)
    found: dict[Key, tuple[int, int]] = {
        (branch_id, SEASON_ROW): (late, struck) for branch_id, late, struck in people
    }
    found |= {(branch_id, key): (late, struck) for branch_id, key, late, struck in of_topics}
    return [(key, vector, found.get(key, (0, 0))) for key, vector in own.items()]


@transaction.atomic
def forget_names(before: datetime) -> int:
    """Let go of the names behind results computed before a moment; the figures stay."""
    old = list(Reckoning.objects.filter(has_names=True, computed_at__lt=before))
    for row in old:
        for model in (ReckonedTopic, ReckonedPerson):
            model.objects.filter(reckoning=row).delete()
    return Reckoning.objects.filter(id__in=[row.id for row in old]).update(has_names=False)
