"""库存: what comes into a place and leaves it; never below nothing, and no cause counts twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound, Text
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import MovementKind, StockShort
from dongxun.packs.models import Article, Movement, Stock
from dongxun.packs.services.shared import managed, managed_place


@dataclass(frozen=True, slots=True)
class Change:
    """So many of an article come into a place or, below zero, leave it."""

    kind: MovementKind
    article_id: UUID
    place_id: UUID
    by_how_many: int


@transaction.atomic
def receive_stock(
    *, by: Actor, item_id: UUID, article_id: UUID, place_id: UUID, quantity: int, note: str = ""
) -> None:
    """Put articles into a place. Safe to repeat with the same ``item_id``.

    Raises:
        NotFound: article or place are absent or elsewhere.
        Invalid: nothing, or less, is received.
    """
    _checked(by, article_id, quantity)
    change = Change(MovementKind.RECEIPT, article_id, managed_place(place_id, by=by), quantity)
    _write("packs.receive_stock", by, item_id, [change], note)


@transaction.atomic
def lose_stock(
    *, by: Actor, item_id: UUID, article_id: UUID, place_id: UUID, quantity: int, note: str
) -> None:
    """Write off what was lost or spoilt, with a reason. Safe to repeat.

    Raises:
        NotFound, Invalid.
        StockShort: there is less than that.
    """
    _checked(by, article_id, quantity)
    if not note.strip():
        raise Invalid(details=[("note", _("Say how it was lost."))])
    change = Change(MovementKind.LOSS, article_id, managed_place(place_id, by=by), -quantity)
    _write("packs.lose_stock", by, item_id, [change], note)


@transaction.atomic
def transfer_stock(
    *,
    by: Actor,
    item_id: UUID,
    article_id: UUID,
    from_id: UUID,
    to_id: UUID,
    quantity: int,
    note: str = "",
) -> None:
    """Move articles from one place to another of one's own subtree. Safe to repeat.

    Raises:
        NotFound, Invalid.
        StockShort: there is less than that where it comes from.
    """
    _checked(by, article_id, quantity)
    if from_id == to_id:
        raise Invalid(details=[("to", _("Choose another place than the one it lies in."))])
    changes = [
        Change(MovementKind.TRANSFER_OUT, article_id, managed_place(from_id, by=by), -quantity),
        Change(MovementKind.TRANSFER_IN, article_id, managed_place(to_id, by=by), quantity),
    ]
    _write("packs.transfer_stock", by, item_id, changes, note)


def _checked(by: Actor, article_id: UUID, quantity: int) -> None:
    article = wanted_row(Article.objects.filter(id=article_id))
    node = organisations.node(article.organisation_id)
    if not (by.reaches(node.interval.lft) or _below(by, node.interval.lft, node.interval.rgt)):
        raise NotFound
    if quantity < 1:
        raise Invalid(details=[("quantity", _("At least one."))])


def _below(by: Actor, lft: int, rgt: int) -> bool:
    """Whether the actor's own unit lies below the one whose article it is."""
    return any(lft <= own.lft <= rgt for own in by.intervals())


def _write(action: str, by: Actor, cause: UUID, changes: list[Change], note: str) -> None:
    if move(changes, cause=cause, on=clock.today(), by=by, note=note):
        place = organisations.sites([changes[0].place_id])[changes[0].place_id]
        audit.write(
            action,
            by=by,
            subject=("article", changes[0].article_id),
            organisation_id=place.organisation_id,
            quantity=abs(changes[0].by_how_many),
        )


def move(changes: Iterable[Change], *, cause: UUID, on: date, by: Actor, note: str = "") -> int:
    """Apply changes inside the caller's transaction; return how many were new.

    Raises:
        StockShort: something would fall below nothing; ``details`` name each article.
    """
    shorts: list[tuple[str, Text]] = []
    done = 0
    for change in changes:
        row, created = Movement.objects.get_or_create(
            id=uuid5(cause, f"{change.kind}:{change.article_id}:{change.place_id}"),
            defaults={
                "cause": cause,
                "kind": change.kind,
                "article_id": change.article_id,
                "place_id": change.place_id,
                "change": change.by_how_many,
                "on": on,
                "note": note.strip()[:200],
                "recorded_by": by.label[:120],
                "recorded_at": clock.now(),
            },
        )
        if not created:
            continue
        done += 1
        missing = _apply(change)
        if missing:
            shorts.append((str(row.article_id), _short(row.article, missing)))
    if shorts:
        raise StockShort(_words(shorts), where="place", details=shorts)
    return done


def _apply(change: Change) -> int:
    """Change the stock; return how many are missing, zero if it could be done."""
    key = {"article_id": change.article_id, "place_id": change.place_id}
    row, _created = Stock.objects.get_or_create(**key, defaults={"quantity": 0})
    found = Stock.objects.filter(id=row.id, quantity__gte=-change.by_how_many)
    if found.update(quantity=F("quantity") + change.by_how_many):
        return 0
    return -change.by_how_many - row.quantity


def _short(article: Article, missing: int) -> str:
    return _("%(title)s: %(n)d %(unit)s short") % {
        "title": article.title,
        "n": missing,
        "unit": article.unit,
    }


def _words(shorts: list[tuple[str, Text]]) -> str:
    words = _(
        "There is not enough in this place: %(what)s. Bring more in first, or choose another."
    )
    return words % {"what": "；".join(str(text) for _key, text in shorts)}


@transaction.atomic
def add_article(
    *, by: Actor, organisation_id: UUID, kind: str, title: str, spec: str = "", unit: str = "册"
) -> UUID:
    """Write down a book, a document or goods; the same title and spec is the same article.

    Raises:
        NotFound: the unit is absent or elsewhere.
        Invalid: no title.
    """
    node = managed(organisation_id, by=by)
    if not title.strip():
        raise Invalid(details=[("title", _("Give it a title."))])
    row, created = Article.objects.get_or_create(
        organisation_id=node.id,
        title=title.strip()[:120],
        spec=spec.strip()[:80],
        edition=1,
        batch="",
        defaults={"kind": kind, "unit": unit.strip()[:8] or "册", "created_at": clock.now()},
    )
    if created:
        audit.write(
            "packs.add_article", by=by, subject=("article", row.id), organisation_id=node.id
        )
    return row.id
