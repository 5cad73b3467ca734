"""Quizzes are written, given their paper, opened and closed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.quizzes.contracts import (
    MOST_ASKED,
    MOST_PARTS,
    MOST_TRIES,
    Paper,
    PaperShort,
    PartDraft,
    QuizDraft,
    QuizState,
)
from dongxun.quizzes.models import Item, Listed, Part, Quiz
from dongxun.quizzes.queries import marks
from dongxun.quizzes.queries.bank import drawable, first_try, of_part
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState

STANDS = ("state", "closes_at", "paused_at", "ends_after_pause")
"""The columns that say whether a quiz is open, and until when."""


def quiz_to_write(quiz_id: UUID, *, by: Actor) -> Quiz:
    """Return a quiz that ``by`` may change, held until the transaction ends.

    Raises:
        NotFound: absent, or not theirs; both read alike.
        SeasonClosed: it can be read, not changed.
    """
    rows = Quiz.objects.select_for_update(of=("self",)).select_related("organisation", "season")
    quiz = rows.filter(id=quiz_id).first()
    if quiz is None or not by.reaches(quiz.organisation.lft):
        raise NotFound
    if quiz.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return quiz


def note(act: str, by: Actor, quiz: Quiz) -> None:
    """Write one act about a quiz into the audit log."""
    audit.write(act, by=by, subject=("quiz", quiz.id), organisation_id=quiz.organisation_id)


@transaction.atomic
def write_quiz(
    *,
    by: Actor,
    organisation_id: UUID,
    season_id: UUID,
    draft: QuizDraft,
    quiz_id: UUID | None = None,
    version: str | None = None,
) -> UUID:
    """Write a quiz for an organisation and all below it, or change the one named.

    Sent twice it is one; another one of its title in one organisation and season is refused.
    A changed pass mark holds for tries handed in from then on. It may be given to another unit
    of ``by``, wider or narrower; whoever has answered it keeps that.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Conflict: another quiz there has this title, its questions are in banks that the
            other unit may not draw from, or it asks otherwise while the invited answer it.
        Invalid: no title, a window that ends before it begins, a mark out of bounds.
    """
    season = seasons.season(season_id, by=by)
    if season.state == SeasonState.CLOSED:
        raise SeasonClosed
    node = organisations.node(organisation_id)
    require("quizzes.write", by, node.interval.lft)
    if bad := _faults(draft, season_id):
        raise Invalid(details=bad)
    values = asdict(draft) | {"title": draft.title.strip(), "summary": draft.summary.strip()}
    mates = Quiz.objects.filter(season_id=season_id, organisation_id=organisation_id)
    twin = mates.filter(title=values["title"]).first()
    if twin is not None and quiz_id is None:
        if any(getattr(twin, name) != value for name, value in values.items()):
            raise _taken()
        return twin.id
    quiz = quiz_to_write(quiz_id, by=by) if quiz_id else None
    if quiz is None:
        quiz = Quiz(season_id=season_id, created_at=clock.now())
    elif twin and twin.id != quiz.id:
        raise _taken()
    values |= {"organisation_id": organisation_id}
    require_seen(version, marks.of_quiz(quiz), marks.of_quiz(Quiz(**values)))
    _require_rules(quiz, draft)
    moves = quiz.organisation_id not in {None, organisation_id}
    for name, value in values.items():
        setattr(quiz, name, value)
    if moves:
        _require_paper(quiz)
    try:
        with transaction.atomic():
            quiz.save()
    except IntegrityError as error:  # two at once: the other one was first
        raise _taken() from error
    note("quizzes.write_quiz", by, quiz)
    return quiz.id


def _taken() -> Conflict:
    return Conflict(_("Another quiz here has this title."), where="title")


def _require_rules(quiz: Quiz, draft: QuizDraft) -> None:
    for name in ("tries", "paper"):
        if getattr(quiz, name) != getattr(draft, name):
            _require_at_rest(quiz, name)


def _require_at_rest(quiz: Quiz, where: str) -> None:
    """Let nobody change what is asked, or how often, while the invited answer.

    Raises:
        Conflict: it is open to them, or one of them has begun it.
    """
    if quiz.invited_only and (quiz.state == QuizState.OPEN or quiz.attempts.exists()):
        words = _("A contest, a booth or a class asks this quiz already; its paper and tries stay.")
        raise Conflict(words, where=where)


def _require_paper(quiz: Quiz) -> None:
    """Refuse another unit for a quiz whose paper would lose questions there.

    Raises:
        Conflict: some are in banks below that unit, or too few are left to draw.
    """
    listed = set(quiz.listed.values_list("item_id", flat=True))
    there = set(drawable(quiz).filter(item_id__in=listed).values_list("item_id", flat=True))
    retired = set(
        Item.objects.filter(id__in=listed).exclude(retired_at=None).values_list("id", flat=True)
    )
    if lost := len(listed - there - retired):
        words = ngettext(
            "%(n)d question of its paper is in a bank that this unit does not draw from.",
            "%(n)d questions of its paper are in banks that this unit does not draw from.",
            lost,
        )
        raise Conflict(words % {"n": lost}, where="organisation_id")
    if quiz.state == QuizState.OPEN and (bad := missing(quiz)):
        raise Conflict(bad[0][1], where="organisation_id")


def _faults(draft: QuizDraft, season_id: UUID) -> list[tuple[str, Text]]:
    bad: list[tuple[str, Text]] = []
    if not draft.title.strip():
        bad.append(("title", _("Write a title.")))
    if not 1 <= draft.pass_mark <= 100:
        bad.append(("pass_mark", _("Between %(low)s and %(high)s.") % {"low": 1, "high": 100}))
    if not 0 <= draft.tries <= MOST_TRIES:
        words = _("Between %(low)s and %(high)s.") % {"low": 0, "high": MOST_TRIES}
        bad.append(("tries", words))
    if draft.opens_at and draft.closes_at and draft.closes_at <= draft.opens_at:
        bad.append(("closes_at", _("The quiz would end before it begins.")))
    if draft.topic_id and draft.topic_id not in {one.id for one in seasons.rules(season_id).topics}:
        bad.append(("topic_id", _("This topic is not of this season.")))
    return bad


@transaction.atomic
def write_parts(
    *, by: Actor, quiz_id: UUID, drafts: Sequence[PartDraft], version: str | None = None
) -> None:
    """Bring the rules of a random paper to what is given, in this order; safe to repeat.

    ``version`` is as with :func:`write_quiz`.

    Raises:
        NotFound, SeasonClosed.
        Overtaken: somebody else has written something else since ``version``.
        Conflict: the invited answer it already.
        Invalid: each line with what it lacks, as ``parts.0.count``.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    before = marks.drafts_of(quiz.parts.all())
    require_seen(version, marks.of_parts(before), marks.of_parts(drafts))
    if before != list(drafts):
        _require_at_rest(quiz, "parts")
    bad: list[tuple[str, Text]] = []
    for place, draft in enumerate(drafts):
        if not 1 <= draft.count <= MOST_ASKED:
            words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_ASKED}
            bad.append((f"parts.{place}.count", words))
    if len(drafts) > MOST_PARTS:
        bad.append(("parts", _("At most %(n)d rules.") % {"n": MOST_PARTS}))
    elif not bad and sum(draft.count for draft in drafts) > MOST_ASKED:
        bad.append(("parts", _("At most %(n)d questions in one paper.") % {"n": MOST_ASKED}))
    if bad:
        raise Invalid(details=bad)
    quiz.parts.all().delete()
    Part.objects.bulk_create(
        Part(quiz=quiz, order=place, **asdict(draft)) for place, draft in enumerate(drafts)
    )
    note("quizzes.write_paper", by, quiz)


@transaction.atomic
def list_items(
    *, by: Actor, quiz_id: UUID, add: Sequence[UUID] = (), remove: Sequence[UUID] = ()
) -> int:
    """Add questions to a fixed paper, or take some out; return how many it has then.

    Safe to repeat. A question the quiz may not draw reads as not there.

    Raises:
        NotFound, SeasonClosed.
        Conflict: the invited answer it already.
        Invalid: more than a paper holds.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    before = set(quiz.listed.values_list("item_id", flat=True))
    there = before - set(remove)
    wanted = [key for key in dict.fromkeys(add) if key not in there]
    if there == before and not wanted:
        return len(there)
    _require_at_rest(quiz, "items")
    quiz.listed.filter(item_id__in=remove).delete()
    known = set(drawable(quiz).filter(item_id__in=wanted).values_list("item_id", flat=True))
    if set(wanted) - known:
        raise NotFound
    if len(there) + len(wanted) > MOST_ASKED:
        words = _("At most %(n)d questions in one paper.") % {"n": MOST_ASKED}
        raise Invalid(words, where="items")
    begin = quiz.listed.count() and quiz.listed.last().order + 1  # type: ignore[union-attr]
    Listed.objects.bulk_create(
        Listed(quiz=quiz, item_id=key, order=begin + place) for place, key in enumerate(wanted)
    )
    note("quizzes.write_paper", by, quiz)
    return len(there) + len(wanted)


@transaction.atomic
def open_quiz(*, by: Actor, quiz_id: UUID, goes_on: bool = False) -> None:
    """Show a quiz to its members; closed for now, it has the end it had. Safe to repeat.

    Args:
        goes_on: what closed it for now goes on, and so does the quiz.

    Raises:
        NotFound, SeasonClosed.
        Conflict: what asks it has closed it for now and does not go on yet.
        PaperShort: a rule wants more questions than there are, or there is none at all; or its
            end is past.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    if quiz.state == QuizState.OPEN:
        return
    if quiz.is_closed_for_now and not goes_on:
        words = _(
            "The contest or stamp card that asks this quiz was called off or closed; the quiz"
            " opens again together with it."
        )
        raise Conflict(words)
    bad = missing(quiz)
    give_end_back(quiz)
    if quiz.closes_at and quiz.closes_at <= clock.now():
        bad.append(("closes_at", _("The end of the window is past; set a later one.")))
    if bad:
        raise PaperShort(details=bad)
    quiz.state = QuizState.OPEN
    quiz.save(update_fields=STANDS)
    note("quizzes.open_quiz", by, quiz)


def give_end_back(quiz: Quiz) -> None:
    """Give a quiz that was closed for now the end it had, unless somebody has chosen another."""
    if quiz.paused_at is not None and quiz.closes_at is not None:
        ended = min(quiz.paused_at, quiz.ends_after_pause or quiz.paused_at)
        if _to_the_minute(quiz.closes_at) == _to_the_minute(ended):
            quiz.closes_at = quiz.ends_after_pause
    quiz.paused_at = quiz.ends_after_pause = None


def _to_the_minute(moment: datetime) -> datetime:
    """Return a moment as a form would send it back."""
    return moment.replace(second=0, microsecond=0)


def missing(quiz: Quiz) -> list[tuple[str, Text]]:
    """Return what a paper lacks before anybody can answer it."""
    if first_try(quiz) is not None:  # whoever comes later is asked the same
        return []
    if quiz.paper == Paper.LIST:
        if Item.objects.filter(retired_at=None, id__in=quiz.listed.values("item_id")).exists():
            return []
        return [("paper", _("Choose at least one question."))]
    parts = list(quiz.parts.all())
    if not parts:
        return [("paper", _("Write at least one rule."))]
    bad: list[tuple[str, Text]] = []
    for place, part in enumerate(parts, 1):
        pool = of_part(drawable(quiz), tag=part.tag, topic=part.topic, difficulty=part.difficulty)
        if (there := pool.count()) < part.count:
            words = _("Rule %(place)d wants %(count)d questions, the banks hold %(there)d.")
            bad.append(("paper", words % {"place": place, "count": part.count, "there": there}))
    return bad


@transaction.atomic
def close_quiz(*, by: Actor, quiz_id: UUID, for_now: bool = False) -> None:
    """End a quiz now; what was answered stays and can still be handed in. Safe to repeat.

    Args:
        for_now: opened again, or given back, it has the end it had.

    Raises:
        NotFound, SeasonClosed.
    """
    quiz = quiz_to_write(quiz_id, by=by)
    if quiz.state != QuizState.OPEN:
        return
    now = clock.now()
    if for_now:
        quiz.paused_at, quiz.ends_after_pause = now, quiz.closes_at
    quiz.state = QuizState.CLOSED
    quiz.closes_at = min(quiz.closes_at or now, now)
    quiz.save(update_fields=STANDS)
    note("quizzes.close_quiz", by, quiz)
