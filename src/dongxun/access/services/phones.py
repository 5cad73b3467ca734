"""Phones and personal links: whom a phone speaks for, and what a link opens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from dongxun.access import phones
from dongxun.access.contracts import LinkDead, LinkPurpose, PhoneToken
from dongxun.access.models import Account, Device, DevicePerson, PersonalLink
from dongxun.access.queries.actors import OWN_RECORD
from dongxun.kernel import audit, clock, ids, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import LecturerId

CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A fresh link; ``code`` is shown once and stored nowhere."""

    id: UUID
    code: str
    expires_at: datetime

    @property
    def path(self) -> str:
        """The address that opens it, below this installation's own."""
        return f"/l/{self.code}/"


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link opened on this phone."""

    purpose: LinkPurpose
    person_id: UUID | None
    object_id: UUID | None
    token: PhoneToken


def link_hash(code: str) -> str:
    """Return what is stored of a link's code."""
    return secret.keyed_hash(ids.normal_code(code), "link")


@transaction.atomic
def remember_person(
    *,
    by: Actor,
    device: Device | None,
    person_id: UUID,
    level: int,
    until: datetime,
    season_id: UUID | None = None,
) -> PhoneToken:
    """Let a phone speak for a person, until the season ends.

    Safe to repeat; a level never falls. A phone that we know keeps its token,
    and then ``raw`` is empty: hand the result to ``set_phone_cookie`` either way.
    """
    device, raw = _device(device, until, season_id)
    row, created = DevicePerson.objects.get_or_create(
        device=device,
        person_id=person_id,
        defaults={"level": level, "since": clock.now()},
    )
    if not created and row.level < level:
        DevicePerson.objects.filter(id=row.id).update(level=level)
    if created or row.level < level:
        audit.write(
            "access.remember_person",
            by=by,
            subject=("person", person_id),
            device_id=str(device.id),
            level=level,
        )
    return PhoneToken(device.id, raw, device.expires_at)


def _device(
    device: Device | None, until: datetime, season_id: UUID | None = None
) -> tuple[Device, str]:
    if device is not None:
        if device.expires_at < until:
            device.expires_at = until
            device.save(update_fields=["expires_at"])
        return device, ""
    raw, now = phones.new_token(), clock.now()
    made = Device.objects.create(
        id=new_id(),
        token_hash=phones.token_hash(raw),
        season_id=season_id,
        created_at=now,
        seen_at=now,
        expires_at=until,
    )
    return made, raw


@transaction.atomic
def forget_person(*, by: Actor, person_id: UUID) -> None:
    """Take a person off the phone that asks. Safe to repeat.

    Raises:
        NotFound: the phone does not speak for this person.
    """
    if person_id not in by.persons or by.id is None or by.is_account:
        raise NotFound
    DevicePerson.objects.filter(device_id=by.id, person_id=person_id).delete()
    PersonalLink.objects.filter(device_id=by.id, person_id=person_id, revoked_at=None).update(
        revoked_at=clock.now()
    )
    audit.write("access.forget_person", by=by, subject=("person", person_id))


@transaction.atomic
def issue_link(
    *,
    by: Actor,
    purpose: LinkPurpose,
    expires_at: datetime,
    person_id: UUID | None = None,
    object_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> IssuedLink:
    """Make a link for one person and purpose; the earlier one for the same stops at once.

    Args:
        person_id: for MEMBER: whose record it opens.
        object_id: for LECTURER the profile, for HELPER the session, for VISITOR the round.
        organisation_id: for HELPER and VISITOR: where ``by`` must be an organiser.

    Raises:
        NotFound: the person or lecturer is absent or outside.
        NotAllowed: ``by`` is no organiser there.
    """
    place = _place_of(by, purpose, person_id, object_id, organisation_id)
    require("access.issue_link", by, organisations.node(place).interval.lft)
    if person_id is not None or purpose is LinkPurpose.LECTURER:
        _revoke(Q(purpose=purpose, person_id=person_id, object_id=object_id))
    code = ids.spoken_code(CODE_LENGTH)
    row = PersonalLink.objects.create(
        purpose=purpose,
        code_hash=link_hash(code),
        person_id=person_id,
        object_id=object_id,
        created_at=clock.now(),
        expires_at=expires_at,
    )
    audit.write(
        "access.issue_link",
        by=by,
        subject=("link", row.id),
        organisation_id=place,
        purpose=purpose.value,
        person_id=str(person_id or ""),
        object_id=str(object_id or ""),
    )
    return IssuedLink(row.id, code, expires_at)


def _place_of(
    by: Actor,
    purpose: LinkPurpose,
    person_id: UUID | None,
    object_id: UUID | None,
    organisation_id: UUID | None,
) -> UUID:
    """Return the organisation whose organisers may hand out this link."""
    if purpose is LinkPurpose.MEMBER and person_id is not None:
        return people.card(person_id, by=by).branch_id
    if purpose is LinkPurpose.LECTURER:
        bookable = {found.id: found for found in people.lecturers(by=by)}
        if object_id is None or object_id not in bookable:
            raise NotFound
        own = [grant.organisation_id for grant in by.grants]
        return own[0] if own else bookable[LecturerId(object_id)].organisation_id
    if organisation_id is None or object_id is None:
        raise NotFound
    return organisation_id


def _revoke(which: Q) -> int:
    """Stop links, and the hold that a member's link had given a phone."""
    live = PersonalLink.objects.filter(which, revoked_at=None)
    for link in live.filter(purpose=LinkPurpose.MEMBER):
        if link.device_id and link.person_id:
            DevicePerson.objects.filter(device=link.device_id, person=link.person_id).delete()
    return live.update(revoked_at=clock.now())


@transaction.atomic
def revoke_member_access(*, by: Actor, person_id: UUID) -> int:
    """Stop every link and every phone of a person, as after a loss; return how many links.

    Raises:
        NotFound: the person is absent or outside.
        NotAllowed: ``by`` is no organiser of the person's branch.
    """
    card = people.card(person_id, by=by)
    require("access.issue_link", by, organisations.node(card.branch_id).interval.lft)
    count = _revoke(Q(person_id=person_id))
    phones_left, _ = DevicePerson.objects.filter(person_id=person_id).delete()
    audit.write(
        "access.revoke_member_access",
        by=by,
        subject=("person", person_id),
        organisation_id=card.branch_id,
        links=count,
        phones=phones_left,
    )
    return count


@transaction.atomic
def revoke_links(
    *, by: Actor, purpose: LinkPurpose, object_id: UUID, place_id: UUID, unopened: bool = False
) -> int:
    """Stop the links of one purpose for one object, as all helpers of a session.

    Args:
        unopened: only those that no phone has opened yet.

    Raises:
        NotAllowed: ``by`` is no organiser of ``place_id``.
    """
    require("access.issue_link", by, organisations.node(place_id).interval.lft)
    which = Q(purpose=purpose, object_id=object_id)
    count = _revoke(which & Q(device=None) if unopened else which)
    audit.write(
        "access.revoke_links",
        by=by,
        subject=(purpose.value, object_id),
        organisation_id=place_id,
        links=count,
    )
    return count


def is_link_open(*, by: Actor, purpose: LinkPurpose, object_id: UUID, place_id: UUID) -> bool:
    """Return whether a phone holds a link of one purpose for one object that still works.

    Raises:
        NotAllowed: ``by`` is no organiser of ``place_id``.
    """
    require("access.issue_link", by, organisations.node(place_id).interval.lft)
    live = PersonalLink.objects.filter(revoked_at=None, expires_at__gt=clock.now())
    return live.filter(purpose=purpose, object_id=object_id).exclude(device=None).exists()


def find_link(code: str, device: Device | None) -> PersonalLink:
    """Return the link that ``code`` opens on this phone.

    Raises:
        LinkDead: unknown, stopped, out of date, or opened on another phone; one answer.
    """
    found = PersonalLink.objects.filter(
        code_hash=link_hash(code), revoked_at=None, expires_at__gt=clock.now()
    ).first()
    if found is None or (
        found.device_id is not None and found.device_id != (device.id if device else None)
    ):
        raise LinkDead
    return found


@transaction.atomic
def open_link(*, by: Actor, code: str, device: Device | None) -> OpenedLink:
    """Bind a link to the phone that opens it first. Safe to repeat on that phone.

    Raises:
        LinkDead: see :func:`find_link`.
    """
    link = find_link(code, device)
    bound, raw = _device(device, link.expires_at)
    if link.device_id is None:
        unbound = PersonalLink.objects.filter(id=link.id, device=None, revoked_at=None)
        if not unbound.update(device=bound):
            raise LinkDead
        audit.write("access.open_link", by=by, subject=("link", link.id), purpose=link.purpose)
    if link.purpose == LinkPurpose.MEMBER and link.person_id:
        remember_person(
            by=by,
            device=bound,
            person_id=link.person_id,
            level=OWN_RECORD,
            until=link.expires_at,
        )
    token = PhoneToken(bound.id, raw, bound.expires_at)
    return OpenedLink(LinkPurpose(link.purpose), link.person_id, link.object_id, token)


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Let phones, links and accounts of a merged duplicate speak for the person that stays."""
    known = DevicePerson.objects.filter(person_id=kept_id).values("device_id")
    moved = DevicePerson.objects.filter(person_id=merged_id)
    moved.filter(device_id__in=list(known.values_list("device_id", flat=True))).delete()
    moved.update(person_id=kept_id)
    PersonalLink.objects.filter(person_id=merged_id).update(person_id=kept_id)
    Account.objects.filter(person_id=merged_id).update(person_id=kept_id)


def follow_lecturer(kept_id: UUID, merged_id: UUID) -> None:
    """Let the links to a lecturer's own bookings open those of the profile that stays."""
    links = PersonalLink.objects.filter(purpose=LinkPurpose.LECTURER, object_id=merged_id)
    links.update(object_id=kept_id)
