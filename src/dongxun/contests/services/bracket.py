"""Debates: drawn by lot, each decided by the votes of judges who belong to neither side."""

import random
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from dongxun.contests import ranking
from dongxun.contests.contracts import (
    EntryState,
    Kind,
    NotNow,
    OwnInterest,
    State,
    VotesEqual,
)
from dongxun.contests.models import Contest, Match, Vote
from dongxun.contests.queries.interest import barred_of
from dongxun.contests.services.contests import contest_to_run, note
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row


@transaction.atomic
def draw(*, by: Actor, contest_id: UUID) -> None:
    """Draw by lot who debates whom; drawn once, drawing again changes nothing.

    Raises:
        NotFound, SeasonClosed.
        NotNow: no debate contest, or its call is not closed.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.kind != Kind.DEBATE or contest.state != State.JUDGING:
        raise NotNow
    if contest.matches.exists():
        return
    keys = list(contest.entries.filter(state=EntryState.IN).values_list("id", flat=True))
    random.SystemRandom().shuffle(keys)
    pairs = ranking.first_round(keys)
    rows = [
        Match(contest=contest, round=1, place=place, first_id=first, second_id=second)
        for place, (first, second) in enumerate(pairs)
    ]
    for number in range(2, ranking.rounds_of(len(keys)) + 1):
        seats = len(pairs) >> (number - 1)
        rows += [Match(contest=contest, round=number, place=place) for place in range(seats)]
    Match.objects.bulk_create(rows)
    for row in rows:
        if row.round == 1 and row.second_id is None:
            _win(contest, row, row.first_id)
    note("contests.draw", by, contest)


@transaction.atomic
def vote(*, by: Actor, match_id: UUID, votes: Mapping[UUID, UUID], motion: str = "") -> UUID:
    """Write down how the judges of a debate voted; return who won.

    May be written anew until the winner's next debate was decided.

    Args:
        votes: for whom each judge voted, by judge.

    Raises:
        NotFound: no such debate, judge or side.
        NotNow: a side is not known yet, or the next debate was decided.
        OwnInterest: a judge belongs to a side, or stood aside.
        VotesEqual.
    """
    match = wanted_row(Match.objects.filter(id=match_id))
    contest = contest_to_run(match.contest_id, by=by)
    match.refresh_from_db()
    after = contest.matches.filter(round=match.round + 1, place=match.place // 2).first()
    if contest.state != State.JUDGING or not (match.first_id and match.second_id):
        raise NotNow
    if after is not None and after.decided_at is not None:
        raise NotNow
    sides = {match.first_id, match.second_id}
    judges = list(contest.judges.filter(id__in=votes, dismissed_at=None))
    if len(judges) != len(votes) or not set(votes.values()) <= sides:
        raise NotFound
    aside = barred_of(judges, contest)
    for judge in judges:
        if aside[judge.id] & sides:
            raise OwnInterest(where=f"judge.{judge.id}")
    for_first = sum(side == match.first_id for side in votes.values())
    if for_first * 2 == len(votes):
        raise VotesEqual
    match.votes.all().delete()
    Vote.objects.bulk_create(
        Vote(match=match, judge_id=key, entry_id=side) for key, side in votes.items()
    )
    winner = match.first_id if for_first * 2 > len(votes) else match.second_id
    match.motion = motion.strip()[:120]
    _win(contest, match, winner)
    note("contests.vote", by, contest, match=str(match.id))
    return winner


def _win(contest: Contest, match: Match, winner_id: UUID | None) -> None:
    """Let an entry win, and take its seat in the next debate."""
    match.winner_id, match.decided_at = winner_id, clock.now()
    match.save(update_fields=["winner", "decided_at", "motion"])
    seat = "second_id" if match.place % 2 else "first_id"
    following = contest.matches.filter(round=match.round + 1, place=match.place // 2)
    following.update(**{seat: winner_id})
