"""Why sessions of a plan are not held, by what truly binds, and what it would take: in words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from django.utils.translation import gettext as _

from dongxun.planning import why_remedy
from dongxun_planner.season import unheld
from dongxun_planner.season.problems import SeasonPlan, SeasonProblem


@dataclass(frozen=True, slots=True)
class Shortage:
    """Sessions of a topic that are not held for one reason.

    ``wanted`` are all of the topic; ``together`` the topics that are scarce together, of which
    ``lecturers`` can hold ``can`` sessions and ``asked`` are wanted; ``load`` is what one of them
    takes at most. ``limit`` is the weekly limit that binds, if one does; ``fits`` how many would
    find a place, as things stand, if it were one more (or the hall another). ``names`` are the
    branches of each session, ``helps`` what alone would let it be held.
    """

    topic: str
    unheld: int
    wanted: int
    code: str
    together: tuple[str, ...]
    lecturers: int
    can: int
    asked: int
    load: int
    limit: int
    fits: int
    names: tuple[tuple[str, ...], ...]
    helps: tuple[str, ...] = ()

    @property
    def each(self) -> list[tuple[tuple[str, ...], str]]:
        """Return the branches of each session, and what would let it be held."""
        return list(zip(self.names, self.helps, strict=True))

    @property
    def why(self) -> str:
        """Say why they are not held."""
        code = "together" if self.code == unheld.SCARCE and len(self.together) > 1 else self.code
        return WHY.get(code, WHY[unheld.TAKEN])() % self._values

    @property
    def takes(self) -> str:
        """Say what it would take; a number of sessions that would fit has been tried out."""
        if self.fits:
            return TRIED[self.code]() % self._values
        return TAKES.get(self.code, TAKES[unheld.TAKEN])() % self._values

    @property
    def _values(self) -> dict[str, object]:
        lack = max(1, self.asked - self.can)
        return {
            "n": self.lecturers,
            "can": self.can,
            "wanted": self.asked,
            "topics": "、".join(self.together),
            "limit": self.limit,
            "more": self.limit + 1,
            "fits": self.fits,
            "of": self.unheld,
            "lack": lack,
            "people": max(1, ceil(lack / max(1, self.load))),
        }


WHY: Final[Mapping[str, Callable[[], str]]] = {
    unheld.NOBODY: lambda: _("No lecturer teaches this topic."),
    unheld.NO_TIME: lambda: _(
        "Its %(n)d lecturers have no free half-day in these days, or give as many sessions as they"
        " may."
    ),
    unheld.SCARCE: lambda: _(
        "Its %(n)d lecturers can hold %(can)d sessions in all, by their limits and free half-days;"
        " %(wanted)d are wanted."
    ),
    "together": lambda: _(
        "The %(n)d lecturers of %(topics)s can together hold %(can)d sessions, by their limits and"
        " free half-days; %(wanted)d are wanted."
    ),
    unheld.HALL: lambda: _(
        "Whenever one of its lecturers is free, the hall of these groups is taken or closed."
    ),
    unheld.ELSEWHERE: lambda: _(
        "Whenever one of its lecturers is free, people of these groups are expected elsewhere."
    ),
    unheld.LECTURER_WEEK: lambda: _(
        "Its lecturers hold %(limit)d sessions a week already when these groups could come."
    ),
    unheld.COHORT_WEEK: lambda: _(
        "Whenever one of its lecturers is free, these groups have %(limit)d sessions in that week"
        " already."
    ),
    unheld.LOAD: lambda: _("Its lecturers who could come hold as many sessions as they may."),
    unheld.DAY: lambda: _(
        "These groups meet already on the days on which one of its lecturers is free."
    ),
    unheld.WAY: lambda: _(
        "Whoever is free of its lecturers teaches too far away on that day to get here in time."
    ),
    unheld.TAKEN: lambda: _(
        "Its %(n)d lecturers are taken or not free in the half-days that are left."
    ),
    unheld.OPEN: lambda: _("There is still room for them; the search ended before it was found."),
}
TAKES: Final[Mapping[str, Callable[[], str]]] = {
    unheld.NOBODY: lambda: _("A lecturer whose subjects speak of it."),
    unheld.NO_TIME: lambda: _(
        "Free half-days of these lecturers, a higher limit, or more days in the plan."
    ),
    unheld.SCARCE: lambda: _(
        "%(lack)d more sessions by lecturers of these topics: about %(people)d more lecturers, or"
        " higher limits and more free half-days of those there are."
    ),
    unheld.OPEN: lambda: _("A longer search."),
    unheld.HALL: lambda: _("Another hall for these groups, or more days in the plan."),
    unheld.TAKEN: lambda: _("More free half-days of these lecturers, or more days in the plan."),
}
TRIED: Final[Mapping[str, Callable[[], str]]] = {
    unheld.LECTURER_WEEK: lambda: _(
        "%(more)d sessions a week for one lecturer: as things stand, %(fits)d of these %(of)d would"
        " fit."
    ),
    unheld.COHORT_WEEK: lambda: _(
        "%(more)d sessions a week for one branch: as things stand, %(fits)d of these %(of)d would"
        " fit."
    ),
    unheld.LOAD: lambda: _(
        "One session more for each lecturer: as things stand, %(fits)d of these %(of)d would fit."
    ),
    unheld.HALL: lambda: _(
        "Another hall then: as things stand, %(fits)d of these %(of)d would fit."
    ),
}


def shortages(
    problem: SeasonProblem, plan: SeasonPlan, topics: Mapping[str, str]
) -> Iterator[Shortage]:
    """Yield the topics of which sessions are not held with each reason, the most sessions first."""
    names = {unit.id: unit.name for unit in problem.units}
    units = {unit.id: unit for unit in problem.units}
    groups: dict[tuple[str, unheld.Reason], list[tuple[tuple[str, ...], tuple[str, str]]]] = {}
    reasons, tried = unheld.reasons(problem, plan), why_remedy.helps(problem, plan)
    for each, reason, help_ in zip(plan.unheld, reasons, tried, strict=True):
        called = tuple(names.get(unit, "") for unit in each.units)
        groups.setdefault((each.topic, reason), []).append((called, help_))
    wanted = [problem.lacking([units[u] for u in c.units if u in units]) for c in plan.cohorts]
    weeks = {
        unheld.LECTURER_WEEK: problem.lecturer_a_week,
        unheld.COHORT_WEEK: problem.cohort_a_week,
    }
    for (topic, reason), lost in sorted(groups.items(), key=lambda pair: -len(pair[1])):
        some = [one for one in problem.lecturers if set(reason.topics) & set(one.topics)]
        raised = reason.code in unheld.RAISED
        fits = unheld.would_fit(problem, plan, reason.code, topic) if raised else 0
        if reason.code == unheld.HALL:
            fits = sum(code == unheld.HALL for _names, (code, _words) in lost)
        yield Shortage(
            topic=topics.get(topic, ""),
            unheld=len(lost),
            wanted=sum(topic in each for each in wanted),
            code=reason.code,
            together=tuple(topics.get(key, "") for key in reason.topics),
            lecturers=reason.lecturers,
            can=reason.can,
            asked=reason.wanted,
            load=max((one.load for one in some), default=0),
            limit=weeks.get(reason.code, 0),
            fits=min(fits, len(lost)),
            names=tuple(called for called, _help in lost),
            helps=tuple(words for _names, (_code, words) in lost),
        )
