"""Makers of rounds for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, ActorKind, Grant, Role
from dongxun.kernel.ids import new_id
from dongxun.ledger import api as ledger
from dongxun.organisations.contracts import Node
from dongxun.organisations.tests.make import make_district
from dongxun.people.models import Person
from dongxun.people.tests.make import make_person
from dongxun.seasons.contracts import StudyMode
from dongxun.seasons.models import Season
from dongxun.seasons.tests.make import make_participation, make_season
from dongxun.visits import services
from dongxun.visits.contracts import Outcome, RoundDraft, Said, Step, TopicPart
from dongxun.visits.models import Claim, Round, Stop


def make_round(
    season: Season, node: Node, people: list[Person], *, by: Actor, **overrides: Any
) -> Round:
    """Return an open round of today on the season's first topic."""
    topic = season.topics.order_by("number")[0]
    values: dict[str, Any] = {
        "title": "金北村 上午线",
        "day": clock.today(),
        "topics": (TopicPart(topic.id, 12),),
        "person_ids": tuple(person.id for person in people),
    }
    draft = RoundDraft(
        id=new_id(), season_id=season.id, organisation_id=node.id, **(values | overrides)
    )
    return Round.objects.get(id=services.open_round(by=by, draft=draft))


class World:
    """A town with two members taught at home and a round to them."""

    def __init__(self) -> None:
        self.tree = make_district()
        self.season = make_season(self.tree["district"])
        branch = self.tree["平潮镇支部"]
        self.zheng = make_person("郑十", branch=branch)
        self.feng = make_person("冯二", branch=branch)
        self.qian = make_person("钱一诺", branch=branch)
        self.wu = make_person("吴思远", branch=self.tree["五接镇支部"])
        for person in (self.zheng, self.feng):
            make_participation(self.season, person, mode=StudyMode.HOME, reason="aged")
        self.zhou = self.organiser("平潮镇")
        self.round = make_round(
            self.season, self.tree["平潮镇"], [self.zheng, self.feng], by=self.zhou
        )
        self.visitor_id = services.add_visitor(
            by=self.zhou, round_id=self.round.id, person_id=self.qian.id
        )
        self.visitor = self.linked(self.visitor_id)

    @property
    def topic(self) -> UUID:
        return self.season.topics.order_by("number")[0].id

    def organiser(self, name: str, role: Role = Role.ORGANISER) -> Actor:
        node = self.tree[name]
        return Actor(ActorKind.ACCOUNT, new_id(), name, (Grant(role, node.id, node.interval),))

    def linked(self, visitor_id: UUID) -> Actor:
        return Actor(ActorKind.LINK, new_id(), links=((LinkPurpose.VISITOR.value, visitor_id),))

    def stop(self, person: Person) -> Stop:
        return Stop.objects.get(round=self.round, person=person)

    def visited(self, person: Person, *, minutes: int = 12, after: int = 20, **more: Any) -> Said:
        at = self.round.opened_at + timedelta(minutes=after)
        values: dict[str, Any] = {
            "id": new_id(),
            "stop_id": self.stop(person).id,
            "step": Step.DONE,
            "occurred_at": at,
            "started_at": at - timedelta(minutes=minutes),
            "outcome": Outcome.DONE,
            "minutes": minutes,
            "topics": (TopicPart(self.topic, minutes),),
        }
        return Said(**(values | more))

    def take(self, *items: Said, by: Actor | None = None) -> list[tuple[str, str]]:
        found = services.take(by=by or self.visitor, items=items)
        return [(answer.answer.value, answer.reason) for answer in found]

    def facts(self, person: Person) -> list[tuple[int, str]]:
        rows = ledger.live_facts(self.season.id, [person.id])
        return [(fact.seconds, fact.mode) for fact in rows]

    def claims(self, person: Person) -> int:
        return Claim.objects.filter(stop__person=person).count()
