"""Generated histories of phones: what happened once, and the many ways in which it can arrive.

A *history* is a handful of items about two doors on up to eight phones, in one way in which
they reach us: any order, split into uploads, sent again, up to 89 days late. A *day* holds
25 of them beside each other, so that an upload tells of many; every way in which a day
arrives must leave the same records, facts and disputes behind.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from dongxun.activities.models import CheckIn, Session
from dongxun.activities.models import Claim as Presence
from dongxun.activities.tests.make import make_session
from dongxun.kernel import clock, sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id
from dongxun.kernel.models import SyncItem
from dongxun.ledger.models import Fact
from dongxun.people.tests.make import make_person
from dongxun.seasons.tests.make import make_participation
from dongxun.visits import services
from dongxun.visits.models import Claim, Round, Stop
from dongxun.visits.tests.make import World, make_round

PHONES = 8
SKEWS_S = (0, 0, -20, 0, 200, 0, 4000, -4000)
"""How far the clock of each phone is off: two of them cannot be trusted."""
MOST_ITEMS = 6
DAYS_LATE = 89
PLACES = 25
DOORS = 2
WAYS = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """An item and the phone it lies on."""

    phone: int
    item: sync.Item


@dataclass(frozen=True, slots=True)
class Upload:
    """What one phone sends at once, and how long after the day."""

    phone: int
    items: tuple[sync.Item, ...]
    after: timedelta


class Scene:
    """Two doors a place, a session, two visitors and an organiser, each with some phones."""

    tables: tuple[type[Model], ...] = (Claim, Presence)
    """Where what phones send has rows under its own ids."""

    def __init__(self) -> None:
        world = self.world = World()
        visitors = [make_person(branch=world.tree["平潮镇支部"]) for _ in range(2)]
        self.topic = world.topic
        self.session: Session = make_session(world.season, world.tree["平潮镇"])
        row = self.go_to_other_doors()
        self.start: datetime = row.opened_at
        links = [
            services.add_visitor(by=world.zhou, round_id=row.id, person_id=one.id)
            for one in visitors
        ]
        self.actors: tuple[Actor, ...] = (*map(world.linked, links), world.zhou)

    def go_to_other_doors(self) -> Round:
        """Open a round to people whom nobody has visited; what follows happens at their doors."""
        world = self.world
        branch = world.tree["平潮镇支部"]
        self.people = [make_person(branch=branch) for _ in range(PLACES * DOORS)]
        for person in self.people:
            make_participation(world.season, person)
        tomorrow = clock.today() + timedelta(days=1)
        row = make_round(
            world.season, world.tree["平潮镇"], self.people, by=world.zhou, day=tomorrow
        )
        doors = dict(row.stops.values_list("person_id", "id"))
        self.doors = [doors[person.id] for person in self.people]
        return row

    def parts(self) -> list[Iterable[Any]]:
        """Return what must be the same in the end."""
        return parts()

    def actor(self, phone: int) -> Actor:
        """Return whose phone it is."""
        return self.actors[phone % len(self.actors)]

    def day(self, dice: Random) -> list[Sent]:
        """Return what happened on one day; two people may say different things of one door."""
        return [
            self._sent(dice, place, number)
            for place in range(PLACES)
            for number in range(dice.randint(2, MOST_ITEMS))
        ]

    def _sent(self, dice: Random, place: int, number: int) -> Sent:
        phone = dice.randrange(PHONES)
        at = self.start + timedelta(minutes=dice.randrange(90))
        organiser = phone % len(self.actors) == 2
        kind = dice.choice(("presence", "visit_done", "visit_step", "visit_done"))
        if kind == "presence" and not organiser:
            kind = "visit_step"
        door = place * DOORS + dice.randrange(DOORS)
        body = getattr(self, f"_{kind}")(dice, door) | {"occurred_at": at.isoformat()}
        key = derived_id(at, "history", dice.random(), place, number)
        return Sent(phone, sync.Item(key, kind, body))

    def _presence(self, dice: Random, door: int) -> dict[str, Any]:
        method = dice.choice(("roll", "proxy", "sheet"))
        about = {"session": str(self.session.id), "person": str(self.people[door].id)}
        return about | {"method": method, "reason": "没带手机"}

    def _visit_step(self, dice: Random, door: int) -> dict[str, Any]:
        step = dice.choice(("greeting", "lesson", "photo", "care"))
        return {"stop": str(self.doors[door]), "step": step, "words": dice.choice(("", "好"))}

    def _visit_done(self, dice: Random, door: int) -> dict[str, Any]:
        minutes = dice.choice((5, 5, 12))
        return {
            "stop": str(self.doors[door]),
            "outcome": dice.choice(("done", "done", "absent", "later")),
            "minutes": minutes,
            "topics": [{"topic": str(self.topic), "minutes": minutes}],
            "words": dice.choice(("", "想要老花镜", "路不好走")),
        }


def history(day: Sequence[Sent], dice: Random) -> list[Upload]:
    """Return one way in which a day's items arrive: each at least once."""
    lying = [_by_its_clock(sent) for sent in day]
    lying += [dice.choice(lying) for _ in range(dice.randint(0, PLACES))]
    dice.shuffle(lying)
    uploads: list[Upload] = []
    while lying:
        phone = lying[0].phone
        own = [sent for sent in lying if sent.phone == phone]
        part = own if dice.random() < 0.7 else own[: dice.randint(1, len(own))]
        for sent in part:
            lying.remove(sent)
        after = timedelta(days=dice.choice((0, 0, 1, 30, DAYS_LATE)), hours=dice.randrange(20))
        uploads.append(Upload(phone, tuple(sent.item for sent in part), after))
    return uploads


def _by_its_clock(sent: Sent) -> Sent:
    """Return what happened as the phone tells it, whose clock may be off."""
    skew = SKEWS_S[sent.phone]
    at = clock.parse_moment(sent.item.body["occurred_at"]) + timedelta(seconds=skew)
    body = dict(sent.item.body) | {"occurred_at": at.isoformat()}
    return Sent(sent.phone, sync.Item(sent.item.id, sent.item.kind, body, skew))


def play(scene: Scene, uploads: Sequence[Upload]) -> str:
    """Let uploads arrive, return the database's hash, and take everything back.

    What was sent has a row in the end, or its phone was told that it has not.
    """
    with transaction.atomic():
        told: dict[UUID, str] = {}
        for upload in uploads:
            with clock.frozen(scene.start + timedelta(hours=2) + upload.after):
                answers = sync.receive(upload.items, by=scene.actor(upload.phone))
            assert len(answers) == len(upload.items)
            told |= {answer.id: answer.answer for answer in answers}
        kept = {
            key
            for table in scene.tables
            for key in table._default_manager.values_list("pk", flat=True)
        }
        lost = [key for key in told.keys() - kept if told[key] not in {"rejected", "conflict"}]
        assert lost == []
        found = hashlib.sha256(repr([list(part) for part in scene.parts()]).encode()).hexdigest()
        transaction.set_rollback(True)
    return found


def parts() -> list[Iterable[Any]]:
    """Return everything of visits and sessions that must not depend on how things arrived."""
    return [
        Stop.objects.order_by("id").values_list(
            "id", "state", "began_at", "done_at", "minutes", "words", "signed", "disputed"
        ),
        Claim.objects.order_by("id").values_list(
            "id", "stop_id", "step", "outcome", "occurred_at", "minutes", "words", "waits"
        ),
        CheckIn.objects.order_by("id").values_list(
            "id", "person_id", "method", "occurred_at", "confirmed", "voided_at"
        ),
        Presence.objects.order_by("id").values_list("id", "person_id", "method", "occurred_at"),
        Fact.objects.filter(voided_by=None)
        .order_by("pk")
        .values_list("pk", "person_id", "topic_id", "seconds", "mode", "occurred_at"),
        SyncItem.objects.order_by("id").values_list("id", "kind", "body_hash"),
    ]
