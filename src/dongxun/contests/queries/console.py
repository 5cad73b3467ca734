"""Contests as their organisers see them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from dongxun.contests.contracts import CertificateText, EntryState, State
from dongxun.contests.models import Award, Contest, Entry, Judge, Match, Score
from dongxun.contests.queries.interest import barred_of
from dongxun.contests.queries.reading import UNKNOWN, taking_part
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import NotFound
from dongxun.kernel.rows import wanted_row
from dongxun.organisations import api as organisations


@dataclass(frozen=True, slots=True)
class JudgeLine:
    """How far a judge has come; never what they gave."""

    judge: Judge
    done: int
    of: int
    aside: int


def contests(season_id: UUID, *, by: Actor) -> QuerySet[Contest]:
    """Return the contests an organiser may run, and those called from above, the latest first."""
    intervals = by.intervals()
    readable = organisations.within(intervals, "organisation__lft")
    readable |= organisations.within_or_above(intervals) & ~UNKNOWN
    if by.is_system:
        readable = Q()
    inside = Q(entries__state=EntryState.IN)
    found = Contest.objects.filter(readable, season_id=season_id).select_related("organisation")
    return found.annotate(
        n_entries=Count("entries", filter=inside),
        n_late=Count("entries", filter=Q(entries__state=EntryState.LATE)),
    ).order_by("-created_at", "id")


def contest(contest_id: UUID, *, by: Actor) -> Contest:
    """Return a contest that ``by`` runs.

    Raises:
        NotFound: absent, or hidden.
    """
    rows = Contest.objects.select_related("organisation", "season")
    row = wanted_row(rows.filter(id=contest_id))
    if not by.reaches(row.organisation.lft):
        raise NotFound
    return row


def entry(entry_id: UUID, *, by: Actor) -> Entry:
    """Return an entry of a contest that ``by`` runs.

    Raises:
        NotFound: absent, or hidden.
    """
    rows = Entry.objects.select_related("contest__organisation", "contest__season", "branch")
    row = wanted_row(rows.prefetch_related("entrants__person__branch").filter(id=entry_id))
    if not by.reaches(row.contest.organisation.lft):
        raise NotFound
    return row


def entries(row: Contest) -> QuerySet[Entry]:
    """Return the entries of a contest, by place, then number; withdrawn ones last."""
    found = row.entries.select_related("branch").prefetch_related("entrants__person")
    order = ("state", "rank", "number", "entered_at", "id")
    return found.order_by(*order)


def judge(judge_id: UUID, *, by: Actor) -> Judge:
    """Return a judge of a contest that ``by`` runs.

    Raises:
        NotFound: absent, hidden, or dismissed.
    """
    rows = Judge.objects.select_related("contest__organisation", "person__branch")
    row = wanted_row(rows.filter(id=judge_id, dismissed_at=None))
    if not by.reaches(row.contest.organisation.lft):
        raise NotFound
    return row


def judges(row: Contest) -> list[JudgeLine]:
    """Return the judges and how far each has come."""
    found = list(row.judges.filter(dismissed_at=None).select_related("person__branch"))
    aside = barred_of(found, row)
    whole = set(taking_part(row).values_list("id", flat=True))
    done: dict[UUID, set[UUID]] = {one.id: set() for one in found}
    scored = Score.objects.filter(judge__in=found).values_list("judge_id", "entry_id")
    for judge_id, entry_id in scored:
        done[judge_id].add(entry_id)
    return [
        JudgeLine(
            one,
            len(done[one.id] & whole - aside[one.id]),
            len(whole - aside[one.id]),
            len(whole & aside[one.id]),
        )
        for one in found
    ]


def match(match_id: UUID, *, by: Actor) -> Match:
    """Return a debate of a contest that ``by`` runs.

    Raises:
        NotFound: absent, or hidden.
    """
    wanted = ("contest__organisation", "first", "second", "winner")
    row = wanted_row(Match.objects.select_related(*wanted).filter(id=match_id))
    if not by.reaches(row.contest.organisation.lft):
        raise NotFound
    return row


def certificate(award_id: UUID, *, by: Actor) -> CertificateText:
    """Return what the certificate of an award says, to its issuer or the winner's own phone.

    Raises:
        NotFound: absent, taken back, or neither.
    """
    found = _certificates(Award.objects.filter(id=award_id))
    if not found:
        raise NotFound
    award, text = found[0]
    if award.person_id not in by.owned and not by.reaches(award.issuer.lft):
        raise NotFound
    return text


def certificates(contest_id: UUID, *, by: Actor) -> list[CertificateText]:
    """Return the certificates of a contest, prize by prize, for whoever runs it.

    Raises:
        NotFound: absent, or hidden.
    """
    row = contest(contest_id, by=by)
    return [text for _award, text in _certificates(Award.objects.filter(contest=row))]


def _certificates(rows: QuerySet[Award]) -> list[tuple[Award, CertificateText]]:
    wanted = ("person__branch", "contest__season", "issuer", "entry__branch")
    found = rows.filter(void_at=None, contest__state=State.DECIDED).select_related(*wanted)
    return [
        (
            row,
            CertificateText(
                number=row.number,
                name=row.person.name if row.person else row.entry.household,
                branch=(row.person or row.entry).branch.name
                if row.contest.team > 1
                else row.entry.branch.name,
                season=row.contest.season.name,
                contest=row.contest.title,
                prize=row.prize,
                work=row.entry.title or row.entry.team_name,
                issuer=row.issuer.name,
                issuer_id=row.issuer_id,
                decided_at=row.decided_at,
            ),
        )
        for row in found.order_by("prize_order", "sequence")
    ]
