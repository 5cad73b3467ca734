"""What 送学上门记录表 is told: the homes of a round, as planned and as they were visited."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet

from dongxun.coverage import api as coverage
from dongxun.kernel import secret
from dongxun.kernel.actors import ORGANISERS, Actor, Interval
from dongxun.kernel.errors import NotFound
from dongxun.organisations.api import within
from dongxun.people import api as people
from dongxun.people.contracts import Private, PrivatePurpose
from dongxun.visits import neighbours
from dongxun.visits.contracts import (
    REACHED,
    SOURCE,
    RoundKind,
    RoundState,
    Source,
    StopState,
)
from dongxun.visits.models import Claim, Photo, Round, Stop
from dongxun.visits.queries.lacking import Lack, lacks_at
from dongxun.visits.sealing import ADDRESS


@dataclass(frozen=True, slots=True)
class PaperRound:
    """A round as a paper names it; ``unit`` is whose round it is."""

    id: UUID
    season_id: UUID
    organisation_id: UUID
    season: str
    unit: str
    title: str
    kind: str
    day: date
    visitors: tuple[str, ...]
    topics: tuple[str, ...]
    lesson: str
    materials: str


@dataclass(frozen=True, slots=True)
class PaperVisit:
    """A home as a paper lists it; codes where the paper has words of its own."""

    name: str
    branch: str
    age: int | None
    party_years: int | None
    address: str
    target: str
    pair: str
    goods: str
    state: str
    began_at: datetime | None
    done_at: datetime | None
    minutes: int
    said: tuple[str, ...]
    signed: str
    why_unsigned: str
    photos: tuple[str, ...]
    hours: Decimal | None
    owed: tuple[Lack, ...] = ()


def photo_number(photo_id: UUID) -> str:
    """Return the short number by which a paper and the console name a photo."""
    return photo_id.hex[-6:].upper()


def paper_rounds(
    season_id: UUID,
    *,
    by: Actor,
    inside: Interval,
    first: date | None = None,
    last: date | None = None,
    open_only: bool = False,
) -> list[UUID]:
    """Return the rounds of study that visit a subtree of the actor, oldest first."""
    rows = _stops(by, inside).filter(round__season_id=season_id, round__kind=RoundKind.STUDY)
    rows = rows.filter(~Q(round__state=RoundState.CANCELLED) | Q(state__in=REACHED))
    if first is not None:
        rows = rows.filter(round__day__gte=first)
    if last is not None:
        rows = rows.filter(round__day__lte=last)
    if open_only:
        rows = rows.filter(round__state=RoundState.OPEN)
    found = rows.order_by("round__day", "round_id").values_list("round_id", flat=True)
    return list(dict.fromkeys(found))


def _stops(by: Actor, inside: Interval | None) -> QuerySet[Stop]:
    rows = Stop.objects.exclude(state=StopState.DROPPED)
    if inside is not None:
        rows = rows.filter(within([inside], "branch__lft"))
    if not by.is_system:
        rows = rows.filter(within(by.intervals(ORGANISERS), "branch__lft"))
    return rows


def paper_round(
    round_id: UUID, *, by: Actor, inside: Interval | None = None
) -> tuple[PaperRound, list[PaperVisit]]:
    """Return a round and those of its homes that are the actor's; that it was printed is noted.

    Args:
        inside: a subtree whose homes are wanted, whoever planned the round.

    Raises:
        NotFound: absent, or without a subtree not the actor's round.
    """
    row = (
        Round.objects.select_related("organisation", "season")
        .prefetch_related("visitors", "topics__topic")
        .filter(id=round_id)
        .first()
    )
    if row is None or (inside is None and not by.reaches(row.organisation.lft)):
        raise NotFound
    related = ("person", "branch", "pair__young")
    stops = _stops(by, inside).filter(round=row).select_related(*related).order_by("order", "id")
    return _head(row), _lines(row, list(stops), by)


def _head(row: Round) -> PaperRound:
    visitors = list(row.visitors.all())
    here = [visitor for visitor in visitors if visitor.gone_at is None] or visitors
    topics = sorted(row.topics.all(), key=lambda part: part.topic.number)
    return PaperRound(
        id=row.id,
        season_id=row.season_id,
        organisation_id=row.organisation_id,
        season=row.season.name,
        unit=row.organisation.name,
        title=row.title,
        kind=row.kind,
        day=row.day,
        visitors=tuple(visitor.name for visitor in here),
        topics=tuple(part.topic.short_name for part in topics),
        lesson=row.lesson_title,
        materials=row.materials,
    )


def _lines(row: Round, stops: Sequence[Stop], by: Actor) -> list[PaperVisit]:
    ids = [stop.id for stop in stops]
    persons = {stop.person_id for stop in stops if stop.person_id}
    private = people.homes_of(persons, by=by, purpose=PrivatePurpose.EXPORT) if persons else {}
    hours = coverage.hours_about(row.season_id, ids, source=SOURCE)
    heard = neighbours.heard_at(ids)
    photos = _photos(ids)
    owed = lacks_at(row, stops)
    return [
        _line(
            row,
            stop,
            private.get(stop.person_id) if stop.person_id else None,
            said=tuple(filter(None, [*stop.words.splitlines(), *heard.get(stop.id, [])])),
            photos=tuple(map(photo_number, photos[stop.id])),
            hours=hours.get(stop.id),
            owed=owed.get(stop.id, ()),
        )
        for stop in stops
    ]


def paper_words(stop_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return what the sheet itself says was heard at each of these doors, phones left aside.

    The caller has checked that these doors are the actor's.
    """
    rows = Claim.objects.filter(stop_id__in=list(stop_ids), source=Source.PAPER)
    return dict(rows.order_by("generation").values_list("stop_id", "words"))


def _photos(stop_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    whole = Photo.objects.filter(stop_id__in=list(stop_ids), whole_at__isnull=False)
    for stop_id, photo_id in whole.order_by("taken_at", "id").values_list("stop_id", "id"):
        found[stop_id].append(photo_id)
    return found


@dataclass(frozen=True, slots=True)
class PhotoLine:
    """A photo as the console lists it; looking at it is another call, and is written down."""

    id: UUID
    number: str
    taken_at: datetime
    consent: bool


def photos_of(round_id: UUID) -> dict[UUID, list[PhotoLine]]:
    """Return the whole photos of a round by door; the caller has asked who may see the round."""
    return _shots(Photo.objects.filter(stop__round_id=round_id))


def photos_at(stop_ids: Collection[UUID]) -> dict[UUID, list[PhotoLine]]:
    """Return the whole photos of some doors; the caller has asked who may see them."""
    return _shots(Photo.objects.filter(stop_id__in=list(stop_ids)))


def _shots(photos: QuerySet[Photo]) -> dict[UUID, list[PhotoLine]]:
    rows = photos.filter(whole_at__isnull=False)
    found: defaultdict[UUID, list[PhotoLine]] = defaultdict(list)
    for row in rows.order_by("taken_at", "id"):
        line = PhotoLine(row.id, photo_number(row.id), row.taken_at, row.consent)
        found[row.stop_id].append(line)
    return dict(found)


def _line(
    row: Round,
    stop: Stop,
    private: Private | None,
    *,
    said: tuple[str, ...],
    photos: tuple[str, ...],
    hours: Decimal | None,
    owed: tuple[Lack, ...],
) -> PaperVisit:
    born = private.birth_year if private else None
    guest = secret.unseal(stop.guest_address, ADDRESS)
    joined = stop.person.joined_on if stop.person else None
    return PaperVisit(
        name=stop.person.name if stop.person else stop.guest,
        branch=stop.branch.short_name,
        age=row.day.year - born if born else None,
        party_years=people.party_years(joined, row.day),
        address=private.address if private else guest,
        target=stop.target,
        pair=stop.pair.young.name if stop.pair else "",
        goods=stop.goods,
        state=stop.state,
        began_at=stop.began_at,
        done_at=stop.done_at,
        minutes=stop.minutes,
        said=tuple(dict.fromkeys(said)),
        signed=stop.signed,
        why_unsigned=stop.why_unsigned,
        photos=photos,
        hours=hours,
        owed=owed,
    )
