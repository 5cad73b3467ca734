"""Which sessions an actor may see, and the row of one of them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session, SessionOrganisation, SignUp
from dongxun.kernel import beside, clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.beside import Beside
from dongxun.kernel.errors import NotFound
from dongxun.organisations.api import within
from dongxun.people.api import branches_of


def visible(by: Actor) -> QuerySet[Session]:
    """Return the sessions for the actor: own and above, invited to, open to all.

    Zone leads see counts only. Drafts are for those who organise the host. A phone sees what its people
    are expected at or signed up for; anybody sees published sessions open to all.
    """
    rows = Session.objects.all()
    if by.is_system:
        return rows
    public = Q(open_to_all=True, state=SessionState.PUBLISHED)
    own = by.intervals(ORGANISERS)
    drafts = within(own, "host__lft")
    touching = _touching(by)
    shown = public | Q(Exists(touching)) & (drafts | ~Q(state=SessionState.DRAFT))
    if helped := by.linked("helper"):
        shown |= Q(id__in=helped)
    if by.persons:
        signed = SignUp.objects.filter(
            session=OuterRef("pk"), person_id__in=by.persons, cancelled_at=None
        )
        shown |= Q(Exists(signed)) & ~Q(state=SessionState.DRAFT)
    return rows.filter(shown)


def _touching(by: Actor) -> QuerySet[SessionOrganisation]:
    """Return the parts of organisations inside, or above, what the actor stands for."""
    condition = Q(pk__in=[])
    spots = [*by.intervals(ORGANISERS)]
    condition |= within(spots, "organisation__lft")
    above = {spot.lft for spot in spots}
    if by.persons:
        above |= {home.lft for home in branches_of(by.persons).values()}
    for lft in sorted(above):
        condition |= Q(organisation__lft__lte=lft, organisation__rgt__gte=lft)
    return SessionOrganisation.objects.filter(condition, session=OuterRef("pk"))


def is_open_to_all(session_id: UUID) -> bool:
    """Return whether anybody at all may see a session."""
    public = visible(Actor.public())
    return public.filter(id=session_id).exists()


def seen(session_id: UUID, *, by: Actor) -> Session:
    """Return one session's row for this room.

    Raises:
        NotFound: absent or hidden.
    """
    row = (
        visible(by)
        .select_related("season", "host", "place", "campaign", "cohort")
        .filter(id=session_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def said_beside(airing_id: UUID, *, state: str, starts_at: datetime, by: Actor) -> list[Beside]:
    """Return what rooms above say on a session's page: nothing once it was called off.

    What looks back on it waits until it has begun.
    """
    if state == SessionState.CANCELLED:
        return []
    said = beside.lines("session", [airing_id], by=by).get(airing_id, [])
    return [line for line in said if not line.is_afterwards or starts_at <= clock.now()]
