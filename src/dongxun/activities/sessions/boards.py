"""Who has held the session they were asked to hold: cascade tasks and first lessons."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dongxun.activities.contracts import Part, SessionState
from dongxun.activities.models import Session, SessionOrganisation
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node, OrganisationId
from dongxun.seasons.api import Task

HELD, PLANNED, OPEN, LATE = "held", "planned", "open", "late"


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation and its session for the task, if there is one."""

    organisation_id: UUID
    name: str
    above: str
    state: str
    session_id: UUID | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """A task's completion: each organisation once; held + planned + open + late = all."""

    task: Task
    lines: tuple[Line, ...]

    def count(self, state: str) -> int:
        """Return how many stand in ``state``."""
        return sum(line.state == state for line in self.lines)

    @property
    def held(self) -> int:
        """Return how many have held it."""
        return self.count(HELD)

    @property
    def late(self) -> int:
        """Return how many should have and have not."""
        return self.count(LATE)


def board(task: Task, *, by: Actor) -> Board:
    """Return who of the task's level has held it, within the actor's subtrees; four queries."""
    nodes = organisations.subtree(task.interval)
    names = {node.id: node.short_name for node in nodes}
    chosen = [n for n in nodes if n.type_code == task.level and _mine(by, n)]
    done = _sessions(task)
    return Board(task, tuple(_line(node, done.get(node.id), names, task) for node in chosen))


def _mine(by: Actor, node: Node) -> bool:
    return by.is_system or any(node.interval.lft in own for own in by.intervals(ORGANISERS))


def _sessions(task: Task) -> dict[UUID, Session]:
    """Return each organisation's best session: one that was held before one to come."""
    rows = (
        SessionOrganisation.objects.filter(
            part__in=(Part.HOST, Part.CO_HOST), session__cascade_task_id=task.id
        )
        .exclude(session__state=SessionState.CANCELLED)
        .select_related("session")
        .order_by("-session__starts_at")
    )
    if task.is_first_lesson:
        rows = rows | SessionOrganisation.objects.filter(
            part=Part.HOST, session__season_id=task.season_id, session__is_first_lesson=True
        ).exclude(session__state=SessionState.CANCELLED).select_related("session")
    return {row.organisation_id: row.session for row in rows}


def _line(node: Node, row: Session | None, names: Mapping[OrganisationId, str], task: Task) -> Line:
    above = names.get(node.parent_id, "") if node.parent_id else ""
    if row is None:
        state = LATE if clock.today() > task.due_on else OPEN
        return Line(node.id, node.short_name, above, state)
    is_held = row.ends_at <= clock.now() and row.state != SessionState.DRAFT
    state = HELD if is_held else PLANNED
    return Line(node.id, node.short_name, above, state, row.id, row.starts_at)
