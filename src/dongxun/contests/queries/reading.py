"""Contests as members see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.contests.contracts import EntryState, State
from dongxun.contests.models import Award, Contest, Entrant, Entry, Judge, Match, Round
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contest as a member's list shows it."""

    contest: Contest
    entry: Entry | None
    prize: str
    is_open: bool
    is_coming: bool


UNKNOWN = Q(state=State.DRAFT) | Q(state=State.OFF, off_from=State.DRAFT)
"""What nobody was told of."""


def _open_to(lft: int, person_id: UUID) -> QuerySet[Contest]:
    """Return the contests for a person of a branch at ``lft``, and those they have entered."""
    shown = Contest.objects.exclude(UNKNOWN).select_related("organisation", "season")
    entered = Entrant.objects.filter(person_id=person_id, is_in=True).values("contest_id")
    here = Q(organisation__lft__lte=lft, organisation__rgt__gte=lft)
    return shown.filter(here | Q(id__in=entered))


def contest_open_to(contest_id: UUID, person_id: UUID) -> Contest:
    """Return a contest that is for a person, or was when they entered it.

    Raises:
        NotFound: there is no such contest for them.
    """
    home = people.branches_of({person_id}).get(person_id)
    found = _open_to(home.lft, person_id).filter(id=contest_id) if home else None
    contest = found.first() if found is not None else None
    if contest is None:
        raise NotFound
    return contest


def is_open(contest: Contest) -> bool:
    """Return whether entries are taken in time now."""
    now = clock.now()
    begun = contest.opens_at is None or contest.opens_at <= now
    over = contest.closes_at is not None and contest.closes_at <= now
    return contest.state == State.CALL and begun and not over


def own_contests(person_id: UUID, *, by: Actor) -> list[ContestLine]:
    """Return the contests of the season for a person of this phone: open calls come first."""
    home = people.branches_of({person_id}).get(person_id) if person_id in by.persons else None
    season = seasons.season_at(home.lft) if home else None
    if season is None or home is None:
        return []
    rows = _open_to(home.lft, person_id).filter(season_id=season.id)
    found = list(rows.order_by("-created_at", "id"))
    own = Entry.objects.filter(
        contest__in=found, entrants__person_id=person_id, entrants__is_in=True
    )
    entries = {row.contest_id: row for row in own}
    won = Award.objects.filter(contest__in=found, person_id=person_id, void_at=None)
    prizes = {row.contest_id: row.prize for row in won}
    now = clock.now()
    lines = [
        ContestLine(
            row,
            entries.get(row.id),
            prizes.get(row.id, ""),
            is_open(row),
            bool(row.opens_at and now < row.opens_at),
        )
        for row in found
    ]
    return sorted(lines, key=lambda line: (not line.is_open, line.contest.is_over))


def own_entry(contest: Contest, person_id: UUID) -> Entry | None:
    """Return the entry a person stands in."""
    rows = contest.entries.filter(entrants__person_id=person_id, entrants__is_in=True)
    return rows.prefetch_related("entrants__person").first()


def taken_back(contest: Contest, person_id: UUID) -> Entry | None:
    """Return what a person took back last: its words are at hand when they enter anew."""
    rows = contest.entries.filter(state=EntryState.OUT, entrants__person_id=person_id)
    return rows.order_by("-changed_at", "-id").first()


def people_in(entry: Entry | None, *, but: UUID | None = None) -> list[Card]:
    """Return who stands in an entry, in their order, wherever they belong by now.

    Args:
        but: whom to leave out, such as whoever's phone it is.
    """
    rows = entry.entrants.filter(is_in=entry.state != EntryState.OUT) if entry else ()
    keys = [one.person_id for one in rows if one.person_id != but]
    cards = people.names(keys)
    return [cards[key] for key in keys]


def own_rounds(contest: Contest, entry: Entry | None) -> list[Round]:
    """Return the open rounds that an entry takes part in, each with its quiz."""
    if entry is None:
        return []
    rows = contest.rounds.exclude(opened_at=None).filter(results__entry=entry)
    return list(rows.select_related("quiz"))


def own_matches(entry: Entry | None) -> list[Match]:
    """Return the debates of a team."""
    if entry is None:
        return []
    rows = Match.objects.filter(Q(first=entry) | Q(second=entry))
    return list(rows.select_related("first", "second", "winner"))


def own_awards(person_id: UUID, *, by: Actor) -> list[Award]:
    """Return the awards of a person of this phone, with their certificates."""
    if person_id not in by.owned:
        return []
    rows = Award.objects.filter(person_id=person_id, void_at=None)
    return list(rows.select_related("contest").order_by("-decided_at", "id"))


def winners(contest: Contest) -> list[Award]:
    """Return who won what; nothing before the results are published."""
    rows = contest.awards.filter(void_at=None).select_related("person__branch", "entry")
    return list(rows.order_by("prize_order", "entry__rank", "sequence"))


def own_judgeships(person_id: UUID, *, by: Actor) -> list[Judge]:
    """Return where a person of this phone judges."""
    if person_id not in by.owned:
        return []
    rows = Judge.objects.filter(person_id=person_id, dismissed_at=None)
    wanted = rows.filter(contest__state__in=[State.CALL, State.JUDGING])
    return list(wanted.select_related("contest").order_by("contest__created_at"))


def taking_part(contest: Contest) -> QuerySet[Entry]:
    """Return the entries that take part, by number."""
    return contest.entries.filter(state=EntryState.IN).order_by("number", "entered_at")
