"""From standings of people to counters of organisations. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from dongxun.coverage.contracts import SEASON_ROW, EndState
from dongxun.coverage.standing import Standing
from dongxun.seasons.contracts import StudyMode

COUNTERS: Final = (
    "eligible",
    "expected_group",
    "reached",
    "rigor",
    "effect",
    "met",
    "started",
    "s_group",
    "s_makeup",
    "s_home",
    "s_online",
    "s_leave",
    "s_untrained",
)
"""The columns of a counter, in the order of every vector here."""

_PLACE: Final = {state.value: COUNTERS.index(f"s_{state.value}") for state in EndState}
_UNTRAINED: Final = _PLACE[EndState.UNTRAINED]

Vector = list[int]
Key = tuple[UUID, UUID]
"""Organisation and topic (``SEASON_ROW`` for the season)."""


class Tally:
    """Adds people up, branch by branch; ``sign`` -1 takes them away again."""

    def __init__(self, topic_ids: Iterable[UUID]) -> None:
        self.topic_ids = tuple(topic_ids)
        self._base: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])
        self._own: defaultdict[Key, Vector] = defaultdict(lambda: [0] * len(COUNTERS))

    def add(self, person: Standing, sign: int = 1) -> None:
        """Count a person, if eligible: once for the season, once for each topic."""
        if not person.eligible:
            return
        branch_id = person.branch_id
        flags = (person.reached, person.rigor, person.effect)
        self.add_people(branch_id, person.mode, flags, person.state, sign)
        for topic in person.topics:
            about = (topic.reached, topic.met, topic.effect, topic.seconds > 0)
            self.add_topics(branch_id, topic.topic_id, about, topic.state, sign)

    def add_people(
        self, branch_id: UUID, mode: str, flags: tuple[bool, bool, bool], state: str, number: int
    ) -> None:
        """Count ``number`` eligible people who stand alike in the season.

        Args:
            flags: reached, rigor, effect.
        """
        reached, rigor, effect = flags
        base = self._base[branch_id]
        base[0] += number
        base[1] += number * (mode == StudyMode.GROUP)
        about = (reached, rigor, effect, rigor, reached and not rigor)
        self._count(self._own[branch_id, SEASON_ROW], about, state, number)

    def add_topics(
        self,
        branch_id: UUID,
        topic_id: UUID,
        flags: tuple[bool, bool, bool, bool],
        state: str,
        number: int,
    ) -> None:
        """Count ``number`` eligible people who stand alike in a topic.

        Args:
            flags: reached, met, effect, studied.
        """
        reached, met, effect, studied = flags
        about = (reached, met, effect, met, studied and not met)
        self._count(self._own[branch_id, topic_id], about, state, number)

    @staticmethod
    def _count(vector: Vector, flags: tuple[bool, ...], state: str, number: int) -> None:
        for place, flag in enumerate(flags, start=2):
            if flag:
                vector[place] += number
        if state != EndState.UNTRAINED:  # whom the base counts
            vector[_PLACE[state]] += number
            vector[_UNTRAINED] -= number

    def by_branch(self) -> dict[Key, Vector]:
        """Return the counters of the branches themselves."""
        found = {key: list(vector) for key, vector in self._own.items()}
        for branch_id, (eligible, together) in self._base.items():
            for topic_id in (SEASON_ROW, *self.topic_ids):
                vector = found.setdefault((branch_id, topic_id), [0] * len(COUNTERS))
                vector[0] += eligible
                vector[1] += together
                vector[_UNTRAINED] += eligible
        known = {SEASON_ROW, *self.topic_ids}
        return {key: v for key, v in found.items() if any(v) and key[1] in known}


def rolled_up(
    branches: Mapping[Key, Vector], paths: Mapping[UUID, tuple[UUID, ...]]
) -> dict[Key, Vector]:
    """Return the counters of every organisation on the way from the branches to the top.

    Args:
        paths: for each branch all organisations from the top to itself. A
            branch that is not in it counts only for itself.
    """
    found: dict[Key, Vector] = {}
    for (branch_id, topic_id), vector in branches.items():
        for organisation_id in paths.get(branch_id, (branch_id,)):
            total = found.setdefault((organisation_id, topic_id), [0] * len(vector))
            for place, number in enumerate(vector):
                total[place] += number
    return {key: vector for key, vector in found.items() if any(vector)}
