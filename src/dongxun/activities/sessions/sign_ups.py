"""Delegates named by their organisation, and people who sign up themselves."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session, SessionOrganisation, SignUp
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, NotAllowed, NotFound
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

    Safe to repeat. Return how many are named.

    Raises:
        NotFound: session hidden, organisation not taking part, somebody outside it.
        QuotaFull: more than asked for.
        Conflict: the session is over or was cancelled.
    """
    session = _open(session_id, by=by)
    part = (
        SessionOrganisation.objects.filter(session=session, organisation_id=organisation_id)
        .select_related("organisation")
        .first()
    )
    if part is None or not by.reaches(part.organisation.lft):
        raise NotFound
    homes = people.branches_of(person_ids)
    inside = part.organisation
    if len(homes) != len(set(person_ids)) or any(
        not inside.lft <= home.lft <= inside.rgt for home in homes.values()
    ):
        raise NotFound
    if part.quota is not None and len(homes) > part.quota:
        raise QuotaFull
    SignUp.objects.filter(session=session, named_by_id=organisation_id).exclude(
        person_id__in=homes
    ).update(cancelled_at=clock.now())
    for person_id, home in homes.items():
        _write(session, home, person_id, organisation_id)
    audit.write(
        "activities.name_delegates",
        by=by,
        subject=("session", session.id),
        organisation_id=organisation_id,
        people=len(homes),
    )
    return len(homes)


def quotas_open(session: Session) -> list[tuple[UUID, str, int, int]]:
    """Return organisations that still owe names: id, name, named, asked."""
    parts = SessionOrganisation.objects.filter(session=session).select_related("organisation")
    named = dict(
        SignUp.objects.filter(session=session, cancelled_at=None)
        .exclude(named_by=None)
        .order_by()
        .values("named_by")
        .annotate(n=Count("id"))
        .values_list("named_by", "n")
    )
    return [
        (p.organisation_id, p.organisation.short_name, named.get(p.organisation_id, 0), p.quota)
        for p in parts
        if p.quota is not None and named.get(p.organisation_id, 0) < p.quota
    ]
