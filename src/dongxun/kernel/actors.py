"""Who is acting, and over which part of the organisation tree."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID


class Role(StrEnum):
    """What a grant lets its holder be, inside one subtree."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    OFFICE = "office"
    ORGANISER = "organiser"
    ZONE_LEAD = "zone_lead"
    SECRETARY = "secretary"


ORGANISERS = frozenset({Role.OFFICE, Role.ORGANISER, Role.SECRETARY})
"""Roles that plan, run and see people inside their subtree."""


class ActorKind(StrEnum):
    """How somebody came in."""

    SYSTEM = "system"
    ACCOUNT = "account"
    DEVICE = "device"
    LINK = "link"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Interval:
    """A subtree: positions ``lft <= x <= rgt`` of the nested intervals."""

    lft: int
    rgt: int

    def __contains__(self, lft: int) -> bool:
        return self.lft <= lft <= self.rgt


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over one subtree, valid now."""

    role: Role
    organisation_id: UUID
    interval: Interval


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, built once a request.

    ``persons`` are the people a device speaks for; ``owned`` those of them who
    opened their personal link on it (level 2 of decisions.md section 4);
    ``links`` what opened links are for, each ``(purpose, object id)``.
    """

    kind: ActorKind
    id: UUID | None = None
    label: str = ""
    grants: tuple[Grant, ...] = ()
    persons: tuple[UUID, ...] = ()
    links: tuple[tuple[str, UUID], ...] = ()
    owned: frozenset[UUID] = field(default=frozenset())
    second_factor: bool = False
    zone_organisations: frozenset[UUID] = field(default=frozenset())

    @classmethod
    def system(cls, label: str) -> "Actor":
        """The installation itself: sees and does everything, and is named in the audit."""
        return cls(ActorKind.SYSTEM, label=label)

    @classmethod
    def public(cls) -> "Actor":
        """Anybody at all."""
        return cls(ActorKind.PUBLIC)

    @property
    def is_system(self) -> bool:
        """Whether this is the installation itself."""
        return self.kind is ActorKind.SYSTEM

    @property
    def is_account(self) -> bool:
        """Whether an organiser or administrator has signed in."""
        return self.kind is ActorKind.ACCOUNT

    def holds(self, *roles: Role) -> bool:
        """Return whether any grant has one of ``roles``; the system holds all."""
        return self.is_system or any(grant.role in roles for grant in self.grants)

    def has_link(self, purpose: str, object_id: UUID) -> bool:
        """Return whether an opened link lets the actor do ``purpose`` for ``object_id``."""
        return self.is_system or (purpose, object_id) in self.links

    def linked(self, purpose: str) -> tuple[UUID, ...]:
        """Return the objects of the actor's opened links of one purpose."""
        return tuple(object_id for kind, object_id in self.links if kind == purpose)

    def intervals(self, roles: Iterable[Role] = ORGANISERS) -> tuple[Interval, ...]:
        """Return the subtrees in which the actor holds one of ``roles``."""
        wanted = frozenset(roles)
        return tuple(grant.interval for grant in self.grants if grant.role in wanted)

    def reaches(self, lft: int, roles: Iterable[Role] = ORGANISERS) -> bool:
        """Return whether the organisation at ``lft`` lies in the actor's subtree."""
        return self.is_system or any(lft in interval for interval in self.intervals(roles))


Current = Callable[[Actor], Actor | None]
"""Returns what an account may do now; None when it may do nothing any more."""

_current: list[Current] = []


def look_up_with(current: Current) -> None:
    """Let work that is done later ask what its account may do by then; access registers it."""
    _current[:] = [current]


def freeze(actor: Actor) -> dict[str, Any]:
    """Return the actor as JSON values, for work that is done later in their name."""
    return {
        "kind": actor.kind.value,
        "id": str(actor.id) if actor.id else None,
        "label": actor.label,
        "grants": [
            [grant.role.value, str(grant.organisation_id), grant.interval.lft, grant.interval.rgt]
            for grant in actor.grants
        ],
        "second_factor": actor.second_factor,
        "zone_organisations": sorted(map(str, actor.zone_organisations)),
    }


def thaw_now(frozen: Mapping[str, Any]) -> Actor | None:
    """Return the frozen actor with what it may do now, for the tree and its rights may have moved.

    None: the account was closed meanwhile.
    """
    actor = thaw(frozen)
    return _current[0](actor) if actor.is_account and _current else actor


def thaw(frozen: Mapping[str, Any]) -> Actor:
    """Return the actor that :func:`freeze` took down; what links and devices opened is left out."""
    return Actor(
        kind=ActorKind(frozen["kind"]),
        id=UUID(frozen["id"]) if frozen["id"] else None,
        label=frozen["label"],
        grants=tuple(
            Grant(Role(role), UUID(organisation), Interval(lft, rgt))
            for role, organisation, lft, rgt in frozen["grants"]
        ),
        second_factor=frozen["second_factor"],
        zone_organisations=frozenset(map(UUID, frozen["zone_organisations"])),
    )
