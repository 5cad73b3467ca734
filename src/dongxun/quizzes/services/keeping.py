"""A quiz is kept for a contest, a booth or a class: only the invited answer it; and given back."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import Conflict, NotFound
from dongxun.quizzes.contracts import QuizState
from dongxun.quizzes.models import Invited, Quiz
from dongxun.quizzes.services.quizzes import STANDS, give_end_back, note, quiz_to_write


@transaction.atomic
def reserve(
    *, by: Actor, quiz_id: UUID, season_id: UUID, within: Interval, again: bool = False
) -> None:
    """Keep a quiz for people of ``within`` who are invited one by one.

    Args:
        again: it was kept for the same purpose before, so doing so changes nothing.

    Raises:
        NotFound, SeasonClosed.
        Conflict: somebody has answered it already, it is kept for something else, or it is of
            another season, not for all of these people, or for more than one try.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    at = quiz.organisation
    is_for_all = at.lft <= within.lft and within.rgt <= at.rgt
    if quiz.season_id != season_id or not is_for_all or quiz.tries != 1:
        words = _("This takes a quiz of the same season, for all of these members, with one try.")
        raise Conflict(words, where="quiz")
    if not again:
        _refuse_kept(quiz)
    _keep_for_invited(quiz, by=by)


@transaction.atomic
def keep_for_invited(*, by: Actor, quiz_id: UUID, season_id: UUID) -> None:
    """Keep a quiz of a season for whoever is invited, wherever they belong.

    Raises:
        NotFound: absent, not theirs, or of another season.
        SeasonClosed.
        Conflict: somebody has answered it already, or it is kept for something else.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    if quiz.season_id != season_id:
        raise NotFound
    _refuse_kept(quiz)
    _keep_for_invited(quiz, by=by)


def _refuse_kept(quiz: Quiz) -> None:
    """Let one quiz not serve a contest, a booth and a class at the same time."""
    if quiz.invited_only:
        words = _("This quiz is kept for a contest, a booth or a class already; choose another.")
        raise Conflict(words, where="quiz")


def _keep_for_invited(quiz: Quiz, *, by: Actor) -> None:
    if quiz.invited_only:
        return
    if quiz.attempts.exists():
        raise Conflict(_("Members have answered this quiz already; write another."), where="quiz")
    quiz.invited_only = True
    quiz.save(update_fields=["invited_only"])
    note("quizzes.write_quiz", by, quiz)


@transaction.atomic
def release(*, by: Actor, quiz_id: UUID) -> None:
    """Give a quiz that was kept for the invited back, as a draft. Safe to repeat.

    Its unit decides whether all members see it. One that somebody was invited to, or has
    answered, stays for the invited; closed for now, its unit opens it from now on.

    Raises:
        NotFound, SeasonClosed.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    if not quiz.invited_only or quiz.invited.exists() or quiz.attempts.exists():
        leave_closed(by=by, quiz_id=quiz_id)
        return
    quiz.invited_only, quiz.state = False, QuizState.DRAFT
    give_end_back(quiz)
    quiz.save(update_fields=["invited_only", *STANDS])
    note("quizzes.write_quiz", by, quiz)


@transaction.atomic
def leave_closed(*, by: Actor, quiz_id: UUID) -> None:
    """Leave a quiz that was closed for now to its unit, which may open it again. Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    give_end_back(quiz)
    quiz.save(update_fields=STANDS)


@transaction.atomic
def invite(*, by: Actor, quiz_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Let these people answer a quiz, and from then on nobody who is not invited.

    Safe to repeat.

    Raises:
        NotFound, SeasonClosed, Conflict.
    """
    _keep_for_invited(quiz_to_write(quiz_id, by=by), by=by)
    there = set(Invited.objects.filter(quiz_id=quiz_id).values_list("person_id", flat=True))
    Invited.objects.bulk_create(
        Invited(quiz_id=quiz_id, person_id=key)
        for key in dict.fromkeys(person_ids)
        if key not in there
    )


@transaction.atomic
def recall(*, by: Actor, quiz_id: UUID) -> None:
    """Take back that people were invited to a quiz nobody has begun; it is a draft again.

    Safe to repeat.

    Raises:
        NotFound, SeasonClosed.
        Conflict: somebody has begun it.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    if quiz.attempts.exists():
        raise Conflict(_("Members have answered this quiz already; it stays as it is."))
    quiz.invited.all().delete()
    if quiz.state != QuizState.DRAFT:
        quiz.state = QuizState.DRAFT
        give_end_back(quiz)
        quiz.save(update_fields=STANDS)
        note("quizzes.close_quiz", by, quiz)
