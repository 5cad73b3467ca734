"""What sessions keep of people follows them: merged with another row, moved, or gone."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from dongxun.activities.attendance import closing, makeup
from dongxun.activities.attendance.claims import withdraw_leaves
from dongxun.activities.models import CorrectionRequest, Leave, MakeupItem, Session, SignUp
from dongxun.activities.own import feedback
from dongxun.activities.presence import live
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.people import api as people
from dongxun.people.contracts import NOT_ELIGIBLE

MERGED = "merged"


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move what ``merged_id`` owes, asked for and signed to ``kept_id``. Safe to repeat.

    Where both have the same the survivor's stays and the twin is closed. Check-ins
    stay as they were written; ``presence`` counts them once.
    """
    by = Actor.system("person_merged")
    _makeup(kept_id, merged_id, by)
    _sign_ups(kept_id, merged_id)
    _leaves(kept_id, merged_id, by)
    CorrectionRequest.objects.filter(person_id=merged_id).update(person_id=kept_id)
    feedback.follow_merge(kept_id, merged_id)


def _makeup(kept_id: UUID, merged_id: UUID, by: Actor) -> None:
    own = set(
        MakeupItem.objects.filter(person_id=kept_id, done_at=None).values_list(
            "season_id", "topic_id"
        )
    )
    theirs = list(MakeupItem.objects.filter(person_id=merged_id, done_at=None))
    twins = [row for row in theirs if (row.season_id, row.topic_id) in own]
    closing.close(twins, MERGED, by=by)
    rest = MakeupItem.objects.filter(person_id=merged_id).exclude(closing.withdrawn())
    rest.update(person_id=kept_id)
    closing.follow_branches([kept_id])
    for season_id in {row.season_id for row in theirs}:
        makeup.follow_standings(season_id, [kept_id])


def _sign_ups(kept_id: UUID, merged_id: UUID) -> None:
    own = {row.session_id: row for row in SignUp.objects.filter(person_id=kept_id)}
    for row in SignUp.objects.filter(person_id=merged_id):
        twin = own.get(row.session_id)
        if twin is None:
            SignUp.objects.filter(id=row.id).update(person_id=kept_id)
            continue
        if row.cancelled_at is None and twin.cancelled_at is not None:
            SignUp.objects.filter(id=twin.id).update(cancelled_at=None, named_by=row.named_by_id)
        if row.cancelled_at is None:
            SignUp.objects.filter(id=row.id).update(cancelled_at=clock.now())


def _leaves(kept_id: UUID, merged_id: UUID, by: Actor) -> None:
    """Leave one leave a session to the survivor, and none where one of both rows came."""
    both = Leave.objects.filter(person_id__in=[kept_id, merged_id], withdrawn_at=None)
    own = set(both.filter(person_id=kept_id).values_list("session_id", flat=True))
    theirs = set(both.filter(person_id=merged_id).values_list("session_id", flat=True))
    came = live().filter(person_id__in=[kept_id, merged_id], session__in=own | theirs)
    here = set(came.values_list("session_id", flat=True))
    for session in Session.objects.filter(id__in=(own & theirs) | here):
        gone = [kept_id, merged_id] if session.id in here else [merged_id]
        withdraw_leaves(session, gone, by=by)
    both.filter(person_id=merged_id).update(person_id=kept_id)


@transaction.atomic
def follow_members(person_ids: Sequence[UUID]) -> None:
    """Close what people who are gone still owe, with why; move what others owe to their branch.

    Who is gone is not expected at what lies ahead either. Safe to repeat.
    """
    by = Actor.system("membership_changed")
    rows = MakeupItem.objects.filter(person__merged_into=None, done_at=None)
    gone = {
        key: card.status
        for key, card in people.names(person_ids).items()
        if card.status in NOT_ELIGIBLE
    }
    for status in sorted(set(gone.values())):
        here = [key for key, why in gone.items() if why == status]
        closing.close(list(rows.filter(person_id__in=here)), status, by=by)
    SignUp.objects.filter(
        person_id__in=gone,
        person__merged_into=None,
        session__starts_at__gt=clock.now(),
        cancelled_at=None,
    ).update(cancelled_at=clock.now())
    closing.follow_branches(set(person_ids) - gone.keys())
