"""The actor of a request, each kind in one query."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import FilteredRelation, Q

from dongxun.access.contracts import TWO_FACTOR_ROLES
from dongxun.access.models import Account, Device, PersonalLink
from dongxun.kernel import clock
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


def account_actor(account_id: UUID, *, second_factor: bool = False) -> Held | None:
    """Return the account with the grants that hold today; one query (two for a zone lead)."""
    today = clock.today()
    live = Q(grants__valid_from__lte=today) & (
        Q(grants__valid_to=None) | Q(grants__valid_to__gt=today)
    )
    rows = list(
        Account.objects.filter(id=account_id)
        .annotate(live=FilteredRelation("grants", condition=live))
        .order_by("live__id")
        .values_list(
            "display_name",
            "epoch",
            "is_active",
            "person_id",
            "live__role",
            "live__organisation_id",
            "live__organisation__lft",
            "live__organisation__rgt",
        )
    )
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


def _led(grants: tuple[Grant, ...]) -> frozenset[UUID]:
    leads = [grant.organisation_id for grant in grants if grant.role is Role.ZONE_LEAD]
    return organisations.zone_organisations_led_by(leads) if leads else frozenset()


def device_actor(token_hash: str) -> tuple[Actor, datetime] | None:
    """Return a phone's actor and when it was last seen; one query for people and links."""
    now = clock.now()
    live = Q(opened__expires_at__gt=now, opened__revoked_at=None)
    rows = list(
        Device.objects.filter(token_hash=token_hash, revoked_at=None, expires_at__gt=now)
        .annotate(live=FilteredRelation("opened", condition=live))
        .order_by("persons__id", "live__id")
        .values_list(
            "id",
            "seen_at",
            "persons__person_id",
            "persons__level",
            "live__purpose",
            "live__object_id",
        )
    )
    if not rows:
        return None
    persons = dict.fromkeys(row[2] for row in rows if row[2])
    owned = frozenset(row[2] for row in rows if row[2] and row[3] >= OWN_RECORD)
    links = dict.fromkeys((row[4], row[5]) for row in rows if row[4] and row[5])
    kind = ActorKind.DEVICE if persons or not links else ActorKind.LINK
    actor = Actor(kind, id=rows[0][0], persons=tuple(persons), owned=owned, links=tuple(links))
    return actor, rows[0][1]


def live_links_of(device_id: UUID) -> list[PersonalLink]:
    """Return the links opened on a phone that still hold."""
    return list(
        PersonalLink.objects.filter(
            device_id=device_id, revoked_at=None, expires_at__gt=clock.now()
        ).order_by("id")
    )
