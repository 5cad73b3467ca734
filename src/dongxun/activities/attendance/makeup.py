"""补学: who is sent to make up which topic, what is offered, what is done."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import translation
from django.utils.translation import gettext as _

from dongxun.activities.contracts import SessionState
from dongxun.activities.models import MakeupItem, Session, SessionTopic, SignUp
from dongxun.activities.sessions.telling import moment_words, place_words
from dongxun.coverage import api as coverage
from dongxun.kernel import audit, clock
from dongxun.kernel.actors import ORGANISERS, Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.kernel.rules import require
from dongxun.kit import times
from dongxun.notices import api as notices
from dongxun.people import api as people
from dongxun.people.contracts import NOT_ELIGIBLE, BranchOf
from dongxun.seasons import api as seasons
from dongxun.seasons.contracts import SeasonClosed, SeasonState, TopicRule

_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Owing:
    """People who owe a topic, as an organiser sends them to make it up."""

    season_id: UUID
    topic_id: UUID
    person_ids: tuple[UUID, ...]
    offered_session_id: UUID | None = None
    missed_session_id: UUID | None = None
    window_until: date | None = None
    reason: str = ""


@transaction.atomic
def open_makeup(*, by: Actor, owing: Owing) -> int:
    """Open one item a person, or give the open one the new offer; return how many people.

    People of an offered session are expected there, and each is told. Safe to repeat.

    Raises:
        NotFound: a person is not this actor's, or the topic is not of the season.
        Invalid: the offered session does not teach the topic, is over, or the window ends
            before it.
        SeasonClosed: nothing more is made up.
    """
    rule = seasons.rules(owing.season_id)
    if rule.state == SeasonState.CLOSED:
        raise SeasonClosed
    topic = next((t for t in rule.topics if t.id == owing.topic_id), None)
    homes = people.branches_of(set(owing.person_ids))
    if topic is None or len(homes) != len(set(owing.person_ids)):
        raise NotFound
    if not all(by.reaches(home.lft) for home in homes.values()):
        raise NotFound
    until = owing.window_until or clock.today() + timedelta(days=rule.parameters.makeup_window_days)
    session = _offered(owing, until, by)
    _write_items(owing, homes, until)
    if session is not None:
        _expect(session, homes)
    audit.write(
        "activities.open_makeup",
        by=by,
        subject=("topic", owing.topic_id),
        organisation_id=rule.root_id,
        count=len(homes),
    )
    _tell(owing, topic, session, homes, until=until, by=by)
    return len(homes)


def _offered(owing: Owing, until: date, by: Actor) -> Session | None:
    """Return the offered session, if any, once it is sure that going there would help."""
    if until < clock.today():
        raise Invalid(_("This day is over; choose a later one."), where="until")
    if owing.offered_session_id is None:
        return None
    found = Session.objects.select_related("host", "place", "season")
    session = found.filter(id=owing.offered_session_id).first()
    if session is None:
        raise NotFound
    if not session.open_to_all:
        require("activities.take_attendance", by, session)
    teaches = SessionTopic.objects.filter(session=session, topic_id=owing.topic_id).exists()
    if not teaches or session.state != SessionState.PUBLISHED or session.ends_at < clock.now():
        raise Invalid(_("This session is over or does not teach the topic."), where="session")
    if until < clock.day_of(session.starts_at):
        raise Invalid(_("The session is later than this day."), where="until")
    return session


def _write_items(owing: Owing, homes: Mapping[UUID, BranchOf], until: date) -> None:
    ids = list(homes)
    offer = {
        "offered_session_id": owing.offered_session_id,
        "window_until": until,
        "reason": owing.reason.strip()[:200],
    }
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        found = MakeupItem.objects.filter(
            season_id=owing.season_id, topic_id=owing.topic_id, person_id__in=part, done_at=None
        )
        known = set(found.values_list("person_id", flat=True))
        found.update(**offer)
        MakeupItem.objects.bulk_create(
            [
                MakeupItem(
                    season_id=owing.season_id,
                    topic_id=owing.topic_id,
                    person_id=person_id,
                    branch_id=homes[person_id].branch_id,
                    missed_session_id=owing.missed_session_id,
                    created_at=clock.now(),
                    **offer,
                )
                for person_id in part
                if person_id not in known
            ],
            ignore_conflicts=True,
        )


def _expect(session: Session, homes: Mapping[UUID, BranchOf]) -> None:
    """Put people on the list of the offered session, those who had cancelled as well."""
    ids = list(homes)
    for start in range(0, len(ids), _BATCH):
        part = ids[start : start + _BATCH]
        SignUp.objects.filter(session=session, person_id__in=part).update(cancelled_at=None)
    SignUp.objects.bulk_create(
        [
            SignUp(session=session, person_id=p, branch_id=h.branch_id, created_at=clock.now())
            for p, h in homes.items()
        ],
        ignore_conflicts=True,
        batch_size=_BATCH,
    )


def _tell(
    owing: Owing,
    topic: TopicRule,
    session: Session | None,
    homes: Mapping[UUID, BranchOf],
    *,
    until: date,
    by: Actor,
) -> None:
    """Queue one notice for exactly these people; group texts say how many, never who."""
    if not homes:
        return
    with translation.override(settings.LANGUAGE_CODE):
        title = _("To make up: %(topic)s") % {"topic": topic.name}
        lines = [_("Make it up by %(day)s.") % {"day": times.day_with_weekday(until)}]
        if session is not None:
            lines.append(_("Session: %(title)s") % {"title": session.title})
            lines.append(_("Time: %(when)s") % {"when": moment_words(session)})
            lines.append(_("Place: %(place)s") % {"place": place_words(session)})
        if owing.reason.strip():
            lines.append(_("Reason: %(reason)s") % {"reason": owing.reason.strip()})
        path = f"/s/{session.code}/" if session else "/me/"
        url = _("Details: %(url)s") % {"url": f"{settings.ADDRESS}{path}"}
        body = "\n".join(lines)
        counts = _sent_the_same(owing, homes, until)
        texts = {
            branch_id: "\n".join(
                [f"【{title}】", body, _("%(n)s of our branch have it to make up.") % {"n": n}, url]
            )
            for branch_id, n in counts.items()
        }
    notices.queue(
        notices.Telling(
            key=f"makeup:{topic.id}:{until}:{sender(by)}:{mark_of(title, body, path)}",
            kind="makeup",
            title=title,
            body=body,
            people={person_id: home.branch_id for person_id, home in homes.items()},
            texts=texts,
            url=path,
            object_id=owing.offered_session_id or topic.id,
            season_id=owing.season_id,
        ),
        by=by,
    )


def _sent_the_same(owing: Owing, homes: Mapping[UUID, BranchOf], until: date) -> dict[UUID, int]:
    """Return how many of each branch have this offer by now, those of earlier batches too."""
    rows = MakeupItem.objects.filter(
        season_id=owing.season_id,
        topic_id=owing.topic_id,
        offered_session_id=owing.offered_session_id,
        window_until=until,
        branch_id__in={home.branch_id for home in homes.values()},
        done_at=None,
    )
    here = Counter(home.branch_id for home in homes.values())
    now = dict(rows.order_by().values_list("branch_id").annotate(n=Count("id")))
    return {key: max(n, now.get(key, 0)) for key, n in here.items()}


def sender(by: Actor) -> str:
    """Return the highest unit that the actor organises; the installation itself has none."""
    own = [grant for grant in by.grants if grant.role in ORGANISERS]
    return str(min(own, key=lambda grant: grant.interval.lft).organisation_id) if own else ""


def mark_of(*words: str) -> str:
    """Return what tells one text from another, short enough for the key of a notice."""
    return sha256("\n".join(words).encode()).hexdigest()[:16]


@transaction.atomic
def close_done(season_id: UUID, met: Mapping[UUID, Iterable[UUID]]) -> int:
    """Close the items of people who have met the topic; told by coverage, repeatable.

    Args:
        met: topics met, by person.
    """
    closed = 0
    for person_id, topic_ids in met.items():
        closed += MakeupItem.objects.filter(
            season_id=season_id, person_id=person_id, topic_id__in=list(topic_ids), done_at=None
        ).update(done_at=clock.now())
    return closed


@transaction.atomic
def follow_standings(season_id: UUID, person_ids: Sequence[UUID]) -> int:
    """Close what these people have learned since, and reopen what was struck out again.

    One query when none of them was ever sent to make anything up. Safe to repeat.
    """
    rows = MakeupItem.objects.filter(
        season_id=season_id, person_id__in=person_ids, closed_reason=""
    )
    sent = set(rows.values_list("person_id", flat=True))
    if not sent:
        return 0
    met = coverage.met_topics(season_id, sent)
    _reopen(season_id, sent, met)
    return close_done(season_id, met)


def _reopen(season_id: UUID, sent: set[UUID], met: Mapping[UUID, Iterable[UUID]]) -> None:
    """Open the last item of each topic that was learned and is not any more.

    Whoever has been sent again since, or is gone, has nothing reopened.
    """
    rows = MakeupItem.objects.filter(season_id=season_id, person_id__in=sent)
    learned = {(person_id, topic_id) for person_id, ids in met.items() for topic_id in ids}
    last: dict[tuple[UUID, UUID], MakeupItem] = {}
    for row in rows.order_by("created_at", "id"):
        last[row.person_id, row.topic_id] = row
    undone = [
        row
        for key, row in last.items()
        if key not in learned and row.done_at is not None and not row.closed_reason
    ]
    if not undone:
        return
    cards = people.names({row.person_id for row in undone})
    here = [
        row.id
        for row in undone
        if row.person_id in cards and cards[row.person_id].status not in NOT_ELIGIBLE
    ]
    MakeupItem.objects.filter(id__in=here).update(done_at=None)
