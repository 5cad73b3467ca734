"""Points: worked out from the counts by the rules as they stand, by branch or for one person."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, Sum, Value, When
from django.db.models.functions import Least
from django.utils.translation import gettext as _

from dongxun.contests import ranking
from dongxun.contests.contracts import DEFAULT_POINTS, CertificateText, Earns, PointDraft
from dongxun.contests.models import Earned, MonthAward, PointRule, PointScheme, RankConsent
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.people import api as people
from dongxun.people.contracts import Card
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A unit: its points, the people who count there, and its place by the mean of both."""

    node: Node
    points: int
    people: int
    rank: int

    @property
    def mean(self) -> float:
        """Return points for each person who counts."""
        return self.points / self.people


@dataclass(frozen=True, slots=True)
class OwnLine:
    """What one kind of deed has brought a person."""

    label: str
    times: int
    points: int
    each: int
    day_cap: int


@dataclass(frozen=True, slots=True)
class RankLine:
    """A person who lets the branch see their place."""

    card: Card
    points: int
    rank: int


def scheme(season_id: UUID) -> PointScheme:
    """Return whether a season has points; one nobody has written has none."""
    found = PointScheme.objects.filter(season_id=season_id).first()
    return found or PointScheme(season_id=season_id)


def rules(season_id: UUID) -> list[PointDraft]:
    """Return the rules of a season, the usual ones where it has none of its own."""
    rows = PointRule.objects.filter(season_id=season_id)
    own = {one.what: PointDraft(Earns(one.what), one.points, one.day_cap) for one in rows}
    return [own.get(one.what.value, one) for one in DEFAULT_POINTS]


def _worth(season_id: UUID) -> Case:
    """Return what a count is worth: so many points each, at most the cap of the day."""
    return Case(
        *(
            When(what=one.what, then=Least(F("n") * one.points, Value(one.day_cap)))
            for one in rules(season_id)
        ),
        default=Value(0),
        output_field=IntegerField(),
    )


def _counts(season_id: UUID, month: date | None) -> QuerySet[Earned]:
    found = Earned.objects.filter(season_id=season_id)
    if month is None:
        return found
    return found.filter(day__gte=month, day__lt=next_month(month))


def next_month(month: date) -> date:
    """Return the first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def months(season_id: UUID, *, by: Actor) -> list[date]:
    """Return the first days of the months of a season up to today, the latest first."""
    card = seasons.season(season_id, by=by)
    month, last = card.starts_on.replace(day=1), min(card.ends_on, clock.today())
    found: list[date] = []
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found[::-1]


def teams(
    season_id: UUID, units: Sequence[Node], within: Interval, month: date | None = None
) -> list[TeamLine]:
    """Return units by the mean of their points; a unit in which nobody counts is left out.

    Points and people are of those who count in the unit on the last day shown, so both are of
    the same people. Equal means share the place, then they stand in tree order.

    Args:
        units: nodes side by side in the subtree of ``within``.
    """
    day = min(clock.today(), next_month(month) - timedelta(days=1)) if month else clock.today()
    here = seasons.eligible_rows(season_id, day, [within])
    rows = _counts(season_id, month).filter(person_id__in=here.values("person_id"))
    summed = rows.values_list("person_id").annotate(total=Sum(_worth(season_id))).order_by()
    totals = dict(summed)
    order = sorted(units, key=lambda one: one.interval.lft)
    starts = [one.interval.lft for one in order]
    points, counted = Counter[UUID](), Counter[UUID]()
    for person_id, lft in here.values_list("person_id", "branch__lft"):
        at = bisect_right(starts, lft) - 1
        if at >= 0 and lft in order[at].interval:
            counted[order[at].id] += 1
            points[order[at].id] += totals.get(person_id, 0)
    there = [one for one in units if counted[one.id]]
    ranks = ranking.places({one.id: Fraction(points[one.id], counted[one.id]) for one in there})
    lines = [TeamLine(one, points[one.id], counted[one.id], ranks[one.id]) for one in there]
    return sorted(lines, key=lambda line: (line.rank, line.node.interval.lft))


def own(season_id: UUID, person_id: UUID) -> list[OwnLine]:
    """Return what a person's points come from, kind by kind."""
    mine = _counts(season_id, None).filter(person_id=person_id)
    sums = mine.values("what").annotate(total=Sum(_worth(season_id)), times=Sum("n")).order_by()
    by_what = {row["what"]: row for row in sums}
    found: list[OwnLine] = []
    for one in rules(season_id):
        row = by_what.get(one.what.value, {"times": 0, "total": 0})
        label = str(one.what.label)
        found.append(OwnLine(label, row["times"], row["total"], one.points, one.day_cap))
    return found


def has_consented(season_id: UUID, person_id: UUID) -> bool:
    """Return whether a person lets their branch see their place."""
    return RankConsent.objects.filter(season_id=season_id, person_id=person_id).exists()


def ranked(season_id: UUID, branch: Interval) -> list[RankLine]:
    """Return who of a branch lets it see their place, by points; equal ones share a place.

    Nobody where the season does not rank people.
    """
    if not scheme(season_id).ranks_people:
        return []
    consented = RankConsent.objects.filter(season_id=season_id)
    here = consented.filter(organisations.within([branch], "person__branch__lft"))
    ids = list(here.values_list("person_id", flat=True))
    totals = dict.fromkeys(ids, 0)
    mine = _counts(season_id, None).filter(person_id__in=ids)
    summed = mine.values_list("person_id").annotate(total=Sum(_worth(season_id))).order_by()
    totals.update(dict(summed))
    ranks, cards = ranking.places(totals), people.names(ids)
    lines = [RankLine(cards[key], totals[key], ranks[key]) for key in ids if key in cards]
    return sorted(lines, key=lambda line: (line.rank, line.card.name))


def month_awards(season_id: UUID, organisation_id: UUID) -> list[MonthAward]:
    """Return the branches that an organisation awarded, the latest month first."""
    rows = MonthAward.objects.filter(
        season_id=season_id, organisation_id=organisation_id, void_at=None
    )
    return list(rows.select_related("branch"))


def branch_awards(season_id: UUID, branch_id: UUID) -> list[MonthAward]:
    """Return the months in which a branch stood among the first, the latest first."""
    rows = MonthAward.objects.filter(season_id=season_id, branch_id=branch_id, void_at=None)
    return list(rows.select_related("organisation"))


def month_certificates(
    season_id: UUID, organisation_id: UUID, month: date, *, by: Actor
) -> list[CertificateText]:
    """Return the certificates of a month, for whoever may award it.

    Raises:
        NotFound, NotAllowed: not theirs.
    """
    node = organisations.node_in_scope(organisation_id, by=by)
    season = seasons.season(season_id, by=by)
    words = _("Points of %(year)d-%(month)d") % {"year": month.year, "month": month.month}
    return [
        CertificateText(
            number="",
            name=row.branch.name,
            branch="",
            season=season.name,
            contest=words,
            prize=_("rank %(n)d") % {"n": row.rank},
            work="",
            issuer=node.name,
            issuer_id=node.id,
            decided_at=row.decided_at,
        )
        for row in month_awards(season_id, node.id)
        if row.month == month
    ]
