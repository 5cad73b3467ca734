"""A person begins a try, answers question by question, and hands in."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.ledger import api as ledger
from dongxun.people import api as people
from dongxun.quizzes import facts, judging
from dongxun.quizzes.contracts import (
    LATE_HOURS,
    AnsweredOtherwise,
    Given,
    HandedIn,
    NoTryLeft,
    NotYetOpen,
    Paper,
    PaperShort,
    QuizOver,
    QuizState,
    Result,
)
from dongxun.quizzes.models import Asked, Attempt, Quiz
from dongxun.quizzes.queries.answering import asked_at, quiz_open_to, require_hand
from dongxun.quizzes.queries.bank import drawable, drawable_at, first_try, of_part
from dongxun.seasons.contracts import Closable, SeasonClosed, was_closed


@transaction.atomic
def begin(*, by: Actor, quiz_id: UUID, person_id: UUID) -> UUID:
    """Begin a try, with its paper; the try that is open already is gone on with.

    Raises:
        NotFound: not a quiz for this person, or not a person of this phone.
        LinkNeeded: its tries can be used up, and their link was not opened on this phone.
        NotYetOpen, QuizOver, NoTryLeft, SeasonClosed.
        PaperShort: every question has been retired meanwhile.
    """
    quiz = quiz_open_to(quiz_id, person_id, by=by)
    require_hand(quiz, person_id, by=by)
    numbers = list(
        Attempt.objects.filter(quiz=quiz, person_id=person_id).values_list("id", "handed_in_at")
    )
    if going := next((key for key, handed_in in numbers if handed_in is None), None):
        return going
    _may_begin(quiz, len(numbers))
    versions = drawn(quiz)
    if not versions:
        raise PaperShort
    attempt = Attempt(
        quiz=quiz,
        person_id=person_id,
        number=len(numbers) + 1,
        begun_at=clock.now(),
        whole=len(versions),
    )
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
    except IntegrityError:  # two taps at once: the other one has begun it
        return Attempt.objects.get(quiz=quiz, person_id=person_id, handed_in_at=None).id
    Asked.objects.bulk_create(
        Asked(attempt=attempt, place=place, version_id=key) for place, key in enumerate(versions, 1)
    )
    return attempt.id


def _may_begin(quiz: Quiz, tries: int) -> None:
    now = clock.now()
    if was_closed(quiz.season, now):
        raise SeasonClosed
    if quiz.opens_at and now < quiz.opens_at:
        raise NotYetOpen
    if quiz.state != QuizState.OPEN or (quiz.closes_at and quiz.closes_at <= now):
        raise QuizOver(_("The time for this quiz is over."))
    if quiz.tries and tries >= quiz.tries:
        raise NoTryLeft


def drawn(quiz: Quiz) -> list[UUID]:
    """Return the versions that a try asks, in their order; the draw is the database's."""
    first = first_try(quiz)
    if first is not None and quiz.paper == Paper.LIST:
        return list(first.asked.order_by("place").values_list("version_id", flat=True))
    pool = drawable_at(quiz, first.begun_at) if first else drawable(quiz)
    if quiz.paper == Paper.LIST:
        order = dict(quiz.listed.values_list("item_id", "order"))
        found = pool.filter(item_id__in=order).values_list("item_id", "id")
        return [key for _item, key in sorted(found, key=lambda one: order[one[0]])]
    taken: list[UUID] = []
    for part in quiz.parts.all():
        some = of_part(pool, tag=part.tag, topic=part.topic, difficulty=part.difficulty)
        rest = some.exclude(id__in=taken) if taken else some
        taken += rest.order_by("?").values_list("id", flat=True)[: part.count]
    return taken


@transaction.atomic
def answer(
    *,
    by: Actor,
    attempt_id: UUID,
    place: int,
    given: Given,
    occurred_at: datetime | None = None,
) -> Asked:
    """Keep the answer to one question and say whether it is right.

    The first answer stands, for then the right one is shown. Safe to repeat: the same answer
    again is the same answer. A phone without network may bring an answer later, when it was
    given in time.

    Args:
        occurred_at: aware; when it was given, as the phone says.

    Raises:
        NotFound: no such try of a person of this phone.
        LinkNeeded: as with :func:`begin`.
        Invalid: nothing, or no answer to this question.
        AnsweredOtherwise, HandedIn, QuizOver, SeasonClosed.
    """
    asked = asked_at(attempt_id, place)
    if asked is None:
        raise NotFound
    require_hand(asked.attempt.quiz, asked.attempt.person_id, by=by)
    version = asked.version
    if not judging.fits(version.kind, len(version.options), given):
        raise Invalid(_("Choose an answer."), where="answer")
    kept = judging.kept(version.kind, given)
    if asked.answered_at is None:
        at = _in_time(asked.attempt, occurred_at)
        asked.given, asked.answered_at = kept, at
        asked.is_right = judging.is_right(version.kind, version.right, given)
        values = {"given": kept, "is_right": asked.is_right, "answered_at": at}
        values["arrived_at"] = clock.now()
        if Asked.objects.filter(id=asked.id, answered_at=None).update(**values):
            return asked
        asked.refresh_from_db(fields=["given", "is_right", "answered_at"])
    if asked.given != kept:
        raise AnsweredOtherwise
    return asked


def _in_time(attempt: Attempt, occurred_at: datetime | None) -> datetime:
    """Return when an answer counts as given; a clock that is ahead is not believed.

    Raises:
        HandedIn, QuizOver, SeasonClosed.
    """
    now = clock.now()
    if attempt.handed_in_at is not None:
        raise HandedIn
    at = min(max(occurred_at or now, attempt.begun_at), now)
    season = attempt.quiz.season
    if was_closed(season, at) or _is_too_late(season):
        raise SeasonClosed
    ends = attempt.quiz.closes_at
    if ends and (at > ends or now > ends + timedelta(hours=LATE_HOURS)):
        raise QuizOver
    return at


def _is_too_late(season: Closable) -> bool:
    """Return whether nothing of a closed season can be on its way any more."""
    return was_closed(season, clock.now() - timedelta(hours=LATE_HOURS))


@transaction.atomic
def hand_in(*, by: Actor, attempt_id: UUID) -> Result:
    """Count a try; a first pass is written to the ledger. Safe to repeat.

    May come after the window, or soon after the season was closed: what was answered in time
    counts then.

    Raises:
        NotFound: no such try of a person of this phone.
        LinkNeeded: as with :func:`begin`.
        SeasonClosed: too long ago.
    """
    rows = Attempt.objects.select_for_update(of=("self",)).select_related(
        "quiz__organisation", "quiz__season"
    )
    attempt = wanted_row(rows.filter(id=attempt_id))
    require_hand(attempt.quiz, attempt.person_id, by=by)
    if attempt.handed_in_at is not None:
        return _result(attempt, repeated=True)
    quiz = attempt.quiz
    if _is_too_late(quiz.season):
        raise SeasonClosed
    counted = attempt.asked.aggregate(right=Count("id", filter=Q(is_right=True)))
    attempt.right, attempt.handed_in_at = counted["right"], clock.now()
    attempt.score = attempt.right * 100 // attempt.whole
    attempt.passed = attempt.right * 100 >= quiz.pass_mark * attempt.whole
    earlier = Attempt.objects.filter(quiz=quiz, person_id=attempt.person_id, counts=True)
    attempt.counts = attempt.passed and not earlier.exists()
    attempt.save()
    _tell_ledger(attempt, quiz, by=by)
    audit.write(
        "quizzes.hand_in",
        by=by,
        subject=("quiz", quiz.id),
        organisation_id=quiz.organisation_id,
    )
    return _result(attempt, repeated=False)


def _tell_ledger(attempt: Attempt, quiz: Quiz, *, by: Actor) -> None:
    if not attempt.counts:
        return
    home = people.branches_of({attempt.person_id}).get(attempt.person_id)
    fact = facts.passed(attempt, quiz, branch_id=home.branch_id) if home else None
    if fact is not None:
        ledger.record([fact], by=by)


def _result(attempt: Attempt, *, repeated: bool) -> Result:
    return Result(attempt.id, attempt.right, attempt.whole, attempt.score, attempt.passed, repeated)
