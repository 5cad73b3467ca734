"""取消: a contest is called off before its results are out, and may go on after all."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from dongxun.contests.contracts import EntryState, NotNow, State
from dongxun.contests.models import Contest, Entrant
from dongxun.contests.services import meetings
from dongxun.contests.services.bracket import settle
from dongxun.contests.services.contests import contest_to_run, note
from dongxun.contests.services.rounds import move_up
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid
from dongxun.kit.times import when
from dongxun.notices import api as notices
from dongxun.people import api as people
from dongxun.quizzes import api as quizzes
from dongxun.quizzes.contracts import PaperShort

OFF, ON = "contest_off", "contest_on"
SYSTEM = Actor.system("contests")


@transaction.atomic
def call_off(*, by: Actor, contest_id: UUID, reason: str) -> None:
    """Call a contest off, and tell whoever takes part or judges. Safe to repeat.

    What came in can be read as before; nobody is ranked and nothing is won. The quiz of a round
    that is under way closes. What somebody showed in one that they have passed stays learned.

    Raises:
        NotFound, SeasonClosed.
        NotNow: the results are out; they are taken back first.
        Invalid: no reason.
    """
    contest = contest_to_run(contest_id, by=by, may_be_off=True)
    if contest.state == State.OFF:
        return
    if contest.state == State.DECIDED:
        raise NotNow(_("The results are out. Take them back first."))
    if not reason.strip():
        raise Invalid(_("Write why; whoever takes part is told."), where="reason")
    contest.off_from, contest.off_reason = contest.state, reason.strip()[:200]
    contest.state, contest.off_at = State.OFF, clock.now()
    contest.save(update_fields=["state", "off_from", "off_reason", "off_at"])
    for quiz in _under_way(contest):
        quizzes.close_quiz(by=SYSTEM, quiz_id=quiz.id, for_now=True)
    for key in (contest.id, *contest.matches.values_list("id", flat=True)):
        notices.withdraw(by=by, object_id=key, kinds=(meetings.KIND, ON))
    _tell(contest, OFF, _("Called off: %(why)s") % {"why": contest.off_reason}, by=by)
    note("contests.call_off", by, contest, reason=contest.off_reason)


@transaction.atomic
def reinstate(*, by: Actor, contest_id: UUID) -> None:
    """Let a contest that was called off go on where it stood, and tell the same. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        Conflict: another contest here has its title by now.
    """
    contest = contest_to_run(contest_id, by=by, may_be_off=True)
    if contest.state != State.OFF:
        return
    twins = Contest.objects.filter(
        season_id=contest.season_id, organisation_id=contest.organisation_id, title=contest.title
    )
    if twins.exclude(state=State.OFF).exists():
        raise _taken()
    contest.state = contest.off_from
    try:
        with transaction.atomic():
            contest.save(update_fields=["state"])
    except IntegrityError as error:  # another one was given this title at the same moment
        raise _taken() from error
    for quiz in _under_way(contest):
        _open_again(quiz)
    settle(contest)
    move_up(contest)
    notices.withdraw(by=by, object_id=contest.id, kinds=(OFF,))
    _tell(contest, ON, _on_words(contest), by=by)
    contest.off_from, contest.off_at, contest.off_reason = "", None, ""
    contest.save(update_fields=["off_from", "off_at", "off_reason"])
    note("contests.reinstate", by, contest)


def _taken() -> Conflict:
    return Conflict(_("Another contest here has this title by now; this one stays called off."))


def _under_way(contest: Contest) -> list[Any]:
    """Return the quizzes of the rounds that have begun and are not counted."""
    rows = contest.rounds.filter(opened_at__isnull=False, counted_at=None)
    return [row.quiz for row in rows.exclude(quiz=None).select_related("quiz")]


def _open_again(quiz: Any) -> None:
    """Open a quiz that calling off has closed; one that was closed before, or is over, stays."""
    if quiz.paused_at is None:
        return
    try:
        quizzes.open_quiz(by=SYSTEM, quiz_id=quiz.id, goes_on=True)
    except PaperShort:  # its end is past, or its questions were retired: counted as it is
        quizzes.leave_closed(by=SYSTEM, quiz_id=quiz.id)


def _on_words(contest: Contest) -> str:
    words = [_("It goes on after all.")]
    if contest.state == State.CALL and contest.closes_at and contest.closes_at > clock.now():
        words.append(_("Entries until %(at)s.") % {"at": when(contest.closes_at)})
    if contest.meets_at or contest.matches.filter(decided_at=None, meets_at__isnull=False).exists():
        words.append(_("The times and places said before hold again."))
    return " ".join(words)


def _tell(contest: Contest, kind: str, words: str, *, by: Actor) -> None:
    """Tell who has entered, in time or late, and who judges; nobody knows of a draft."""
    if contest.off_from == State.DRAFT:
        return
    known = Entrant.objects.filter(contest=contest, is_in=True).exclude(entry__state=EntryState.OUT)
    entered = set(known.values_list("person_id", flat=True))
    judges = contest.judges.filter(dismissed_at=None).exclude(person=None)
    judging = set(judges.values_list("person_id", flat=True)) - entered
    homes = people.branches_of(entered | judging)
    pages = (
        (entered, kind, reverse("contests:take", args=[contest.id])),
        (judging, f"{kind}:judges", reverse("contests:own")),
    )
    for keys, key, url in pages:
        told = {one: homes[one].branch_id for one in keys if one in homes}
        if told:
            telling = notices.Telling(
                key=f"{key}:{contest.id}",
                kind=kind,
                title=contest.title,
                body=words,
                people=told,
                url=url,
                object_id=contest.id,
                season_id=contest.season_id,
            )
            notices.queue(telling, by=by)
