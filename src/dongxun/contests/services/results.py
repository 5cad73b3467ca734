"""Results: places by rules that were known before, prizes by places, certificates by number."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dongxun.contests import ranking
from dongxun.contests.contracts import (
    ContestRefused,
    EntryState,
    Kind,
    NotNow,
    State,
    Tie,
)
from dongxun.contests.models import Award, Contest, Entrant, Entry, RoundResult, Score
from dongxun.contests.queries.console import judges
from dongxun.contests.queries.reading import taking_part
from dongxun.contests.rules import is_judged
from dongxun.contests.services.contests import contest_to_run, note
from dongxun.contests.services.counting import count
from dongxun.contests.services.rounds import decimal
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, Text
from dongxun.organisations import api as organisations

Standing = tuple[dict[UUID, int], dict[UUID, Decimal | None]]
"""The place of each entry, and its points where there are any."""


def missing(contest: Contest) -> list[tuple[str, Text]]:
    """Return what is missing before results can be published."""
    if is_judged(contest):
        return _judges_missing(contest)
    if contest.kind == Kind.COLLECTION:
        return []
    if contest.kind == Kind.KNOWLEDGE:
        return _rounds_missing(contest)
    waiting = contest.matches.filter(decided_at=None).count()
    if not contest.matches.exists():
        return [("matches", _("The debates have not been drawn yet."))]
    return [("matches", _("%(n)d debates are not decided yet.") % {"n": waiting})] * bool(waiting)


def _rounds_missing(contest: Contest) -> list[tuple[str, Text]]:
    rounds = list(contest.rounds.all())
    if not rounds:
        return [("rounds", _("Write at least one round."))]
    for before, one in pairwise(rounds):
        going = before.results.filter(goes_on=True, entry__state=EntryState.IN)
        if before.counted_at and one.opened_at is None and not going.exists():
            words = _(
                "Nobody goes on into “%(name)s”: take that round out, or let more go on from the"
                " one before."
            )
            return [("rounds", words % {"name": one.name})]
    waiting = sum(one.counted_at is None for one in rounds)
    return [("rounds", _("%(n)d rounds are not counted yet.") % {"n": waiting})] * bool(waiting)


def _judges_missing(contest: Contest) -> list[tuple[str, Text]]:
    lines = judges(contest)
    if not lines:
        return [("judges", _("Appoint at least one judge."))]
    words = _("%(name)s still has %(n)d to score.")
    bad: list[tuple[str, Text]] = [
        ("judges", words % {"name": one.judge.name, "n": one.of - one.done})
        for one in lines
        if one.done < one.of
    ]
    scored = set(
        Score.objects.filter(judge__contest=contest, judge__dismissed_at=None).values_list(
            "entry_id", flat=True
        )
    )
    alone = [row.number for row in taking_part(contest) if row.id not in scored]
    if alone and not bad:
        words = _("No judge may score number %(n)s; appoint one of another unit.")
        bad.append(("judges", words % {"n": "、".join(map(str, alone))}))
    return bad


def standing(contest: Contest) -> Standing:
    """Return how the entries stand by the rules of the contest, as far as it has come."""
    if is_judged(contest):
        return _by_scales(contest)
    if contest.kind == Kind.COLLECTION:
        return {}, {}
    if contest.kind == Kind.KNOWLEDGE:
        return _by_rounds(contest)
    return _by_matches(contest)


def _by_scales(contest: Contest) -> Standing:
    rows = Score.objects.filter(
        judge__contest=contest, judge__dismissed_at=None, entry__state=EntryState.IN
    )
    sheets: dict[UUID, list[Sequence[int]]] = {}
    for entry_id, points in rows.values_list("entry_id", "points"):
        sheets.setdefault(entry_id, []).append(points)
    summed = {key: ranking.sums(found, trimmed=contest.trimmed) for key, found in sheets.items()}
    decisive = {
        key: value if contest.tie == Tie.CRITERIA else value[:1] for key, value in summed.items()
    }
    points_of = {key: decimal(value[0]) for key, value in summed.items()}
    return ranking.places(decisive), dict(points_of)


def _by_rounds(contest: Contest) -> Standing:
    """Rank by the last round an entry took part in, then by its place there."""
    reached: dict[UUID, tuple[int, int]] = {}
    points: dict[UUID, Decimal | None] = {}
    rows = RoundResult.objects.filter(
        round__contest=contest, round__counted_at__isnull=False, entry__state=EntryState.IN
    ).select_related("round")
    for row in rows.order_by("round__order"):
        reached[row.entry_id] = (row.round.order, -(row.place or 0))
        points[row.entry_id] = row.points
    return ranking.places(reached), points


def _by_matches(contest: Contest) -> Standing:
    """Rank by how many rounds an entry has won; whoever lost in the same round shares a place."""
    won: dict[UUID, int] = {}
    for row in contest.matches.exclude(decided_at=None):
        for key in (row.first_id, row.second_id):
            if key is not None:
                won[key] = max(
                    won.get(key, 0), row.round if row.winner_id == key else row.round - 1
                )
    here = set(taking_part(contest).values_list("id", flat=True))
    return ranking.places({key: n for key, n in won.items() if key in here}), {}


@transaction.atomic
def publish(*, by: Actor, contest_id: UUID) -> int:
    """Fix places and prizes, number the certificates; return how many. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        NotNow: judging is not under way.
        ContestRefused: ``details`` say what is missing.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state == State.DECIDED:
        return contest.awards.filter(void_at=None).count()
    if contest.state != State.JUDGING:
        raise NotNow
    if bad := missing(contest):
        raise ContestRefused(details=bad)
    ranks, points = standing(contest)
    rows = Entry.objects.in_bulk(ranks)
    for key, rank in ranks.items():
        rows[key].rank, rows[key].score = rank, points.get(key)
    Entry.objects.bulk_update(rows.values(), ["rank", "score"])
    now = clock.now()
    n = _award(contest, ranks, now)
    contest.state, contest.decided_at = State.DECIDED, now
    contest.save(update_fields=["state", "decided_at"])
    _count_winners(contest)
    note("contests.publish", by, contest)
    return n


def _count_winners(contest: Contest, *, void_at: datetime | None = None) -> None:
    """Let the winners' points follow; with ``void_at`` their awards hold no more."""
    live = contest.awards.filter(void_at=None)
    persons = [key for key in live.values_list("person_id", flat=True) if key]
    if void_at is not None:
        live.update(void_at=void_at)
    count(season_id=contest.season_id, person_ids=persons)


def _award(contest: Contest, ranks: dict[UUID, int], now: datetime) -> int:
    kinds = list(contest.prizes.all())
    won = ranking.prizes(ranks, [kind.places for kind in kinds])
    year = clock.local(now).year
    organisations.hold(contest.organisation_id)
    numbers = Award.objects.filter(issuer_id=contest.organisation_id, year=year)
    last = numbers.aggregate(last=Max("sequence"))["last"] or 0
    entrants: dict[UUID, list[UUID | None]] = {}
    for key in (
        contest.entries.filter(id__in=won).exclude(household="").values_list("id", flat=True)
    ):
        entrants[key] = [None]  # a household, on no roster
    found = Entrant.objects.filter(entry__in=won, is_in=True)
    for entry_id, person_id in found.values_list("entry_id", "person_id"):
        entrants.setdefault(entry_id, []).append(person_id)
    order = sorted(won, key=lambda key: (won[key], ranks[key], str(key)))
    pairs = [(key, person) for key in order for person in entrants.get(key, [])]
    Award.objects.bulk_create(
        Award(
            contest=contest,
            entry_id=key,
            person_id=person,
            prize=kinds[won[key]].name,
            prize_order=won[key],
            issuer_id=contest.organisation_id,
            year=year,
            sequence=last + place,
            decided_at=now,
        )
        for place, (key, person) in enumerate(pairs, 1)
    )
    return len(pairs)


@transaction.atomic
def take_back(*, by: Actor, contest_id: UUID, reason: str) -> None:
    """Take published results back, with a reason; their certificates hold no more.

    Raises:
        NotFound, SeasonClosed.
        NotNow: no results are out.
        Invalid: no reason.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state != State.DECIDED:
        raise NotNow
    if not reason.strip():
        raise Invalid(_("Write why."), where="reason")
    _count_winners(contest, void_at=clock.now())
    contest.entries.update(rank=None, score=None)
    contest.state, contest.decided_at = State.JUDGING, None
    contest.save(update_fields=["state", "decided_at"])
    note("contests.take_back", by, contest, reason=reason.strip()[:200])
