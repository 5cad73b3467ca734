"""宣传资料发放: copies and households of an area, counted; no names."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid
from dongxun.kernel.rows import wanted_row
from dongxun.packs.contracts import LeafletKind, MovementKind
from dongxun.packs.models import Article, Leaflet
from dongxun.packs.queries.stock import article as find_article
from dongxun.packs.services import stock
from dongxun.packs.services.shared import managed, managed_place, open_season


@transaction.atomic
def log_leaflets(
    *,
    by: Actor,
    item_id: UUID,
    season_id: UUID,
    organisation_id: UUID,
    kind: LeafletKind,
    title: str,
    copies: int,
    area: str,
    on: date,
    households: int = 0,
    article_id: UUID | None = None,
    place_id: UUID | None = None,
    note: str = "",
) -> UUID:
    """Note what was handed out where. Safe to repeat with the same ``item_id``.

    With ``article_id`` and ``place_id`` the copies leave that store.

    Raises:
        NotFound: season, unit, article or place are absent or elsewhere.
        SeasonClosed.
        Invalid: no title, no area, no copies, or a day to come.
        StockShort: the place has fewer copies.
    """
    known = Leaflet.objects.filter(id=item_id).first()
    if known is not None:
        managed(known.organisation_id, by=by)
        return known.id
    season = open_season(season_id, by=by)
    node = managed(organisation_id, by=by)
    _check(title, copies, area, on)
    given = find_article(article_id, by=by) if article_id and place_id else None
    row = Leaflet.objects.create(
        id=item_id,
        season_id=season.id,
        organisation_id=node.id,
        kind=kind,
        title=title.strip()[:120],
        copies=copies,
        households=households,
        area=area.strip()[:120],
        on=on,
        article=given,
        place_id=managed_place(place_id, by=by) if given and place_id else None,
        note=note.strip()[:200],
        recorded_by=by.label[:120],
        recorded_at=clock.now(),
    )
    _move(row, given, MovementKind.ISSUE, -copies, by)
    _audit("packs.log_leaflets", by, row, copies=copies)
    return row.id


def _check(title: str, copies: int, area: str, on: date) -> None:
    problems = []
    if not title.strip():
        problems.append(("title", _("Say what was handed out.")))
    if not area.strip():
        problems.append(("area", _("Say where: a village, a street, a zone.")))
    if copies < 1:
        problems.append(("copies", _("At least one.")))
    if on > clock.today():
        problems.append(("on", _("This day has not come yet.")))
    if problems:
        raise Invalid(details=problems)


def _move(row: Leaflet, given: Article | None, kind: MovementKind, n: int, by: Actor) -> None:
    if given is not None and row.place_id is not None:
        change = stock.Change(kind, given.id, row.place_id, n)
        stock.move([change], cause=row.id, on=clock.today(), by=by, note=row.title)


@transaction.atomic
def withdraw_leaflets(*, by: Actor, leaflet_id: UUID) -> None:
    """Take an entry back; copies from a store return to it. Safe to repeat.

    Raises:
        NotFound: absent or elsewhere.
    """
    row = wanted_row(Leaflet.objects.select_related("article").filter(id=leaflet_id))
    managed(row.organisation_id, by=by)
    if row.withdrawn_at:
        return
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    _move(row, row.article, MovementKind.RETURN, row.copies, by)
    _audit("packs.withdraw_leaflets", by, row)


def _audit(action: str, by: Actor, row: Leaflet, **more: int) -> None:
    audit.write(
        action,
        by=by,
        subject=("leaflet", row.id),
        organisation_id=row.organisation_id,
        **more,
    )
