"""Why a season plan is accepted no more: what has changed since it was asked for, said with names."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.kernel import clock, jobs
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.kernel.models import Job
from dongxun.kit import times
from dongxun.organisations import api as organisations
from dongxun.planning import booked
from dongxun.planning import proposal as reading
from dongxun.planning.contracts import Line, RunKind
from dongxun.planning.models import Run
from dongxun.planning.services import limits
from dongxun.planning.services.grouping import shared
from dongxun.planning.snapshots import standing
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import StudyMode, TopicRule


def refuse_stale(row: Run, *, by: Actor) -> None:
    """Refuse a plan of which something cannot be written as it stands.

    Raises:
        Conflict: another plan was accepted since or is still being written, its days have begun,
            somebody changed or called off what it would write over, the season has changed, a
            lecturer, hall or unit is booked otherwise, or a limit would be broken; the first few are
            named.
    """
    _refuse_others(row)
    found = reading.proposal(row, by=by)
    if found is None:
        return
    lines = [line for line in found.lines if line.change != reading.SAME]
    if any(line.starts_at <= clock.now() for line in lines):
        raise Conflict(_("Its first days have begun meanwhile. Solve it again."))
    if found.begun:
        words = _("Begun or held since this was asked for: %(what)s. Solve it again.")
        raise Conflict(words % {"what": booked.dated(found.begun.values())})
    if found.touched:
        words = _("Made, changed or called off since this was asked for: %(what)s. Solve it again.")
        raise Conflict(words % {"what": booked.few([*found.touched.values()])})
    if changed := list(dict.fromkeys(_changed(row, found, lines))):
        words = _("Changed since this was asked for: %(what)s. Solve it again.")
        raise Conflict(words % {"what": booked.few(changed)})
    _refuse_taken(row, found, lines, by)
    if broken := list(dict.fromkeys(limits.beyond(found, by=by))):
        words = _("Beside what was planned since, %(what)s. Solve it again.")
        raise Conflict(words % {"what": booked.few(broken)})


def _refuse_others(row: Run) -> None:
    """Refuse while a plan of the season is written, or after one of the unit, or of one above or below it.

    Writing looks once at what is there: two at a time would make the same sessions twice, or take
    one lecturer twice.
    """
    here = organisations.node(row.organisation_id).interval
    others = _accepted(row.season_id).exclude(id=row.id)
    for other in others.filter(accepted_at__gt=row.created_at).order_by("-accepted_at"):
        unit = other.organisation
        if unit.lft in here or here.lft in range(unit.lft, unit.rgt + 1):
            words = _(
                "The timetable of %(unit)s was accepted since this one was asked for. Solve it again."
            )
            raise Conflict(words % {"unit": unit.short_name})
    _refuse_written(others)


def refuse_while_written(season_id: UUID) -> None:
    """Refuse while a timetable of the season is being written: nobody sees all that it takes yet.

    Raises:
        Conflict: one is.
    """
    _refuse_written(_accepted(season_id))


def _accepted(season_id: UUID) -> QuerySet[Run]:
    rows = Run.objects.filter(season_id=season_id, kind=RunKind.SEASON, accepted_at__isnull=False)
    return rows.select_related("organisation").defer("problem", "plan", "about")


def _refuse_written(rows: QuerySet[Run]) -> None:
    written = Job.objects.exclude(state__in=jobs.OVER).values("id")
    row = rows.filter(accept_job_id__in=written).first()
    if row is not None:
        words = _(
            "The timetable of %(unit)s is still being written into the schedule. Accept this one then."
        )
        raise Conflict(words % {"unit": row.organisation.short_name})


def _changed(row: Run, found: reading.Proposal, lines: Sequence[Line]) -> Iterator[str]:
    """Yield what the season or a lecturer says otherwise by now."""
    rules = seasons.rules(row.season_id)
    topics: dict[UUID, TopicRule] = {topic.id: topic for topic in rules.topics}
    parts = seasons.part_intervals(row.season_id)
    here = {
        one.id
        for one in organisations.branches_under(organisations.node(row.organisation_id).interval)
        if any(one.interval.lft in part for part in parts)
    }
    for line in lines:
        topic = topics.get(line.topic_id)
        then = row.about["topics"][str(line.topic_id)]["minutes"]
        if topic is None:
            yield _("%(topic)s is no topic of the season any more") % {"topic": line.topic}
        elif topic.minutes != then:
            words = _("%(topic)s takes %(now)d minutes instead of %(then)d")
            yield words % {"topic": line.topic, "now": topic.minutes, "then": then}
        if not rules.starts_on <= clock.day_of(line.starts_at) <= rules.ends_on:
            words = _("%(day)s is no day of the season any more")
            yield words % {"day": times.day_with_weekday(line.starts_at)}
        for unit, name in zip(line.units, line.unit_names, strict=True):
            if unit not in here:
                yield _("%(who)s is gone or takes part no more") % {"who": name}
        old = found.old.get(line.key)
        if old and line.at.lecturer_id in old.declined and old.starts_at == line.starts_at:
            about = {"who": line.lecturer, "topic": line.topic}
            yield _("%(who)s has declined %(topic)s") % about


def _refuse_taken(row: Run, found: reading.Proposal, lines: Sequence[Line], by: Actor) -> None:
    """Refuse new and changed sessions whose lecturer, hall, people or topic are not free by now."""
    nodes = organisations.nodes({unit for line in lines for unit in line.units})
    rules = seasons.rules(row.season_id)
    topics: dict[UUID, TopicRule] = {topic.id: topic for topic in rules.topics}
    node, (comes, named) = organisations.node(row.organisation_id), _coming(row, by)
    has_taught = {
        (UUID(meeting.lecturer), UUID(meeting.topic))
        for cohort in found.problem.pinned
        for meeting in cohort.meetings
        if meeting.held
    }
    wants = [
        booked.Want(
            line.at.starts_at,
            line.at.ends_at,
            line.at.venue_id,
            line.at.lecturer_id,
            ()
            if line.group
            else tuple(nodes[unit].interval for unit in line.units if unit in nodes),
            named=named.get((line.units[0], line.group), {}),
            seats=sum(comes[unit, line.group] for unit in line.units),
            teaches=()
            if (line.at.lecturer_id, line.topic_id) in has_taught
            else (topics[line.topic_id],),
        )
        for line in lines
    ]
    booked.refuse(row.season_id, wants, by=by, apart=found.there)
    mine = [topics[key] for key in {line.topic_id: None for line in lines}]
    had = standing.had(row.season_id, node, standing.Branches(nodes.values()), mine, found.there)
    for line in lines:
        for unit in line.units:
            if str(line.topic_id) in had.topics.get(unit, ()):
                words = _("%(who)s has had %(topic)s by now, or has it elsewhere. Solve it again.")
                raise Conflict(words % {"who": nodes[unit].short_name, "topic": line.topic})


def _coming(
    row: Run, by: Actor
) -> tuple[Counter[tuple[UUID, int]], dict[tuple[UUID, int], dict[UUID, int]]]:
    """Return how many of each branch come by now, or of each of its study groups, and who these are.

    Who is in a study group stands there with the position of the branch.
    """
    node = organisations.node(row.organisation_id)
    sizes = seasons.eligible_counts(
        row.season_id, clock.today(), [node.interval], modes=(StudyMode.GROUP,)
    )
    found = Counter({(key, 0): n for key, n in sizes.items()})
    groups = shared(row, by=by)
    homes = organisations.nodes({branch for branch, _number in groups})
    found.update({key: len(people) for key, people in groups.items()})
    named = {
        (branch, number): dict.fromkeys(people, homes[branch].interval.lft)
        for (branch, number), people in groups.items()
    }
    return found, named
