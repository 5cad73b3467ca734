"""Words, shapes and errors that other rooms may hold."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NewType
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.actors import Role
from dongxun.kernel.errors import Invalid, NotFound

AccountId = NewType("AccountId", UUID)

ROLE_NAMES = {
    Role.SYSTEM_ADMIN: _("system administrator"),
    Role.SECURITY_ADMIN: _("security administrator"),
    Role.AUDIT_ADMIN: _("audit administrator"),
    Role.OFFICE: _("training office"),
    Role.ORGANISER: _("organiser"),
    Role.ZONE_LEAD: _("zone lead"),
    Role.SECRETARY: _("branch secretary"),
}
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
"""Three roles that nobody may hold two of."""
TWO_FACTOR_ROLES = ADMINISTRATORS | {Role.OFFICE}
"""Roles that act only after a second factor."""


class LinkPurpose(models.TextChoices):
    """What a personal link opens."""

    MEMBER = "member", _("own record")
    LECTURER = "lecturer", _("own bookings")
    HELPER = "helper", _("help at one session")
    VISITOR = "visitor", _("one round of visits")


class SignInFailed(Invalid):
    """Unknown name, wrong password, ended account: one answer for all."""

    code = "sign_in_failed"
    message = _("Name or password is not right.")


class CodeRefused(Invalid):
    """A one-time code is wrong, used or out of date: one answer for all."""

    code = "code_refused"
    message = _("This code does not fit or is used up.")


class LinkDead(NotFound):
    """A link that opens nothing here, whatever the reason."""

    code = "link_dead"
    message = _("This link does not open here. Ask your branch secretary for a new one.")


@dataclass(frozen=True, slots=True)
class AccountSlip:
    """What is printed for somebody's first sign-in. ``code`` is shown once and stored nowhere."""

    name: str
    username: str
    organisation: str
    code: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class GrantCard:
    """A role as lists show it; ``valid_to`` is the first day on which it no longer holds."""

    id: UUID
    role: Role
    role_name: str | Promise
    organisation_id: UUID
    organisation_name: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class AccountCard:
    """An account as lists show it."""

    id: AccountId
    username: str
    name: str
    organisation_id: UUID | None
    organisation_name: str
    is_active: bool
    is_activated: bool
    has_second_factor: bool
    last_login: datetime | None
    grants: tuple[GrantCard, ...] = ()


@dataclass(frozen=True, slots=True)
class PhoneToken:
    """What a phone keeps; ``raw`` is handed out once, we keep its hash."""

    device_id: UUID
    raw: str
    expires_at: datetime
