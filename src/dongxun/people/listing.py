"""The roster as a table: filtered by what stands in the URL, sorted, counted along the tree."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel import clock, secret
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import queries, sealing
from dongxun.people.contracts import VETERAN_YEARS
from dongxun.people.models import Person, PersonPrivate, PersonTag

SORTS = {
    "name": ("pinyin", "name", "id"),
    "branch": ("branch__lft", "order", "name", "id"),
    "joined": ("joined_on", "name", "id"),
    "status": ("status", "name", "id"),
}
SIZES = (20, 50, 100)
YEARS = (VETERAN_YEARS, 40, 30)
"""Years of membership that the roster can be narrowed to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; empty means all."""

    words: str = ""
    status: str = ""
    category: str = ""
    tag: str = ""
    years: int = 0
    """Full years of membership at least."""
    sort: str = ""


def people(interval: Interval, wanted: Wanted, *, by: Actor) -> QuerySet[Person]:
    """Return the people of a subtree that a list shows, with branch and tags."""
    found = queries.rows(by).filter(organisations.within([interval], "branch__lft"))
    if wanted.words:
        words = "".join(wanted.words.split())
        found = found.filter(Q(name__icontains=words) | Q(pinyin__startswith=words.lower()))
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.category:
        found = found.filter(category=wanted.category)
    if wanted.tag:
        found = found.filter(tags__tag=wanted.tag)
    if wanted.years:
        found = found.filter(joined_on__lte=queries.years_ago(clock.today(), wanted.years))
    key = wanted.sort.removeprefix("-")
    order = SORTS.get(key, SORTS["branch"])
    if wanted.sort.startswith("-"):
        order = (f"-{order[0]}", *order[1:])
    return found.order_by(*order).prefetch_related("tags")


def counts_by(nodes: Sequence[Node]) -> dict[UUID, int]:
    """Return how many people are on the roster below each of these siblings, in one query."""
    if not nodes:
        return {}
    ordered = sorted(nodes, key=lambda node: node.interval.lft)
    starts = [node.interval.lft for node in ordered]
    rows = Person.objects.filter(
        organisations.within([node.interval for node in ordered], "branch__lft"), merged_into=None
    )
    found: dict[UUID, int] = {node.id: 0 for node in ordered}
    by_branch = rows.order_by().values_list("branch__lft").annotate(n=Count("id"))
    for lft, count in by_branch:
        found[ordered[bisect_right(starts, lft) - 1].id] += count
    return found


def tags_in(interval: Interval, most: int = 60) -> list[tuple[str, int]]:
    """Return the words used most in a subtree, for filters."""
    rows = PersonTag.objects.filter(organisations.within([interval], "person__branch__lft"))
    found = rows.values_list("tag").annotate(n=Count("id")).order_by("-n", "tag")[:most]
    return [(word, count) for word, count in found]


def masked_phone(person_id: UUID, *, by: Actor) -> str:
    """Return 199****0012, empty without a phone; only for organisers of the branch."""
    if not by.holds(*ORGANISERS):
        return ""
    row = PersonPrivate.objects.filter(person_id=person_id).first()
    phone = secret.unseal(row.phone, sealing.PHONE) if row else ""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def doubles(interval: Interval, *, by: Actor, most: int = 100) -> list[list[Person]]:
    """Return groups of people who may be one: same name, and same phone, birth or branch."""
    here = queries.rows(by).filter(organisations.within([interval], "branch__lft"))
    again = here.order_by().values("name").annotate(n=Count("id")).filter(n__gt=1)
    names = list(again.values_list("name", flat=True)[: most * 5])
    groups: dict[tuple[object, ...], list[Person]] = {}
    for person in here.filter(name__in=names).select_related("private").order_by("name", "id"):
        private = getattr(person, "private", None)
        if private and private.phone_hash:
            groups.setdefault(("phone", person.name, private.phone_hash), []).append(person)
        if private and private.birth_year:
            born = (private.birth_year, private.birth_month)
            groups.setdefault(("born", person.name, born), []).append(person)
        groups.setdefault(("branch", person.name, person.branch_id), []).append(person)
    found: dict[tuple[UUID, ...], list[Person]] = {}
    for group in groups.values():
        if len(group) > 1 and not _two_ids(group):
            found[tuple(person.id for person in group)] = group
    return list(found.values())[:most]


def _two_ids(group: Sequence[Person]) -> bool:
    """Return whether two whole ID numbers tell these people apart."""
    hashes = {p.private.id_hash for p in group if getattr(p, "private", None) and p.private.id_hash}
    return len(hashes) == len(group)
