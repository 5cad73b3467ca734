"""What the services share: an open season, and the traces."""

from uuid import UUID

from dongxun.exchanges.contracts import (
    Side,
)
from dongxun.exchanges.models import (
    Exchange,
)
from dongxun.kernel import audit
from dongxun.kernel.actors import Actor
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState


def open_season(season_id: UUID, *, by: Actor) -> None:
    """Let pass what may still be written to.

    Raises:
        NotFound, SeasonClosed.
    """
    card = seasons.season(season_id, by=by)
    if card.state == SeasonState.CLOSED:
        raise SeasonClosed


def write_audit(action: str, by: Actor, row: Exchange, **detail: object) -> None:
    """Leave one trace of an exchange, at its host."""
    host = row.parties.filter(side=Side.HOST).values_list("organisation_id", flat=True).first()
    audit.write(action, by=by, subject=("exchange", row.id), organisation_id=host, **detail)


def audit_thing(action: str, by: Actor, kind: str, key: UUID, organisation_id: UUID) -> None:
    """Leave one trace of what is followed up, at its unit."""
    audit.write(action, by=by, subject=(kind, key), organisation_id=organisation_id)


def member_named(name: str, unit: Node, *, by: Actor) -> UUID | None:
    """Return the member of a unit with this name, None if nobody or several have it."""
    name = name.strip()
    if not name:
        return None
    found = people.named([name], unit.interval, by=by).get(name, [])
    return found[0].id if len(found) == 1 else None
