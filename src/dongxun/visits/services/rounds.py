"""Planning rounds: who is visited, in which order, and what becomes of a round."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from dongxun.access import api as access
from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.ids import new_id
from dongxun.kernel.rules import require
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonRules, SeasonState
from dongxun.visits import paths
from dongxun.visits.contracts import (
    LATE_DAYS,
    MOST_STOPS,
    Guest,
    RoundDraft,
    RoundKind,
    RoundOver,
    RoundState,
    StopState,
    Target,
)
from dongxun.visits.models import Home, Pair, Round, RoundTopic, Stop
from dongxun.visits.sealing import ADDRESS
from dongxun.visits.services.doors import lock_stops

_TEXTS = ("lesson_title", "lesson_text", "lesson_audio", "materials", "goods")
_PLAIN = ("season_id", "kind", "day", "starts_at", "ends_at")
_ROUND = (*_PLAIN, "organisation_id", "sound_id", "opened_at", *_TEXTS)


def round_row(round_id: UUID, *, by: Actor) -> Round:
    """Return a round that the actor plans.

    Raises:
        NotFound: absent or outside.
    """
    found = (
        Round.objects.select_related("organisation", "season", "sound").filter(id=round_id).first()
    )
    if found is None or not by.reaches(found.organisation.lft):
        raise NotFound
    return found


def open_row(round_id: UUID, *, by: Actor) -> Round:
    """Return a round that may still change, locked.

    Raises:
        NotFound: absent or outside.
        RoundOver: closed or cancelled.
    """
    Round.objects.select_for_update().filter(id=round_id).first()
    found = round_row(round_id, by=by)
    require("visits.plan_round", by, found.organisation.lft)
    if found.state != RoundState.OPEN:
        raise RoundOver
    if found.season.state == SeasonState.CLOSED:
        raise SeasonClosed
    return found


def note(action: str, by: Actor, at: Round, **detail: object) -> None:
    """Write one line of the audit trail about a round."""
    audit.write(
        f"visits.{action}",
        by=by,
        subject=("round", at.id),
        organisation_id=at.organisation_id,
        **detail,
    )


@transaction.atomic
def open_round(*, by: Actor, draft: RoundDraft) -> UUID:
    """Open a round of visits. Safe to repeat: the same id is the same round.

    Raises:
        NotFound: the organisation, the season or a person is not this actor's.
        Invalid: nobody to visit, too many, a day over, a topic of another season.
        SeasonClosed: nothing more is planned.
    """
    node = organisations.node_in_scope(draft.organisation_id, by=by)
    require("visits.plan_round", by, node.interval.lft)
    if Round.objects.filter(id=draft.id, organisation_id=node.id).exists():
        return draft.id
    _check(draft, by)
    begun = clock.moment(draft.day) if draft.from_paper else clock.now()
    row = Round.objects.create(
        id=draft.id,
        organisation_id=node.id,
        title=draft.title.strip()[:80],
        **{name: getattr(draft, name) for name in _PLAIN},
        **{name: getattr(draft, name).strip() for name in _TEXTS},
        opened_at=begun,
    )
    RoundTopic.objects.bulk_create(
        RoundTopic(round=row, topic_id=part.topic_id, minutes=part.minutes) for part in draft.topics
    )
    known = tuple(dict.fromkeys(draft.person_ids))
    way = known if draft.as_given else _on_the_way(row, known)
    _write_stops(row, way, draft.guests, by=by, times=draft.times)
    note("open_round", by, row, stops=len(draft.person_ids) + len(draft.guests))
    return row.id


def _on_the_way(row: Round, person_ids: Sequence[UUID]) -> list[UUID]:
    """Return people from one home to the nearest next; a home without a point is at its branch."""
    branches = {key: home.branch_id for key, home in people.branches_of(person_ids).items()}
    known = organisations.points_of({row.organisation_id, *branches.values()})
    found = Home.objects.filter(person_id__in=person_ids).exclude(latitude=None)
    homes = {h.person_id: (h.latitude, h.longitude) for h in found if h.latitude and h.longitude}
    points = [
        homes.get(one) or known.get(branches.get(one, row.organisation_id)) for one in person_ids
    ]
    return [person_ids[n] for n in paths.nearest_first(points, known.get(row.organisation_id))]


def _check(draft: RoundDraft, by: Actor) -> None:
    rules = seasons.rules(draft.season_id)
    if rules.state == SeasonState.CLOSED:
        raise SeasonClosed
    _check_day(draft, rules)
    if draft.starts_at and draft.ends_at and draft.ends_at <= draft.starts_at:
        raise Invalid(_("It ends before it starts."), where="ends_at")
    if not draft.title.strip():
        raise Invalid(_("Give the round a name."), where="title")
    known = {topic.id for topic in rules.topics}
    if not {part.topic_id for part in draft.topics} <= known:
        raise Invalid(_("A topic is not of this season."), where="topics")
    if draft.kind == RoundKind.STUDY and not draft.topics:
        raise Invalid(_("Choose what is taught."), where="topics")
    if draft.lesson_audio and not draft.lesson_audio.startswith("/"):
        raise Invalid(_("Only sound kept here can be played without network."), where="audio")


def _check_day(draft: RoundDraft, rules: SeasonRules) -> None:
    """Refuse a day that is over, and for one entered from paper a day that cannot have been."""
    today = clock.today()
    if not draft.from_paper:
        if draft.day < today:
            words = _("This day is over; choose a later one, or say that it is entered from paper.")
            raise Invalid(words, where="day")
        return
    if draft.day > today:
        raise Invalid(_("This day is still to come: nothing to enter from paper yet."), where="day")
    if draft.day < max(rules.starts_on, today - timedelta(days=LATE_DAYS)):
        words = _("Paper is entered for days of this season, at most %(n)d days back.")
        raise Invalid(words % {"n": LATE_DAYS}, where="day")
    taught = {part.topic_id for part in draft.topics}
    if any(topic.id in taught and topic.opens_on > draft.day for topic in rules.topics):
        raise Invalid(_("A topic was not open on that day yet."), where="topics")


@transaction.atomic
def add_stops(
    *,
    by: Actor,
    round_id: UUID,
    person_ids: Sequence[UUID] = (),
    guests: Sequence[Guest] = (),
) -> int:
    """Put more homes at the end of a round; those on it already stay. Returns how many are new.

    Raises:
        NotFound: the round or a person is not this actor's.
        RoundOver: closed or cancelled.
        Invalid: too many, or a home is on another round of that day.
    """
    row = open_row(round_id, by=by)
    here = set(live_stops(row).values_list("person_id", flat=True))
    fresh = [one for one in dict.fromkeys(person_ids) if one not in here]
    _write_stops(row, fresh, guests, by=by)
    note("add_stops", by, row, stops=len(fresh) + len(guests))
    return len(fresh) + len(guests)


def live_stops(row: Round) -> QuerySet[Stop]:
    """Return the stops that are still on a round."""
    return Stop.objects.filter(round=row).exclude(state=StopState.DROPPED)


def _write_stops(
    row: Round,
    person_ids: Sequence[UUID],
    guests: Sequence[Guest],
    *,
    by: Actor,
    times: Mapping[UUID, tuple[time, time]] | None = None,
) -> None:
    homes = people.branches_of(person_ids)
    if len(homes) != len(set(person_ids)) or not all(by.reaches(h.lft) for h in homes.values()):
        raise NotFound
    _refuse_twice(row, person_ids)
    found = live_stops(row).aggregate(last=Max("order"))
    order, count = found["last"] or 0, live_stops(row).count()
    total = count + len(homes) + len(guests)
    if not 1 <= total <= MOST_STOPS:
        message = _("Choose at least one home.") if not total else _("At most %(n)d homes a round.")
        raise Invalid(message % {"n": MOST_STOPS}, where="people")
    parts = seasons.parts_of(row.season_id, person_ids)
    pairs = dict(
        Pair.objects.filter(
            season_id=row.season_id, elder_id__in=person_ids, until=None
        ).values_list("elder_id", "id")
    )
    now, when = clock.now(), times or {}
    rows = [
        Stop(
            round=row,
            person_id=one,
            starts_at=when[one][0] if one in when else None,
            ends_at=when[one][1] if one in when else None,
            branch_id=homes[one].branch_id,
            target=next((p.reason for p in reversed(parts.get(one, [])) if p.reason), ""),
            pair_id=pairs.get(one),
            goods=row.goods,
            order=order + number,
            created_at=now,
        )
        for number, one in enumerate(dict.fromkeys(person_ids), 1)
    ]
    rows += [
        _guest(row, guest, order + len(homes) + number, by)
        for number, guest in enumerate(guests, 1)
    ]
    Stop.objects.bulk_create(rows)


def _guest(row: Round, guest: Guest, order: int, by: Actor) -> Stop:
    branch_id = guest.branch_id or row.organisation_id
    organisations.node_in_scope(branch_id, by=by)
    if guest.target and guest.target not in Target.values:
        raise Invalid(_("Unknown reason."), where="guests")
    return Stop(
        round=row,
        branch_id=branch_id,
        guest=guest.name.strip()[:80],
        guest_address=secret.seal(guest.address.strip()[:120], ADDRESS),
        target=guest.target,
        goods=row.goods,
        order=order,
        created_at=clock.now(),
    )


def _refuse_twice(row: Round, person_ids: Iterable[UUID]) -> None:
    """Refuse a home that another open round of the same day already visits."""
    twice = (
        Stop.objects.filter(
            person_id__in=list(person_ids), round__day=row.day, round__state=RoundState.OPEN
        )
        .exclude(round=row)
        .exclude(state=StopState.DROPPED)
        .select_related("person", "round")
    )
    if other := twice.first():
        words = _("%(name)s is on the round %(title)s of that day already.")
        given = {"name": other.person.name if other.person else "", "title": other.round.title}
        raise Invalid(words % given, where="people")


@transaction.atomic
def split_round(
    *, by: Actor, round_id: UUID, stop_ids: Sequence[UUID], new: UUID | None = None
) -> UUID:
    """Give some homes of a round a round of their own, without visitors yet. Safe to repeat.

    Raises:
        NotFound: not this actor's.
        Invalid: none of them, or all of them.
    """
    row = open_row(round_id, by=by)
    new_round = new or new_id()
    if Round.objects.filter(id=new_round).exists():
        return new_round
    here = [stop for stop in lock_stops(round=row) if stop.state != StopState.DROPPED]
    chosen = [one for one in here if one.id in set(stop_ids) and one.state == StopState.WAITING]
    if not 0 < len(chosen) < len(here):
        raise Invalid(_("Choose some of the homes not yet visited, not all."), where="stops")
    kept = {name: getattr(row, name) for name in _ROUND}
    title = f"{row.title[:70]} 2"
    other = Round.objects.create(id=new_round, title=title, **kept)
    RoundTopic.objects.bulk_create(
        RoundTopic(round=other, topic_id=part.topic_id, minutes=part.minutes)
        for part in row.topics.all()
    )
    for stop in chosen:
        _move(stop, row, other, stop.order)
    note("split_round", by, row, stops=len(chosen), into=str(new_round))
    return new_round


@transaction.atomic
def merge_rounds(*, by: Actor, round_id: UUID, into_id: UUID) -> None:
    """Bring all waiting homes of a round to another of the same day; the emptied one is cancelled.

    Raises:
        NotFound: not this actor's.
        Invalid: another day, or the same round.
    """
    held = {one: open_row(one, by=by) for one in sorted({round_id, into_id})}
    row, into = held[round_id], held[into_id]
    if row.id == into.id or row.day != into.day or row.season_id != into.season_id:
        raise Invalid(_("Only rounds of one day can be joined."), where="into")
    stops = [stop for stop in lock_stops(round__in=held) if stop.state != StopState.DROPPED]
    there = [stop for stop in stops if stop.round_id == into.id]
    here = {stop.person_id for stop in there if stop.person_id}
    last = max((stop.order for stop in there), default=0)
    waiting = [s for s in stops if s.round_id == row.id and s.state == StopState.WAITING]
    for number, stop in enumerate(sorted(waiting, key=lambda stop: stop.order), 1):
        if stop.person_id in here:  # it goes along, so that its records find the other one there
            Stop.objects.filter(id=stop.id).update(state=StopState.DROPPED)
        _move(stop, row, into, last + number)
    note("merge_rounds", by, row, into=str(into.id))
    if not live_stops(row).exists():
        _end(row, RoundState.CANCELLED, _("joined with another round"))


def _move(stop: Stop, was: Round, to: Round, order: int) -> None:
    """Put a home on another round; what phones of its visitors hold so far is still taken."""
    stop.earlier.add(was)
    Stop.objects.filter(id=stop.id).update(round=to, order=order)


@transaction.atomic
def cancel_round(*, by: Actor, round_id: UUID, reason: str) -> None:
    """Call a round off, with a reason; its links open no more. Safe to repeat.

    A phone that has opened one already keeps it, without the homes, to send what happened before.

    Raises:
        NotFound: not this actor's.
        Invalid: no reason given.
        RoundOver: it is closed.
    """
    if not reason.strip():
        raise Invalid(_("Say why the round is called off."), where="reason")
    row = round_row(round_id, by=by)
    require("visits.plan_round", by, row.organisation.lft)
    if row.state == RoundState.CANCELLED:
        return
    if row.state == RoundState.CLOSED:
        raise RoundOver
    _end(row, RoundState.CANCELLED, reason.strip()[:200])
    for visitor in row.visitors.filter(gone_at=None).exclude(person=None):
        access.revoke_links(
            by=by,
            purpose=LinkPurpose.VISITOR,
            object_id=visitor.id,
            place_id=row.organisation_id,
            unopened=True,
        )
    note("cancel_round", by, row, reason=reason.strip()[:200])


@transaction.atomic
def close_round(*, by: Actor, round_id: UUID) -> None:
    """Close a round: its stops leave the phones; what they still hold is taken for 90 days.

    Safe to repeat.

    Raises:
        NotFound: not this actor's, and not one of its visitors'.
    """
    row = round_row(round_id, by=by)
    if row.state == RoundState.OPEN:
        _end(row, RoundState.CLOSED, "")
        note("close_round", by, row)


def _end(row: Round, state: RoundState, reason: str) -> None:
    Round.objects.filter(id=row.id).update(state=state, state_reason=reason, over_at=clock.now())
