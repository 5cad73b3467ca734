"""Judges are appointed, see numbers and words only, stand aside, and score."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.contests.contracts import EntryState, NotNow, OwnInterest, Source, State
from dongxun.contests.models import Contest, Entry, Judge, Recusal, Score
from dongxun.contests.queries.interest import barred
from dongxun.contests.services.contests import contest_to_run, hold, note
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.rows import wanted_row
from dongxun.people import api as people


@transaction.atomic
def appoint_judge(
    *, by: Actor, contest_id: UUID, person_id: UUID | None = None, name: str = ""
) -> UUID:
    """Appoint somebody of a roster, or an outsider by name. Safe to repeat.

    Raises:
        NotFound: not a contest or a person of theirs.
        NotNow: the results are published.
        Invalid: neither a person nor a name.
        OwnInterest: who takes part judges nobody.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state == State.DECIDED:
        raise NotNow
    if person_id is not None:
        name = people.card(person_id, by=by).name
        from_entries = contest.entries.filter(entrants__person_id=person_id, entrants__is_in=True)
        if from_entries.exists():
            raise OwnInterest(_("Takes part in this contest, so cannot judge it."), where="who")
    if not name.strip():
        raise Invalid(_("Write who judges."), where="who")
    wanted = {"person_id": person_id} if person_id else {"person": None, "name": name.strip()[:60]}
    judge, _made = Judge.objects.get_or_create(
        contest=contest, **wanted, defaults={"name": name.strip()[:60]}
    )
    if judge.dismissed_at is not None:
        judge.dismissed_at = None
        judge.save(update_fields=["dismissed_at"])
    note("contests.appoint_judge", by, contest, judge=str(judge.id))
    return judge.id


@transaction.atomic
def dismiss_judge(*, by: Actor, judge_id: UUID) -> None:
    """Let a judge go; what they scored counts no more, and stays on record. Safe to repeat.

    Raises:
        NotFound, SeasonClosed, NotNow.
    """
    judge = wanted_row(Judge.objects.filter(id=judge_id))
    contest = contest_to_run(judge.contest_id, by=by)
    judge.refresh_from_db()
    if contest.state == State.DECIDED:
        raise NotNow
    if judge.dismissed_at is None:
        judge.dismissed_at = clock.now()
        judge.save(update_fields=["dismissed_at"])
        note("contests.dismiss_judge", by, contest, judge=str(judge.id))


def judge_acting(judge_id: UUID, *, by: Actor) -> tuple[Judge, Contest]:
    """Return a judge for whom ``by`` may write, and the contest.

    That is the judge on their own phone, or the organiser who copies the paper sheet of an
    outsider; what a judge of the roster gives is theirs alone.

    Raises:
        NotFound: neither, or dismissed.
    """
    rows = Judge.objects.select_related("contest__organisation", "contest__season")
    judge = wanted_row(rows.filter(id=judge_id, dismissed_at=None))
    if judge.person_id is None:
        may = by.reaches(judge.contest.organisation.lft)
    else:
        may = judge.person_id in by.owned
    if not may:
        raise NotFound
    return judge, judge.contest


def _held(judge_id: UUID, *, by: Actor) -> tuple[Judge, Contest]:
    """Return the same, with the contest held, and both as they stand now."""
    judge, _contest = judge_acting(judge_id, by=by)
    contest = hold(judge.contest_id)
    return judge_acting(judge_id, by=by)[0], contest


def _entry_to_judge(judge: Judge, contest: Contest, entry_id: UUID) -> Entry:
    """Return an entry that a judge may judge.

    Raises:
        NotFound: not in this contest.
        NotNow: judging is not under way.
        OwnInterest.
    """
    entry = wanted_row(contest.entries.filter(id=entry_id, state=EntryState.IN))
    if contest.state != State.JUDGING:
        raise NotNow
    if entry.id in barred(judge, contest):
        raise OwnInterest
    return entry


@transaction.atomic
def recuse(*, by: Actor, judge_id: UUID, entry_id: UUID, reason: str = "") -> None:
    """Let a judge stand aside for one entry; an own score for it is taken out. Safe to repeat.

    Raises:
        NotFound, NotNow, OwnInterest.
    """
    judge, contest = _held(judge_id, by=by)
    entry = wanted_row(contest.entries.filter(id=entry_id, state=EntryState.IN))
    if contest.state != State.JUDGING:
        raise NotNow
    Recusal.objects.get_or_create(
        judge=judge, entry=entry, defaults={"reason": reason.strip()[:200], "at": clock.now()}
    )
    Score.objects.filter(judge=judge, entry=entry).delete()
    note("contests.recuse", by, contest, judge=str(judge.id), entry=str(entry.id))


@transaction.atomic
def score(
    *, by: Actor, judge_id: UUID, entry_id: UUID, points: Sequence[int | None], text: str = ""
) -> None:
    """Keep what a judge gives an entry; until the results are out it may be changed.

    Safe to repeat.

    Raises:
        NotFound: not a judge of this phone or desk, or no such entry.
        NotNow: judging is not under way.
        OwnInterest: of the same unit, took part, or stood aside.
        Invalid: a scale without points, or more than it brings, as ``points.0``.
    """
    judge, contest = _held(judge_id, by=by)
    entry = _entry_to_judge(judge, contest, entry_id)
    scales = list(contest.criteria.all())
    bad: list[tuple[str, Text]] = []
    for place, scale in enumerate(scales):
        given = points[place] if place < len(points) else None
        if given is None or not 0 <= given <= scale.most:
            words = _("Between %(low)s and %(high)s.") % {"low": 0, "high": scale.most}
            bad.append((f"points.{place}", words))
    if bad or not scales:
        raise Invalid(details=bad)
    Score.objects.update_or_create(
        judge=judge,
        entry=entry,
        defaults={
            "points": list(points[: len(scales)]),
            "note": text.strip()[:300],
            "source": Source.DESK if judge.person_id is None else Source.PHONE,
            "at": clock.now(),
        },
    )
    note("contests.score", by, contest, judge=str(judge.id), entry=str(entry.id))
