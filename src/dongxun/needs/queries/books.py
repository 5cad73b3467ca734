"""Reads of question books."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import allows
from dongxun.needs.contracts import NeedState
from dongxun.needs.models import FaqBook, FaqEntry, Need
from dongxun.organisations import api as organisations
from dongxun.seasons.contracts import SeasonCard

OFFERED = 50


@dataclass(frozen=True, slots=True)
class BookPage:
    """A book as everybody reads it: questions under their themes, in order."""

    id: UUID
    code: str
    title: str
    intro: str
    organisation: str
    published_at: datetime | None
    parts: tuple[tuple[str, tuple[FaqEntry, ...]], ...]

    @property
    def count(self) -> int:
        """How many questions there are."""
        return sum(len(entries) for _theme, entries in self.parts)


def own_book(book_id: UUID, *, by: Actor) -> FaqBook:
    """Return a book's row.

    Raises:
        NotFound: absent, or hidden from the actor.
    """
    row = wanted_row(FaqBook.objects.select_related("organisation", "season").filter(id=book_id))
    if not allows("needs.run", by, row.organisation.lft):
        raise NotFound
    return row


def page_of(book: FaqBook) -> BookPage:
    """Return a book with its entries by theme, themes in the order of their first question."""
    parts: dict[str, list[FaqEntry]] = {}
    for entry in book.entries.select_related("theme"):
        parts.setdefault(entry.theme.name if entry.theme else "", []).append(entry)
    return BookPage(
        id=book.id,
        code=book.code,
        title=book.title,
        intro=book.intro,
        organisation=book.organisation.name,
        published_at=book.published_at,
        parts=tuple((theme, tuple(entries)) for theme, entries in parts.items()),
    )


def public_book(code: str) -> BookPage:
    """Return a published book.

    Raises:
        NotFound: no book has this code, or it is not published.
    """
    found = FaqBook.objects.select_related("organisation")
    row = wanted_row(found.filter(code=code, published_at__isnull=False))
    return page_of(row)


def books(season: SeasonCard, *, by: Actor) -> list[FaqBook]:
    """Return the books of the actor's units, newest first."""
    found = FaqBook.objects.filter(season_id=season.id).select_related("organisation")
    if not by.is_system:
        found = found.filter(organisations.within(by.intervals(), "organisation__lft"))
    return list(found.order_by("-created_at"))


def offered(book: FaqBook, words: str = "") -> list[Need]:
    """Return signed-off needs of the book's unit that are not in it yet, latest first."""
    node = organisations.node(book.organisation_id)
    found = Need.objects.filter(
        organisations.within([node.interval], "lead__lft"),
        season_id=book.season_id,
        is_open=False,
        state=NeedState.CLOSED,
    )
    if words:
        found = found.filter(text__contains=words)
    picked = FaqEntry.objects.filter(book=book, need__isnull=False).values("need_id")
    rows = found.exclude(id__in=picked).select_related("theme", "lead")
    return list(rows.order_by("-due_on", "-id")[:OFFERED])
