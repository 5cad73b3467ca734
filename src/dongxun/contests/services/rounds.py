"""Rounds of a knowledge contest: a quiz for the invited, or points written down on the spot."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dongxun.contests import ranking
from dongxun.contests.contracts import ContestRefused, EntryState, Kind, NotNow, State, Tie
from dongxun.contests.models import Contest, Entrant, Round, RoundResult
from dongxun.contests.queries import marks
from dongxun.contests.services.contests import contest_to_run, note
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Conflict, Invalid, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rows import wanted_row
from dongxun.quizzes import api as quizzes

HERE = Actor.system("contests")
"""Runs the quizzes of rounds for whoever runs the contest: they may belong to a unit above."""
HUNDREDTH = Decimal("0.01")
MOST_POINTS = 10_000


def decimal(value: Fraction | int) -> Decimal:
    """Return a fraction as it is written down, with two places."""
    exact = Fraction(value)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(HUNDREDTH)


def interval_of(contest: Contest) -> Interval:
    """Return the subtree whose members a contest is for."""
    return Interval(contest.organisation.lft, contest.organisation.rgt)


def round_to_run(round_id: UUID, *, by: Actor) -> tuple[Round, Contest]:
    """Return a round that ``by`` may run, with its contest held.

    Raises:
        NotFound, SeasonClosed.
        NotNow: judging is not under way.
    """
    row = wanted_row(Round.objects.filter(id=round_id))
    contest = contest_to_run(row.contest_id, by=by)
    row.refresh_from_db()
    if contest.state != State.JUDGING:
        raise NotNow(_("Rounds begin once the call is closed."))
    return row, contest


@transaction.atomic
def write_round(
    *,
    by: Actor,
    contest_id: UUID,
    name: str,
    quiz_id: UUID | None = None,
    advance: int = 0,
    round_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Add a round, or change the one named.

    With a quiz it is answered on phones, without one points are written down. From now on that
    quiz is for the invited only; one it had before is a draft for everybody again.
    Without ``round_id`` the same name is the same round. Of a round that has begun, name and
    ``advance`` may still change, the latter until the next one begins.

    Args:
        advance: how many entries go on to the next round; 0 in the last one.
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        Overtaken: somebody else has written something else since ``version``.
        NotFound, SeasonClosed, NotNow.
        Invalid: no name, or a number out of bounds.
        Conflict: another round has this name; the quiz was answered by others already, serves
            another round, is of another season, not for all members of this contest, or for
            more than one try.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.kind != Kind.KNOWLEDGE or contest.state == State.DECIDED:
        raise NotNow
    name = name.strip()[:40]
    if bad := _faults(name, advance):
        raise Invalid(details=bad)
    row = _named(contest, name, round_id)
    if row is not None:
        after = Round(name=name, quiz_id=quiz_id, advance=advance)
        require_seen(version, marks.of_round(row), marks.of_round(after))
    if row is not None and row.opened_at is not None:
        if round_id is None or row.quiz_id != quiz_id:
            raise NotNow(_("This round has begun; it stands as it is."))
        _go_on(row, advance)
    elif quiz_id is not None:
        others = Round.objects.filter(quiz_id=quiz_id)
        if (others.exclude(id=row.id) if row else others).exists():
            raise Conflict(_("This quiz serves another round."), where="quiz_id")
        is_same = row is not None and row.quiz_id == quiz_id
        _reserve(contest, quiz_id, by=HERE if is_same else by, again=is_same)
    if row is not None and row.quiz_id is not None and row.quiz_id != quiz_id:
        quizzes.release(by=HERE, quiz_id=row.quiz_id)
    if row is None:
        last = contest.rounds.last()
        row = Round(contest=contest, order=last.order + 1 if last else 1)
    row.name, row.quiz_id, row.advance = name, quiz_id, advance
    row.save()
    note("contests.write_round", by, contest, round=str(row.id))
    return row.id


def _faults(name: str, advance: int) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not name:
        bad.append(("name", _("Write a name.")))
    if not 0 <= advance <= 1000:
        words = _("Between %(low)s and %(high)s.") % {"low": 0, "high": 1000}
        bad.append(("advance", words))
    return bad


def _named(contest: Contest, name: str, round_id: UUID | None) -> Round | None:
    """Return the round that is meant; None for one that is not there yet.

    Raises:
        NotFound: not of this contest.
        Conflict: another one has this name.
    """
    twin = contest.rounds.filter(name=name).first()
    if round_id is None:
        return twin
    row: Round = wanted_row(contest.rounds.filter(id=round_id))
    if twin is not None and twin.id != row.id:
        raise Conflict(_("Another round has this name."), where="name")
    return row


def _go_on(row: Round, advance: int) -> None:
    """Let as many go on from a round that has begun; if it is counted, by its places.

    Raises:
        NotNow: the next round has begun.
    """
    if advance == row.advance:
        return
    if later(row).exists():
        raise NotNow(_("The next round has begun; who goes on stands."), where="advance")
    _let_go_on(row, advance)


def _let_go_on(row: Round, advance: int) -> None:
    """Let the first of those who are still in it go on from a counted round."""
    results = list(row.results.filter(entry__state=EntryState.IN).exclude(place=None))
    now = ranking.places({one: -(one.place or 0) for one in results})
    for one in results:
        one.goes_on = now[one] <= advance
    RoundResult.objects.bulk_update(results, ["goes_on"])


def move_up(contest: Contest) -> None:
    """Let the next ones go on for who went out after counting, while no later round has begun."""
    row = contest.rounds.exclude(counted_at=None).last()
    if row is not None and contest.state == State.JUDGING and not later(row).exists():
        _let_go_on(row, row.advance)


def later(row: Round) -> QuerySet[Round]:
    """Return the rounds after this one that have begun."""
    return row.contest.rounds.filter(order__gt=row.order).exclude(opened_at=None)


@transaction.atomic
def remove_round(*, by: Actor, round_id: UUID) -> None:
    """Take a round out in which nobody has reached anything; its quiz is a draft again.

    Also of a contest that was called off, so that its quiz may serve something else. Safe to
    repeat.

    Raises:
        NotFound, SeasonClosed.
        NotNow: the next round has begun, or the results are out.
        Conflict: somebody has answered its quiz, or points are written down.
    """
    row = Round.objects.filter(id=round_id).first()
    if row is None:
        return
    contest = contest_to_run(row.contest_id, by=by, may_be_off=True)
    row.refresh_from_db()
    if contest.state == State.DECIDED or later(row).exists():
        raise NotNow
    if row.results.exclude(points=None).exclude(points=0).exists():
        raise Conflict(_("Points of this round are written down; it stays."))
    if row.quiz_id is not None:
        if row.opened_at is not None:
            quizzes.recall(by=HERE, quiz_id=row.quiz_id)
        quizzes.release(by=HERE, quiz_id=row.quiz_id)
    row.delete()
    note("contests.remove_round", by, contest, round=str(row.id))


def is_removable(row: Round) -> bool:
    """Return whether nobody has reached anything in a round, and none follows from it yet."""
    if later(row).exists() or row.results.exclude(points=None).exclude(points=0).exists():
        return False
    return row.quiz_id is None or row.opened_at is None or not quizzes.is_answered(row.quiz_id)


def _reserve(contest: Contest, quiz_id: UUID, *, by: Actor, again: bool) -> None:
    quizzes.reserve(
        by=by,
        quiz_id=quiz_id,
        season_id=contest.season_id,
        within=interval_of(contest),
        again=again,
    )


def _standing(contest: Contest, row: Round) -> list[UUID]:
    """Return the entries that come into a round: all into the first, then those that go on.

    Raises:
        NotNow: the round before has not been counted.
    """
    before = contest.rounds.filter(order__lt=row.order).last()
    if before is None:
        found = contest.entries.filter(state=EntryState.IN)
        return list(found.values_list("id", flat=True))
    if before.counted_at is None:
        raise NotNow(_("Count the round before this one first."))
    going = before.results.filter(goes_on=True, entry__state=EntryState.IN)
    return list(going.values_list("entry_id", flat=True))


@transaction.atomic
def open_round(*, by: Actor, round_id: UUID) -> None:
    """Begin a round: whoever is in it finds its quiz on the phone. Safe to repeat.

    Raises:
        NotFound, SeasonClosed, NotNow.
        ContestRefused: nobody is in it.
        PaperShort: its quiz lacks questions.
        Conflict: its quiz was changed and serves no round any more.
    """
    row, contest = round_to_run(round_id, by=by)
    if row.opened_at is not None:
        return
    entries = _standing(contest, row)
    if not entries:
        raise ContestRefused(_("Nobody goes on into this round."))
    RoundResult.objects.bulk_create(RoundResult(round=row, entry_id=key) for key in entries)
    if row.quiz_id is not None:
        persons = Entrant.objects.filter(entry__in=entries, is_in=True)
        invited = list(persons.values_list("person_id", flat=True))
        _reserve(contest, row.quiz_id, by=HERE, again=True)
        quizzes.invite(by=HERE, quiz_id=row.quiz_id, person_ids=invited)
        quizzes.open_quiz(by=HERE, quiz_id=row.quiz_id)
    row.opened_at = clock.now()
    row.save(update_fields=["opened_at"])
    note("contests.open_round", by, contest, round=str(row.id))


@transaction.atomic
def count_round(
    *, by: Actor, round_id: UUID, points: Mapping[UUID, Decimal | None] | None = None
) -> int:
    """End a round and see who goes on; whoever shares the last place goes on too.

    Return how many entries still wait for their points: while any does, nothing is counted.

    A quiz is closed and its answers counted: an entry has the mean of all its people, and
    whoever did not answer counts 0, in the whole time of the round. Safe to repeat until the next
    round has begun.

    Args:
        points: of a round without a quiz, by entry, as many as are known; one left empty has 0,
            and with None so has every entry that waits.

    Raises:
        NotFound, SeasonClosed.
        NotNow: it has not begun, or the next one has.
        Invalid: points out of bounds, each as the id of the entry.
    """
    row, contest = round_to_run(round_id, by=by)
    if row.opened_at is None or later(row).exists():
        raise NotNow
    results = list(row.results.filter(entry__state=EntryState.IN).select_related("entry"))
    if row.quiz_id is None:
        given = dict.fromkeys((one.entry_id for one in results if one.points is None), None)
        _write_points(results, given if points is None else points)
    else:
        quizzes.close_quiz(by=HERE, quiz_id=row.quiz_id)
        so_far = round((clock.now() - row.opened_at).total_seconds())
        _count_answers(results, row.quiz_id, so_far)
    waiting = sum(one.points is None for one in results)
    if waiting:
        RoundResult.objects.bulk_update(results, ["points"])
        note("contests.count_round", by, contest, round=str(row.id))
        return waiting
    is_quicker = contest.tie == Tie.QUICKER
    values = {
        one: (one.points, -one.seconds if is_quicker and row.quiz_id else 0) for one in results
    }
    for one, place in ranking.places(values).items():
        one.place, one.goes_on = place, 0 < place <= row.advance
    RoundResult.objects.bulk_update(results, ["points", "seconds", "place", "goes_on"])
    row.counted_at = clock.now()
    row.save(update_fields=["counted_at"])
    note("contests.count_round", by, contest, round=str(row.id))
    return 0


def _write_points(results: Sequence[RoundResult], points: Mapping[UUID, Decimal | None]) -> None:
    bad: list[tuple[str, Text]] = []
    for one in results:
        if one.entry_id not in points:
            continue
        given = points[one.entry_id] or Decimal(0)
        if not -MOST_POINTS <= given <= MOST_POINTS:
            words = _("Between %(low)s and %(high)s.")
            bad.append((str(one.entry_id), words % {"low": -MOST_POINTS, "high": MOST_POINTS}))
        one.points = given
    if bad:
        raise Invalid(details=bad)


def _count_answers(results: Sequence[RoundResult], quiz_id: UUID, so_far: int) -> None:
    rows = Entrant.objects.filter(entry__in=[one.entry_id for one in results], is_in=True)
    people: dict[UUID, list[UUID]] = {}
    for entry_id, person_id in rows.values_list("entry_id", "person_id"):
        people.setdefault(entry_id, []).append(person_id)
    reached = quizzes.reached(quiz_id, [key for keys in people.values() for key in keys])
    longest = 1 + max([so_far, *(mark.seconds or 0 for mark in reached.values())])
    for one in results:
        own = [reached.get(key) for key in people.get(one.entry_id, [])]
        one.points = decimal(ranking.mean([mark.score if mark else 0 for mark in own]))
        known = [mark.seconds for mark in own if mark and mark.seconds is not None]
        one.seconds = sum(known) + longest * (len(own) - len(known))
