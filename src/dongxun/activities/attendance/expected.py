"""The roll of a session: who is expected, who came, and what a reader may see of it."""

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from dongxun.activities.attendance import rolls
from dongxun.activities.attendance.contracts import BranchTally, Doubt, RollRow, RollState, Tally
from dongxun.activities.contracts import Audience, SessionState
from dongxun.activities.contracts import Part as Taking
from dongxun.activities.models import CheckIn, Claim, Leave, Session, WalkIn
from dongxun.activities.presence import live, rows_of
from dongxun.activities.sessions.expected import expected, expected_subtrees
from dongxun.activities.sessions.telling import place_words
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.people import api as people
from dongxun.people.contracts import RollLine
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import Part, StudyMode

LATEST = 6


def on_the_roll(session: Session) -> dict[UUID, Part | None]:
    """Return everybody the roll lists, by person.

    The expected (应到) have no part; where all members of the organisations come,
    those taught at home or floating are listed with theirs, and not counted.
    """
    due = expected(session)
    if session.audience != Audience.ALL:
        return dict.fromkeys(due)
    day = clock.day_of(session.starts_at)
    parts = seasons.eligible_on(session.season_id, day, expected_subtrees(session))
    away = {p.person_id: p for p in parts if p.mode != StudyMode.GROUP}
    return {**away, **dict.fromkeys(due)}


def reader_intervals(session: Session, by: Actor) -> tuple[Interval, ...]:
    """Return the subtrees whose names ``by`` may read on this roll.

    Hosts, co-hosts and the helper read the whole roll until 14 days after
    archiving, then only their own; everybody else only their own.

    Raises:
        NotFound: nothing of this roll is theirs.
    """
    taking = rolls.taking_part(session)
    if by.is_system:
        return (rolls.EVERYWHERE,)
    if rolls.is_host(by, session, taking) and not _is_over(session):
        return (rolls.EVERYWHERE,)
    own = by.intervals(ORGANISERS)
    meets = [o for o in own if any(o.lft in t or t.lft in o for t in taking.all)]
    if not meets:
        raise NotFound
    return tuple(own)


def _is_over(session: Session) -> bool:
    archived = session.archived_at
    if session.state != SessionState.ARCHIVED or archived is None:
        return False
    return (clock.now() - archived).days >= rolls.ROLL_DAYS


def roll(session: Session, *, by: Actor, branch_id: UUID | None = None) -> list[RollRow]:
    """Return the roll as ``by`` may read it, by branch then roster order, guests last.

    Raises:
        NotFound: nothing of this roll is theirs.
    """
    readable = reader_intervals(session, by)
    parts = on_the_roll(session)
    here = {owner: rows[0] for owner, rows in rows_of(session.id).items()}
    leaves = dict(
        Leave.objects.filter(session=session, withdrawn_at=None).values_list("person_id", "reason")
    )
    elsewhere = at_other_venues(session)
    lines = people.roll_lines(parts.keys() | here.keys())
    return sorted(
        (
            _row(line, parts, here.get(line.id), leaves.get(line.id), elsewhere.get(line.id))
            for line in lines
            if any(line.branch_lft in interval for interval in readable)
            and branch_id in {None, line.branch_id}
        ),
        key=lambda row: row.is_guest,
    )


def doubts(session: Session, *, by: Actor) -> list[Doubt]:
    """Return what was taken although its moment is odd, of the people ``by`` may read here.

    Raises:
        NotFound: nothing of this roll is theirs.
    """
    rows = Claim.objects.filter(session=session).filter(Q(skewed=True) | Q(late=True))
    found = list(rows.order_by("recorded_at", "id"))
    if not found:
        return []
    readable = reader_intervals(session, by)
    lines = {line.id: line for line in people.roll_lines({row.person_id for row in found})}
    return [
        Doubt(
            lines[row.person_id],
            row.skewed,
            row.late,
            row.occurred_at,
            row.recorded_at,
            row.recorded_by,
        )
        for row in found
        if row.person_id in lines
        and any(lines[row.person_id].branch_lft in interval for interval in readable)
    ]


def at_other_venues(session: Session) -> dict[UUID, str]:
    """Return who checked in at another venue of the same session, and where."""
    main_id = session.main_session_id or session.id
    venues = Session.objects.filter(Q(id=main_id) | Q(main_session=main_id)).exclude(id=session.id)
    rows = live().filter(session__in=venues)
    found = rows.select_related("session__place").order_by("session_id")
    return {vars(row)["owner_id"]: place_words(row.session) for row in found}


def _row(
    line: RollLine,
    parts: dict[UUID, Part | None],
    check_in: CheckIn | None,
    leave: str | None,
    elsewhere: str | None,
) -> RollRow:
    part = parts.get(line.id)
    mode = part.mode if part else ""
    if check_in is None:
        if elsewhere is not None:
            return RollRow(line, RollState.OTHER, mode, reason=elsewhere)
        if leave is not None:
            return RollRow(line, RollState.ON_LEAVE, mode, reason=leave)
        return RollRow(line, RollState.AWAY if part else RollState.MISSING, mode)
    return RollRow(
        line,
        RollState.PRESENT if check_in.confirmed else RollState.DECLARED,
        mode,
        check_in_id=check_in.id,
        method=check_in.method,
        occurred_at=check_in.occurred_at,
        is_guest=line.id not in parts,
    )


def tally(session: Session, *, by: Actor) -> Tally:
    """Return the live count; names of the latest are masked where strangers read the screen.

    Raises:
        NotFound: nothing of this roll is theirs.
    """
    rows = roll(session, by=by)
    due = [r for r in rows if not r.is_guest and not r.mode]
    present = [r for r in rows if r.state == RollState.PRESENT]
    masked = _is_masked(session)
    came = sorted((r for r in present if r.occurred_at), key=_moment, reverse=True)
    return Tally(
        present=len(present),
        expected=len(due),
        guests=sum(r.is_guest for r in present),
        declared=sum(r.state == RollState.DECLARED for r in rows),
        on_leave=sum(r.state == RollState.ON_LEAVE for r in rows),
        walk_ins=WalkIn.objects.filter(session=session, state="pending").count(),
        branches=_by_branch(due, present),
        latest=tuple(
            (_shown(r.person.name, masked), r.person.branch_name, _moment(r)) for r in came[:LATEST]
        ),
    )


def _moment(row: RollRow) -> datetime:
    return row.occurred_at or datetime.min.replace(tzinfo=UTC)


def _is_masked(session: Session) -> bool:
    """Return whether the public or guests are expected, or somebody asked for it."""
    if session.mask_names or session.open_to_all:
        return True
    return session.parts.filter(part=Taking.INVITED).exists()


def _shown(name: str, masked: bool) -> str:  # noqa: FBT001 - one small switch
    return name[:1] + "*" if masked else name


def _by_branch(expected: list[RollRow], present: list[RollRow]) -> tuple[BranchTally, ...]:
    names = {r.person.branch_id: r.person.branch_name for r in (*expected, *present)}
    due = Counter(r.person.branch_id for r in expected)
    here = Counter(r.person.branch_id for r in present if not r.is_guest)
    return tuple(BranchTally(key, name, here[key], due[key]) for key, name in names.items())
