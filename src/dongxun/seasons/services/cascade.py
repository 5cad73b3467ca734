"""Cascade tasks: one template session that each organisation of a level holds on its own."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import GivenBy, TaskLine
from dongxun.seasons.models import CascadeTask, Season, Topic
from dongxun.seasons.services.goals import below


@transaction.atomic
def add_cascade_task(*, by: Actor, season_id: UUID, organisation_id: UUID, line: TaskLine) -> UUID:
    """Ask every organisation of a level below to hold its own session; return the task.

    Safe to repeat: the same title and organisation are the same task.

    Raises:
        NotAllowed, NotFound, SeasonClosed.
        Invalid: what does not fit, by field.
    """
    season, node = below(season_id, organisation_id, by=by)
    _check(season, line)
    values = _values(line)
    row, _created = CascadeTask.objects.get_or_create(
        season=season,
        organisation_id=node.id,
        title=values.pop("title"),
        defaults=values | {"created_at": clock.now()},
    )
    _audit("seasons.add_cascade_task", by, row)
    return row.id


@transaction.atomic
def edit_cascade_task(*, by: Actor, task_id: UUID, line: TaskLine) -> None:
    """Change what a task asks for; the sessions already held for it stay with it.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: it has ended, or another task of the unit has this title.
        Invalid: what does not fit, by field.
    """
    row = _own(task_id, by=by)
    if row.ended_on is not None:
        raise Conflict(_("This task has ended; take it up again before changing it."))
    _check(row.season, line)
    values = _values(line)
    twin = row.season.cascade_tasks.filter(
        organisation_id=row.organisation_id, title=values["title"]
    )
    if twin.exclude(id=row.id).exists():
        raise Conflict(_("Another task of this unit has this title."), where="title")
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    _audit("seasons.edit_cascade_task", by, row)


@transaction.atomic
def end_cascade_task(*, by: Actor, task_id: UUID, ended: bool = True) -> None:
    """Ask nobody any longer, or with ``ended=False`` take the task up again. Safe to repeat.

    What was held stays held; nobody is late for a task that has ended.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    row = _own(task_id, by=by)
    if ended == (row.ended_on is not None):
        return
    row.ended_on = clock.today() if ended else None
    row.save(update_fields=["ended_on"])
    _audit("seasons.end_cascade_task" if ended else "seasons.resume_cascade_task", by, row)


def _own(task_id: UUID, *, by: Actor) -> CascadeTask:
    """Return a task of an organisation where ``by`` plans; one of elsewhere is as if absent."""
    row = wanted_row(CascadeTask.objects.select_related("season").filter(id=task_id))
    organisations.node_in_scope(row.organisation_id, by=by)
    below(row.season_id, row.organisation_id, by=by)
    return row


def _values(line: TaskLine) -> dict[str, object]:
    """Return the columns of what was typed; a first lesson is always the secretary's."""
    return {
        "title": line.title.strip()[:160],
        "level": line.level[:24],
        "activity_type": line.activity_type[:24],
        "topic_id": line.topic_id,
        "minutes": line.minutes,
        "due_on": line.due_on,
        "is_first_lesson": line.is_first_lesson,
        "given_by": GivenBy.SECRETARY if line.is_first_lesson else line.given_by,
        "target": line.target,
    }


def _check(season: Season, line: TaskLine) -> None:
    bad: list[tuple[str, Text]] = []
    if not line.title.strip():
        bad.append(("title", _("Say what is to be held.")))
    if not season.starts_on <= line.due_on <= season.ends_on:
        bad.append(("due_on", _("A day of the season is needed.")))
    if not 1 <= line.minutes <= 600:
        bad.append(("minutes", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 600}))
    if not 1 <= line.target <= 99:
        bad.append(("target", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 99}))
    if line.given_by not in GivenBy.values:
        bad.append(("given_by", _("Choose who speaks.")))
    if line.topic_id and not Topic.objects.filter(id=line.topic_id, season=season).exists():
        bad.append(("topic_id", _("This topic is not one of the season's.")))
    if bad:
        raise Invalid(details=bad)


def _audit(action: str, by: Actor, row: CascadeTask) -> None:
    about = ("cascade_task", row.id)
    audit.write(action, by=by, subject=about, organisation_id=row.organisation_id)
