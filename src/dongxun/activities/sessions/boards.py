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
from dongxun.seasons import api as seasons
from dongxun.seasons.api import Task

HELD, PLANNED, OPEN, LATE = "held", "planned", "open", "late"


@dataclass(frozen=True, slots=True)
class Line:
    """One organisation and its latest session for the task, if there is one; ``times`` held."""

    organisation_id: UUID
    name: str
    above: str
    state: str
    session_id: UUID | None = None
    at: datetime | None = None
    times: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """A task's completion: each organisation once; held + planned + open + late = all.

    Held is who has held as many sessions as the task asks for; nobody is late
    for a task that has ended.
    """

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
    def times(self) -> int:
        """Return how many of the sessions asked for were held; what is beyond does not count."""
        return sum(min(line.times, self.task.target) for line in self.lines)

    @property
    def times_asked(self) -> int:
        """Return how many sessions are asked for in all."""
        return len(self.lines) * self.task.target

    @property
    def late(self) -> int:
        """Return how many should have and have not."""
        return self.count(LATE)


def board(task: Task, *, by: Actor) -> Board:
    """Return who of the task's level has held it, within the actor's subtrees; five queries.

    Asked are those who take part in the season.
    """
    nodes = organisations.subtree(task.interval)
    names = {node.id: node.short_name for node in nodes}
    parts = seasons.part_intervals(task.season_id)
    chosen = [
        node
        for node in nodes
        if task.level in {node.type_code, node.level}
        and _mine(by, node)
        and any(node.interval.lft in part for part in parts)
    ]
    done = _sessions(task)
    return Board(task, tuple(_line(node, done.get(node.id, []), names, task) for node in chosen))


def boards(season_id: UUID, *, by: Actor) -> list[Board]:
    """Return the boards of the season's tasks that concern the actor; those that ended last."""
    return [board(task, by=by) for task in seasons.tasks(season_id, by=by)]


def _mine(by: Actor, node: Node) -> bool:
    return by.is_system or any(node.interval.lft in own for own in by.intervals(ORGANISERS))


def _sessions(task: Task) -> dict[UUID, list[Session]]:
    """Return each organisation's sessions for the task, latest first."""
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
    found: dict[UUID, dict[UUID, Session]] = {}
    for row in rows:
        found.setdefault(row.organisation_id, {})[row.session_id] = row.session
    return {key: list(own.values()) for key, own in found.items()}


def _line(node: Node, rows: list[Session], names: Mapping[OrganisationId, str], task: Task) -> Line:
    above = names.get(node.parent_id, "") if node.parent_id else ""
    now = clock.now()
    held = [row for row in rows if row.ends_at <= now and row.state != SessionState.DRAFT]
    ahead = [row for row in rows if row not in held]
    shown = held[0] if held else None
    state = LATE if clock.today() > task.due_on and task.ended_on is None else OPEN
    if len(held) >= task.target:
        state = HELD
    elif ahead:
        state, shown = PLANNED, ahead[-1]
    if shown is None:
        return Line(node.id, node.short_name, above, state)
    return Line(node.id, node.short_name, above, state, shown.id, shown.starts_at, len(held))
