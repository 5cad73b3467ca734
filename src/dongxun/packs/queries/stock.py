"""What lies where, how many packs it makes, and who has which edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations.api import within, within_or_above
from dongxun.packs.models import Article, IssueLine, Movement, Pack, PackContent, Stock
from dongxun.packs.queries.lists import visible_lines


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place with what lies in it: (article, title, spec, unit, edition, how many)."""

    place_id: UUID
    place: str
    organisation: str
    lines: tuple["ShelfLine", ...]


@dataclass(frozen=True, slots=True)
class ShelfLine:
    """So many of an article in a place."""

    article_id: UUID
    title: str
    spec: str
    unit: str
    edition: int
    quantity: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class MovementLine:
    """One change of a stock as a page shows it."""

    on: date
    kind: str
    title: str
    place: str
    change: int
    unit: str
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class EditionLine:
    """Who has which edition of an article: lines received with it, of lines planned."""

    article_id: UUID
    edition: int
    what_is_new: str
    since: date
    received: int
    total: int
    is_latest: bool


def visible_articles(by: Actor) -> QuerySet[Article]:
    """Return articles of the actor's subtrees and of the units above: those may be stocked too."""
    rows = Article.objects.select_related("organisation")
    if by.is_system:
        return rows
    return rows.filter(within_or_above(by.intervals(ORGANISERS)))


def current_articles(by: Actor) -> list[Article]:
    """Return the articles that packs may hold: latest editions, by title."""
    rows = visible_articles(by).filter(replaced_by=None)
    return list(rows.order_by("kind", "title", "spec", "batch"))


def article(article_id: UUID, *, by: Actor) -> Article:
    """Return one article.

    Raises:
        NotFound: absent or hidden.
    """
    return wanted_row(visible_articles(by).filter(id=article_id))


def shelves(*, by: Actor) -> list[Shelf]:
    """Return the places of the actor's subtrees that hold something, in tree order."""
    rows = Stock.objects.filter(quantity__gt=0).select_related("article", "place__organisation")
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "place__organisation__lft"))
    replaced = set(Article.objects.exclude(replaces=None).values_list("replaces_id", flat=True))
    found: dict[UUID, Shelf] = {}
    ordered = rows.order_by("place__organisation__lft", "place__name", "article__title", "id")
    for row in ordered:
        line = ShelfLine(
            row.article_id,
            row.article.title,
            row.article.spec,
            row.article.unit,
            row.article.edition,
            row.quantity,
            row.article_id in replaced,
        )
        shelf = found.get(row.place_id)
        lines = (*(shelf.lines if shelf else ()), line)
        unit = row.place.organisation.short_name
        found[row.place_id] = Shelf(row.place_id, row.place.name, unit, lines)
    return list(found.values())


def movements(*, by: Actor, most: int = 50) -> list[MovementLine]:
    """Return the latest changes of the actor's stores, newest first."""
    rows = Movement.objects.select_related("article", "place")
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "place__organisation__lft"))
    return [
        MovementLine(
            on=row.on,
            kind=row.get_kind_display(),
            title=row.article.title,
            place=row.place.name,
            change=row.change,
            unit=row.article.unit,
            note=row.note,
            by=row.recorded_by,
        )
        for row in rows.order_by("-recorded_at", "-id")[:most]
    ]


def packs_in(pack: Pack, *, by: Actor) -> list[tuple[UUID, str, int]]:
    """Return how many packs what lies in each of the actor's places makes, most first."""
    contents = list(pack.contents.all())
    lying = {shelf.place_id: shelf for shelf in shelves(by=by)}
    found = []
    for place_id, shelf in lying.items():
        have = {line.article_id: line.quantity for line in shelf.lines}
        n = min((have.get(c.article_id, 0) // c.quantity for c in contents), default=0)
        if n:
            found.append((place_id, shelf.place, n))
    return sorted(found, key=lambda entry: -entry[2])


def editions(article_id: UUID, *, by: Actor) -> list[EditionLine]:
    """Return the editions of an article, newest first, with how many received each.

    A line counts for the edition that lay in its list when that was issued.

    Raises:
        NotFound: the article is absent or hidden.
    """
    chain = _chain(article(article_id, by=by))
    rows = IssueLine.objects.filter(
        visible_lines(by), ~Q(kind="parcel"), returned_at=None, list__contents__article__in=chain
    )
    counted = (
        rows.order_by()
        .values("list__contents__article_id")
        .annotate(received=Count("id", filter=Q(received_at__isnull=False)), total=Count("id"))
    )
    by_article = {
        row["list__contents__article_id"]: (row["received"], row["total"]) for row in counted
    }
    return [
        EditionLine(
            article_id=one.id,
            edition=one.edition,
            what_is_new=one.what_is_new,
            since=clock.day_of(one.created_at),
            received=by_article.get(one.id, (0, 0))[0],
            total=by_article.get(one.id, (0, 0))[1],
            is_latest=number == 0,
        )
        for number, one in enumerate(chain)
    ]


def _chain(row: Article) -> list[Article]:
    """Return all editions of an article, newest first."""
    while (after := Article.objects.filter(replaces=row).first()) is not None:
        row = after
    found = [row]
    while found[-1].replaces_id:
        found.append(Article.objects.get(id=found[-1].replaces_id))
    return found


def lines_with(article_id: UUID, *, by: Actor) -> QuerySet[IssueLine]:
    """Return the lines whose list held this very edition; the names behind its figures."""
    rows = IssueLine.objects.filter(visible_lines(by), list__contents__article_id=article_id)
    rows = rows.exclude(kind="parcel").filter(returned_at=None)
    return rows.select_related("list", "branch").order_by("list__issued_at", "number")


def packs(season_id: UUID, *, by: Actor) -> list[Pack]:
    """Return the packs of the season that the actor may hand out, by name."""
    rows = Pack.objects.filter(season_id=season_id).select_related("organisation")
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "organisation__lft"))
    return list(rows.order_by("organisation__lft", "name").prefetch_related("contents__article"))


def pack(pack_id: UUID, *, by: Actor) -> Pack:
    """Return a pack of the actor's subtrees, or one that a list brought to them.

    Raises:
        NotFound: absent or hidden.
    """
    rows = Pack.objects.select_related("organisation", "season").filter(id=pack_id)
    row = wanted_row(rows.prefetch_related("contents__article"))
    if not (by.reaches(row.organisation.lft) or _brought(row, by)):
        raise NotFound
    return row


def _brought(row: Pack, by: Actor) -> bool:
    lines = IssueLine.objects.filter(visible_lines(by), list__pack=row)
    return not by.is_system and lines.exclude(list__state="draft").exists()


def contents_words(contents: Iterable[PackContent]) -> str:
    """Return what lies in a pack as one line: 读本 1 册、毛巾 2 条."""
    return "、".join(f"{c.article.title} {c.quantity} {c.article.unit}" for c in contents)
