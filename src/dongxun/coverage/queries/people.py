"""Where one person stands: for their own page, for their branch."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from dongxun.coverage import plan
from dongxun.coverage.contracts import EndState, PersonStand, TopicStand
from dongxun.coverage.models import PersonStanding, TopicStanding
from dongxun.coverage.queries.years import own_years
from dongxun.kernel import clock
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules

FEW = 10
_SECONDS = ("group_s", "makeup_s", "home_s", "online_s", "external_s")


def standing_of(person_id: UUID, *, by: Actor, season_id: UUID) -> PersonStand | None:
    """Return where a person stands; None when they take no part or are not the actor's to see.

    Three queries. People may see themselves (by phone or link), organisers
    those of their subtree.
    """
    rules = seasons.rules(season_id)
    found = PersonStanding.objects.filter(season_id=season_id, person_id=person_id)
    if not by.is_system and person_id not in by.persons:
        found = found.filter(organisations.within(by.intervals(ORGANISERS), "branch__lft"))
    row = found.first()
    if row is None:
        return None
    today, owed = clock.today(), rules.owed(row.category)
    return PersonStand(
        person_id=person_id,
        eligible=row.eligible,
        mode=row.mode,
        hours=row.hours,
        hours_by_year=row.hours_by_year,
        season_hours=owed.season_hours,
        year_hours=owed.year_hours,
        met_topics=row.met_topics,
        state=row.state,
        words=plan.state_words(
            row.state,
            started=row.reached and not row.rigor,
            due=any(topic.due_on <= today for topic in rules.topics),
            over=rules.ends_on < today,
        ),
        overlapping=row.overlapping,
        topics=_topics(rules, person_id),
        years=own_years(rules, row.category, row.hours_by_year),
    )


def branch_average(branch_id: UUID, *, season_id: UUID) -> tuple[int, Decimal] | None:
    """Return how many of a branch count and how many topics they have met on average.

    A sum that names nobody, for the pages of the branch's own members; None below
    ten people, where a mean would tell too much of each. One query.
    """
    found = PersonStanding.objects.filter(
        season_id=season_id, branch_id=branch_id, eligible=True
    ).aggregate(people=Count("id"), topics=Sum("met_topics"))
    if found["people"] < FEW:
        return None
    return found["people"], round(Decimal(found["topics"]) / found["people"], 1)


def reached_of_mode(season_id: UUID, interval: Interval, mode: str) -> tuple[int, int]:
    """Return how many who learn in this way are reached, and how many there are.

    Counts name nobody; the names are behind :func:`coverage.names` with the same mode.
    """
    found = PersonStanding.objects.filter(
        organisations.within([interval], "branch__lft"),
        season_id=season_id,
        eligible=True,
        mode=mode,
    ).aggregate(people=Count("id"), reached=Count("id", filter=Q(reached=True)))
    return found["reached"], found["people"]


def met_topics(season_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return the topics that each of these people has met; those without any are left out.

    For rooms above that close what they offered; nothing of it is shown.
    """
    found: dict[UUID, set[UUID]] = {}
    rows = TopicStanding.objects.filter(
        season_id=season_id, person_id__in=list(person_ids), met=True
    )
    for person_id, topic_id in rows.values_list("person_id", "topic_id"):
        found.setdefault(person_id, set()).add(topic_id)
    return found


def topic_seconds(
    season_id: UUID, person_ids: Iterable[UUID]
) -> dict[UUID, dict[UUID, tuple[int, bool]]]:
    """Return the credited seconds of these people by topic, of all modes, and whether it is met.

    Topics without any are left out. For rooms above that offer what is lacking.
    """
    found: dict[UUID, dict[UUID, tuple[int, bool]]] = {}
    rows = TopicStanding.objects.filter(season_id=season_id, person_id__in=list(person_ids))
    for person_id, topic_id, met, *seconds in rows.values_list(
        "person_id", "topic_id", "met", *_SECONDS
    ):
        found.setdefault(person_id, {})[topic_id] = (sum(seconds), met)
    return found


def met_rows(season_id: UUID, topic_ids: Iterable[UUID]) -> QuerySet[TopicStanding]:
    """Return who has met which of these topics, for a room's own list to ask inside its query."""
    found = TopicStanding.objects.filter(season_id=season_id, met=True)
    return found.filter(topic_id__in=list(topic_ids)).order_by()


def _topics(rules: SeasonRules, person_id: UUID) -> tuple[TopicStand, ...]:
    """Return every topic of the season, those without any learning as well."""
    today = clock.today()
    rows = TopicStanding.objects.filter(season_id=rules.id, person_id=person_id)
    known = {row[0]: row[1:] for row in rows.values_list("topic_id", "met", "state", *_SECONDS)}
    found = []
    for topic in rules.topics:
        met, state, *seconds = known.get(topic.id, (False, EndState.UNTRAINED.value))
        spent = sum(seconds)
        words = plan.state_words(
            state,
            started=spent > 0 and not met,
            due=topic.due_on <= today,
            over=rules.ends_on < today,
        )
        found.append(TopicStand(topic, spent, met, state, words))
    return tuple(found)
