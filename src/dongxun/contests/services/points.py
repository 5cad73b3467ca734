"""Rules of points are written, a person consents to a place, branches are awarded for a month."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.contests.contracts import Earns, PointDraft
from dongxun.contests.models import MonthAward, PointRule, PointScheme, RankConsent
from dongxun.contests.queries import marks
from dongxun.contests.queries.points import TeamLine, months, next_month, scheme, teams
from dongxun.contests.queries.points import rules as rules_of
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound, Text
from dongxun.kernel.marks import require_seen
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState

MOST_PLACES = 20


@transaction.atomic
def write_points(
    *,
    by: Actor,
    season_id: UUID,
    is_on: bool,
    ranks_people: bool,
    rules: Sequence[PointDraft],
    version: str | None = None,
) -> None:
    """Say whether a season has points, and what earns how many. Safe to repeat.

    Switched on, everything learned so far is counted by the worker. Switched off, nothing is
    shown; what was learned stands in the ledger as before.

    Args:
        version: the mark of what the writer had before them (``queries.marks``).

    Raises:
        NotFound: not a season of theirs, or closed.
        Overtaken: somebody else has written something else since ``version``.
        Invalid: each number out of bounds, as ``attended.points``.
    """
    if not seasons.may_manage(season_id, by=by):
        raise NotFound
    bad: list[tuple[str, Text]] = []
    words = _("Between %(low)s and %(high)s.") % {"low": 0, "high": 100}
    for one in rules:
        for name, value in (("points", one.points), ("day_cap", one.day_cap)):
            if not 0 <= value <= 100:
                bad.append((f"{one.what.value}.{name}", words))
    if bad:
        raise Invalid(details=bad)
    row, _made = PointScheme.objects.select_for_update().get_or_create(season_id=season_id)
    was, begins = marks.of_points(row, rules_of(season_id)), is_on and not row.is_on
    row.is_on, row.ranks_people = is_on, is_on and ranks_people
    require_seen(version, was, marks.of_points(row, rules))
    if begins:
        row.fill_requested_at, row.fill_after = clock.now(), None
    row.save()
    for one in rules:
        PointRule.objects.update_or_create(
            season_id=season_id,
            what=Earns(one.what).value,
            defaults={"points": one.points, "day_cap": one.day_cap},
        )
    audit.write("contests.write_points", by=by, subject=("season", season_id))


@transaction.atomic
def consent(*, by: Actor, season_id: UUID, person_id: UUID, is_given: bool) -> None:
    """Let a person's branch see their place, or no longer. Safe to repeat.

    Raises:
        NotFound: not somebody who opened their link on this phone, or nobody is ranked.
    """
    if person_id not in by.owned or not scheme(season_id).ranks_people:
        raise NotFound
    if is_given:
        RankConsent.objects.get_or_create(
            season_id=season_id, person_id=person_id, defaults={"at": clock.now()}
        )
    else:
        RankConsent.objects.filter(season_id=season_id, person_id=person_id).delete()
    home = people.branches_of({person_id})[person_id]
    audit.write(
        "contests.consent",
        by=by,
        subject=("season", season_id),
        organisation_id=home.branch_id,
    )


@transaction.atomic
def award_month(
    *, by: Actor, season_id: UUID, organisation_id: UUID, month: date, places: int
) -> int:
    """Award the first branches of a month that is over; return how many.

    Whoever shares the last place is awarded too. A month is awarded once; asking again
    changes nothing, whatever became of the points since.

    Raises:
        NotFound, NotAllowed: not theirs, or not a month of this season.
        SeasonClosed.
        Conflict: the month is not over yet, or what was learned is still being counted.
        Invalid: a number of places out of bounds, or nobody has points.
    """
    node = organisations.node(organisation_id)
    require("contests.run", by, node.interval.lft)
    _refuse_closed(season_id, by)
    if month not in months(season_id, by=by) or not scheme(season_id).is_on:
        raise NotFound
    if clock.today() < next_month(month):
        raise Conflict(_("This month is not over yet."), where="month")
    if not 1 <= places <= MOST_PLACES:
        words = _("Between %(low)s and %(high)s.") % {"low": 1, "high": MOST_PLACES}
        raise Invalid(words, where="places")
    organisations.hold(organisation_id)
    rows = MonthAward.objects.filter(
        season_id=season_id, organisation_id=organisation_id, month=month, void_at=None
    )
    if there := rows.count():
        return there
    first = _first(season_id, node, month, places)
    MonthAward.objects.bulk_create(
        MonthAward(
            season_id=season_id,
            organisation_id=organisation_id,
            month=month,
            branch_id=line.node.id,
            rank=line.rank,
            points=line.points,
            people=line.people,
            decided_at=clock.now(),
        )
        for line in first
    )
    audit.write(
        "contests.award_month",
        by=by,
        subject=("season", season_id),
        organisation_id=organisation_id,
        month=month.isoformat(),
    )
    return len(first)


@transaction.atomic
def take_month_back(
    *, by: Actor, season_id: UUID, organisation_id: UUID, month: date, reason: str
) -> int:
    """Take the awards of a month back; return how many. It may then be awarded anew.

    Safe to repeat. Certificates handed out say what was true then; the reason is kept.

    Raises:
        NotFound, NotAllowed: not theirs.
        SeasonClosed.
        Invalid: no reason.
    """
    node = organisations.node(organisation_id)
    require("contests.run", by, node.interval.lft)
    _refuse_closed(season_id, by)
    if not reason.strip():
        raise Invalid(_("Write why."), where="reason")
    rows = MonthAward.objects.select_for_update().filter(
        season_id=season_id, organisation_id=organisation_id, month=month, void_at=None
    )
    n = rows.update(void_at=clock.now(), void_reason=reason.strip()[:200])
    if n:
        audit.write(
            "contests.take_month_back",
            by=by,
            subject=("season", season_id),
            organisation_id=organisation_id,
            month=month.isoformat(),
        )
    return n


def _refuse_closed(season_id: UUID, by: Actor) -> None:
    if seasons.season(season_id, by=by).state == SeasonState.CLOSED:
        raise SeasonClosed


def _first(season_id: UUID, node: Node, month: date, places: int) -> list[TeamLine]:
    """Return the branches that stand among the first of a month.

    Raises:
        Conflict: what was learned is still being counted.
        Invalid: nobody has points.
    """
    if scheme(season_id).fill_requested_at is not None:
        words = _("Points are still being counted; award the month once that is done.")
        raise Conflict(words, where="month")
    lines = teams(season_id, organisations.branches_under(node.interval), node.interval, month)
    first = [line for line in lines if line.rank <= places and line.points]
    if not first:
        raise Invalid(_("No branch has points in this month."), where="month")
    return first
