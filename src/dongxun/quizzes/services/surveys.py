"""需求调查: written, opened, answered on the phone or from paper, closed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.ids import new_id
from dongxun.kernel.marks import keep_mark
from dongxun.kernel.rules import require, require_own
from dongxun.organisations import api as organisations
from dongxun.quizzes.contracts import (
    MOST_CHOICES,
    MOST_QUESTIONS,
    Asks,
    QuizState,
    SurveyDraft,
    SurveyOver,
)
from dongxun.quizzes.models import Papers, Reply, Survey
from dongxun.quizzes.queries import marks
from dongxun.quizzes.queries import surveys as reading
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState

LONGEST_ANSWER = 300
Answer = int | str | Sequence[str]


def _note(act: str, by: Actor, survey: Survey) -> None:
    about = ("survey", survey.id)
    audit.write(f"quizzes.{act}", by=by, subject=about, organisation_id=survey.organisation_id)


def _hold(survey_id: UUID) -> None:
    """Let nobody change the questions while an answer to them is being written."""
    Survey.objects.select_for_update().filter(id=survey_id).first()


def _held(survey_id: UUID, *, by: Actor) -> Survey:
    """Return a survey of the actor's units, locked, whose season is open.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
    """
    _hold(survey_id)
    row = reading.survey(survey_id, by=by)
    require("quizzes.write", by, row.organisation.lft)
    if row.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return row


@transaction.atomic
def write_survey(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: SurveyDraft,
    survey_id: UUID | None = None,
    fresh_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Write a survey, or change one; once somebody has answered, its questions and unit stay.

    Args:
        fresh_id: what a new survey will be called; sent again it is that survey, as typed last.
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``, or since the page
            that made it sent it last.
        Invalid: no title, no question, too few options, a day that is over.
        Conflict: somebody has answered, or another survey here has this title.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node_in_scope(organisation_id, by=by)
    require("quizzes.write", by, node.interval.lft)
    if bad := _faults(draft):
        raise Invalid(details=bad)
    key = survey_id or fresh_id or new_id()
    is_there = survey_id is not None or Survey.objects.filter(id=key).exists()
    title, questions = draft.title.strip()[:80], _kept(draft)
    mates = Survey.objects.filter(season_id=season_id, organisation_id=node.id, title=title)
    if mates.exclude(id=key).exists():
        raise Conflict(_("Another survey here has this title."), where="title")
    row = (
        _held(key, by=by)
        if is_there
        else Survey(id=key, season_id=season_id, created_at=clock.now())
    )
    values = {
        "title": title,
        "organisation_id": node.id,
        "lead": draft.lead.strip()[:200],
        "closes_on": draft.closes_on,
        "questions": questions,
    }
    now = marks.of_survey(Survey(**values))
    is_fresh = survey_id is None and fresh_id is not None
    keep_mark(row, marks.of_survey(row), now, version=version, is_fresh=is_fresh)
    stays = (row.questions, row.organisation_id) == (questions, node.id)
    if is_there and not stays and row.replies.exists():
        raise Conflict(_("Somebody has answered; the questions and the unit stay as they are."))
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    _note("write_survey", by, row)
    return row.id


def _kept(draft: SurveyDraft) -> list[dict[str, Any]]:
    """Return the questions as they are kept."""
    return [
        {
            "text": one.text.strip()[:120],
            "asks": one.asks.value,
            "options": [option[:40] for option in one.options],
        }
        for one in draft.questions
    ]


def _faults(draft: SurveyDraft) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Give the survey a title.")))
    if draft.closes_on < clock.today():
        bad.append(("closes_on", _("This day is over.")))
    if not draft.questions:
        bad.append(("questions.1.text", _("Ask at least one question.")))
    if len(draft.questions) > MOST_QUESTIONS:
        bad.append(("title", _("At most %(n)d questions.") % {"n": MOST_QUESTIONS}))
    for number, one in enumerate(draft.questions, start=1):
        if not one.text.strip():
            bad.append((f"questions.{number}.text", _("Write the question.")))
        if one.asks in {Asks.ONE, Asks.SOME} and not 2 <= len(one.options) <= MOST_CHOICES:
            words = _("From two to %(n)d options.") % {"n": MOST_CHOICES}
            bad.append((f"questions.{number}.options", words))
    return bad


@transaction.atomic
def set_survey_open(*, by: Actor, survey_id: UUID, is_open: bool) -> None:
    """Let a survey be answered, or no more. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Conflict: its last day is over.
    """
    row = _held(survey_id, by=by)
    state = QuizState.OPEN if is_open else QuizState.CLOSED
    if row.state == state:
        return
    if is_open and row.closes_on < clock.today():
        raise Conflict(_("Its last day is over; choose a later one first."))
    row.state = state
    row.save(update_fields=["state"])
    _note("open_survey" if is_open else "close_survey", by, row)


@transaction.atomic
def reply(*, by: Actor, survey_id: UUID, person_id: UUID, answers: Sequence[Answer]) -> None:
    """Answer as one of the phone's people; a later answer replaces an earlier one.

    Raises:
        NotFound: no such survey for this person.
        LinkNeeded: their link was not opened on this phone.
        SurveyOver: it is not open.
        Invalid: nothing answered, or an answer that cannot be.
    """
    _hold(survey_id)
    row = reading.own_survey(survey_id, person_id, by=by)
    require_own(by, person_id)
    if not reading.is_open(row):
        raise SurveyOver
    kept = _checked(row, answers)
    Reply.objects.update_or_create(
        survey=row,
        key=reading.key_of(row.id, person_id),
        defaults={"answers": kept, "day": clock.today()},
    )


@transaction.atomic
def enter_paper(
    *,
    by: Actor,
    survey_id: UUID,
    sheet_id: UUID,
    answers: Sequence[Answer],
    day: date | None = None,
    unit_id: UUID | None = None,
) -> bool:
    """Enter one paper; return whether it is new. Safe to repeat: a sheet's id is entered once.

    Units below the one that asks enter those of their own people, until it closes the survey.

    Args:
        unit_id: whose people's paper it is, of the actor's units that are asked; else the first.

    Raises:
        NotFound, SeasonClosed.
        SurveyOver: it was never opened, or the unit above that asks has closed it.
        Invalid: nothing answered, or an answer that cannot be.
    """
    _hold(survey_id)
    row = reading.survey_on_paper(survey_id, by=by)
    if row.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    if not reading.takes_papers(row, by=by):
        raise SurveyOver
    units = [one.id for one in reading.units_to_enter(row, by=by)]
    if unit_id not in {None, *units}:
        raise NotFound
    kept = _checked(row, answers)
    _reply, created = Reply.objects.get_or_create(
        survey=row,
        key=str(sheet_id),
        defaults={"answers": kept, "is_paper": True, "day": day or clock.today()},
    )
    if created:
        count, _made = Papers.objects.get_or_create(survey=row, organisation_id=unit_id or units[0])
        Papers.objects.filter(id=count.id).update(n=F("n") + 1)
        audit.write(
            "quizzes.enter_paper",
            by=by,
            subject=("survey", row.id),
            organisation_id=count.organisation_id,
        )
    return created


def _checked(row: Survey, answers: Sequence[Answer]) -> list[Any]:
    """Return the answers as they are kept, one a question; empty where nothing was said."""
    if len(answers) != len(row.questions):
        raise Invalid
    topics = {str(topic.id) for topic in seasons.rules(row.season_id).topics}
    kept: list[Any] = []
    bad: list[tuple[str, Text]] = []
    for number, (question, answer) in enumerate(zip(row.questions, answers, strict=True)):
        asks, known = question["asks"], {str(n) for n in range(len(question["options"]))}
        if asks == Asks.WORDS:
            kept.append(str(answer).strip()[:LONGEST_ANSWER])
            continue
        chosen = [answer] if isinstance(answer, str | int) else list(answer)
        chosen = [str(one) for one in dict.fromkeys(chosen) if str(one)]
        allowed = topics if asks == Asks.TOPICS else known
        allowed = {str(n) for n in range(1, 6)} if asks == Asks.SCORE else allowed
        too_many = asks in {Asks.ONE, Asks.SCORE} and len(chosen) > 1
        if too_many or not set(chosen) <= allowed:
            bad.append((f"q{number}", _("Choose among what is offered.")))
        kept.append(chosen)
    if bad:
        raise Invalid(details=bad)
    if not any(kept):
        raise Invalid(_("Answer at least one question."))
    return kept
