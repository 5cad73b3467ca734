"""Debates: drawn by lot, each decided by the votes of judges who belong to neither side.

Where a side withdraws, the other goes on without votes.
"""

import random
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.contests import ranking
from dongxun.contests.contracts import (
    ContestRefused,
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
        ContestRefused: everybody has withdrawn.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.kind != Kind.DEBATE or contest.state != State.JUDGING:
        raise NotNow
    if contest.matches.exists():
        return
    keys = list(contest.entries.filter(state=EntryState.IN).values_list("id", flat=True))
    if not keys:
        raise ContestRefused(_("All have withdrawn; nobody is left to debate."))
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
    settle(contest)
    note("contests.draw", by, contest)


@transaction.atomic
def vote(*, by: Actor, match_id: UUID, votes: Mapping[UUID, UUID], motion: str = "") -> UUID:
    """Write down how the judges of a debate voted; return who won.

    May be written anew until the judges have voted in a debate that follows from it.

    Args:
        votes: for whom each judge voted, by judge.

    Raises:
        NotFound: no such debate, judge or side.
        NotNow: a side is not known yet or has withdrawn, or a later debate was voted on.
        OwnInterest: a judge belongs to a side, or stood aside.
        VotesEqual.
    """
    match = wanted_row(Match.objects.filter(id=match_id))
    contest = contest_to_run(match.contest_id, by=by)
    match.refresh_from_db()
    if contest.state != State.JUDGING or not (match.first_id and match.second_id):
        raise NotNow
    if _is_built_upon(contest, match):
        raise NotNow
    sides = {match.first_id, match.second_id}
    if contest.entries.filter(id__in=sides).exclude(state=EntryState.IN).exists():
        raise NotNow(_("A side has withdrawn; the other goes on without a debate."))
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
    match.winner_id, match.decided_at, match.motion = winner, clock.now(), motion.strip()[:120]
    match.save(update_fields=["winner", "decided_at", "motion"])
    settle(contest)
    note("contests.vote", by, contest, match=str(match.id))
    return winner


def _is_built_upon(contest: Contest, match: Match) -> bool:
    """Whether the judges have voted in a debate that this one leads to."""
    voted = contest.matches.filter(round__gt=match.round, votes__isnull=False)
    return any(
        place == match.place >> (number - match.round)
        for number, place in voted.values_list("round", "place")
    )


def settle(contest: Contest) -> list[Match]:
    """Seat the winners, and let who has no opponent go on; return what became so decided.

    Follows from the votes and from who has withdrawn: safe to repeat, in any order.
    """
    if contest.state != State.JUDGING:
        return []
    here = set(contest.entries.filter(state=EntryState.IN).values_list("id", flat=True))
    voted = set(Vote.objects.filter(match__contest=contest).values_list("match_id", flat=True))
    rows = {(one.round, one.place): one for one in contest.matches.all()}
    news: list[Match] = []
    for (number, place), row in sorted(rows.items()):
        before = (row.first_id, row.second_id, row.winner_id, row.decided_at)
        below = [rows[number - 1, place * 2 + seat] for seat in (0, 1)] if number > 1 else []
        if below:
            row.first_id, row.second_id = (one.winner_id for one in below)
        if row.id not in voted:
            is_known = all(one.decided_at for one in below)
            left = [key for key in (row.first_id, row.second_id) if key in here]
            row.winner_id = left[0] if is_known and len(left) == 1 else None
            is_over = is_known and len(left) < 2
            row.decided_at = (before[-1] or clock.now()) if is_over else None
        after = (row.first_id, row.second_id, row.winner_id, row.decided_at)
        if after != before:
            row.save(update_fields=["first", "second", "winner", "decided_at"])
            news += [row] if row.decided_at and not before[-1] else []
    return news
