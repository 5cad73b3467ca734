"""The bank as its authors see it, and what a quiz may draw from it."""

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from dongxun.kernel.actors import Actor
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.quizzes.contracts import Paper, QuizState
from dongxun.quizzes.models import Asked, Attempt, Item, Part, Quiz, Version


def items(*, by: Actor, is_retired: bool = False) -> QuerySet[Version]:
    """Return the questions that ``by`` may read, in their present version, the latest first."""
    found = Version.objects.filter(
        number=F("item__number"), item__retired_at__isnull=not is_retired
    )
    if not by.is_system:
        found = found.filter(organisations.within_or_above(by.intervals(), "item__organisation"))
    return found.select_related("item__organisation").order_by("-item__created_at", "-item_id")


def item(item_id: UUID, *, by: Actor) -> Item:
    """Return one question that ``by`` may read.

    Raises:
        NotFound: absent, or hidden.
    """
    rows = Item.objects.select_related("organisation").filter(id=item_id)
    if not by.is_system:
        rows = rows.filter(organisations.within_or_above(by.intervals()))
    return wanted_row(rows)


def tags(*, by: Actor) -> list[tuple[str, int]]:
    """Return the tags of the questions in use with how many have them, the most used first."""
    counted: Counter[str] = Counter()
    for kept in items(by=by).order_by().values_list("item__tags", flat=True):
        counted.update(tag for tag in kept.split("|") if tag)
    return counted.most_common()


def topics(*, by: Actor) -> list[str]:
    """Return the words that say what the questions in use are about."""
    found = items(by=by).order_by().exclude(item__topic="")
    return sorted(set(found.values_list("item__topic", flat=True)))


def answers_of(item_id: UUID) -> tuple[int, int]:
    """Return how often a question was answered, in any version, and how often rightly."""
    rows = Asked.objects.filter(version__item_id=item_id, is_right__isnull=False)
    found = rows.aggregate(n=Count("id"), right=Count("id", filter=Q(is_right=True)))
    return found["n"], found["right"]


def drawable(quiz: Quiz) -> QuerySet[Version]:
    """Return what a quiz may ask: the banks of its organisation and of those above."""
    return _of_banks(quiz).filter(number=F("item__number"), item__retired_at=None)


def _of_banks(quiz: Quiz) -> QuerySet[Version]:
    at = quiz.organisation
    return Version.objects.filter(
        item__organisation__lft__lte=at.lft, item__organisation__rgt__gte=at.rgt
    )


def first_try(quiz: Quiz) -> Attempt | None:
    """Return the try that settled what a quiz asks; None where each asks what the bank says then.

    Where people are invited and have one try, so that they can be compared, all are asked what
    the first one was asked: what is retired or written anew since counts for none of them.
    """
    if not (quiz.invited_only and quiz.tries == 1):
        return None
    return quiz.attempts.order_by("begun_at", "id").first()


def drawable_at(quiz: Quiz, moment: datetime) -> QuerySet[Version]:
    """Return what a quiz might ask at a moment that is past, as far as the bank knows it."""
    then = Version.objects.filter(item=OuterRef("item"), written_at__lte=moment)
    last = then.order_by("-number").values("number")[:1]
    in_use = Q(item__retired_at=None) | Q(item__retired_at__gt=moment)
    return _of_banks(quiz).filter(in_use, number=Subquery(last))


def asked_in(item: Item, *, by: Actor) -> list[Quiz]:
    """Return the quizzes of ``by`` that are kept for invited people and ask a question, or may.

    Each with ``is_begun``: somebody has a try of it.
    """
    at = item.organisation
    kept = Quiz.objects.filter(
        organisations.within(by.intervals(), "organisation__lft"),
        organisation__lft__gte=at.lft,
        organisation__rgt__lte=at.rgt,
        invited_only=True,
    )
    kept = kept.exclude(state=QuizState.CLOSED, paused_at=None)
    fits = Part.objects.filter(
        quiz=OuterRef("pk"),
        tag__in=["", *item.tag_list],
        topic__in=["", item.topic],
        difficulty__in=["", item.difficulty],
    )
    asks = Q(paper=Paper.LIST, listed__item=item) | Q(Exists(fits), paper=Paper.RANDOM)
    begun = Exists(Attempt.objects.filter(quiz=OuterRef("pk")))
    found = kept.filter(asks).annotate(is_begun=begun).distinct()
    return list(found.select_related("organisation").order_by("created_at", "id"))


def of_part(
    found: QuerySet[Version], *, tag: str = "", topic: str = "", difficulty: str = ""
) -> QuerySet[Version]:
    """Return the questions that one rule of a paper means; empty words mean any."""
    if tag:
        found = found.filter(item__tags__contains=f"|{tag}|")
    if topic:
        found = found.filter(item__topic=topic)
    if difficulty:
        found = found.filter(item__difficulty=difficulty)
    return found
