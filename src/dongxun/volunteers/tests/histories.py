"""Generated histories of every kind of word that waits on phones where there is no network."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import Any

from dongxun.kernel import sync
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id
from dongxun.needs.models import Need
from dongxun.packs.models import IssueLine, Receipt
from dongxun.packs.tests.make import make_list, make_pack, make_place
from dongxun.people.tests.make import make_person
from dongxun.seasons.models import Season
from dongxun.visits.tests.histories import DOORS, PHONES, Scene, Sent
from dongxun.volunteers import api
from dongxun.volunteers.models import DutyClaim, DutyEntry, Errand, ErrandWord, Handover, Turn
from dongxun.volunteers.tests.make import make_errand, make_post, make_shift, phone_of

ERRANDS = 4
"""So few that several phones speak of each."""
LINK, ORGANISER, VOLUNTEER, PUBLIC = "link", "organiser", "volunteer", "public"
KINDS = {
    LINK: ("visit_done", "visit_done", "visit_step", "need", "receipt"),
    ORGANISER: ("presence", "visit_done", "receipt"),
    VOLUNTEER: (
        "errand_step",
        "errand_step",
        "errand_step",
        "duty_mark",
        "duty_entry",
        "duty_note",
    ),
    PUBLIC: ("errand_received", "errand_asked"),
}


class Whole(Scene):
    """The scene of visits, with packs to be handed over, two volunteers on duty and errands."""

    tables = (*Scene.tables, Need, Receipt, DutyClaim, DutyEntry, Handover, ErrandWord, Errand)

    def __init__(self) -> None:
        super().__init__()
        world, season = self.world, self.world.season
        Season.objects.filter(id=season.id).update(
            parameters={"duty_register_days": 200}, definition_version=9
        )
        town, branch = world.tree["平潮镇"], world.tree["平潮镇支部"]
        issued = make_list(make_pack(season, town), make_place(town), self.people)
        lines = dict(issued.lines.values_list("person_id", "id"))
        self.lines = [lines[person.id] for person in self.people]
        self.errands = [make_errand(branch) for _ in range(ERRANDS)]
        Errand.objects.update(asked_at=self.start)
        self.branch = branch
        self.post = make_post(season, branch, needed=2)
        shift = make_shift(self.post, self.start + timedelta(minutes=15), 1)
        self.runners = [make_person(branch=branch) for _ in range(2)]
        phones = [phone_of(one) for one in self.runners]
        self.turns = [
            api.take_shift(by=phone, shift_id=shift.id, person_id=one.id).id
            for phone, one in zip(phones, self.runners, strict=True)
        ]
        self.casts = (self.actors, (*self.actors, *phones, Actor.public()))
        self.roles = (LINK, LINK, ORGANISER, VOLUNTEER, VOLUNTEER, PUBLIC)

    def begin(self, *, whole: bool) -> None:
        """Begin a day: of visits and a session alone, or of everything."""
        self.actors = self.casts[whole]

    def _sent(self, dice: Random, place: int, number: int) -> Sent:
        if self.actors == self.casts[0]:
            return super()._sent(dice, place, number)
        phone = dice.randrange(PHONES)
        who = phone % len(self.actors)
        at = self.start + timedelta(minutes=dice.randrange(90))
        kind = dice.choice(KINDS[self.roles[who]])
        about = place * DOORS + dice.randrange(DOORS)
        if self.roles[who] == VOLUNTEER:
            body = getattr(self, f"_{kind}")(dice, place, who - self.roles.index(VOLUNTEER))
        else:
            body = getattr(self, f"_{kind}")(dice, about)
        key = derived_id(at, "history", dice.random(), place, number)
        return Sent(phone, sync.Item(key, kind, body | {"occurred_at": at.isoformat()}))

    def _need(self, dice: Random, door: int) -> dict[str, Any]:
        return {"stop": str(self.doors[door]), "text": dice.choice(("路灯坏了", "想要老花镜"))}

    def _receipt(self, dice: Random, door: int) -> dict[str, Any]:
        how = dice.choice(("confirmed", "signed", "thumb"))
        return {"stop": str(self.doors[door]), "line": str(self.lines[door]), "how": how}

    def _duty_mark(self, dice: Random, _place: int, who: int) -> dict[str, Any]:
        return {"turn": str(self.turns[who]), "what": dice.choice(("on", "off"))}

    def _duty_note(self, dice: Random, _place: int, who: int) -> dict[str, Any]:
        return {"turn": str(self.turns[who]), "words": dice.choice(("没事", "登记本在抽屉里"))}

    def _duty_entry(self, dice: Random, _place: int, _who: int) -> dict[str, Any]:
        plate = f"苏F·{dice.randrange(10_000):05d}"
        return {"post": str(self.post.id), "plate": plate, "direction": dice.choice(("in", "out"))}

    def _errand_step(self, dice: Random, place: int, who: int) -> dict[str, Any]:
        step = {
            "errand": str(self.errands[place % ERRANDS].id),
            "person": str(self.runners[who].id),
        }
        if dice.random() < 0.5:
            return step | {"what": "take"}
        return step | {"what": "done", "minutes": dice.choice((20, 35)), "words": "送到了"}

    def _errand_received(self, dice: Random, door: int) -> dict[str, Any]:
        errand = self.errands[door % ERRANDS]
        return {"errand": str(errand.id), "code": errand.code}

    def _errand_asked(self, dice: Random, door: int) -> dict[str, Any]:
        asked = {"branch": str(self.branch.id), "kind": "shopping", "words": dice.choice("米油盐")}
        return asked | {"asker": "self", "for_name": f"第 {door} 户", "address": "三组"}

    def parts(self) -> list[Iterable[Any]]:
        """Return what must be the same in the end."""
        times = ("on_at", "off_at", "hours", "hours_state")
        moments = ("taken_at", "done_at", "received_at")
        errands = ("id", "state", "runner_id", "done_words", *moments)
        live = Turn.objects.filter(given_back_at=None).order_by("errand_id", "person_id")
        return [
            *super().parts(),
            Need.objects.order_by("id").values_list("id", "text", "occurred_at", "about_id"),
            Receipt.objects.order_by("id").values_list("id", "line_id", "how", "occurred_at"),
            IssueLine.objects.order_by("id").values_list("id", "received_at", "how"),
            live.values_list("errand_id", "person_id", *times),
            DutyEntry.objects.order_by("id").values_list("id", "person_id", "occurred_at"),
            Handover.objects.order_by("id").values_list("id", "turn_id", "words", "occurred_at"),
            Errand.objects.order_by("id").values_list(*errands),
        ]
