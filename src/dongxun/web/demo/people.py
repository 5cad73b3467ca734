"""Fictional people, written by the same importer as anybody's roster."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from dongxun.files import api as files
from dongxun.files.contracts import Action, BatchContext, Change, RowIn
from dongxun.kernel import bulk
from dongxun.kernel.ids import new_id
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.web.demo import words
from dongxun.web.demo.world import SYSTEM, Member, Town, Unit, World

ROSTER = "people.roster"
ROWS = 1000
HOME_REASONS = ("高龄", "行动不便", "重病", "失能")
TAGS = ("网格员", "民兵", "志愿者", "村居干部", "年轻干部")
GROUPS = ("快递员", "外卖骑手", "保洁员", "网约车司机")
"""新业态新就业群体: few in each town, so that a pack can be meant for them."""
EVERY = 97
DUTIES = ("党支部书记", "组织委员", "宣传委员", "纪检委员")


@dataclass(slots=True)
class Draft:
    """A row of a roster before it is written, and what the demo keeps of it."""

    unit: Unit
    branch: int
    values: dict[str, Any]
    mode: str
    zeal: float
    counts: bool


def build(world: World) -> int:
    """Write everybody, town by town; return how many rows went in."""
    importer = files.importer_of(ROSTER)
    phones = count()
    written = 0
    for town in world.towns:
        drafts = list(_drafts(world, town, phones))
        batch = BatchContext(new_id(), ROSTER, SYSTEM, town.node.id, None)
        state = importer.prepare(batch)
        line = count(2)
        for part in bulk.chunks(drafts, ROWS):
            rows = [RowIn("名册", next(line), draft.values) for draft in part]
            bad = [f for f in importer.check(state, rows) if f.action != Action.NEW]
            if bad:
                raise ValueError(f"demo roster row refused: {bad[0]}")
            told = importer.apply(state, rows)
            changes = [one for one in told if isinstance(one, Change)]
            _keep(world, part, changes)
            written += len(changes)
        importer.finished(state)
        world.say(f"    {town.node.short_name}: {len(drafts)}")
    return written


def rows_of(world: World, town: Town) -> list[dict[str, Any]]:
    """Return a town's roster as parsed rows, for a workbook of it."""
    return [draft.values for draft in _drafts(world, town, count())]


def _keep(world: World, drafts: Sequence[Draft], changes: Sequence[Change]) -> None:
    for draft, change in zip(drafts, changes, strict=True):
        name = draft.values["name"]
        if name in words.CAST:
            world.cast[name] = change.target_id
        if draft.counts:
            draft.unit.members.append(
                Member(
                    id=change.target_id,
                    branch_id=draft.unit.branches[draft.branch].id,
                    mode=draft.mode,
                    zeal=draft.zeal,
                    is_secretary=_leads(draft),
                )
            )
        if draft.counts and _leads(draft):
            organisations.update_organisation(
                by=SYSTEM,
                organisation_id=draft.unit.branches[draft.branch].id,
                changes={"secretary_name": name, "contact_phone": draft.values.get("phone", "")},
            )


def _leads(draft: Draft) -> bool:
    """Say whether this is the branch's secretary, whom its members ring."""
    return str(draft.values.get("duty", "")).startswith(DUTIES[0])


@dataclass(slots=True)
class _Maker:
    """Makes the roster of one town, row after row."""

    town: Town
    today: date
    dice: Random
    phones: "count[int]"

    def drafts(self) -> Iterator[Draft]:
        """Yield everybody, unit by unit."""
        for place, unit in enumerate(self.town.units):
            cast = _cast_of(self.town, place)
            for number in range(unit.size):
                yield self._draft(unit, number, cast.get(number, ""))

    def _draft(self, unit: Unit, number: int, cast: str) -> Draft:
        dice, branches = self.dice, len(unit.branches)
        branch, place = (0, number) if cast else (number % branches, number // branches)
        lead = place < len(DUTIES)
        age = dice.randint(33, 57) if lead or cast else _age(dice)
        values = self._values(age, cast, lead=lead)
        values |= {"branch": unit.branches[branch].name, "above": unit.node.short_name}
        if lead:
            values["duty"] = DUTIES[place]
        mode = "group" if lead or cast else _mode(age, values, dice)
        if dice.random() < 0.12 and mode == "group":
            values["tags"] = [dice.choice(TAGS)]
        elif mode == "group" and not lead and not cast and number % EVERY == 0:
            values["tags"] = [GROUPS[number // EVERY % len(GROUPS)]]
        zeal = 1.0 if cast or lead else dice.random()
        counts = values["category"] in {"full", "probationary"}
        return Draft(unit, branch, values, mode, zeal, counts)

    def _values(self, age: int, cast: str, *, lead: bool) -> dict[str, Any]:
        dice, today = self.dice, self.today
        sex = "f" if dice.random() < 0.36 or cast == "林小满" else "m"
        born = date(today.year - age, dice.randint(1, 12), 1)
        joined = _joined(born, today, dice)
        values: dict[str, Any] = {
            "name": cast or _name(age, sex, dice),
            "sex": sex,
            "birth": f"{born:%Y-%m}",
            "joined_on": f"{joined:%Y-%m}",
            "category": "full" if lead or cast else _category(joined, today, dice),
        }
        if dice.random() > (0.14 if age >= 70 else 0.02) or cast:
            values["phone"] = f"1990000{next(self.phones) % 10_000:04d}"
        return values


def _drafts(world: World, town: Town, phones: "count[int]") -> Iterator[Draft]:
    return _Maker(town, world.today, world.dice(f"people/{town.name}"), phones).drafts()


def _cast_of(town: Town, place: int) -> dict[int, str]:
    """Say who of the cast stands where: three in the first village of 平潮镇, one in the next."""
    if town.name != "平潮镇" or place > 1:
        return {}
    return {0: "吴思远"} if place else {0: "周明远", 12: "林小满", 13: "钱一诺"}


def _age(dice: Random) -> int:
    """47 of 100 are sixty or older, as in the countryside's party."""
    if dice.random() < 0.5:
        return min(60 + int(dice.expovariate(1 / 11)), 98)
    return dice.randint(20, 59)


def _joined(born: date, today: date, dice: Random) -> date:
    age = today.year - born.year
    first = 18 if age < 40 else 19
    years = dice.randint(first, max(first, min(age - 1, 52)))
    joined = date(born.year + years, dice.randint(1, 12), 1)
    return min(joined, date(today.year, today.month, 1))


def _category(joined: date, today: date, dice: Random) -> str:
    if (today - joined).days < 370:
        return "probationary"
    return "applicant" if dice.random() < 0.006 else "full"


def _mode(age: int, values: dict[str, Any], dice: Random) -> str:
    """4 of 100 learn at home, most of them old; 3 of 100 live elsewhere."""
    chance = dice.random()
    if age >= 70 and chance < 0.225:
        values["mode"] = "送学"
        values["tags"] = [dice.choices(HOME_REASONS, (6, 3, 1, 1))[0]]
        return "home"
    if age < 50 and chance < 0.088:
        values["mode"] = "流动"
        return "floating"
    return "group"


def _name(age: int, sex: str, dice: Random) -> str:
    common = dice.random() < 0.8
    surname = dice.choice(words.SURNAMES[: words.COMMON] if common else words.SURNAMES)
    if age >= 45:
        letters = words.OLD_MEN if sex == "m" else words.OLD_WOMEN
    else:
        letters = words.MEN if sex == "m" else words.WOMEN
    given = dice.choice(letters)
    if dice.random() < 0.82:
        given += dice.choice(letters)
    if dice.random() < 0.004:
        given = dice.choice(words.RARE)
    name = surname + given
    return name if name not in words.CAST else surname + dice.choice(words.RARE)


def lecturers(world: World) -> None:
    """Enter who teaches: some of the agencies, and five in each town."""
    dice = world.dice("lecturers")
    agencies = {unit.node.name.removeprefix("区"): unit.node for unit in world.agencies.units}
    for kind, title, agency in words.LECTURERS:
        owner = agencies.get(agency, world.district)
        world.lecturers.append(_lecturer(kind, title, owner.id, dice))
    for town in world.towns[:-1]:
        for kind, title in words.TOWN_LECTURERS:
            town.lecturers.append(_lecturer(kind, title, town.node.id, dice))


def _lecturer(kind: str, title: str, owner_id: UUID, dice: Random) -> UUID:
    found = people.save_lecturer(
        by=SYSTEM,
        name=_name(dice.randint(30, 64), dice.choice("mf"), dice),
        kind=kind,
        organisation_id=owner_id,
        title=title,
        subjects=[dice.choice(words.TOPICS)[1]],
    )
    return found.id
