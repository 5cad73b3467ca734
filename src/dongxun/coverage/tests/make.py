"""Makers for tests of coverage: plain values for the pure parts, a small district for the rest."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from dongxun.coverage import services, store
from dongxun.coverage.contracts import SEASON_ROW
from dongxun.coverage.models import Cell
from dongxun.coverage.standing import Measure
from dongxun.kernel.actors import Actor
from dongxun.kernel.outbox import deliver_all
from dongxun.ledger import api as ledger
from dongxun.ledger.contracts import FactKind, LiveFact, Mode, NewFact
from dongxun.ledger.tests.make import make_fact
from dongxun.organisations.tests.make import make_district
from dongxun.people.models import Person
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import (
    CreditMethod,
    CreditTable,
    Owing,
    Part,
    StudyMode,
    TopicId,
    TopicRule,
)
from dongxun.seasons.models import Topic
from dongxun.seasons.tests.make import make_participation, make_season

SYSTEM = Actor.system("tests")
DAY = date(2027, 1, 20)
NINE = datetime(2027, 1, 20, 1, 0, tzinfo=UTC)
"""Nine in the morning of 20 January 2027, in Shanghai."""
HALF_DAY = CreditTable("half_day", CreditMethod.FIXED, hours=Decimal(4))
HALL = CreditTable("hall", CreditMethod.PER_MINUTE)
ONLINE = CreditTable(
    "online",
    CreditMethod.STEPS,
    steps=((1, Decimal("0.25")), (15, Decimal("0.5")), (30, Decimal(1))),
)
TEST = CreditTable("test", CreditMethod.FIXED, hours=Decimal("0.5"))
_numbers = count(1)


def key(number: int) -> UUID:
    """Return the same id for the same number."""
    return UUID(int=number)


PERSON, BRANCH, OTHER_BRANCH = key(1), key(2), key(3)
TOPIC_A, TOPIC_B = key(11), key(12)


def make_topic(topic_id: UUID, minutes: int = 60, *, required: bool = True) -> TopicRule:
    """Return a topic of an hour that opened in December."""
    return TopicRule(
        id=TopicId(topic_id),
        number=topic_id.int,
        name=f"专题{topic_id.int}",
        short_name="专题",
        minutes=minutes,
        required=required,
        opens_on=date(2026, 12, 1),
        due_on=date(2027, 2, 1),
        target=Decimal(95),
    )


def make_measure(*topics: TopicRule, hours: str = "1", secretary: str = "") -> Measure:
    """Return rules with one topic of an hour and one hour for the season, unless said otherwise."""
    chosen = topics or (make_topic(TOPIC_A),)
    return Measure(
        topics=chosen,
        required=frozenset(topic.id for topic in chosen if topic.required),
        season_hours=dict.fromkeys(Owing.values, Decimal(hours))
        | {Owing.SECRETARY.value: Decimal(secretary or hours)},
        table={row.format: row for row in (HALL, HALF_DAY, ONLINE, TEST)},
    )


def make_part(mode: StudyMode = StudyMode.GROUP, **overrides: Any) -> Part:
    """Return a part that began with the season and has no end."""
    values: dict[str, Any] = {
        "person_id": PERSON,
        "branch_id": BRANCH,
        "mode": mode.value,
        "reason": "",
        "valid_from": date(2026, 12, 1),
        "valid_to": None,
        "excluded_reason": "",
    }
    return Part(**(values | overrides))


def make_live(minutes: int = 60, mode: Mode = Mode.GROUP, **overrides: Any) -> LiveFact:
    """Return a live fact on topic A; each has its own session, a day after the last."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": key(1000 + number),
        "person_id": PERSON,
        "kind": FactKind.ATTENDED.value,
        "topic_id": TOPIC_A,
        "seconds": minutes * 60,
        "mode": mode.value,
        "format": "hall",
        "occurred_at": NINE - timedelta(days=number % 10),
        "object_kind": "session" if mode in {Mode.GROUP, Mode.MAKEUP} else "lesson",
        "object_id": key(5000 + number),
        "until": None,
    }
    return LiveFact(**(values | overrides))


def make_leave(until: date, **overrides: Any) -> LiveFact:
    """Return an approved leave from topic A with a make-up window to ``until``."""
    about = {"kind": FactKind.ON_LEAVE.value, "format": "", "until": until}
    return make_live(0, Mode.NONE, **(about | overrides))


class House:
    """A district with a running season of two topics, and shorthands for what happens in it."""

    def __init__(self) -> None:
        self.tree = make_district()
        self.season = make_season(self.tree["district"], parameters={"season_hours": "1"})
        self.topics = list(Topic.objects.filter(season=self.season).order_by("number"))

    def member(self, branch: str = "平潮镇支部", mode: StudyMode = StudyMode.GROUP) -> Person:
        """Return a person of a branch who takes part."""
        person = make_person(branch=self.tree[branch])
        make_participation(self.season, person, mode=mode)
        return person

    def fact(self, person: Person, *, topic: int = 0, cause: str = "a", **more: Any) -> NewFact:
        """Return an hour together on a topic, not yet written."""
        values = {"season_id": self.season.id, "topic_id": self.topics[topic].id}
        found: NewFact = make_fact(person, cause=cause, **(values | more))
        return found

    def attend(self, *people: Person, **more: Any) -> list[NewFact]:
        """Write an hour together for people and let everybody hear of it."""
        facts = [self.fact(person, **more) for person in people]
        ledger.record(facts, by=SYSTEM)
        deliver_all()
        return facts

    def credit(self, *people: Person) -> int:
        """Recompute people."""
        return services.credit(season_id=self.season.id, person_ids=[p.id for p in people])

    def count(self, organisation: str, name: str, topic: int | None = None) -> int:
        """Return one number of one counter; 0 when there is no counter."""
        topic_id = SEASON_ROW if topic is None else self.topics[topic].id
        found = Cell.objects.filter(
            season_id=self.season.id,
            organisation_id=self.tree[organisation].id,
            topic_id=topic_id,
        )
        return int(found.values_list(name, flat=True).first() or 0)

    def cells(self) -> dict[Any, list[int]]:
        """Return every counter."""
        return store.cells(self.season.id)
