"""Delegates named by their organisation, and people who sign up themselves."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import Part, SessionState
from dongxun.activities.models import Session, SessionOrganisation, SignUp
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.rows import bump, own_session
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from dongxun.people import api as people
from dongxun.people.contracts import BranchOf


class SessionFull(Conflict):
    """Every seat is taken."""

    code = "session_full"
    message = _("Every seat is taken.")


class QuotaFull(Conflict):
    """The organisation has named as many as it was asked for."""

    code = "quota_full"
    message = _("The quota of this organisation is used up.")


@dataclass(frozen=True, slots=True)
class Asking:
    """How many delegates an organisation was asked for, and how many it has named."""

    organisation_id: UUID
    name: str
    lft: int
    named: int
    quota: int


def _open(session_id: UUID, *, by: Actor) -> Session:
    seen(session_id, by=by)
    session = Session.objects.select_for_update(of=("self",)).get(id=session_id)
    if session.state != SessionState.PUBLISHED or session.ends_at < clock.now():
        raise Conflict(_("This session is over or was cancelled."))
    return session


def _write(session: Session, home: BranchOf, person_id: UUID, named_by: UUID | None) -> None:
    SignUp.objects.update_or_create(
        session=session,
        person_id=person_id,
        defaults={"branch_id": home.branch_id, "cancelled_at": None, "named_by_id": named_by},
        create_defaults={
            "branch_id": home.branch_id,
            "named_by_id": named_by,
            "created_at": clock.now(),
        },
    )


def seats_left(session: Session) -> int | None:
    """Return how many seats are free; None when there is no limit."""
    if session.capacity is None:
        return None
    return max(session.capacity - len(expected(session)), 0)


@transaction.atomic
def sign_up(*, by: Actor, session_id: UUID, person_id: UUID) -> None:
    """Sign a person up, at home or elsewhere; credit flows home. Safe to repeat.

    A phone may do so for its own people; elsewhere only who opened a personal
    link there; an organiser for people of their own subtree.

    Raises:
        NotFound: session or person absent or hidden.
        NotAllowed: there is no sign-up, or not for this person.
        SessionFull.
        Conflict: the session is over or was cancelled.
    """
    session = _open(session_id, by=by)
    home = people.branches_of([person_id]).get(person_id)
    if home is None or not (person_id in by.persons or by.reaches(home.lft)):
        raise NotFound
    if not session.sign_up:
        raise NotAllowed(_("This session has no sign-up; who is expected simply comes."))
    if not by.reaches(home.lft) and not _invited(session, home) and person_id not in by.owned:
        raise NotAllowed(_("Ask your secretary for your personal link to sign up elsewhere."))
    if SignUp.objects.filter(session=session, person_id=person_id, cancelled_at=None).exists():
        return
    if seats_left(session) == 0 and person_id not in expected(session):
        raise SessionFull
    _write(session, home, person_id, None)
    audit.write(
        "activities.sign_up",
        by=by,
        subject=("session", session.id),
        organisation_id=home.branch_id,
        person=str(person_id),
    )


def _invited(session: Session, home: BranchOf) -> bool:
    return SessionOrganisation.objects.filter(
        session=session, organisation__lft__lte=home.lft, organisation__rgt__gte=home.lft
    ).exists()


@transaction.atomic
def cancel_sign_up(*, by: Actor, session_id: UUID, person_id: UUID) -> None:
    """Take a person off the list again. Safe to repeat.

    Raises:
        NotFound: session or person absent or hidden.
    """
    session = seen(session_id, by=by)
    row = SignUp.objects.filter(session=session, person_id=person_id).select_related("branch")
    found = row.first()
    if found is None or not (person_id in by.persons or by.reaches(found.branch.lft)):
        raise NotFound
    if found.cancelled_at is None:
        found.cancelled_at = clock.now()
        found.save(update_fields=["cancelled_at"])
        audit.write(
            "activities.cancel_sign_up",
            by=by,
            subject=("session", session.id),
            organisation_id=found.branch_id,
            person=str(person_id),
        )


@transaction.atomic
def name_delegates(
    *, by: Actor, session_id: UUID, organisation_id: UUID, person_ids: Collection[UUID]
) -> int:
    """Name who comes for an organisation taking part; who was named before and is not now, goes.

    Whoever is new, and whoever no longer goes, is told. Safe to repeat. Return how
    many are named.

    Raises:
        NotFound: session hidden, organisation not taking part, somebody outside it.
        QuotaFull: more than asked for.
        Conflict: the session is over or was cancelled.
    """
    session = _open(session_id, by=by)
    part = own_part(session, organisation_id, by=by)
    homes = people.branches_of(person_ids)
    inside = part.organisation
    if len(homes) != len(set(person_ids)) or any(
        not inside.lft <= home.lft <= inside.rgt for home in homes.values()
    ):
        raise NotFound
    if part.quota is not None and len(homes) > part.quota:
        asked = {"quota": part.quota, "n": len(homes)}
        raise QuotaFull(_("%(quota)d were asked for, %(n)d are chosen; take some off.") % asked)
    before = delegates_of(session, organisation_id)
    if before.keys() == homes.keys():
        return len(homes)
    _write_delegates(session, organisation_id, homes, before)
    _tell_delegates(session, homes, before, by=by)
    audit.write(
        "activities.name_delegates",
        by=by,
        subject=("session", session.id),
        organisation_id=organisation_id,
        people=len(homes),
    )
    return len(homes)


def own_part(session: Session, organisation_id: UUID, *, by: Actor) -> SessionOrganisation:
    """Return the part of an organisation of the actor in a session.

    Raises:
        NotFound: it takes no part, or is another's.
    """
    part = (
        SessionOrganisation.objects.filter(session=session, organisation_id=organisation_id)
        .select_related("organisation")
        .first()
    )
    if part is None or not by.reaches(part.organisation.lft):
        raise NotFound
    return part


def delegates_of(session: Session, organisation_id: UUID) -> dict[UUID, UUID]:
    """Return who is named by an organisation, as person → home branch."""
    rows = SignUp.objects.filter(session=session, named_by_id=organisation_id, cancelled_at=None)
    return dict(rows.values_list("person_id", "branch_id"))


def _write_delegates(
    session: Session,
    organisation_id: UUID,
    homes: Mapping[UUID, BranchOf],
    before: Mapping[UUID, UUID],
) -> None:
    gone = [key for key in before if key not in homes]
    SignUp.objects.filter(session=session, person_id__in=gone).update(cancelled_at=clock.now())
    for person_id, home in homes.items():
        if person_id not in before:
            _write(session, home, person_id, organisation_id)
    bump(session, "delegates")


def _tell_delegates(
    session: Session, homes: Mapping[UUID, BranchOf], before: Mapping[UUID, UUID], *, by: Actor
) -> None:
    new = {key: home.branch_id for key, home in homes.items() if key not in before}
    gone = {key: branch for key, branch in before.items() if key not in homes}
    telling.tell(session, "session_published", new, by=by)
    telling.tell(session, "session_not_yours", gone, by=by)


@transaction.atomic
def set_quota(*, by: Actor, session_id: UUID, organisation_id: UUID, quota: int) -> None:
    """Ask an organisation for another number of delegates. Safe to repeat.

    Raises:
        NotFound, NotAllowed, SeasonClosed; NotFound also: it takes no part.
        Invalid: no number, or fewer than are named already.
    """
    session = own_session(session_id, by=by)
    part = SessionOrganisation.objects.filter(
        session=session, organisation_id=organisation_id
    ).first()
    if part is None or part.part == Part.HOST:
        raise NotFound
    named = len(delegates_of(session, organisation_id))
    if not 1 <= quota <= 10_000:
        raise Invalid(details=[("quota", _("A quota is at least one."))])
    if quota < named:
        words = _("%(n)d are named already; they are taken off first.") % {"n": named}
        raise Invalid(details=[("quota", words)])
    if part.quota != quota:
        changed = audit.changed({"quota": part.quota}, {"quota": quota})
        part.quota = quota
        part.save(update_fields=["quota"])
        bump(session, "quota")
        audit.write(
            "activities.set_quota",
            by=by,
            subject=("session", session.id),
            organisation_id=organisation_id,
            changed=changed,
        )


def quotas(session: Session) -> list[Asking]:
    """Return the organisations that were asked for delegates, in the order they were invited."""
    parts = SessionOrganisation.objects.filter(session=session).exclude(quota=None)
    named = Counter(
        SignUp.objects.filter(session=session, cancelled_at=None)
        .exclude(named_by=None)
        .values_list("named_by", flat=True)
    )
    return [
        Asking(
            p.organisation_id,
            p.organisation.short_name,
            p.organisation.lft,
            named[p.organisation_id],
            p.quota or 0,
        )
        for p in parts.select_related("organisation").order_by("id")
    ]
