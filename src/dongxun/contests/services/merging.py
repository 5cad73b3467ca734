"""Two rows were one person: what either entered, judged or won, the survivor has."""

from uuid import UUID

from django.db import transaction

from dongxun.contests.contracts import EntryState, State
from dongxun.contests.models import (
    Award,
    Entrant,
    Entry,
    Judge,
    RankConsent,
    Recusal,
    Score,
    Vote,
)
from dongxun.contests.services.bracket import settle
from dongxun.contests.services.rounds import move_up
from dongxun.kernel import clock


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Give entries, judgeships and awards of the merged row to the survivor. Safe to repeat.

    Where both stand in the same contest, the survivor's stays and the other is left as it is,
    out of it; an entry in which nobody is left goes with it. Of two judges one is dismissed, and
    the other has what either gave until the results are out; one who was dismissed before gives
    way to one who was not.
    """
    _follow_entries(kept_id, merged_id)
    _follow_judges(kept_id, merged_id)
    for award in Award.objects.filter(person_id=merged_id):
        mine = Award.objects.filter(person_id=kept_id, entry_id=award.entry_id, void_at=None)
        if award.void_at is None and mine.exists():  # one certificate is enough for one person
            award.void_at = clock.now()
        award.person_id = kept_id
        award.save(update_fields=["person", "void_at"])
    for given in RankConsent.objects.filter(person_id=merged_id):
        if RankConsent.objects.filter(person_id=kept_id, season_id=given.season_id).exists():
            given.delete()
        else:
            given.person_id = kept_id
            given.save(update_fields=["person"])


def _follow_entries(kept_id: UUID, merged_id: UUID) -> None:
    for entrant in Entrant.objects.filter(person_id=merged_id):
        own = Entrant.objects.filter(person_id=kept_id)
        if own.filter(entry_id=entrant.entry_id).exists():
            entrant.delete()
            continue
        is_twice = own.filter(contest_id=entrant.contest_id, is_in=True).exists()
        entrant.person_id, entrant.is_in = kept_id, entrant.is_in and not is_twice
        entrant.save(update_fields=["person", "is_in"])
        others = Entrant.objects.filter(entry_id=entrant.entry_id, is_in=True)
        if is_twice and not others.exists():
            Entry.objects.filter(id=entrant.entry_id).update(state=EntryState.OUT)
            settle(entrant.contest)
            move_up(entrant.contest)


def _follow_judges(kept_id: UUID, merged_id: UUID) -> None:
    rows = Judge.objects.filter(person_id=merged_id).select_related("contest")
    for judge in list(rows):
        mine = Judge.objects.filter(person_id=kept_id, contest_id=judge.contest_id).first()
        if mine is None:
            judge.person_id = kept_id
            judge.save(update_fields=["person"])
        elif judge.dismissed_at is None and mine.dismissed_at is not None:
            _change_places(mine, judge)
        elif judge.dismissed_at is None:
            if judge.contest.state != State.DECIDED:
                _give(judge, mine)
            judge.dismissed_at = clock.now()
            judge.save(update_fields=["dismissed_at"])


def _change_places(one: Judge, other: Judge) -> None:
    """Let two judges of a contest be each other's person; one person judges it once at a time."""
    first, second = one.person_id, other.person_id
    aside = Judge.objects.filter(id=one.id)
    aside.update(person_id=None, name=str(one.id))
    Judge.objects.filter(id=other.id).update(person_id=first)
    aside.update(person_id=second, name=one.name)


def _give(judge: Judge, mine: Judge) -> None:
    """Give what one judge gave or declined to the same person's other row, where that has not."""
    recused = Recusal.objects.filter(judge=mine).values("entry_id")
    judge.recusals.exclude(entry_id__in=recused).update(judge=mine)
    declined = Recusal.objects.filter(judge=mine).values("entry_id")
    mine.scores.filter(entry_id__in=declined).delete()
    scored = Score.objects.filter(judge=mine).values("entry_id")
    judge.scores.exclude(entry_id__in=scored).exclude(entry_id__in=declined).update(judge=mine)
    voted = Vote.objects.filter(judge=mine).values("match_id")
    judge.votes.exclude(match_id__in=voted).update(judge=mine)
