"""主会场和分会场: one session held in several places, each with its own roll and sheet.

A sub-venue has the main one's time, topics and kind, and its own host and
people. Together they are one session: a person who checks in at two of them
counts once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import Session
from dongxun.activities.presence import PEOPLE, is_attended, live, people_at
from dongxun.activities.sessions import telling
from dongxun.activities.sessions.checks import check_plan
from dongxun.activities.sessions.expected import expected
from dongxun.activities.sessions.rows import bump, own_session, plan_of, subs_of, write_plan
from dongxun.activities.sessions.visible import visible
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Conflict, Invalid, NotFound
from dongxun.organisations import api as organisations
from dongxun.seasons import api as seasons


@dataclass(frozen=True, slots=True)
class Venue:
    """One venue as the session's page lists it; ``is_open`` when the reader may open it."""

    id: UUID
    is_main: bool
    place: str
    host: str
    state: str
    expected: int
    present: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Venues:
    """All venues of one session; ``present`` are people, each once."""

    rows: tuple[Venue, ...]
    expected: int
    present: int


@transaction.atomic
def add_sub_venue(
    *,
    by: Actor,
    session_id: UUID,
    host_id: UUID,
    place_id: UUID | None = None,
    place_text: str = "",
    capacity: int | None = None,
) -> UUID:
    """Open a sub-venue of a session: same time and topics, its own host, place and roll.

    Its host's people are expected here and no longer at the main venue. Where the
    session is published already, it is too, and its people are told where to go.
    Safe to repeat: the live sub-venue of the same host is returned.

    Raises:
        NotFound, NotAllowed, SeasonClosed.
        Invalid: nowhere is it held, or the host is that of the main venue.
        Conflict: a sub-venue has no sub-venues; people have checked in; it was called off.
    """
    main = own_session(session_id, by=by)
    _may_grow(main)
    twin = Session.objects.filter(main_session=main, host_id=host_id)
    if found := twin.exclude(state=SessionState.CANCELLED).first():
        return found.id
    host = organisations.node(host_id)
    takes_part = any(
        part.organisation.lft <= host.interval.lft <= part.organisation.rgt
        for part in main.parts.select_related("organisation")
    )
    if not takes_part and not by.reaches(host.interval.lft):
        raise NotFound
    _check(main, host_id, place_id, place_text)
    had = expected(main) if main.state == SessionState.PUBLISHED else {}
    sub = Session(created_at=clock.now())
    plan = replace(
        plan_of(main),
        host_id=host_id,
        main_session_id=main.id,
        place_id=place_id,
        place_text=place_text,
        capacity=capacity,
        co_hosts=(),
        invited=(),
        lecturers=(),
        is_group_viewing=True,
    )
    check_plan(plan, seasons.rules(main.season_id))
    write_plan(sub, plan)
    if main.state == SessionState.PUBLISHED:
        _make_known(sub, had, by=by)
    audit.write(
        "activities.add_sub_venue",
        by=by,
        subject=("session", sub.id),
        organisation_id=host_id,
    )
    return sub.id


def _may_grow(main: Session) -> None:
    if main.main_session_id:
        raise Conflict(_("A sub-venue has no sub-venues of its own."))
    if main.state in {SessionState.CANCELLED, SessionState.ARCHIVED}:
        raise Conflict(_("A cancelled or archived session is no longer changed."))
    if is_attended(main):
        raise Conflict(_("People have checked in; sub-venues are opened before that."))


def _check(main: Session, host_id: UUID, place_id: UUID | None, place_text: str) -> None:
    bad = []
    if host_id == main.host_id:
        words = _("Its people are at the main venue; choose another organisation.")
        bad.append(("host_id", words))
    if not place_id and not place_text.strip():
        bad.append(("place_id", _("Say where it is held.")))
    elif place_id and place_id == main.place_id and not place_text.strip():
        bad.append(("place_id", _("The main venue is here; choose another place or room.")))
    if bad:
        raise Invalid(details=bad)


def _make_known(sub: Session, had: Mapping[UUID, UUID], *, by: Actor) -> None:
    """Publish a sub-venue; who was expected at the main one is told that the place changed."""
    sub.state = SessionState.PUBLISHED
    sub.save(update_fields=["state"])
    bump(sub, "published")
    come = expected(sub)
    moved = {key: home for key, home in come.items() if key in had}
    new = {key: home for key, home in come.items() if key not in had}
    if sub.ends_at > clock.now():
        telling.tell(sub, "session_moved", moved, by=by)
        telling.tell(sub, "session_published", new, by=by)


def venues(session: Session, *, by: Actor) -> Venues | None:
    """Return all venues of a session, whichever of them is asked for; None when it has one.

    Whoever takes part in one of them reads how many came to each; names are on
    each venue's own roll. Four queries a venue.
    """
    main = session
    if session.main_session_id:
        main = Session.objects.select_related("host", "place").get(id=session.main_session_id)
    rows = [main, *subs_of(main)]
    if len(rows) == 1:
        return None
    sizes = {row.id: len(expected(row)) for row in rows}
    here = live().filter(session__in=rows)
    each = dict(here.order_by().values_list("session_id").annotate(n=PEOPLE))
    shown = set(visible(by).filter(id__in=[r.id for r in rows]).values_list("id", flat=True))
    lines = tuple(
        Venue(
            id=row.id,
            is_main=row.main_session_id is None,
            place=telling.place_words(row),
            host=row.host.short_name,
            state=row.state,
            expected=sizes[row.id],
            present=each.get(row.id, 0),
            is_open=row.id in shown,
        )
        for row in rows
    )
    people = len(people_at(row.id for row in rows))
    return Venues(lines, sum(line.expected for line in lines), people)
