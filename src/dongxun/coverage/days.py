"""The turn of the day: freeze yesterday's counters, then let time do its work on standings."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from uuid import UUID

from django.db import connection, transaction

from dongxun.coverage.counting import COUNTERS
from dongxun.coverage.models import Cell, PersonStanding, Snapshot, SnapshotCell, Upkeep
from dongxun.coverage.services import PEOPLE_A_STEP, credit, lock
from dongxun.kernel import audit, bulk, clock
from dongxun.kernel.actors import Actor
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonState

_SYSTEM = Actor.system("coverage.days")


def seasons_to_roll(today: date) -> list[UUID]:
    """Return seasons whose day has not been turned to ``today`` yet.

    Those that run, and closed ones of which figures are kept: a leave may end after closing.
    """
    rolled = dict(Upkeep.objects.values_list("season_id", "rolled_on"))
    return [
        card.id
        for card in seasons.seasons(by=_SYSTEM)
        if card.state == SeasonState.RUNNING
        or (card.state == SeasonState.CLOSED and card.id in rolled)
        if (rolled.get(card.id) or date.min) < today
    ]


def roll_day(*, by: Actor, season_id: UUID) -> int:
    """Turn a season's day now; return how many standings changed. Safe to repeat."""
    changed, step = 0, roll_step(season_id)
    while step:
        changed, step = changed + step, roll_step(season_id)
    return changed


@transaction.atomic
def roll_step(season_id: UUID) -> int:
    """Freeze yesterday once, then recompute the next people whom time has changed.

    Return how many were looked at; none means that the day has turned.
    """
    today = clock.today()
    upkeep = lock(season_id)
    is_new = upkeep.rolled_on is None or upkeep.rolled_on < today
    if is_new and _is_worth_keeping(season_id):
        freeze(by=_SYSTEM, season_id=season_id, as_of=today - timedelta(days=1))
    due = PersonStanding.objects.filter(season_id=season_id, recheck_on__lte=today)
    ids = list(due.order_by("person_id").values_list("person_id", flat=True)[:PEOPLE_A_STEP])
    credit(season_id=season_id, person_ids=ids)
    if not ids:
        Upkeep.objects.filter(season_id=season_id).update(rolled_on=today)
    return len(ids)


def _is_worth_keeping(season_id: UUID) -> bool:
    """Return whether yesterday is frozen: once closed, only what has changed since is."""
    closed = seasons.closed_at(season_id)
    if closed is None:
        return True
    last = Snapshot.objects.filter(season_id=season_id).order_by("-as_of").first()
    if last is None or last.taken_at < closed:
        return True
    written = PersonStanding.objects.filter(season_id=season_id, updated_at__gt=last.taken_at)
    return written.filter(updated_at__lt=clock.moment(clock.today(), time(0))).exists()


@transaction.atomic
def freeze(*, by: Actor, season_id: UUID, as_of: date, label: str = "") -> bool:
    """Keep the counters as they are known now as those of ``as_of``; False if kept already.

    A frozen day never changes; the database refuses a second one.
    """
    lock(season_id)
    if Snapshot.objects.filter(season_id=season_id, as_of=as_of).exists():
        return False
    version = seasons.season(season_id, by=Actor.system("coverage.freeze")).definition_version
    now = clock.now()
    snapshot = Snapshot.objects.create(
        season_id=season_id,
        as_of=as_of,
        taken_at=now,
        known_at=now,
        label=label,
        definition_version=version,
    )
    _copy_cells(snapshot)
    audit.write("coverage.freeze", by=by, subject=("season", season_id), as_of=str(as_of))
    return True


def _copy_cells(snapshot: Snapshot) -> None:
    """Copy all counters in one statement, without bringing them here."""
    columns: Sequence[str] = ("season_id", "organisation_id", "topic_id", *COUNTERS)
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {bulk.table(SnapshotCell)} (snapshot_id, {names}) "  # noqa: S608
            f"SELECT %s, {names} FROM {bulk.table(Cell)} WHERE season_id = %s",
            [bulk.value(snapshot.id), bulk.value(snapshot.season_id)],
        )
