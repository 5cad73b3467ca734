"""Who missed a topic: has not learned it, and is expected at no session of it ahead."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from dongxun.activities import api as activities
from dongxun.activities.api import PlannedSession, Signed
from dongxun.kernel import clock
from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.planning.snapshots.standing import Branches, lacking, lacking_rows
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import TopicRule


@dataclass(frozen=True, slots=True)
class Missing:
    """So many people of a branch missed a topic; ``waiting`` have a seat by name, and do not count."""

    branch: Node
    topic: TopicRule
    people: int
    waiting: frozenset[UUID]


def missed(
    season_id: UUID,
    node: Node,
    sessions: Iterable[PlannedSession],
    signed: Iterable[Signed],
    *,
    topic_id: UUID | None = None,
) -> list[Missing]:
    """Return who of a unit needs another session, the most people first.

    People who learn together count. A topic was missed where it was due, or where the branch
    had its session already; what nobody has planned yet wants a timetable, no repair. A topic
    that nobody has to learn is missed only where it is asked for.

    Args:
        sessions: what is published ahead here.
        signed: who is on the lists of sessions ahead.
        topic_id: this topic only, also where its day has not come.
    """
    people: dict[UUID, set[UUID]] = {}
    for one in signed:
        for key in one.topics:
            people.setdefault(key, set()).add(one.person_id)
    cohorts = {(one.cohort_id, key) for one in sessions if one.cohort_id for key in one.topics}
    for cohort, key in cohorts:
        people.setdefault(key, set()).update(seasons.cohort_people(cohort))
    found: list[Missing] = []
    for topic in seasons.rules(season_id).topics:
        if topic.id == topic_id or (topic_id is None and topic.required):
            waiting = frozenset(people.get(topic.id, ()))
            always = topic_id is not None or topic.due_on <= clock.today()
            found += _missing(season_id, topic, node, waiting, always=always)
    return sorted(found, key=lambda one: (-one.people, one.branch.interval.lft, one.topic.number))


def _missing(
    season_id: UUID, topic: TopicRule, node: Node, waiting: frozenset[UUID], *, always: bool
) -> Iterator[Missing]:
    """Yield the branches whose people missed a topic; ``always``: also where none was held."""
    counts = lacking(season_id, topic.id, node)
    if waiting:
        rows = lacking_rows(season_id, topic.id, node).filter(person_id__in=waiting)
        counts -= Counter(rows.order_by().values_list("branch_id", flat=True))
    branches = Branches(organisations.nodes(counts).values())
    ahead = activities.audiences_ahead(season_id, topic.id, within=node.interval)
    gone = {one.id for one in _touched(branches, ahead)}
    held = gone
    if not always:
        taught = activities.taught(season_id, [topic.id], within=node.interval)
        held = {one.id for one in _touched(branches, [one.people for one in taught])}
    for one in branches.nodes:
        if one.id not in gone and (always or one.id in held):
            yield Missing(one, topic, counts[one.id], waiting)


def _touched(branches: Branches, spans: Iterable[Interval]) -> Iterator[Node]:
    """Yield the branches that one of these subtrees holds."""
    for span in dict.fromkeys(spans):
        yield from (one for one in branches.of(span) if one.interval.lft in span)


def who(
    season_id: UUID, node: Node, found: Iterable[Missing]
) -> dict[tuple[UUID, UUID], list[UUID]]:
    """Return the people behind these numbers by branch and topic, in a fixed order."""
    branches: dict[TopicRule, dict[UUID, Missing]] = {}
    for one in found:
        branches.setdefault(one.topic, {})[one.branch.id] = one
    people: dict[tuple[UUID, UUID], list[UUID]] = {}
    for topic, those in branches.items():
        rows = lacking_rows(season_id, topic.id, node).filter(branch_id__in=those)
        for person, branch in rows.order_by("person_id").values_list("person_id", "branch_id"):
            if person not in those[branch].waiting:
                people.setdefault((branch, topic.id), []).append(person)
    return people
