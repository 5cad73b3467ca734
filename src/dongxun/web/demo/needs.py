"""群众诉求 of the demo: some sixty, in every state; projects, enterprises, a question book."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.ids import derived_id
from dongxun.needs import api as needs
from dongxun.needs.contracts import (
    Milestone,
    NeedAct,
    NeedDraft,
    NeedSource,
    Satisfaction,
    Stage,
    Urgency,
)
from dongxun.organisations.contracts import Node
from dongxun.web.demo import need_words as words
from dongxun.web.demo.world import SYSTEM, Town, World

MANY, FEW = 60, 24
FOR_AN_ERRAND, FOR_A_DONOR = 2, 4
"""Numbers of an open need that volunteers run an errand for, and of one that finds a donor."""
WAYS: tuple[tuple[NeedAct, ...], ...] = (
    (),
    (NeedAct.ACCEPT,),
    (NeedAct.ACCEPT, NeedAct.DISPATCH),
    (NeedAct.ACCEPT, NeedAct.DISPATCH, NeedAct.BEGIN),
    (NeedAct.ACCEPT, NeedAct.DISPATCH, NeedAct.BEGIN, NeedAct.GUIDE),
    (NeedAct.ACCEPT, NeedAct.DISPATCH, NeedAct.BEGIN, NeedAct.FINISH),
    (NeedAct.ACCEPT, NeedAct.DISPATCH, NeedAct.BEGIN, NeedAct.FINISH, NeedAct.CHECK),
    (NeedAct.ACCEPT, NeedAct.DISPATCH, NeedAct.BEGIN, NeedAct.FINISH, NeedAct.REDO),
    (NeedAct.ESCALATE,),
    (NeedAct.ACCEPT, NeedAct.SUSPEND),
)
SOLVED = (
    NeedAct.ACCEPT,
    NeedAct.DISPATCH,
    NeedAct.BEGIN,
    NeedAct.FINISH,
    NeedAct.CHECK,
    NeedAct.CALL_BACK,
    NeedAct.CLOSE,
)
SOURCES = (
    NeedSource.VISIT,
    NeedSource.BRANCH,
    NeedSource.PUBLIC,
    NeedSource.CHAT,
    NeedSource.ON_BEHALF,
    NeedSource.CONSOLE,
)
STEP_HOURS = 20
BOOK = "冬训便民百问"


def build(world: World) -> None:
    """Write themes and services, then needs and what became of them, at their own times."""
    with clock.frozen(world.now - timedelta(days=30)):
        needs.usual_themes(by=SYSTEM, owner_id=world.district.id)
        themes = {theme.name: theme.id for theme in needs.themes(world.district.id)}
        _catalogue(world, themes)
    dice = world.dice("needs")
    solved = [
        need_id
        for number in range(FEW if world.small else MANY)
        if (need_id := _one(world, dice, themes, number))
    ]
    with clock.frozen(world.now):
        _book(world, solved)
        _projects(world)
        _enterprises(world, dice)


def key_of(world: World, number: int) -> UUID:
    """Return the id of a need by its number."""
    return derived_id(clock.moment(world.today), "demo-need", world.seed, number)


def _catalogue(world: World, themes: dict[str, UUID]) -> None:
    agencies = [unit.node for unit in world.agencies.units]
    for number, (theme, name, how) in enumerate(words.SERVICES):
        draft = needs.ServiceDraft(
            theme_id=themes[theme],
            name=name,
            organisation_id=agencies[number % len(agencies)].id,
            expert_id=world.lecturers[number % len(world.lecturers)] if world.lecturers else None,
            how=how,
        )
        needs.save_service(by=SYSTEM, owner_id=world.district.id, draft=draft)


def _one(world: World, dice: Random, themes: dict[str, UUID], number: int) -> UUID | None:
    """Write one need and lead it on its way; return its id if it was signed off."""
    theme, text, answer = words.NEEDS[number % len(words.NEEDS)]
    town: Town = world.towns[number % (len(world.towns) - 1)]
    unit = town.units[dice.randrange(len(town.units))]
    way = SOLVED if number % 5 in (1, 3) else WAYS[number // 2 % len(WAYS)]
    days = dice.randint(len(way), 24) if way is SOLVED else dice.randint(1, 4) + len(way)
    at = world.now - timedelta(days=days, hours=dice.randint(0, 6))
    key = key_of(world, number)
    with clock.frozen(at):
        needs.raise_need(
            by=Actor.system(unit.node.short_name),
            draft=NeedDraft(
                id=key,
                text=text,
                source=SOURCES[number % len(SOURCES)],
                organisation_id=unit.node.id,
                theme_id=themes[theme] if number % 7 else None,
                requester_name=words.REQUESTERS[number % len(words.REQUESTERS)],
                requester_phone=f"1990000{number:04d}",
                occurred_at=at,
                place=words.PLACES[number % len(words.PLACES)],
                urgency=Urgency.URGENT if number % 9 == 4 else Urgency.USUAL,
            ),
        )
    for moment, move in _moves(world, town.node, way, (at, answer), number):
        with clock.frozen(moment):
            needs.move_need(by=_doer(move, unit.node, town.node), need_id=key, move=move)
    return key if way is SOLVED else None


def _doer(move: needs.Move, lead: Node, town: Node) -> Actor:
    """Return in whose name an act is done: the town's for the work, else the lead's."""
    works = move.act in (NeedAct.BEGIN, NeedAct.FINISH, NeedAct.GUIDE)
    return Actor.system((town if works else lead).short_name)


def _moves(
    world: World, town: Node, way: tuple[NeedAct, ...], heard: tuple[datetime, str], number: int
) -> Iterator[tuple[datetime, needs.Move]]:
    """Yield the acts of a way, each a while after the one before."""
    at, answer = heard
    pace = min(timedelta(hours=STEP_HOURS), (world.now - at) / (len(way) + 1))
    said = (Satisfaction.SATISFIED, Satisfaction.SATISFIED, Satisfaction.BASIC)
    for step, act in enumerate(way, 1):
        expert = world.lecturers[0] if world.lecturers and act is NeedAct.GUIDE else None
        yield (
            at + pace * step,
            needs.Move(
                act=act,
                words=answer if act is NeedAct.FINISH else words.SAID.get(act.value, ""),
                key=derived_id(at, "demo-step", number, step),
                organisation_id=town.id if act is NeedAct.DISPATCH else None,
                responsible=words.RESPONSIBLE[number % len(words.RESPONSIBLE)],
                expert_id=expert,
                until=world.today + timedelta(days=40) if act is NeedAct.SUSPEND else None,
                satisfaction=said[number % 3] if act is NeedAct.CALL_BACK else "",
            ),
        )


def _book(world: World, solved: list[UUID]) -> None:
    book_id = needs.save_book(
        by=SYSTEM,
        organisation_id=world.district.id,
        title=BOOK,
        intro="冬训期间群众问得多的事，答过的都在这里。",
    )
    for need_id in solved[:12]:
        needs.pick(by=SYSTEM, book_id=book_id, need_id=need_id)
    needs.publish_book(by=SYSTEM, book_id=book_id, public=True)


def _projects(world: World) -> None:
    for number, (title, target, amount, unit, share) in enumerate(words.PROJECTS):
        town = world.towns[number % (len(world.towns) - 1)].node
        key = derived_id(clock.moment(world.today), "demo-project", world.seed, number)
        draft = needs.ProjectDraft(
            id=key,
            title=title,
            organisation_id=town.id,
            target=target,
            amount=Decimal(amount),
            unit=unit,
            due_on=world.today + timedelta(days=30 + 9 * number),
            responsible=words.RESPONSIBLE[number % len(words.RESPONSIBLE)],
        )
        needs.save_project(by=SYSTEM, draft=draft)
        if share < 0:
            continue
        needs.hand_in(by=SYSTEM, project_id=key)
        if number % 4 == 3:
            needs.review(by=SYSTEM, project_id=key, approved=False, reason="写清每月完成多少")
            continue
        if share == 0:
            continue
        needs.review(by=SYSTEM, project_id=key, approved=True)
        for kind, days in ((Milestone.START, -20), (Milestone.COMPLETE, 25)):
            planned = world.today + timedelta(days=days)
            reached = planned if days < 0 else None
            needs.set_milestone(
                by=SYSTEM, project_id=key, kind=kind, planned_on=planned, reached_on=reached
            )
        needs.read_off(
            by=SYSTEM,
            project_id=key,
            amount=(Decimal(amount) * share / 100).quantize(Decimal(1)),
            on=world.today - timedelta(days=1),
        )


def _enterprises(world: World, dice: Random) -> None:
    """Write the enterprises of the first town; a frozen list of five days ago, and the state now."""
    town = world.towns[0].node
    stages = (Stage.PREPARING, Stage.PARTLY, Stage.RESUMED)
    keys = [
        needs.save_enterprise(
            by=SYSTEM,
            organisation_id=town.id,
            name=name,
            scale="规上",
            helper=words.RESPONSIBLE[number % len(words.RESPONSIBLE)],
        )
        for number, name in enumerate(words.ENTERPRISES)
    ]
    for number, key in enumerate(keys):
        reached = 3 if number % 6 else 2
        for step, stage in enumerate(stages[:reached]):
            on = world.today - timedelta(days=12 - 4 * step + dice.randint(0, 2))
            needs.note_stage(
                by=SYSTEM,
                enterprise_id=key,
                stage=stage,
                words=words.HELP[step],
                on=on,
                key=derived_id(clock.moment(on), "demo-stage", number, step),
            )
    needs.freeze_enterprises(
        by=SYSTEM, organisation_id=town.id, as_of=world.today - timedelta(days=5)
    )
