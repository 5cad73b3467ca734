"""Counters as they are now, or as they were frozen on an earlier day."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from dongxun.coverage.contracts import SEASON_ROW, Column, Numbers, summed
from dongxun.coverage.models import Cell, ReckonedCell, Reckoning, Snapshot, SnapshotCell
from dongxun.kernel import clock, hot
from dongxun.kernel.errors import NotFound

_COLUMNS = ", ".join(("organisation_id", "topic_id", *Numbers._fields))
_KINDS = (UUID, UUID, *(int for _field in Numbers._fields))
_LIVE = hot.statement(
    "SELECT {columns} FROM {cell} WHERE season_id = %s AND organisation_id IN %ids",
    columns=_COLUMNS,
    cell=Cell,
)
_FROZEN = hot.statement(
    "SELECT {columns} FROM {cell} WHERE snapshot_id = %s AND organisation_id IN %ids",
    columns=_COLUMNS,
    cell=SnapshotCell,
)
_RECKONED = hot.statement(
    "SELECT {columns} FROM {cell} WHERE reckoning_id = %s AND organisation_id IN %ids",
    columns=_COLUMNS,
    cell=ReckonedCell,
)


class NothingFrozen(NotFound):
    """Nobody kept the counters of that day or of one before it."""

    code = "nothing_frozen"
    message = _("Nothing was kept on or before that day; figures of the past begin later.")


@dataclass(frozen=True, slots=True)
class Moment:
    """The day that figures speak of, now unless it says otherwise.

    ``snapshot_id``: as known then. ``reckoning_id``: as known when that was asked for.
    """

    day: date
    snapshot_id: UUID | None = None
    taken_at: datetime | None = None
    definition_version: int | None = None
    reckoning_id: UUID | None = None

    @classmethod
    def frozen(cls, snapshot: Snapshot) -> "Moment":
        """Return a day as it was known then."""
        return cls(snapshot.as_of, snapshot.id, snapshot.taken_at, snapshot.definition_version)

    @classmethod
    def reckoned(cls, row: Reckoning) -> "Moment":
        """Return a day as it was known when somebody had it worked out."""
        return cls(row.as_of, None, row.known_at, row.definition_version, row.id)


def moment(season_id: UUID, as_of: date | None) -> Moment:
    """Return now, or the last frozen day up to ``as_of``, 'as known then'.

    Raises:
        NothingFrozen: there is no such day.
    """
    today = clock.today()
    if as_of is None or as_of >= today:
        return Moment(today)
    found = Snapshot.objects.filter(season_id=season_id, as_of__lte=as_of)
    snapshot = found.order_by("-as_of").first()
    if snapshot is None:
        raise NothingFrozen
    return Moment.frozen(snapshot)


class Book:
    """The counters of some organisations at one moment; zeros where nobody is counted."""

    def __init__(self, found: Mapping[tuple[UUID, UUID], Numbers]) -> None:
        self._found = found

    def season(self, organisation_id: UUID) -> Numbers:
        """Return the numbers of the season itself."""
        return self.topic(organisation_id, SEASON_ROW)

    def topic(self, organisation_id: UUID, topic_id: UUID) -> Numbers:
        """Return the numbers of a topic."""
        return self._found.get((organisation_id, topic_id), Numbers())

    def of(self, keys: Iterable[UUID], topic_id: UUID, *, less: Collection[UUID] = ()) -> Numbers:
        """Return a sum over organisations without those inside them that are ``less``."""
        total = summed(self.topic(key, topic_id) for key in keys)
        if not less:
            return total
        away = summed(self.topic(key, topic_id) for key in less)
        return Numbers(*(one - other for one, other in zip(total, away, strict=True)))

    def topics(self, organisation_id: UUID, shown: Collection[Column]) -> list[Numbers]:
        """Return the numbers of the columns of a grid, in their order."""
        return [self.topic(organisation_id, column.topic.id) for column in shown]


def book(season_id: UUID, organisation_ids: Collection[UUID], at: Moment) -> Book:
    """Return counters in one query, whatever the number of facts behind them."""
    sql, key = _LIVE, season_id
    if at.reckoning_id is not None:
        sql, key = _RECKONED, at.reckoning_id
    elif at.snapshot_id is not None:
        sql, key = _FROZEN, at.snapshot_id
    found = hot.rows(sql, [key], _KINDS, ids=list(organisation_ids))
    return Book({(row[0], row[1]): Numbers._make(row[2:]) for row in found})
