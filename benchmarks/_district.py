"""A district for benchmarks: its tree, its people and their facts, written straight to the tables.

Numbers only, no names of anybody; the same seed gives the same district.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from uuid import UUID

from django.db import models

from dongxun.kernel import bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id, new_id
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, Mode, NewFact
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.organisations.models import Organisation, Zone, ZoneMember, ZoneSet
from dongxun.organisations.tests.make import make_organisation
from dongxun.organisations.tree import renumber
from dongxun.people.models import Person
from dongxun.seasons.models import Participation, Season, SeasonOrganisation, Topic
from dongxun.seasons.tests.make import make_season

SYSTEM = Actor.system("bench")
TOWNS, VILLAGES, BRANCHES = 20, 16, 4


def write(model: type[models.Model], rows: Iterable[dict[str, object]]) -> None:
    """Insert rows given by column; what they leave out gets the field's own default."""
    every = model._meta.concrete_fields  # noqa: SLF001 - Django documents it
    fields = [field for field in every if not isinstance(field, models.AutoField)]

    def values(row: dict[str, object]) -> list[object]:
        return [row[f.column] if f.column in row else f.get_default() for f in fields]

    bulk.insert(model, [str(field.column) for field in fields], map(values, rows))


def plant() -> tuple[Node, list[UUID]]:
    """Return the district and the ids of its 1,280 branches, 64 in each of 20 towns."""
    district = make_organisation("通州区", type_code="district")
    rows: list[dict[str, object]] = []
    branches: list[UUID] = []

    def add(name: str, kind: str, parent: UUID, depth: int, order: int) -> UUID:
        key = new_id()
        place = {"parent_id": parent, "depth": depth, "order": order, "lft": 0, "rgt": 0}
        named = {"id": key, "name": name, "short_name": name, "type_id": kind}
        rows.append(named | place | {"updated_at": clock.now()})
        return key

    for t in range(TOWNS):
        town = add(f"{t + 1} 镇", "town", district.id, 1, t)
        for v in range(VILLAGES):
            village = add(f"{t + 1}-{v + 1} 村", "village", town, 2, v)
            branches += [
                add(f"{t + 1}-{v + 1}-{b + 1} 支部", "branch", village, 3, b)
                for b in range(BRANCHES)
            ]
    write(Organisation, rows)
    renumber()
    return district, branches


def enrol(season: Season, branches: list[UUID], people: int) -> list[tuple[UUID, UUID]]:
    """Write ``people`` members over the branches; return (person, branch)."""
    now = clock.now()
    pairs = [(new_id(), branches[n % len(branches)]) for n in range(people)]
    write(
        Person,
        (
            {"id": key, "name": f"某{n}", "branch_id": branch, "category": "full", "order": n}
            | {"status": "active", "created_at": now, "updated_at": now}
            for n, (key, branch) in enumerate(pairs)
        ),
    )
    take_part(season, pairs)
    return pairs


def take_part(season: Season, pairs: list[tuple[UUID, UUID]]) -> None:
    """Let people take part in a season, of a hundred 93 together, 4 at home and 3 away."""
    modes = random.Random(1).choices(("group", "home", "floating"), (93, 4, 3), k=len(pairs))
    write(
        Participation,
        (
            {"season_id": season.id, "person_id": key, "branch_id": branch, "mode": mode}
            | {"valid_from": season.starts_on}
            for (key, branch), mode in zip(pairs, modes, strict=True)
        ),
    )


def facts(
    season: Season, pairs: list[tuple[UUID, UUID]], shares: list[float], again: int = 1
) -> Iterator[NewFact]:
    """Yield facts: topic ``n`` is studied by ``shares[n]`` of the people, in ``again`` parts."""
    dice = random.Random(2)
    topics = list(Topic.objects.filter(season=season).order_by("number"))
    start = clock.moment(season.starts_on) + timedelta(hours=9)
    for n, (topic, share) in enumerate(zip(topics, shares, strict=False)):
        for part in range(again):
            at = start + timedelta(days=3 * n, hours=part, minutes=again)
            session = derived_id(at, "bench", topic.id)
            for person_id, branch_id in pairs:
                if dice.random() < share:
                    yield NewFact(
                        id=derived_id(at, "bench", person_id, topic.id),
                        kind=FactKind.ATTENDED,
                        person_id=person_id,
                        branch_id=branch_id,
                        season_id=season.id,
                        topic_id=topic.id,
                        seconds=topic.minutes * 60 // again,
                        mode=Mode.GROUP,
                        format="hall",
                        occurred_at=at,
                        object_kind="session",
                        object_id=session,
                        source="bench",
                    )


def settle(
    people: int, shares: list[float], again: int = 1
) -> tuple[Season, list[tuple[UUID, UUID]]]:
    """Return a season of seven topics with its facts, and its people; nothing counted yet."""
    top, branches = plant()
    season = make_season(top, topics=7, minutes=60)
    pairs = enrol(season, branches, people)
    ledger.record_many(facts(season, pairs, shares, again), by=SYSTEM, quiet=True)
    return season, pairs


def divide(season: Season) -> None:
    """Let the towns take part, four to a zone and five to a joint zone."""
    towns = Organisation.objects.filter(depth=1, parent_id=season.root_id).order_by("lft")
    ids = list(towns.values_list("id", flat=True))
    season.organisations.all().delete()
    write(
        SeasonOrganisation,
        [{"season_id": season.id, "organisation_id": key, "order": n} for n, key in enumerate(ids)],
    )
    for kind, size in (("geo", 4), ("joint", 5)):
        zone_set = ZoneSet.objects.create(
            root_id=season.root_id, kind=kind, name=kind, valid_from=season.starts_on
        )
        for order, first in enumerate(range(0, len(ids), size)):
            zone = Zone.objects.create(zone_set=zone_set, name=f"{order + 1} 区", order=order)
            for key in ids[first : first + size]:
                ZoneMember.objects.create(zone_set=zone_set, zone=zone, organisation_id=key)
        setattr(season, f"{kind}_zones", zone_set)
    season.save()


def district(season: Season) -> Node:
    """Return the season's root."""
    return organisations.node(season.root_id)
