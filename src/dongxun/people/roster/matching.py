"""Whom a row is about: ID hash, then name + birth month + join month, then name + branch + phone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from dongxun.kernel.actors import Interval
from dongxun.organisations import api as organisations
from dongxun.people.contracts import Month, Status
from dongxun.people.models import Person, PersonTag
from dongxun.people.sealing import plain_name

FIELDS = (
    "id",
    "name",
    "branch_id",
    "sex",
    "category",
    "status",
    "joined_on",
    "full_on",
    "duty",
    "is_secretary",
    "version",
    "private__phone_hash",
    "private__id_hash",
    "private__birth_year",
    "private__birth_month",
    "private__address",
)
GONE = frozenset({Status.TRANSFERRED, Status.DECEASED, Status.SUSPENDED})
_NO_TAGS: frozenset[str] = frozenset()


@dataclass(slots=True)
class Known:
    """A person of the roster as it stands, with hashes in place of what is private."""

    id: UUID
    name: str
    branch_id: UUID
    sex: str
    category: str
    status: str
    joined_on: date | None
    full_on: date | None
    duty: str
    is_secretary: bool
    version: int
    phone_hash: str | None
    id_hash: str | None
    birth_year: int | None
    birth_month: int | None
    address: str | None
    tags: frozenset[str] = _NO_TAGS

    @property
    def birth(self) -> Month | None:
        """Year and month of birth, None when not both are known."""
        if self.birth_year and self.birth_month:
            return self.birth_year, self.birth_month
        return None


class Clues(NamedTuple):
    """What a row says that helps to find its person."""

    name: str
    branch_id: UUID
    id_hash: str = ""
    phone_hash: str = ""
    birth: Month | None = None
    joined: Month | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The person found, or those a person must choose from, or nobody."""

    person: Known | None = None
    candidates: tuple[Known, ...] = ()


NOBODY = Match()


class PeopleIndex:
    """The people of a subtree under everything that rosters identify them by."""

    def __init__(self, people: Iterable[Known]) -> None:
        self.by_id: dict[UUID, Known] = {}
        self._by_hash: dict[str, Known] = {}
        self._by_name: defaultdict[str, list[Known]] = defaultdict(list)
        for known in people:
            self.by_id[known.id] = known
            self._by_name[plain_name(known.name)].append(known)
            if known.id_hash:
                self._by_hash[known.id_hash] = known

    @property
    def hashes(self) -> AbstractSet[str]:
        """The hashes of all ID numbers here."""
        return self._by_hash.keys()

    def by_text(self, text: str) -> Known | None:
        """Return the person whose id ``text`` is."""
        try:
            return self.by_id.get(UUID(text))
        except ValueError:
            return None

    @classmethod
    def load(cls, interval: Interval) -> "PeopleIndex":
        """Read the people of a subtree, in two queries."""
        here = organisations.within([interval], "branch__lft")
        tags: defaultdict[UUID, set[str]] = defaultdict(set)
        tagged = PersonTag.objects.filter(
            organisations.within([interval], "person__branch__lft")
        ).values_list("person_id", "tag")
        for person_id, word in tagged.iterator():
            tags[person_id].add(word)
        rows = Person.objects.filter(here, merged_into=None).values_list(*FIELDS)
        return cls(_known(row, tags) for row in rows.iterator())

    def match(self, clues: Clues) -> Match:
        """Return who a row is about."""
        if clues.id_hash and (known := self._by_hash.get(clues.id_hash)):
            return Match(known)
        namesakes = [
            k for k in self._by_name.get(plain_name(clues.name), ()) if not _contradicts(k, clues)
        ]
        if not namesakes:
            return NOBODY
        for sure in (_same_dates, _same_phone):
            hits = [known for known in namesakes if sure(known, clues)]
            if len(hits) == 1:
                return Match(hits[0])
            if hits:
                return Match(candidates=tuple(hits))
        return Match(candidates=tuple(_worth_asking(namesakes, clues)))

    def has_namesake(self, clues: Clues) -> bool:
        """Return whether the branch has somebody of this name, if with other dates."""
        return any(
            k.branch_id == clues.branch_id for k in self._by_name.get(plain_name(clues.name), ())
        )

    def of_branches(self, branch_ids: AbstractSet[UUID]) -> list[Known]:
        """Return who belongs to these branches and has not left."""
        return [
            known
            for known in self.by_id.values()
            if known.branch_id in branch_ids and known.status not in GONE
        ]


def _known(row: tuple[Any, ...], tags: Mapping[UUID, set[str]]) -> Known:
    known = Known(*row)
    if known.id in tags:
        known.tags = frozenset(tags[known.id])
    return known


def _contradicts(known: Known, clues: Clues) -> bool:
    """Two whole ID numbers or two birth months that differ are two people."""
    if known.id_hash and clues.id_hash and known.id_hash != clues.id_hash:
        return True
    return bool(known.birth and clues.birth and known.birth != clues.birth)


def _same_dates(known: Known, clues: Clues) -> bool:
    joined = known.joined_on
    return bool(
        clues.birth
        and clues.joined
        and joined
        and known.birth == clues.birth
        and (joined.year, joined.month) == clues.joined
    )


def _same_phone(known: Known, clues: Clues) -> bool:
    return bool(
        clues.phone_hash
        and known.branch_id == clues.branch_id
        and known.phone_hash == clues.phone_hash
    )


def _worth_asking(namesakes: Sequence[Known], clues: Clues) -> list[Known]:
    return [
        known
        for known in namesakes
        if known.branch_id == clues.branch_id
        or (clues.birth and known.birth == clues.birth)
        or (clues.phone_hash and known.phone_hash == clues.phone_hash)
    ][:5]
