"""Presence: claims in, one check-in a person out, facts to the ledger.

A claim is append-only; the check-in is what all claims of a person add up to
(earliest moment, strongest method), so the order in which phones, sheets and
workbooks arrive makes no difference. The database allows one live check-in a
person and session, and one claim an id.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities import facts
from dongxun.activities.attendance import present, rolls
from dongxun.activities.attendance.contracts import Answer, Presence
from dongxun.activities.attendance.present import Here
from dongxun.activities.contracts import STRENGTH, Method, SessionState
from dongxun.activities.models import CheckIn, Claim, Leave, Session, SessionTopic
from dongxun.activities.presence import of_people, rows_of
from dongxun.kernel import audit, bulk, clock, hot
from dongxun.kernel.actors import Actor
from dongxun.kernel.contracts import SyncAnswer
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import derived_id
from dongxun.kernel.rules import require
from dongxun.kernel.sync import OTHER_BODY
from dongxun.ledger import api as ledger
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed

_LOCK = hot.statement(
    "UPDATE {session} SET credit_locked_at = %s WHERE id = %s AND credit_locked_at IS NULL",
    session=Session,
)
CLAIM = (
    "id",
    "session_id",
    "person_id",
    "branch_id",
    "method",
    "occurred_at",
    "recorded_at",
    "recorded_by",
    "device_id",
    "reason",
    "skewed",
    "late",
)


def claim_presence(
    *,
    by: Actor,
    session_id: UUID,
    items: Sequence[Presence],
    device_id: UUID | None = None,
    frame: rolls.Frame | None = None,
) -> list[Answer]:
    """Record that people were present; answer each statement, in order.

    Safe to repeat, in any order, split or together: an id once seen writes
    nothing more, and a second statement about a person merges into the first.
    When two requests race for one person, the database refuses the second and
    it is taken up once more, as a merge. An id that was used for somebody else,
    or elsewhere, is a conflict.

    Args:
        frame: the session's, if the caller has just read it.

    Raises:
        NotFound: there is no such session for this actor.
        NotAllowed: ``by`` may not take attendance here.
        SeasonClosed: nothing more is written but what waited on a phone.
    """
    frame = frame or rolls.frame(id=session_id)
    require("activities.take_attendance", by, frame)
    try:
        with transaction.atomic():
            return Writing(by, frame, device_id).run(items)
    except IntegrityError:
        with transaction.atomic():
            return Writing(by, frame, device_id, wary=True).run(items)


class Writing:
    """One batch of statements about one session, inside the caller's transaction.

    The hot path of the house (a hall checks in within minutes), so it reads
    each table once and writes without an object for each row.
    """

    def __init__(
        self, by: Actor, frame: rolls.Frame, device_id: UUID | None, *, wary: bool = False
    ) -> None:
        self.by = by
        self.wary = wary
        self.session = frame.session
        self.device_id = device_id
        self.frame = frame
        self.homes: dict[UUID, BranchOf] = {}
        self.answers: dict[UUID, Answer] = {}

    def run(self, items: Sequence[Presence]) -> list[Answer]:
        """Write and answer.

        Raises:
            SeasonClosed: nothing more is written but what waited on a phone.
            IntegrityError: another request wrote about the same person just now.
        """
        if self.frame.is_over and not any(item.kept for item in items):
            raise SeasonClosed
        before = present.earlier(self.session.id, {item.person_id for item in items})
        fresh = self._refuse(self._without_known(items, before))
        self._write_claims(fresh)
        self._merge(fresh, before)
        if fresh:
            audit.write(
                "activities.claim_presence",
                by=self.by,
                subject=("session", self.session.id),
                organisation_id=self.session.host_id,
                count=len(fresh),
                method=fresh[0].method,
            )
        return [self.answers[item.id] for item in items]

    def _without_known(
        self, items: Sequence[Presence], before: dict[UUID, list[Here]]
    ) -> list[Presence]:
        """Answer ids seen before; only people with a check-in here can have any that is theirs.

        Once the database has refused a batch, all its ids are looked for.
        """
        suspects = [item.id for item in items if self.wary or item.person_id in before]
        known: dict[UUID, tuple[UUID, UUID]] = {}
        if suspects:
            found = Claim.objects.filter(id__in=suspects)
            rows = found.values_list("id", "session_id", "person_id")
            known = {key: (session_id, person_id) for key, session_id, person_id in rows}
        fresh: dict[UUID, Presence] = {}
        for item in items:
            same = (self.session.id, item.person_id)
            if known.get(item.id, same) != same:
                self.answers[item.id] = Answer(item.id, SyncAnswer.CONFLICT, OTHER_BODY)
            elif item.id in known or item.id in fresh:
                self.answers.setdefault(item.id, Answer(item.id, SyncAnswer.DUPLICATE))
            else:
                fresh[item.id] = item
        return list(fresh.values())

    def _refuse(self, items: list[Presence]) -> list[Presence]:
        self.homes = rolls.people_allowed(
            self.session,
            {item.person_id for item in items},
            by=self.by,
            taking=self.frame.taking,
        )
        good: list[Presence] = []
        for item in items:
            reason = self._why_not(item)
            if reason:
                self.answers[item.id] = Answer(item.id, SyncAnswer.REJECTED, reason)
            else:
                good.append(item)
        return good

    def _why_not(self, item: Presence) -> str:
        if self.session.state == SessionState.CANCELLED:
            return "session_cancelled"
        if item.person_id not in self.homes:
            return "person_not_expected"
        if item.method == Method.PROXY and not item.reason.strip():
            return "reason_missing"
        if self.frame.is_over and not self._before_the_end(item):
            return SeasonClosed.code
        if not (item.skewed or item.kept) and not self.frame.is_open_at(item.occurred_at):
            return "outside_window"
        return ""

    def _before_the_end(self, item: Presence) -> bool:
        """Return whether a kept item was taken before its season was closed."""
        closed_at = seasons.closed_at(self.session.season_id)
        return item.kept and closed_at is not None and item.occurred_at <= closed_at

    def _is_late(self, item: Presence) -> bool:
        return item.kept and (
            self.frame.is_over
            or self.session.state == SessionState.ARCHIVED
            or not (item.skewed or self.frame.is_open_at(item.occurred_at))
        )

    def _write_claims(self, items: Sequence[Presence]) -> None:
        now = clock.now()
        bulk.insert(
            Claim,
            CLAIM,
            (
                (
                    item.id,
                    self.session.id,
                    item.person_id,
                    self.homes[item.person_id].branch_id,
                    item.method,
                    item.occurred_at,
                    now,
                    self.by.label[:120],
                    self.device_id,
                    item.reason[:200],
                    item.skewed,
                    self._is_late(item),
                )
                for item in items
            ),
        )

    def _merge(self, items: Sequence[Presence], before: dict[UUID, list[Here]]) -> None:
        live = {person_id: rows[-1] for person_id, rows in before.items() if not rows[-1].voided_at}
        fresh: dict[UUID, Here] = {}
        for item in items:
            if item.person_id not in live and item.person_id not in fresh:
                fresh[item.person_id] = self._new_row(item, len(before.get(item.person_id, ())))
        bulk.insert(CheckIn, present.COLUMNS, map(present.values, fresh.values()))
        to_tell = [row for row in fresh.values() if row.confirmed]
        for item in items:
            row = live.get(item.person_id) or fresh[item.person_id]
            told_before = row.confirmed
            if self._strengthen(row, item) and row.confirmed and not told_before:
                to_tell.append(row)
            answer = SyncAnswer.STORED if row.person_id in fresh else SyncAnswer.MERGED
            self.answers[item.id] = Answer(item.id, answer, check_in_id=row.id)
        self._tell_ledger(to_tell)

    def _new_row(self, item: Presence, earlier: int) -> Here:
        """Build a row whose id depends on nothing but session, person and generation."""
        session, home, generation = self.session, self.homes[item.person_id], earlier + 1
        cause = ("check_in", session.id, item.person_id, generation)
        return Here(
            id=derived_id(session.created_at, *cause),
            session_id=session.id,
            person_id=item.person_id,
            branch_id=home.branch_id,
            method=item.method,
            occurred_at=item.occurred_at,
            confirmed=item.confirmed,
            is_guest=not self.frame.taking.holds(home.lft),
            generation=generation,
        )

    def _strengthen(self, row: Here, item: Presence) -> bool:
        earliest = min(row.occurred_at, item.occurred_at)
        strongest = max(Method(row.method), item.method, key=STRENGTH.__getitem__)
        confirmed = row.confirmed or item.confirmed
        if (earliest, strongest, confirmed) == (row.occurred_at, row.method, row.confirmed):
            return False
        row.occurred_at, row.method, row.confirmed = earliest, strongest, confirmed
        CheckIn.objects.filter(id=row.id).update(
            occurred_at=earliest, method=strongest, confirmed=confirmed
        )
        return True

    def _tell_ledger(self, rows: Sequence[Here]) -> None:
        if not rows:
            return
        lock_credit(self.session)
        tell_ledger(self.session, self.frame.topics, rows, by=self.by)
        withdraw_leaves(self.session, [row.person_id for row in rows], by=self.by)


def lock_credit(session: Session) -> None:
    """Fix the credit minutes; from the first check-in on they change only with a reason."""
    if session.credit_locked_at is None:
        session.credit_locked_at = clock.now()
        hot.run(_LOCK, [session.credit_locked_at, session.id])


def tell_ledger(
    session: Session, topics: Sequence[SessionTopic], rows: Sequence[Here | CheckIn], *, by: Actor
) -> None:
    """State one fact a check-in and topic; open make-up items colour the mode.

    Stated again after it was struck out, it keeps its mode: the item may be closed by now.
    """
    owed = present.owed(session, rows)
    ledger.record(
        [
            fact
            for row in rows
            for fact in facts.attended(session, topics, row, frozenset(owed.get(row.person_id, ())))
        ],
        by=by,
    )


def withdraw_leaves(
    session: Session, person_ids: Iterable[UUID], *, by: Actor, reason: str = "came after all"
) -> None:
    """Strike out leaves: people came after all, or there is nothing to be on leave from."""
    leaves = present.leaves(session.id, person_ids)
    if not leaves:
        return
    Leave.objects.filter(id__in=leaves).update(withdrawn_at=clock.now())
    told = ledger.facts_about(session.id).filter(of_people(leaves.values()), source=facts.LEAVE)
    ids = told.values_list("pk", flat=True)
    ledger.void(list(ids), by=by, reason=reason)


@transaction.atomic
def void_check_in(*, by: Actor, check_in_id: UUID, reason: str) -> None:
    """Correct a mistake: strike out a check-in and its facts. Safe to repeat.

    Raises:
        NotFound: there is none for this actor.
        NotAllowed: ``by`` may not take attendance there.
        SeasonClosed: nothing more is corrected.
    """
    row = CheckIn.objects.select_related("session").filter(id=check_in_id).first()
    if row is None or row.person_id not in rolls.people_allowed(
        row.session, [row.person_id], by=by
    ):
        raise NotFound
    require("activities.take_attendance", by, row.session)
    if row.voided_at is not None:
        return
    rolls.open_row(row.session_id)
    void_rows(row.session, [row], by=by, reason=reason)


@transaction.atomic
def void_person(*, by: Actor, session_id: UUID, person_id: UUID, reason: str) -> None:
    """Strike out a person's live check-in at a session, of merged rows too. Safe to repeat.

    Raises:
        NotFound: no such session, or not this actor's person.
        Invalid: no reason given.
    """
    if not reason.strip():
        raise Invalid(_("Say why it is taken back."), where="reason")
    for row in rows_of(session_id, [person_id]).get(person_id, ()):
        void_check_in(by=by, check_in_id=row.id, reason=reason)


def void_rows(session: Session, rows: Sequence[CheckIn], *, by: Actor, reason: str) -> None:
    """Strike out check-ins of one session and what they told the ledger."""
    CheckIn.objects.filter(id__in=[row.id for row in rows], voided_at=None).update(
        voided_at=clock.now(), void_reason=reason[:200]
    )
    told = ledger.facts_about(session.id, [row.person_id for row in rows])
    ids = told.filter(source=facts.SOURCE).values_list("pk", flat=True)
    ledger.void(list(ids), by=by, reason=reason)
    audit.write(
        "activities.void_check_in",
        by=by,
        subject=("session", session.id),
        organisation_id=session.host_id,
        count=len(rows),
        reason=reason[:200],
    )


@transaction.atomic
def confirm_declared(*, by: Actor, session_id: UUID, person_ids: Sequence[UUID]) -> int:
    """Confirm people who declared themselves by a printed code; their facts are written now.

    Safe to repeat; returns how many were waiting.
    """
    session = rolls.open_row(session_id)
    require("activities.take_attendance", by, session)
    allowed = rolls.people_allowed(session, person_ids, by=by)
    rows = list(
        CheckIn.objects.filter(of_people(allowed), session=session, voided_at=None, confirmed=False)
    )
    CheckIn.objects.filter(id__in=[row.id for row in rows]).update(confirmed=True)
    if rows:
        lock_credit(session)
        topics = list(SessionTopic.objects.filter(session=session))
        tell_ledger(session, topics, rows, by=by)
        withdraw_leaves(session, [row.person_id for row in rows], by=by)
        audit.write(
            "activities.confirm_declared",
            by=by,
            subject=("session", session.id),
            organisation_id=session.host_id,
            count=len(rows),
        )
    return len(rows)
