"""Whose presence may be stated, by whom, and when."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dongxun.activities.contracts import Part
from dongxun.activities.models import Session, SessionOrganisation, SessionTopic, SignUp
from dongxun.kernel import hot
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations.api import TREE_VERSION
from dongxun.people import api as people
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState

HOSTS = frozenset({Part.HOST, Part.CO_HOST})
ROLL_DAYS = 14
FRAMES = 256
EVERYWHERE = Interval(0, 1 << 62)


@dataclass(frozen=True, slots=True)
class Taking:
    """The organisations that take part in a session, as intervals of the tree."""

    hosts: tuple[Interval, ...]
    all: tuple[Interval, ...]

    def holds(self, lft: int) -> bool:
        """Return whether the organisation at ``lft`` takes part."""
        return any(lft in interval for interval in self.all)


@dataclass(frozen=True, slots=True)
class Frame:
    """A session and all that does not change while its version, its season's and the tree's stand."""

    session: Session
    taking: Taking
    topics: tuple[SessionTopic, ...]
    opens: datetime
    closes: datetime
    is_over: bool = False
    """Whether the season is closed, so that nothing more is written."""

    def is_open_at(self, moment: datetime) -> bool:
        """Return whether check-in is open at a moment."""
        return self.opens <= moment <= self.closes


_TAKING = hot.statement(
    """
    SELECT taking.part, place.lft, place.rgt
    FROM {taking} taking
    JOIN {place} place ON place.id = taking.organisation_id
    WHERE taking.session_id = %s ORDER BY taking.id
    """,
    taking=SessionOrganisation,
    place=hot.behind(SessionOrganisation, "organisation"),
)
_frames: OrderedDict[tuple[UUID, int, int, str, int], Frame] = OrderedDict()
_HEAD = """
    SELECT session.id, session.version, season.definition_version, season.state,
        {tree_version}
    FROM {session} session
    JOIN {season} season ON season.id = session.season_id
    WHERE session.{column} = %s
"""
_HEADS = {
    column: hot.statement(
        _HEAD,
        session=Session,
        season=hot.behind(Session, "season"),
        tree_version=TREE_VERSION,
        column=f'"{column}"',
    )
    for column in ("id", "code")
}


def frame(**which: object) -> Frame:
    """Return a session's frame by ``id=`` or ``code=``; one small query while it stands.

    Kept per process. Every change of a session raises its version, every
    change of the season's rules that of the season, every change of positions
    in the tree that of the tree.

    Raises:
        NotFound: there is no such session.
    """
    [(column, wanted)] = which.items()
    found = hot.rows(_HEADS[column], [wanted], (UUID, int, int, str, int))
    if not found:
        raise NotFound
    key: tuple[UUID, int, int, str, int] = found[0]
    kept = _frames.get(key)
    if kept is None:
        session = session_row(key[0])
        opens, closes = window(session)
        topics = tuple(SessionTopic.objects.filter(session=session))
        is_over = key[3] == SeasonState.CLOSED
        kept = Frame(session, taking_part(session), topics, opens, closes, is_over)
        _frames[key] = kept
        if len(_frames) > FRAMES:
            _frames.popitem(last=False)
    return kept


def session_row(session_id: UUID) -> Session:
    """Return a session for this room's own work.

    Raises:
        NotFound: there is none.
    """
    row = Session.objects.filter(id=session_id).first()
    if row is None:
        raise NotFound
    return row


def open_row(session_id: UUID) -> Session:
    """Return a session about which something may still be written.

    Raises:
        NotFound: there is none.
        SeasonClosed: its season is over.
    """
    row = Session.objects.select_related("season").filter(id=session_id).first()
    if row is None:
        raise NotFound
    if row.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return row


def taking_part(session: Session) -> Taking:
    """Return hosts and all organisations of a session; one query."""
    rows = hot.rows(_TAKING, [session.id], (str, int, int))
    return Taking(
        hosts=tuple(Interval(lft, rgt) for part, lft, rgt in rows if part in HOSTS),
        all=tuple(Interval(lft, rgt) for _, lft, rgt in rows),
    )


def is_host(by: Actor, session: Session, taking: Taking) -> bool:
    """Return whether the actor organises for host or co-host, or helps at this session."""
    return by.has_link("helper", session.id) or any(
        by.reaches(interval.lft) for interval in taking.hosts
    )


def window(session: Session) -> tuple[datetime, datetime]:
    """Return when check-in opens and closes: around the session, by the season's rule."""
    rule = seasons.rules(session.season_id).parameters
    return (
        session.starts_at - timedelta(minutes=rule.check_in_opens_minutes),
        session.ends_at + timedelta(minutes=rule.check_in_closes_minutes),
    )


def window_holds(session: Session, at: datetime) -> bool:
    """Return whether check-in was open at a moment."""
    opens, closes = window(session)
    return opens <= at <= closes


def people_allowed(
    session: Session, person_ids: Iterable[UUID], *, by: Actor, taking: Taking | None = None
) -> dict[UUID, BranchOf]:
    """Return those of ``person_ids`` whose presence ``by`` may state here, with their branch.

    Hosts may for everybody who is expected or signed up, for floating members they have
    received, and for their own people; invited organisers for their own people; a phone for its own.
    """
    taking = taking or taking_part(session)
    found = people.branches_of(person_ids)
    if by.is_system:
        return found
    guests = [key for key, home in found.items() if not taking.holds(home.lft)]
    signed = _signed(session, guests) if guests else set()
    signed |= people.received_at(guests, taking.all) if guests else set()
    hosting = is_host(by, session, taking)
    own = by.intervals(ORGANISERS)

    def allowed(person_id: UUID, home: BranchOf) -> bool:
        expected = taking.holds(home.lft) or person_id in signed
        if person_id in by.persons:
            return expected or session.open_to_all
        return (hosting and expected) or any(home.lft in interval for interval in own)

    return {key: home for key, home in found.items() if allowed(key, home)}


def _signed(session: Session, person_ids: Iterable[UUID]) -> set[UUID]:
    rows = SignUp.objects.filter(session=session, person_id__in=list(person_ids), cancelled_at=None)
    return set(rows.values_list("person_id", flat=True))
