"""补学: who owes which topic, until when, what is offered, what is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from dongxun.activities.attendance import rolls
from dongxun.activities.models import MakeupItem, SignUp
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rules import require
from dongxun.people import api as people
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class Owing:
    """People who owe a topic, as an organiser sends them to make it up."""

    season_id: UUID
    topic_id: UUID
    person_ids: tuple[UUID, ...]
    offered_session_id: UUID | None = None
    missed_session_id: UUID | None = None
    window_until: date | None = None
    reason: str = ""


@transaction.atomic
def open_makeup(*, by: Actor, owing: Owing) -> int:
    """Open one item a person, or give the open one the new offer; return how many people.

    People of an offered session are expected there. Safe to repeat.

    Raises:
        NotFound: a person is not this actor's, or the topic is not of the season.
    """
    rule = seasons.rules(owing.season_id)
    if owing.topic_id not in {topic.id for topic in rule.topics}:
        raise NotFound
    homes = people.branches_of(owing.person_ids)
    mine = [p for p in owing.person_ids if p in homes and by.reaches(homes[p].lft)]
    if len(mine) != len(owing.person_ids):
        raise NotFound
    until = owing.window_until or clock.today() + timedelta(days=rule.parameters.makeup_window_days)
    for person_id in mine:
        MakeupItem.objects.update_or_create(
            season_id=owing.season_id,
            topic_id=owing.topic_id,
            person_id=person_id,
            done_at=None,
            defaults={
                "offered_session_id": owing.offered_session_id,
                "window_until": until,
                "reason": owing.reason[:200],
            },
            create_defaults={
                "branch_id": homes[person_id].branch_id,
                "missed_session_id": owing.missed_session_id,
                "offered_session_id": owing.offered_session_id,
                "window_until": until,
                "reason": owing.reason[:200],
                "created_at": clock.now(),
            },
        )
    if owing.offered_session_id:
        _expect(owing.offered_session_id, {p: homes[p].branch_id for p in mine}, by)
    audit.write(
        "activities.open_makeup",
        by=by,
        subject=("topic", owing.topic_id),
        organisation_id=rule.root_id,
        count=len(mine),
    )
    return len(mine)


def _expect(session_id: UUID, branches: Mapping[UUID, UUID], by: Actor) -> None:
    session = rolls.session_row(session_id)
    require("activities.take_attendance", by, session)
    SignUp.objects.bulk_create(
        [
            SignUp(session=session, person_id=p, branch_id=b, created_at=clock.now())
            for p, b in branches.items()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def close_done(season_id: UUID, met: Mapping[UUID, Iterable[UUID]]) -> int:
    """Close the items of people who have met the topic; told by coverage, repeatable.

    Args:
        met: topics met, by person.
    """
    closed = 0
    for person_id, topic_ids in met.items():
        closed += MakeupItem.objects.filter(
            season_id=season_id, person_id=person_id, topic_id__in=list(topic_ids), done_at=None
        ).update(done_at=clock.now())
    return closed


def open_items(*, season_id: UUID, branch_ids: Sequence[UUID]) -> list[MakeupItem]:
    """Return what is still owed in these branches, soonest window first."""
    rows = MakeupItem.objects.filter(season_id=season_id, branch_id__in=branch_ids, done_at=None)
    return list(
        rows.select_related("topic", "person", "branch", "offered_session").order_by(
            "window_until", "branch__lft", "person__order"
        )
    )
