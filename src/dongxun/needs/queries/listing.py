"""The list of needs: by deadline, with filters, a page at a time.

Pages are found by where the last one ended, and large counts end at ``MOST_COUNTED``, so a
page costs the same among a hundred needs and among fifty thousand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Lower

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.ids import normal_code
from dongxun.needs import terms
from dongxun.needs.contracts import NeedSource, NeedState, Satisfaction
from dongxun.needs.models import Need
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonCard

PAGE_SIZE = 25
MOST_COUNTED = 1000
OPEN, LATE, ALL = "open", "late", "all"
GROUPS = (OPEN, LATE, *(state.value for state in NeedState), ALL)
UNSORTED = "none"
"""The theme of needs that nobody has sorted."""
VIEWS = {"turn": "holder", "lead": "lead", "raised": "organisation"}
"""Which needs of a unit: whose turn it is, who leads, where they were raised."""
CHECKS = {
    "late_reply": Q(replied_on=None) | Q(replied_on__gt=F("reply_by")),
    "unsatisfied": Q(satisfaction=Satisfaction.UNSATISFIED),
    "no_word": Q(satisfaction=""),
    "redone": Q(redos__gt=0),
}
"""Names behind a figure, beside what the groups can say.

SQLite takes the index of a condition only where both say the same in the same order."""
STILL_OPEN = frozenset({"unsatisfied", "no_word"})
"""Checks that no closed need can meet: the database lets none be closed without a good word."""

_SHOWN = (
    "id",
    "text",
    "state",
    "urgency",
    "is_open",
    "since",
    "due_on",
    "theme__name",
    "holder__short_name",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; every field stands in the address."""

    group: str = OPEN
    view: str = ""
    unit_id: UUID | None = None
    theme_id: UUID | None = None
    unsorted: bool = False
    source: str = ""
    check: str = ""
    words: str = ""
    after: tuple[date, UUID] | None = None

    @property
    def newest_first(self) -> bool:
        """Whether the list begins with the latest deadline: closed ones do."""
        return self.group == NeedState.CLOSED


class Line(NamedTuple):
    """A need as the list shows it."""

    id: UUID
    text: str
    state: str
    urgency: str
    is_open: bool
    since: datetime
    due_on: date
    theme: str | None
    holder: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of needs; ``after`` leads to the next, None when this is the last."""

    rows: tuple[Line, ...]
    after: tuple[date, UUID] | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many: exact up to ``MOST_COUNTED``, then at least so many."""

    n: int
    more: bool = False

    def __str__(self) -> str:
        return f"{self.n:,}+" if self.more else f"{self.n:,}"


@dataclass(frozen=True, slots=True)
class Reach:
    """Of which unit, and seen from where: ``view`` is one of ``VIEWS``, empty for all."""

    season: SeasonCard
    node: Node
    view: str
    condition: Q


def reach_of(season: SeasonCard, wanted: Wanted, *, by: Actor) -> Reach:
    """Return what the actor may list: a unit of theirs, by view.

    Raises:
        NotFound: no such unit, or not the actor's.
    """
    if wanted.unit_id is not None:
        node = organisations.node_in_scope(wanted.unit_id, by=by)
    else:
        node = _own_top(season, by)
    whole = season.root_lft in node.interval
    view = wanted.view if wanted.view in VIEWS else ""
    if whole:
        return Reach(season, node, view, Q())
    view = view or "turn"
    return Reach(season, node, view, _within(VIEWS[view], node.interval))


def _own_top(season: SeasonCard, by: Actor) -> Node:
    if by.is_system or by.reaches(season.root_lft):
        return organisations.node(season.root_id)
    return organisations.own_top(by)


def _within(field: str, interval: Interval) -> Q:
    return Q(**{f"{field}__in": organisations.ids_within([interval])})


def rows(reach: Reach, wanted: Wanted) -> QuerySet[Need]:
    """Return the needs of the filters, in order of the list, all pages."""
    found = _filtered(reach, wanted)
    order = ("-due_on", "-id") if wanted.newest_first else ("due_on", "id")
    return found.filter(_group(wanted.group)).order_by(*order)


def page(reach: Reach, wanted: Wanted, counts: Mapping[str, Tally] | None = None) -> Page:
    """Return one page of the list.

    Args:
        counts: what :func:`tallies` found; then a group without any is not asked for.
    """
    if counts and wanted.group in counts and not counts[wanted.group].n:
        return Page((), None)
    found = rows(reach, wanted)
    if wanted.after is not None:
        day, key = wanted.after
        how = "lt" if wanted.newest_first else "gt"
        beyond = Q(**{f"due_on__{how}": day}) | Q(due_on=day, **{f"id__{how}": key})
        found = found.filter(beyond, **{f"due_on__{how}e": day})
    shown = [Line(*values) for values in found.values_list(*_SHOWN)[: PAGE_SIZE + 1]]
    more = len(shown) > PAGE_SIZE
    kept = tuple(shown[:PAGE_SIZE])
    return Page(kept, (kept[-1].due_on, kept[-1].id) if more else None)


def _filtered(reach: Reach, wanted: Wanted, season: Q | None = None) -> QuerySet[Need]:
    found = Need.objects.filter(reach.condition, season or Q(season_id=reach.season.id))
    if wanted.theme_id is not None:
        found = found.filter(theme_id=wanted.theme_id)
    if wanted.unsorted:
        found = found.filter(theme=None)
    if wanted.source in NeedSource.values:
        found = found.filter(source=wanted.source)
    if wanted.check in CHECKS:
        found = found.filter(CHECKS[wanted.check])
    if wanted.check in STILL_OPEN:
        found = found.filter(is_open=True)
    if wanted.check == "late_reply":  # one that is not due yet is not late
        found = found.exclude(replied_on=None, reply_by__gte=terms.overdue_before())
    if wanted.words:
        code = normal_code(wanted.words)
        match = Q(code=code) if _is_code(code) else Q(text__contains=wanted.words)
        found = found.filter(match)
    return found


def _is_code(text: str) -> bool:
    return len(text) == 6 and text.isascii() and text.isalnum()


def _group(group: str) -> Q:
    if group == LATE:
        return Q(is_open=True, due_on__lt=terms.overdue_before())
    if group == ALL:
        return Q()
    if group in NeedState.values:
        return Q(is_open=group != NeedState.CLOSED, state=group)
    return Q(is_open=True)


def tallies(reach: Reach, wanted: Wanted) -> dict[str, Tally]:
    """Return how many needs each group holds under the other filters.

    While words are looked for only the open ones are counted: the closed may be very many.
    """
    found = _filtered(reach, wanted, season=_by_unit(reach)).order_by()
    late = Count("id", filter=Q(due_on__lt=terms.overdue_before()))
    # Grouped by the column itself SQLite walks through all that is open in order of the states.
    few = wanted.theme_id or wanted.source or reach.condition
    state = Lower("state") if few else F("state")
    states = found.filter(is_open=True).values_list(state).annotate(n=Count("id"), late=late)
    counts = {state: (n, overdue) for state, n, overdue in states}
    tally = {state: Tally(counts.get(state, (0, 0))[0]) for state in NeedState.values}
    tally[OPEN] = Tally(sum(n for n, _late in counts.values()))
    tally[LATE] = _at_most(sum(overdue for _n, overdue in counts.values()))
    if wanted.words:
        del tally[NeedState.CLOSED]
    else:
        closed = found.filter(_group(NeedState.CLOSED))[: MOST_COUNTED + 1]
        n = 0 if wanted.check in STILL_OPEN else closed.count()
        tally[NeedState.CLOSED] = _at_most(n)
        tally[ALL] = _at_most(tally[OPEN].n + n)
    return tally


def elsewhere(reach: Reach, *, by: Actor) -> list[tuple[UUID, str, int]]:
    """Return in which other seasons needs are open, the newest first: id, name and how many.

    What is heard late belongs to the season of its day, which may be over.
    """
    others = [one for one in seasons.seasons(by=by) if one.id != reach.season.id]
    keys = [one.id for one in others]
    found = Need.objects.filter(reach.condition, season_id__in=keys, is_open=True).order_by()
    counts = dict(found.values_list("season_id").annotate(n=Count("id"))) if keys else {}
    return [(one.id, one.name, counts[one.id]) for one in others if one.id in counts]


def _by_unit(reach: Reach) -> Q:
    """Return the condition on the season so that the few needs of a unit are sought by the unit.

    An equation invites SQLite, which keeps no statistics, to walk through the whole season.
    """
    key = reach.season.id
    return Q(season_id__gte=key, season_id__lte=key) if reach.condition else Q(season_id=key)


def _at_most(n: int) -> Tally:
    return Tally(min(n, MOST_COUNTED), more=n > MOST_COUNTED)
