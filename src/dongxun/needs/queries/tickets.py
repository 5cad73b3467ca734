"""Reads of single needs: the row, its timeline, and what the requester is told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.calendar import working_days_between
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.needs import terms
from dongxun.needs.contracts import NeedAct, NeedCard, NeedId
from dongxun.needs.models import Need, Step
from dongxun.needs.rules import is_own
from dongxun.needs.transitions import CLOCK_STOPS, TABLE, Whose, possible

WORK = (NeedAct.BEGIN, NeedAct.FINISH)
"""Acts that are work on a need: who did one of them neither checks, calls back nor closes."""


def need_row(need_id: UUID, *, by: Actor) -> Need:
    """Return a need's row.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    related = ("season", "organisation", "lead", "holder", "worker", "theme", "expert", "person")
    need = wanted_row(Need.objects.select_related(*related).filter(id=need_id))
    if not allows("needs.see_need", by, need):
        raise NotFound
    return need


def card_of(need: Need) -> NeedCard:
    """Return what another room may know of a need."""
    return NeedCard(
        id=NeedId(need.id),
        code=need.code,
        text=need.text,
        place=need.place,
        organisation_id=need.organisation_id,
        holder_id=need.holder_id,
        is_open=need.is_open,
    )


def cards(need_ids: Collection[UUID], *, by: Actor) -> dict[UUID, NeedCard]:
    """Return those of these needs that the actor may see."""
    related = ("organisation", "lead", "holder", "worker")
    rows = Need.objects.filter(id__in=set(need_ids)).select_related(*related)
    return {row.id: card_of(row) for row in rows if allows("needs.see_need", by, row)}


def has_hands_in(by: Actor, need: Need) -> bool:
    """Return whether the actor raised it for themselves or worked on it."""
    workers = need.steps.filter(act__in=WORK).exclude(by_id=None).values_list("by_id", flat=True)
    return is_own(by, need, frozenset(workers))


def has_worked_on(by: Actor, need: Need) -> bool:
    """Return whether an account moved this need: then the requester's word is not theirs to give."""
    if not by.is_account or by.id is None:
        return False
    own = need.steps.filter(by_id=by.id).exclude(act__in=(NeedAct.RAISE, NeedAct.CALL_BACK))
    return by.id == need.done_by or own.exists()


def may_say(need_id: UUID, *, by: Actor) -> bool:
    """Return whether this may be the requester: nobody who has moved the need."""
    return not has_worked_on(by, wanted_row(Need.objects.filter(id=need_id)))


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a timeline: who, when, and how long it lay there afterwards.

    ``lasted`` is None for the last step of a closed need; ``late_days`` counts the working
    days between the day it was due and the day the next thing happened.
    """

    step: Step
    holder: str
    lasted: timedelta | None
    late_days: int


def timeline(need: Need) -> list[Moment]:
    """Return the steps of a need, oldest first, with the time each took."""
    steps = list(need.steps.select_related("holder").prefetch_related("pictures"))
    now = clock.now()
    found = []
    for at, step in enumerate(steps):
        following = steps[at + 1] if at + 1 < len(steps) else None
        runs = step.state not in CLOCK_STOPS
        end = following.occurred_at if following else now if need.is_open else None
        late = late_by(step.due_on, clock.day_of(end)) if end and runs else 0
        lasted = end - step.occurred_at if end else None
        found.append(Moment(step, step.holder.short_name, lasted, late))
    return found


def late_by(due_on: date, day: date) -> int:
    """Return by how many working days ``day`` is past ``due_on``."""
    return working_days_between(due_on, day) if day > due_on else 0


def acts_for(need: Need, *, by: Actor) -> list[NeedAct]:
    """Return what the actor may do to a need now, in the usual order."""
    own = has_hands_in(by, need)
    leads = allows("needs.lead_need", by, need)
    works = allows("needs.work_on_need", by, need)
    found = []
    for act in possible(need.state):
        move = TABLE[act]
        allowed = leads if move.whose is Whose.LEAD else works
        if allowed and not (move.apart and own):
            found.append(act)
    return found


@dataclass(frozen=True, slots=True)
class OwnView:
    """What the code opens for whoever raised a need: no names but those of organisations."""

    need_id: UUID
    code: str
    text: str
    state: str
    state_label: str
    holder: str
    due_on: date
    is_late: bool
    answer: str
    satisfaction: str
    steps: tuple[tuple[str, str, datetime], ...]


def by_code(code: str) -> OwnView:
    """Return a need's state for the holder of its code.

    Raises:
        NotFound: no need has it.
    """
    need = wanted_row(Need.objects.select_related("holder").filter(code=code))
    steps = need.steps.select_related("holder").exclude(act=NeedAct.GUIDE)
    return OwnView(
        need_id=need.id,
        code=need.code,
        text=need.text,
        state=need.state,
        state_label=need.get_state_display(),
        holder=need.holder.short_name,
        due_on=need.due_on,
        is_late=is_late(need),
        answer=need.answer,
        satisfaction=need.satisfaction,
        steps=tuple(
            (step.get_act_display(), step.holder.short_name, step.occurred_at) for step in steps
        ),
    )


def is_late(need: Need) -> bool:
    """Return whether the day on which something was owed has passed."""
    return need.is_open and need.due_on < terms.overdue_before()


def code_of(need_id: UUID) -> str:
    """Return the code of a need for the phone that gave it its number.

    Raises:
        NotFound: there is none.
    """
    return wanted_row(Need.objects.filter(id=need_id)).code


def own_needs(by: Actor, most: int = 20) -> list[Need]:
    """Return the needs raised from this phone, and those of people who opened their own link."""
    if by.id is None and not by.owned:
        return []
    own = Q(person_id__in=by.owned)
    if by.id is not None:
        own |= Q(raised_by=by.id)
    found = Need.objects.filter(own).select_related("holder")
    return list(found.order_by("-recorded_at")[:most])
