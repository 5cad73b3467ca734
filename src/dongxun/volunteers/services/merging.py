"""Two rows of one person become one: their turns, teams, errands and certificates move."""

from uuid import UUID

from django.db import transaction

from dongxun.kernel import clock
from dongxun.kernel.ids import spoken_code
from dongxun.volunteers.models import (
    Certificate,
    DutyEntry,
    Errand,
    ErrandWord,
    Team,
    TeamMember,
    Turn,
    Volunteer,
    Word,
)


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move everything of ``merged_id`` to ``kept_id``; what both have stays with the kept one.

    Safe to repeat. Of two turns at one shift the one with hours stays, else the kept one's.
    """
    gone = Volunteer.objects.filter(person_id=merged_id).first()
    if gone is None:
        return
    Volunteer.objects.get_or_create(
        person_id=kept_id, defaults={"number": spoken_code(8), "since": gone.since}
    )
    _turns(kept_id, merged_id)
    mine = TeamMember.objects.filter(person_id=kept_id, left_at=None).values("team_id")
    both = TeamMember.objects.filter(person_id=merged_id, left_at=None, team__in=mine)
    both.update(left_at=clock.now())
    for model in (TeamMember, DutyEntry, Certificate, ErrandWord):
        model.objects.filter(person_id=merged_id).update(person_id=kept_id)
    Team.objects.filter(leader_id=merged_id).update(leader_id=kept_id)
    Errand.objects.filter(runner_id=merged_id).update(runner_id=kept_id)
    for word in ErrandWord.objects.filter(what=Word.RECEIVED, errand__runner_id=kept_id):
        word.persons = [str(kept_id) if one == str(merged_id) else one for one in word.persons]
        word.save(update_fields=["persons"])


def _turns(kept_id: UUID, merged_id: UUID) -> None:
    live = Turn.objects.filter(given_back_at=None)
    for turn in live.filter(person_id=merged_id):
        same = live.filter(person_id=kept_id, shift=turn.shift_id, service=turn.service_id)
        twin = same.filter(errand=None).first() if turn.errand_id is None else None
        if twin is not None:
            loser = twin if twin.hours is None and turn.hours is not None else turn
            Turn.objects.filter(id=loser.id).update(
                given_back_at=clock.now(), give_back_reason="merged"
            )
    Turn.objects.filter(person_id=merged_id).update(person_id=kept_id)
