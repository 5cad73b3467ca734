"""What lies ahead of one person: sessions, sign-ups and make-up, for their own phone."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from dongxun.activities.contracts import ActivityType, Audience, Part, SessionState
from dongxun.activities.models import CheckIn, MakeupItem, Session, SessionOrganisation, SignUp
from dongxun.activities.own.shapes import Ahead, Owed, Place, SessionPage, Way
from dongxun.activities.presence import of_people
from dongxun.activities.sessions.expected import expected_elsewhere
from dongxun.activities.sessions.sign_ups import seats_left
from dongxun.activities.sessions.telling import place_words
from dongxun.activities.sessions.visible import seen
from dongxun.kernel import clock
from dongxun.kernel.actors import Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.people import api as people
from dongxun.people.contracts import BranchOf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonRules, StudyMode

MOST = 60


def _home_of(person_id: UUID, by: Actor) -> BranchOf:
    home = people.branches_of([person_id]).get(person_id)
    if home is None or not (person_id in by.persons or by.reaches(home.lft)):
        raise NotFound
    return home


def ahead(person_id: UUID, *, by: Actor, season_id: UUID) -> list[Ahead]:
    """Return what a person should or may go to from now on, soonest first.

    Of a session with sub-venues the one where they are expected, unless they are at another.

    Raises:
        NotFound: the person is not the actor's.
    """
    home = _home_of(person_id, by)
    rows = _rows(person_id, home).filter(
        season_id=season_id, state=SessionState.PUBLISHED, ends_at__gte=clock.now()
    )
    reading = _Reading(person_id, home, season_id)
    found = reading.read(rows.order_by("starts_at", "id")[:MOST])
    return [one for one in found if not reading.is_aside(one)]


def _rows(person_id: UUID, home: BranchOf) -> QuerySet[Session]:
    """Return the sessions that touch a person, each with why."""
    near = SessionOrganisation.objects.filter(
        session=OuterRef("pk"), organisation__lft__lte=home.lft, organisation__rgt__gte=home.lft
    )
    signed = SignUp.objects.filter(session=OuterRef("pk"), person_id=person_id, cancelled_at=None)
    offered = MakeupItem.objects.filter(
        offered_session=OuterRef("pk"), person_id=person_id, done_at=None
    )
    subs = Session.objects.filter(main_session=OuterRef("pk"))
    return (
        Session.objects.annotate(
            is_near=Exists(near),
            is_whole=Exists(near.filter(quota=None)),
            is_signed=Exists(signed),
            is_offered=Exists(offered),
            has_subs=Exists(subs),
        )
        .filter(Q(is_near=True) | Q(is_signed=True) | Q(open_to_all=True))
        .select_related("host", "place")
        .prefetch_related("topics__topic")
    )


class _Reading:
    """One person's reasons, asked once for all sessions of a list."""

    def __init__(self, person_id: UUID, home: BranchOf, season_id: UUID) -> None:
        self.person_id, self.home, self.season_id = person_id, home, season_id
        self.rules: SeasonRules = seasons.rules(season_id)
        part = seasons.participation_of(person_id, season_id, clock.today())
        self.part = part if part and part.eligible_on(clock.today()) else None
        self.owed = set(
            MakeupItem.objects.filter(
                season_id=season_id, person_id=person_id, done_at=None
            ).values_list("topic_id", flat=True)
        )
        self._narrow: dict[object, bool] = {}
        self._elsewhere: set[UUID] = set()

    def is_aside(self, one: Ahead) -> bool:
        """Return whether another venue of this session is theirs, and nothing binds them to it."""
        return one.id in self._elsewhere and one.way == Way.OPEN and not one.checked_in_at

    def read(self, sessions: Iterable[Session]) -> list[Ahead]:
        rows = list(sessions)
        several = [row for row in rows if row.main_session_id or vars(row)["has_subs"]]
        if several:
            self._elsewhere = expected_elsewhere(several, self.home.lft)
        found = [self._ahead(row) for row in rows]
        own = CheckIn.objects.filter(of_people([self.person_id]), voided_at=None)
        own = own.filter(session__in=[one.id for one in found]).order_by("confirmed")
        here = {row.session_id: row for row in own}  # later rows stand: a confirmed one wins
        return [
            replace(one, checked_in_at=here[one.id].occurred_at, confirmed=here[one.id].confirmed)
            if one.id in here
            else one
            for one in found
        ]

    def _ahead(self, row: Session) -> Ahead:
        rule, now = self.rules.parameters, clock.now()
        opens_at = row.starts_at - timedelta(minutes=rule.check_in_opens_minutes)
        closes_at = row.ends_at + timedelta(minutes=rule.check_in_closes_minutes)
        return Ahead(
            id=row.id,
            code=row.code,
            title=row.title,
            type_name=str(ActivityType(row.type).label),
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            place=place_words(row),
            host=row.host.short_name,
            topics=tuple(part.topic.short_name for part in row.topics.all()),
            way=self._way(row),
            sign_up=row.sign_up,
            opens_at=opens_at,
            is_open=row.state == SessionState.PUBLISHED and opens_at <= now <= closes_at,
        )

    def _way(self, row: Session) -> Way:
        is_here = row.id not in self._elsewhere
        near, whole = is_here and vars(row)["is_near"], is_here and vars(row)["is_whole"]
        teaches = {part.topic_id for part in row.topics.all()}
        if vars(row)["is_offered"]:
            return Way.MAKEUP
        if near and row.audience == Audience.MAKEUP and teaches & self.owed:
            return Way.MAKEUP
        if vars(row)["is_signed"]:
            return Way.SIGNED
        return Way.EXPECTED if whole and self._is_due(row) else Way.OPEN

    def _is_due(self, row: Session) -> bool:
        """Return whether the audience of a session holds this person."""
        if self.part is None:
            return False
        if row.audience == Audience.ALL:
            return self.part.mode == StudyMode.GROUP
        if row.audience not in {Audience.COHORT, Audience.SECRETARIES}:
            return False
        key = (row.audience, row.cohort_id)
        if key not in self._narrow:
            self._narrow[key] = self.person_id in seasons.eligible_ids(
                self.season_id,
                clock.today(),
                [Interval(self.home.lft, self.home.lft)],
                cohort_id=row.cohort_id,
                secretaries_only=row.audience == Audience.SECRETARIES,
            )
        return self._narrow[key]


def owed(person_id: UUID, *, by: Actor, season_id: UUID) -> list[Owed]:
    """Return the topics a person is to make up, soonest window first.

    Raises:
        NotFound: the person is not the actor's.
    """
    if person_id not in by.persons:
        _home_of(person_id, by)
    rows = MakeupItem.objects.filter(season_id=season_id, person_id=person_id, done_at=None)
    today = clock.today()
    found = rows.select_related("topic", "offered_session").order_by(
        "window_until", "topic__number"
    )
    return [
        Owed(
            id=row.id,
            topic=row.topic.name,
            window_until=row.window_until,
            is_late=row.window_until < today,
            reason=row.reason,
            session_id=row.offered_session_id,
            session_title=row.offered_session.title if row.offered_session else "",
            session_starts_at=row.offered_session.starts_at if row.offered_session else None,
        )
        for row in found
    ]


def session_page(session_id: UUID, *, by: Actor) -> SessionPage:
    """Return a session with what it means for each person of the phone.

    Raises:
        NotFound: absent, hidden, or a draft.
    """
    row = seen(session_id, by=by)
    if row.state == SessionState.DRAFT:
        raise NotFound
    is_over = row.ends_at < clock.now()
    is_taking = row.state == SessionState.PUBLISHED and not is_over and row.sign_up
    left = seats_left(row) if is_taking else None
    parts = list(row.parts.select_related("organisation").order_by("organisation__lft"))
    bookings = row.bookings.exclude(state="declined").select_related("lecturer")
    return SessionPage(
        id=row.id,
        airing_id=row.main_session_id or row.id,
        code=row.code,
        title=row.title,
        type_name=str(ActivityType(row.type).label),
        state=row.state,
        state_reason=row.state_reason,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=place_words(row),
        address=row.place.address if row.place else "",
        online_url=row.online_url,
        host=row.host.short_name,
        co_hosts=tuple(p.organisation.short_name for p in parts if p.part == Part.CO_HOST),
        topics=tuple((t.topic.name, t.minutes) for t in row.topics.select_related("topic")),
        lecturers=tuple((b.lecturer.name, b.subject or b.lecturer.title) for b in bookings),
        steps=tuple((step.title, step.minutes, step.owner) for step in row.steps.all()),
        note=row.note,
        credit_minutes=row.credit_minutes,
        sign_up=row.sign_up,
        seats_left=left,
        is_over=is_over,
        people=tuple(_places(row, by, is_taking=is_taking, is_full=left == 0)),
    )


def _places(session: Session, by: Actor, *, is_taking: bool, is_full: bool) -> Iterable[Place]:
    homes = people.branches_of(by.persons)
    for card in people.names(by.persons).values():
        home = homes[card.id]
        row = _rows(card.id, home).filter(id=session.id).first()
        if row is None:
            continue
        [one] = _Reading(card.id, home, session.season_id).read([row])
        allowed = bool(vars(row)["is_near"]) or card.id in by.owned
        asks = is_taking and one.way is not Way.SIGNED and not one.checked_in_at
        yield Place(
            person_id=card.id,
            name=card.name,
            branch=card.branch_name,
            ahead=one,
            may_sign_up=asks and allowed and (not is_full or one.is_mine),
            needs_link=asks and not allowed,
        )
