"""Reads of people. Whoever asks gets only the people of their own subtrees."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from dongxun.kernel import hot
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import LinkNeeded, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.people import sealing
from dongxun.people.contracts import (
    COUNTED_CATEGORIES,
    NOT_ELIGIBLE,
    NOTHING_KNOWN,
    TAG_FLOATING,
    TAG_HOME_STUDY,
    VETERAN_YEARS,
    Belonged,
    BranchOf,
    Card,
    Counts,
    OnRecord,
    PersonId,
    RollLine,
    Status,
)
from dongxun.people.models import (
    Membership,
    Person,
    PersonPrivate,
)

ELIGIBLE = Q(category__in=COUNTED_CATEGORIES) & ~Q(status__in=NOT_ELIGIBLE) & Q(merged_into=None)
"""Who counts today: full and probationary members who are not suspended, gone or dead."""

_ROLL = (
    "id",
    "name",
    "pinyin",
    "duty",
    "branch_id",
    "branch__short_name",
    "branch__lft",
    "order",
)
_BATCH = 800


def as_card(row: Person) -> Card:
    """Return the shape that may cross the door; wants ``branch`` selected."""
    return Card(
        id=PersonId(row.id),
        name=row.name,
        branch_id=row.branch_id,
        branch_name=row.branch.short_name or row.branch.name,
        branch_lft=row.branch.lft,
        category=row.category,
        status=row.status,
        joined_on=row.joined_on,
    )


def visible(by: Actor) -> Q:
    """Return the condition on people: an organiser's subtrees, and who opened their own link.

    A phone that only checked in sees nobody's card, not even its holder's: it is told
    the own next items and hours, nothing else (decisions.md, section 4).
    """
    if by.is_system:
        return Q()
    return organisations.within(by.intervals(ORGANISERS), "branch__lft") | Q(id__in=by.owned)


def rows(by: Actor) -> QuerySet[Person]:
    """Return the people ``by`` may see, duplicates that were merged left out."""
    return Person.objects.filter(visible(by), merged_into=None).select_related("branch")


def row(person_id: UUID, *, by: Actor) -> Person:
    """Return one person, for this room's pages and services.

    Raises:
        NotFound: absent or outside.
    """
    return wanted_row(rows(by).filter(id=person_id))


def card(person_id: UUID, *, by: Actor) -> Card:
    """Return one person of the actor's subtree.

    Raises:
        NotFound: absent or outside.
    """
    return as_card(row(person_id, by=by))


def on_record(person: Person) -> OnRecord:
    """Return which private details of a person are known; wants the person to be the actor's."""
    found = PersonPrivate.objects.filter(person=person).first()
    if found is None:
        return NOTHING_KNOWN
    known = {
        "phone": found.phone,
        "id_number": found.id_number,
        "born": found.birth_year,
        "address": found.address,
    }
    whole = found.birth_year and found.birth_month
    return OnRecord(
        frozenset(name for name, value in known.items() if value),
        (found.birth_year or 0, found.birth_month or 0) if whole else None,
    )


def cards(ids: Iterable[UUID], *, by: Actor) -> dict[UUID, Card]:
    """Return people by id; absent and hidden ones are left out."""
    return {found.id: as_card(found) for found in rows(by).filter(id__in=list(ids))}


def names(ids: Iterable[UUID]) -> dict[UUID, Card]:
    """Return name and branch by id for a roll that its reader may already see; merged ones too."""
    found = Person.objects.filter(id__in=list(ids)).select_related("branch")
    return {person.id: as_card(person) for person in found}


def spoken_for(asked: str, *, by: Actor, own: bool = False) -> tuple[Card, list[Card]]:
    """Return whom a page of this phone speaks of (``asked``, else the first), and all it may.

    Args:
        own: only people whose personal link was opened here; others may know somebody's digits.

    Raises:
        NotFound: the phone speaks for nobody, or not for that person.
        LinkNeeded: it does, but without their link.
    """
    known = names(by.persons)
    every = [known[key] for key in by.persons if key in known]
    cards = [card for card in every if card.id in by.owned] if own else every
    chosen = next((card for card in cards if asked in {"", str(card.id)}), None)
    if chosen is not None:
        return chosen, cards
    raise LinkNeeded if any(asked in {"", str(card.id)} for card in every) else NotFound


def roll_lines(ids: Collection[UUID]) -> list[RollLine]:
    """Return people as a roll prints them, by branch, then roster order; merged ones too.

    For a roll whose reader may already see it.
    """
    found: list[RollLine] = []
    every = list(ids)
    for start in range(0, len(every), _BATCH):
        part = Person.objects.filter(id__in=every[start : start + _BATCH]).values_list(*_ROLL)
        found.extend(RollLine(*line) for line in part)
    return sorted(found, key=lambda line: (line.branch_lft, line.order, line.name))


_BRANCHES = hot.statement(
    """
    SELECT person.id, person.branch_id, branch.lft
    FROM {person} person
    JOIN {branch} branch ON branch.id = person.branch_id
    WHERE person.id IN %ids
""",
    person=Person,
    branch=hot.behind(Person, "branch"),
)


def branches_of(person_ids: Iterable[UUID]) -> dict[UUID, BranchOf]:
    """Return the home branch of each person and its position in the tree; unknown left out.

    For rooms that compute; nothing personal in it.
    """
    found = hot.rows(_BRANCHES, [], (UUID, UUID, int), ids=list(person_ids))
    return {person_id: BranchOf(branch_id, lft) for person_id, branch_id, lft in found}


def branches_ever(person_id: UUID) -> list[Belonged]:
    """Return every branch somebody has belonged to, and when. For rooms that compute."""
    rows = Membership.objects.filter(person_id=person_id)
    return [Belonged(*row) for row in rows.values_list("branch__lft", "since", "until")]


def people_under(interval: Interval, *, by: Actor, eligible_only: bool = True) -> list[Card]:
    """Return the people of a subtree, by branch and name order."""
    found = rows(by).filter(organisations.within([interval], "branch__lft"))
    if eligible_only:
        found = found.filter(ELIGIBLE)
    return [as_card(person) for person in found.order_by("branch__lft", "order", "name", "id")]


def secretaries(branch_ids: Iterable[UUID], *, by: Actor) -> dict[UUID, Card]:
    """Return the secretary of each branch, where the roster names one."""
    found = rows(by).filter(branch_id__in=list(branch_ids), is_secretary=True)
    return {person.branch_id: as_card(person) for person in found.order_by("-order")}


def secretary_ids(ids: Collection[UUID]) -> set[UUID]:
    """Return which of these people are secretaries."""
    found = Person.objects.filter(is_secretary=True, merged_into=None).values_list("id", flat=True)
    return set(found) & set(ids)


def survivor(person_id: UUID) -> PersonId:
    """Return who a person is today: the survivor of any merges."""
    current = person_id
    while into := (
        Person.objects.filter(id=current).values_list("merged_into_id", flat=True).first()
    ):
        current = into
    return PersonId(current)


def meant(person_id: UUID, *, by: Actor) -> UUID:
    """Return whom a phone means that kept something of a row which may have been merged since.

    Asks nothing where the phone speaks for that very row.
    """
    return person_id if person_id in by.persons else survivor(person_id)


def by_years(interval: Interval, most: int, *, by: Actor, youngest: bool = False) -> list[Card]:
    """Return the eligible people of a subtree with the most years in the party, or the fewest.

    People whose day of joining is unknown come last.
    """
    rank = F("joined_on")
    order = rank.desc(nulls_last=True) if youngest else rank.asc(nulls_last=True)
    found = rows(by).filter(ELIGIBLE, organisations.within([interval], "branch__lft"))
    return [as_card(person) for person in found.order_by(order, "id")[:most]]


def stand_on(organisation_id: UUID) -> int:
    """Return how many who have not left belong to this organisation."""
    found = Person.objects.filter(branch_id=organisation_id, merged_into=None)
    return found.exclude(status__in=[Status.TRANSFERRED, Status.DECEASED]).count()


def counts_under(interval: Interval) -> Counts:
    """Return counts of a subtree; counts name nobody, so zone leads may ask."""
    here = Person.objects.filter(organisations.within([interval], "branch__lft"), merged_into=None)
    found = here.aggregate(people=Count("id"), counted=Count("id", filter=ELIGIBLE))
    tagged = dict(
        here.filter(ELIGIBLE, tags__tag__in=[TAG_FLOATING, TAG_HOME_STUDY])
        .values_list("tags__tag")
        .annotate(n=Count("id"))
    )
    return Counts(
        people=found["people"],
        counted=found["counted"],
        floating=tagged.get(TAG_FLOATING, 0),
        home_study=tagged.get(TAG_HOME_STUDY, 0),
    )


def match_by_digits(name: str, digits: str, intervals: Iterable[Interval]) -> list[Card]:
    """Return who of these subtrees has this name and these last four digits.

    For the first check-in on a phone: the caller gives the branches expected at
    the session, limits the rate and tells a stranger nothing of the answer.
    """
    wanted = sealing.match_hashes(name, digits)
    if not wanted:
        return []
    found = Person.objects.filter(
        organisations.within(intervals, "branch__lft"), private__match__in=wanted, merged_into=None
    )
    return [as_card(person) for person in found.select_related("branch")]


def namesakes(name: str, intervals: Iterable[Interval]) -> list[Card]:
    """Return who of these subtrees has this name, for their own organiser to choose from."""
    found = Person.objects.filter(
        organisations.within(intervals, "branch__lft"), name=name.strip(), merged_into=None
    )
    return [as_card(person) for person in found.select_related("branch").order_by("order")]


def party_years(joined_on: date | None, on: date) -> int | None:
    """Return full years of membership on a day; None without a join date."""
    if joined_on is None or joined_on > on:
        return None
    return on.year - joined_on.year - ((on.month, on.day) < (joined_on.month, joined_on.day))


def years_ago(on: date, years: int) -> date:
    """Return the day ``years`` before another; 29 February becomes the 28th."""
    return date(on.year - years, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)


def veterans(interval: Interval, on: date, *, by: Actor) -> list[Card]:
    """Return 光荣在党50年: active full members whose 50 years are complete on ``on``."""
    limit = years_ago(on, VETERAN_YEARS)
    found = rows(by).filter(
        ELIGIBLE, organisations.within([interval], "branch__lft"), joined_on__lte=limit
    )
    return [as_card(person) for person in found.order_by("joined_on", "name")]
