"""The actor of a request, each kind in one query."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings

from dongxun.access.contracts import TWO_FACTOR_ROLES
from dongxun.access.models import Account, Device, DevicePerson, GrantRow, PersonalLink
from dongxun.kernel import clock, hot
from dongxun.kernel.actors import Actor, ActorKind, Grant, Interval, Role
from dongxun.organisations import api as organisations

OWN_RECORD = 2


@dataclass(frozen=True, slots=True)
class Held:
    """An account as the middleware needs it."""

    actor: Actor
    epoch: int
    is_active: bool

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""
        return frozenset(grant.role for grant in self.actor.grants)

    @property
    def needs_second_factor(self) -> bool:
        """Whether one of the roles acts only after a second factor."""
        return bool(settings.SECOND_FACTOR and self.roles & TWO_FACTOR_ROLES)


_ACCOUNT = hot.statement(
    """
    SELECT account.display_name, account.epoch, account.is_active, account.person_id,
      held.role, held.organisation_id, place.lft, place.rgt
    FROM {account} account
    LEFT JOIN {held} held ON held.account_id = account.id
      AND held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to > %s)
    LEFT JOIN {place} place ON place.id = held.organisation_id
    WHERE account.id = %s ORDER BY held.id
    """,
    account=Account,
    held=GrantRow,
    place=hot.behind(GrantRow, "organisation"),
)
_ACCOUNT_KINDS = (str, int, bool, UUID, str, UUID, int, int)


def account_actor(account_id: UUID, *, second_factor: bool = False) -> Held | None:
    """Return the account with the grants that hold today; one query (two for a zone lead)."""
    today = clock.today().isoformat()
    rows = hot.rows(_ACCOUNT, [today, today, account_id], _ACCOUNT_KINDS)
    if not rows:
        return None
    name, epoch, is_active, person_id = rows[0][:4]
    grants = tuple(
        Grant(Role(role), organisation_id, Interval(lft, rgt))
        for *_, role, organisation_id, lft, rgt in rows
        if role
    )
    actor = Actor(
        ActorKind.ACCOUNT,
        id=account_id,
        label=name,
        grants=grants,
        persons=(person_id,) if person_id else (),
        owned=frozenset({person_id}) if person_id else frozenset(),
        second_factor=second_factor,
        zone_organisations=_led(grants),
    )
    return Held(actor, epoch, is_active)


def holding_now(actor: Actor) -> Actor | None:
    """Return an account's actor as it stands now; None once it was closed. For long jobs."""
    held = account_actor(actor.id, second_factor=actor.second_factor) if actor.id else None
    return held.actor if held and held.is_active else None


def _led(grants: tuple[Grant, ...]) -> frozenset[UUID]:
    leads = [grant.organisation_id for grant in grants if grant.role is Role.ZONE_LEAD]
    return organisations.zone_organisations_led_by(leads) if leads else frozenset()


_DEVICE = hot.statement(
    """
    SELECT device.id, device.seen_at, person.person_id, person.level, link.purpose, link.object_id
    FROM {device} device
    LEFT JOIN {device_person} person ON person.device_id = device.id
    LEFT JOIN {personal_link} link ON link.device_id = device.id
      AND link.expires_at > %s AND link.revoked_at IS NULL
    WHERE device.token_hash = %s AND device.revoked_at IS NULL AND device.expires_at > %s
    ORDER BY person.id, link.id
""",
    device=Device,
    device_person=DevicePerson,
    personal_link=PersonalLink,
)
_DEVICE_KINDS = (UUID, hot.moment, UUID, int, str, UUID)


def device_actor(token_hash: str) -> tuple[Actor, datetime] | None:
    """Return a phone's actor and when it was last seen; one query for people and links."""
    now = clock.now()
    rows = hot.rows(_DEVICE, [now, token_hash, now], _DEVICE_KINDS)
    if not rows:
        return None
    persons = dict.fromkeys(row[2] for row in rows if row[2])
    owned = frozenset(row[2] for row in rows if row[2] and row[3] >= OWN_RECORD)
    links = dict.fromkeys((row[4], row[5]) for row in rows if row[4] and row[5])
    kind = ActorKind.DEVICE if persons or not links else ActorKind.LINK
    actor = Actor(kind, id=rows[0][0], persons=tuple(persons), owned=owned, links=tuple(links))
    return actor, rows[0][1]
