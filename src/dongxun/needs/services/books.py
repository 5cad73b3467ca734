"""100 问: a book of questions compiled from answered needs."""

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.kernel.rules import require
from dongxun.needs.contracts import NeedState, NotNow
from dongxun.needs.models import FaqBook, FaqEntry
from dongxun.needs.queries.books import own_book as book_row
from dongxun.needs.queries.tickets import need_row
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons

MOST_ENTRIES = 500


class BookNotReady(Conflict):
    """A book without a single answer is not published."""

    code = "book_empty"
    message = _("There is no question in this book yet.")


@transaction.atomic
def save_book(
    *,
    by: Actor,
    organisation_id: UUID,
    title: str,
    intro: str = "",
    book_id: UUID | None = None,
) -> UUID:
    """Begin a book, or change its title and introduction. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        Invalid: no title, or another book of the unit has it.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    require("needs.run", by, node.interval.lft)
    title = title.strip()[:80]
    if not title:
        raise Invalid(details=[("title", _("Give it a name."))])
    if book_id is not None:
        row = book_row(book_id, by=by)
        same = FaqBook.objects.filter(
            season_id=row.season_id, organisation_id=node.id, title=title
        ).exclude(id=row.id)
        if same.exists():
            raise Invalid(details=[("title", _("Another book has this name."))])
    else:
        season = seasons.season_at(node.interval.lft)
        if season is None:
            raise NotFound
        row, _made = FaqBook.objects.get_or_create(
            season_id=season.id,
            organisation_id=node.id,
            title=title,
            defaults={"created_at": clock.now()},
        )
    row.title, row.intro, row.organisation_id = title, intro.strip(), node.id
    _keep("save_book", row, by)
    return row.id


@transaction.atomic
def pick(*, by: Actor, book_id: UUID, need_id: UUID) -> UUID:
    """Take an answered need into a book, its words to be edited. Safe to repeat.

    Raises:
        NotFound: book or need is absent or hidden.
        NotNow: the need is not signed off.
        Invalid: the book is full.
    """
    row, need = book_row(book_id, by=by), need_row(need_id, by=by)
    known = FaqEntry.objects.filter(book=row, need=need).first()
    if known is not None:
        return known.id
    if need.state != NeedState.CLOSED:
        raise NotNow(_("Only needs that are signed off go into the book."))
    return _add(
        row,
        by,
        question=need.text[:200],
        answer=need.answer,
        need_id=need.id,
        theme_id=need.theme_id,
    )


@transaction.atomic
def write_entry(
    *,
    by: Actor,
    book_id: UUID,
    question: str,
    answer: str,
    entry_id: UUID | None = None,
    theme_id: UUID | None = None,
) -> UUID:
    """Edit a question and its answer, or write one that nobody has asked yet.

    Raises:
        NotFound.
        Invalid: question or answer is missing, or the book is full.
    """
    row = book_row(book_id, by=by)
    bad = []
    if not question.strip():
        bad.append(("question", _("Write the question.")))
    if not answer.strip():
        bad.append(("answer", _("Write the answer.")))
    if bad:
        raise Invalid(details=bad)
    if entry_id is None:
        question, answer = question.strip()[:200], answer.strip()
        return _add(row, by, question=question, answer=answer, theme_id=theme_id)
    entry = wanted_row(FaqEntry.objects.filter(id=entry_id, book=row))
    entry.question, entry.answer = question.strip()[:200], answer.strip()
    entry.theme_id = theme_id or entry.theme_id
    entry.save()
    _keep("write_entry", row, by)
    return entry.id


def _add(
    row: FaqBook,
    by: Actor,
    *,
    question: str,
    answer: str,
    need_id: UUID | None = None,
    theme_id: UUID | None = None,
) -> UUID:
    if row.entries.count() >= MOST_ENTRIES:
        raise Invalid(_("A book holds at most 500 questions."))
    last = row.entries.aggregate(last=Max("order"))["last"] or 0
    entry = FaqEntry.objects.create(
        book=row,
        order=last + 1,
        need_id=need_id,
        theme_id=theme_id,
        question=question,
        answer=answer,
    )
    _keep("write_entry", row, by)
    return entry.id


@transaction.atomic
def move_entry(*, by: Actor, entry_id: UUID, up: bool) -> None:
    """Let an entry change places with its neighbour; the first and last stay.

    Raises:
        NotFound.
    """
    entry = _entry(entry_id, by)
    side = {"order__lt": entry.order} if up else {"order__gt": entry.order}
    found = FaqEntry.objects.filter(book_id=entry.book_id, **side)
    other = found.order_by("-order" if up else "order").first()
    if other is None:
        return
    entry.order, other.order = other.order, entry.order
    FaqEntry.objects.bulk_update([entry, other], ["order"])
    _keep("move_entry", entry.book, by)


@transaction.atomic
def remove_entry(*, by: Actor, entry_id: UUID) -> None:
    """Take an entry out of its book; the need stays.

    Raises:
        NotFound.
    """
    entry = _entry(entry_id, by)
    book = entry.book
    entry.delete()
    _keep("remove_entry", book, by)


def _entry(entry_id: UUID, by: Actor) -> FaqEntry:
    entry = wanted_row(FaqEntry.objects.select_related("book").filter(id=entry_id))
    book_row(entry.book_id, by=by)
    return entry


@transaction.atomic
def publish_book(*, by: Actor, book_id: UUID, public: bool) -> None:
    """Show a book to everybody at its code, or take it back. Safe to repeat.

    Raises:
        NotFound, NotAllowed.
        BookNotReady: there is nothing in it.
    """
    row = book_row(book_id, by=by)
    if public and not row.entries.exists():
        raise BookNotReady
    if public != (row.published_at is not None):
        row.published_at = clock.now() if public else None
        _keep("publish_book", row, by)


def _keep(name: str, row: FaqBook, by: Actor) -> None:
    row.version += 1
    row.save()
    audit.write(
        f"needs.{name}", by=by, subject=("book", row.id), organisation_id=row.organisation_id
    )
