"""Make the seats of a repair real: new sessions, then each one sent there through make-up."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.activities import api as activities
from dongxun.activities.api import Asked, Invited, Owing, SessionPlan
from dongxun.activities.contracts import ActivityType, Audience
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict
from dongxun.organisations import api as organisations
from dongxun.planning import booked
from dongxun.planning.contracts import REPAIR_LINE
from dongxun.planning.models import Run
from dongxun.planning.seats import Offer, Seating, as_kept
from dongxun.planning.snapshots import published
from dongxun.planning.snapshots.missed import who
from dongxun.planning.snapshots.published import Published
from dongxun.seasons import api as seasons

Still = Mapping[str, tuple[UUID, ...]]
"""Who needs the seat of an offer by now, by its key."""


def wants(found: Seating, still: Still) -> list[booked.Want]:
    """Return what the new sessions need; their people come by name."""
    nodes = organisations.nodes({group.branch_id for one in found.offers for group in one.groups})
    homes = {
        person: nodes[group.branch_id].interval.lft
        for one in found.offers
        for group in one.groups
        for person in group.people
    }
    return [
        booked.Want(
            *_span(one),
            UUID(one.to.venue),
            UUID(one.to.lecturer),
            (),
            seats=len(one.people),
            teaches=(one.topic,),
            named={person: homes[person] for person in still[one.key]},
        )
        for one in found.offers
        if one.session_id is None
    ]


def still(row: Run, found: Seating, *, by: Actor) -> Still:
    """Return who still needs a seat; everything is looked at anew as when the repair was sought.

    Raises:
        Conflict: something can no longer be joined.
    """
    node = organisations.node(row.organisation_id)
    asked = UUID(row.settings["topic"]) if row.settings.get("topic") else None
    fresh = published.take(row.season_id, node, by=by, topic_id=asked)
    _refuse(found, fresh)
    return _still(row, found, fresh)


def _refuse(found: Seating, fresh: Published) -> None:
    """Refuse what can no longer be joined: called off, changed by somebody else, or without seats.

    Args:
        fresh: what is published before anything of the repair is written.

    Raises:
        Conflict: the first of them, by its title.
    """
    problem = fresh.problem
    sizes, limits = problem.sizes(), problem.limits()
    venues = {one.id: one for one in problem.season.venues}
    there = {UUID(one["id"]): (key, one) for key, one in fresh.sessions.items()}
    for offer in found.offers:
        if offer.session_id is None:
            if offer.starts_at <= clock.now():
                raise Conflict(_("Its first days have begun meanwhile. Solve it again."))
            continue
        key, known = there.get(offer.session_id, ("", {}))
        cohort, _mark, topic = key.partition(":")
        title = {"title": offer.title, "n": len(offer.people)}
        same = topic == offer.to.topic and as_kept(known, problem, int(cohort)) == offer.was
        if not same or offer.to.venue not in venues:
            raise Conflict(
                _("%(title)s has changed or begun meanwhile. Seek a repair again.") % title
            )
        at = (int(cohort), topic)
        left = venues[offer.to.venue].seats - sizes[at]
        if len(offer.people) > min(left, limits.get(at, left)):
            words = _("%(title)s has no seats for %(n)d more any longer. Seek a repair again.")
            raise Conflict(words % title)


def seat(row: Run, found: Seating, still: Still, *, by: Actor, reason: str) -> tuple[int, int]:
    """Open the new sessions and send everybody who still owes; return how many, and how many no more.

    Who has learned the topic since, has another session ahead or has left is not sent. Safe to
    repeat: a new session is met again by its line, an offer given twice is one.
    """
    offers = [one for one in found.offers if still[one.key]]
    own = _opened(row, [one for one in offers if one.session_id is None], by=by, reason=reason)
    days = seasons.rules(row.season_id).parameters.makeup_window_days
    for one in offers:
        until = max(clock.today() + timedelta(days=days), clock.day_of(one.starts_at))
        activities.open_makeup(
            by=by,
            owing=Owing(
                season_id=row.season_id,
                topic_id=one.topic.id,
                person_ids=still[one.key],
                offered_session_id=one.session_id or own[one.key],
                window_until=until,
                reason=reason,
            ),
        )
    sent = sum(len(people) for people in still.values())
    return sent, found.people - sent


def _still(row: Run, found: Seating, fresh: Published) -> Still:
    """Return who of each offer still needs it: learns together here, owes the topic, has no other."""
    branches = {group.branch_id for one in found.offers for group in one.groups}
    node = organisations.node(row.organisation_id)
    people = who(row.season_id, node, [one for one in fresh.missed if one.branch.id in branches])
    owing: dict[UUID, set[UUID]] = {}
    for (_branch, topic), those in people.items():
        owing.setdefault(topic, set()).update(those)
    return {
        one.key: tuple(person for person in one.people if person in owing.get(one.topic.id, ()))
        for one in found.offers
    }


def _opened(row: Run, offers: Iterable[Offer], *, by: Actor, reason: str) -> dict[str, UUID]:
    """Make the new sessions known; return their ids by the key of their offer."""
    found = {one.key: one for one in offers}
    node = organisations.node(row.organisation_id)
    sites = organisations.sites({UUID(one.to.venue) for one in found.values()})
    owners = organisations.nodes({site.organisation_id for site in sites.values()})
    lines = []
    for key, one in found.items():
        owner = owners.get(sites[UUID(one.to.venue)].organisation_id)
        host = owner if owner and owner.interval.lft in node.interval else node
        lines.append((f"{REPAIR_LINE}{row.id.hex}:{key}", _plan(row, one, host.id, sites)))
    ids = activities.schedule_sessions(by=by, lines=lines, reason=reason)
    for session_id in ids:
        activities.publish_session(by=by, session_id=session_id)
    return dict(zip(found, ids, strict=True))


def _plan(
    row: Run, one: Offer, host_id: UUID, sites: Mapping[UUID, organisations.Site]
) -> SessionPlan:
    """Return a new session for exactly those who are sent there."""
    begins, ends = _span(one)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Make-up class: %(topic)s") % {"topic": one.topic.name}
    return SessionPlan(
        season_id=row.season_id,
        host_id=host_id,
        title=title,
        type=ActivityType.MAKEUP,
        starts_at=begins,
        ends_at=ends,
        topics=((one.topic.id, one.topic.minutes),),
        invited=tuple(Invited(key) for key in _branches(one) if key != host_id),
        place_id=UUID(one.to.venue),
        audience=Audience.DELEGATES,
        capacity=sites[UUID(one.to.venue)].capacity,
        lecturers=(Asked(UUID(one.to.lecturer), one.topic.short_name),),
    )


def _branches(one: Offer) -> Collection[UUID]:
    return dict.fromkeys(group.branch_id for group in one.groups)


def _span(one: Offer) -> tuple[datetime, datetime]:
    return one.starts_at, one.starts_at + timedelta(minutes=one.topic.minutes)
