"""The bank as its authors see it, and what a quiz may draw from it."""

from collections import Counter
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.organisations import api as organisations
from dongxun.quizzes.models import Asked, Item, Quiz, Version


def _read_by(by: Actor, path: str = "item__organisation") -> Q:
    """Return the condition for banks that ``by`` organises, and those of organisations above."""
    intervals = by.intervals()
    found = organisations.within(intervals, f"{path}__lft")
    for own in intervals:
        found |= Q(**{f"{path}__lft__lte": own.lft, f"{path}__rgt__gte": own.rgt})
    return found


def items(*, by: Actor, is_retired: bool = False) -> QuerySet[Version]:
    """Return the questions that ``by`` may read, in their present version, the latest first."""
    found = Version.objects.filter(
        number=F("item__number"), item__retired_at__isnull=not is_retired
    )
    if not by.is_system:
        found = found.filter(_read_by(by))
    return found.select_related("item__organisation").order_by("-item__created_at", "-item_id")


def item(item_id: UUID, *, by: Actor) -> Item:
    """Return one question that ``by`` may read.

    Raises:
        NotFound: absent, or hidden.
    """
    rows = Item.objects.select_related("organisation").filter(id=item_id)
    found = (rows if by.is_system else rows.filter(_read_by(by, "organisation"))).first()
    if found is None:
        raise NotFound
    return found


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
    at = quiz.organisation
    return Version.objects.filter(
        number=F("item__number"),
        item__retired_at=None,
        item__organisation__lft__lte=at.lft,
        item__organisation__rgt__gte=at.rgt,
    )


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
