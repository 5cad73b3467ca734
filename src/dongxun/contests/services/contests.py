"""A contest is written, its scales and prizes are set, its call opens and closes."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dongxun.contests.contracts import (
    JUDGED,
    MOST_CRITERIA,
    MOST_PRIZES,
    MOST_TEAM,
    CalledOff,
    ContestDraft,
    ContestRefused,
    EntryState,
    Kind,
    NotNow,
    PrizeDraft,
    ScaleDraft,
    State,
)
from dongxun.contests.models import Contest, Criterion, Entry, Prize
from dongxun.contests.queries import marks
from dongxun.contests.rules import is_judged
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState


def hold(contest_id: UUID) -> Contest:
    """Return a contest as it stands now, held until the transaction ends.

    Raises:
        SeasonClosed, CalledOff: it can be read, not changed.
    """
    rows = Contest.objects.select_for_update(of=("self",)).select_related("organisation", "season")
    contest = rows.get(id=contest_id)
    _refuse_closed(contest, may_be_off=False)
    return contest


def contest_to_run(contest_id: UUID, *, by: Actor, may_be_off: bool = False) -> Contest:
    """Return a contest that ``by`` may run, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
        SeasonClosed, CalledOff: it can be read, not changed.
    """
    rows = Contest.objects.select_for_update(of=("self",)).select_related("organisation", "season")
    contest = wanted_row(rows.filter(id=contest_id))
    if not by.reaches(contest.organisation.lft):
        raise NotFound
    _refuse_closed(contest, may_be_off=may_be_off)
    return contest


def _refuse_closed(contest: Contest, *, may_be_off: bool) -> None:
    if contest.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    if contest.state == State.OFF and not may_be_off:
        raise CalledOff


def note(act: str, by: Actor, contest: Contest, **detail: str) -> None:
    """Write one act about a contest into the audit log."""
    subject = ("contest", contest.id)
    audit.write(act, by=by, subject=subject, organisation_id=contest.organisation_id, **detail)


@transaction.atomic
def write_contest(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: ContestDraft,
    contest_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Write a contest for an organisation and all below it, or change the one named.

    Sending twice is one. The organisation stands once written, kind and size of a team from the
    first entry on, and what decides who wins from the beginning of the judging. Who came late for
    a call that ends later now has come in time.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Conflict: another contest here has this title.
        NotNow: judging is under way and the rules would change, or it is decided already.
        Invalid: no title, a window that ends before it begins, a team of nobody.
    """
    if seasons.season(season_id, by=by).state == SeasonState.CLOSED:
        raise SeasonClosed
    require("contests.run", by, organisations.node(organisation_id).interval.lft)
    if bad := _faults(draft):
        raise Invalid(details=bad)
    values = asdict(draft) | {"title": draft.title.strip(), "call": draft.call.strip()}
    if contest_id is None:
        organisations.hold(organisation_id)
        contest = Contest(
            season_id=season_id, organisation_id=organisation_id, created_at=clock.now()
        )
    else:
        contest = contest_to_run(contest_id, by=by)
    mates = Contest.objects.filter(
        season_id=contest.season_id, organisation_id=contest.organisation_id
    ).exclude(state=State.OFF)
    twin = mates.exclude(id=contest.id).filter(title=values["title"]).first()
    if twin is not None:
        if contest_id is None and all(getattr(twin, name) == values[name] for name in values):
            return twin.id
        raise _taken()
    if contest_id is not None:
        require_seen(version, marks.of_contest(contest), marks.of_contest(Contest(**values)))
        _refuse_late_change(contest, draft)
    for name, value in values.items():
        setattr(contest, name, value)
    try:
        with transaction.atomic():
            contest.save()
    except IntegrityError as error:  # two at once: the other one was first
        raise _taken() from error
    _let_in(contest)
    note("contests.write_contest", by, contest)
    return contest.id


def _taken() -> Conflict:
    return Conflict(_("Another contest here has this title."), where="title")


def _let_in(contest: Contest) -> None:
    """Let those take part who came late for a call that ends later now; who judges does not."""
    if contest.state != State.CALL or contest.closes_at is None:
        return
    judging = contest.judges.filter(dismissed_at=None).exclude(person=None).values("person_id")
    late = contest.entries.filter(state=EntryState.LATE, entered_at__lt=contest.closes_at)
    late.exclude(entrants__person_id__in=judging).update(state=EntryState.IN)


def _refuse_late_change(contest: Contest, draft: ContestDraft) -> None:
    """Keep what entrants and judges relied on.

    Raises:
        NotNow: judging is under way and the rules would change, or it is decided.
        Conflict: there are entries, of another kind or size of team, or rounds of a kind.
        Invalid: members would not read any more until when they can enter.
    """
    if contest.state == State.DECIDED:
        raise NotNow
    if contest.state == State.CALL and draft.closes_at is None:
        raise Invalid(details=[("closes_at", _("Say until when entries are taken."))])
    fixed = ("kind", "team", "tie", "trimmed")
    changed = [name for name in fixed if getattr(contest, name) != getattr(draft, name)]
    if changed and contest.state == State.JUDGING:
        raise NotNow(_("Judging has begun; the rules stand."), where=changed[0])
    if {"kind", "team"} & set(changed) and contest.entries.exists():
        words = _("There are entries already; kind and size of a team stand.")
        raise Conflict(words, where="kind")
    if "kind" in changed and contest.rounds.exists():
        raise Conflict(_("It has rounds; take these out first."), where="kind")


def _faults(draft: ContestDraft) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if not 1 <= draft.team <= MOST_TEAM:
        words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_TEAM}
        bad.append(("team", words))
    if draft.opens_at and draft.closes_at and draft.closes_at <= draft.opens_at:
        bad.append(("closes_at", _("The call would end before it begins.")))
    return bad


@transaction.atomic
def write_rules(
    *,
    by: Actor,
    contest_id: UUID,
    scales: Sequence[ScaleDraft],
    prizes: Sequence[PrizeDraft],
    version: str | None = None,
) -> None:
    """Bring scales and prizes to what is given, in this order; safe to repeat.

    ``version`` is as with :func:`write_contest`.

    Raises:
        NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        NotNow: scales after the first score, of a collection none or some after the first entry,
            prizes once judging has begun (unless there are none), or anything once it is decided.
        Invalid: each line with what it lacks, as ``scales.0.most``.
        ContestRefused: the call is out, and what is left would not do for it.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state == State.DECIDED:
        raise NotNow
    if bad := _rule_faults(scales, prizes):
        raise Invalid(details=bad)
    require_seen(version, marks.of_rules(*marks.rules_of(contest)), marks.of_rules(scales, prizes))
    _write_scales(contest, [(one.name.strip(), one.most) for one in scales])
    given = [(one.name.strip(), one.places) for one in prizes]
    if given != [(one.name, one.places) for one in contest.prizes.all()]:
        if contest.state == State.JUDGING and contest.prizes.exists():
            raise NotNow(_("Judging has begun; the prizes stand."), where="prizes")
        contest.prizes.all().delete()
        Prize.objects.bulk_create(
            Prize(contest=contest, order=place, name=name, places=places)
            for place, (name, places) in enumerate(given)
        )
    if contest.state != State.DRAFT and (bad := rules_missing(contest)):
        raise ContestRefused(details=bad)
    note("contests.write_rules", by, contest)


def _write_scales(contest: Contest, after: Sequence[tuple[str, int]]) -> None:
    before = [(one.name, one.most) for one in contest.criteria.all()]
    if before == after:
        return
    is_turned = contest.kind == Kind.COLLECTION and bool(before) != bool(after)
    if is_turned and contest.entries.exists():  # they were not asked to hide who wrote them
        words = _("There are entries already; whether judges score them stands.")
        raise NotNow(words, where="scales")
    if contest.entries.filter(scores__isnull=False).exists():
        raise NotNow(_("Judges have begun to score; the scales stand."), where="scales")
    contest.criteria.all().delete()
    Criterion.objects.bulk_create(
        Criterion(contest=contest, order=place, name=name, most=most)
        for place, (name, most) in enumerate(after)
    )


def _rule_faults(
    scales: Sequence[ScaleDraft], prizes: Sequence[PrizeDraft]
) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": 100}
    for place, scale in enumerate(scales):
        if not scale.name.strip():
            bad.append((f"scales.{place}.name", _("Write what is looked at.")))
        if not 1 <= scale.most <= 100:
            bad.append((f"scales.{place}.most", words))
    for place, prize in enumerate(prizes):
        if not prize.name.strip():
            bad.append((f"prizes.{place}.name", _("Write the name of the prize.")))
        if not 1 <= prize.places <= 100:
            bad.append((f"prizes.{place}.places", words))
    if len(scales) > MOST_CRITERIA or len(prizes) > MOST_PRIZES:
        bad.append(("scales", _("At most %(n)d lines.") % {"n": MOST_CRITERIA}))
    return bad


def rules_missing(contest: Contest) -> list[tuple[str, Text]]:
    """Return what the scales and prizes of a contest lack."""
    bad: list[tuple[str, Text]] = []
    is_shown = contest.kind == Kind.COLLECTION and not contest.criteria.exists()
    if contest.kind in JUDGED and not contest.criteria.exists():
        bad.append(("scales", _("Write at least one scale for the judges.")))
    if is_shown and contest.prizes.exists():
        bad.append(("scales", _("Prizes want scales for judges; without both it is only shown.")))
    if not is_shown and not contest.prizes.exists():
        bad.append(("prizes", _("Write at least one prize.")))
    return bad


def missing(contest: Contest) -> list[tuple[str, Text]]:
    """Return what a contest lacks before its call can open."""
    bad = rules_missing(contest)
    if contest.closes_at is None:
        bad.append(("closes_at", _("Say until when entries are taken.")))
    elif contest.closes_at <= clock.now():
        bad.append(("closes_at", _("The end of the call is past; set a later one.")))
    return bad


@transaction.atomic
def open_call(*, by: Actor, contest_id: UUID) -> None:
    """Show the call to the members. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        NotNow: judging has begun.
        ContestRefused: ``details`` say what is missing.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state == State.CALL:
        return
    if contest.state != State.DRAFT:
        raise NotNow
    if bad := missing(contest):
        raise ContestRefused(details=bad)
    contest.state = State.CALL
    contest.save(update_fields=["state"])
    note("contests.open_call", by, contest)


@transaction.atomic
def close_call(*, by: Actor, contest_id: UUID) -> None:
    """Take no more entries and deal the numbers that judges know them by. Safe to repeat.

    Late entries that were not admitted stay as they are, and can be read.

    Raises:
        NotFound, SeasonClosed.
        NotNow: the call is not open.
        ContestRefused: nobody has entered, too few have, or scales or prizes are missing.
    """
    contest = contest_to_run(contest_id, by=by)
    if contest.state == State.JUDGING:
        return
    if contest.state != State.CALL:
        raise NotNow
    if bad := rules_missing(contest):
        raise ContestRefused(details=bad)
    keys = list(contest.entries.filter(state=EntryState.IN).values_list("id", flat=True))
    is_shown = contest.kind == Kind.COLLECTION and not is_judged(contest)
    if is_shown and not keys:
        raise ContestRefused(_("Nothing was brought in yet."))
    if len(keys) < 2 and not is_shown:
        raise ContestRefused(_("At least two entries are needed before judging can begin."))
    random.SystemRandom().shuffle(keys)
    rows = Entry.objects.in_bulk(keys)
    for number, key in enumerate(keys, 1):
        rows[key].number = number
    Entry.objects.bulk_update(rows.values(), ["number"])
    contest.state = State.JUDGING
    contest.closes_at = min(contest.closes_at or clock.now(), clock.now())
    contest.save(update_fields=["state", "closes_at"])
    note("contests.close_call", by, contest)
