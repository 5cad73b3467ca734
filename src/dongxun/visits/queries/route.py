"""What a visitor's phone is given: today's homes, nothing of yesterday, nothing of tomorrow."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse

from dongxun.access.contracts import LinkPurpose
from dongxun.kernel import clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.passed import Belonging
from dongxun.organisations import api as organisations
from dongxun.people import api as people
from dongxun.people.contracts import Private
from dongxun.visits import neighbours, sketch
from dongxun.visits.contracts import RoundState, StopState
from dongxun.visits.models import Home, Round, RoundTopic, Stop, Visitor
from dongxun.visits.queries import lacking
from dongxun.visits.sealing import ADDRESS, NOTE

Json = dict[str, Any]


def is_visitor(by: Actor) -> bool:
    """Return whether somebody goes on any round, today or another day."""
    if by.linked(LinkPurpose.VISITOR):
        return True
    return own_rounds(by).exists()


def own_rounds(by: Actor) -> QuerySet[Round]:
    """Return the rounds on which this actor goes."""
    own = Q(id__in=by.linked(LinkPurpose.VISITOR))
    if by.is_account and by.id is not None:
        own |= Q(account_id=by.id)
    going = Visitor.objects.filter(own, gone_at=None)
    return Round.objects.filter(id__in=going.values("round_id"))


def sent_by(by: Actor) -> Belonging:
    """Return whose rounds a visitor's phone goes on, and the visitor's name."""
    rows = Visitor.objects.filter(id__in=by.linked(LinkPurpose.VISITOR))
    found = list(rows.order_by("id").values_list("round__organisation_id", "name"))
    return Belonging(tuple(unit for unit, _name in found), found[0][1] if found else "")


def running(by: Actor) -> list[UUID]:
    """Return a visitor's rounds of today that are open."""
    rows = own_rounds(by).filter(day=clock.today(), state=RoundState.OPEN)
    return list(rows.order_by("id").values_list("id", flat=True))


def route_of(by: Actor) -> Json:
    """Return today's open rounds of a visitor with their homes; looking is written down."""
    today = clock.today()
    topics = RoundTopic.objects.select_related("topic").order_by("topic__number")
    rows = (
        own_rounds(by)
        .filter(day=today, state=RoundState.OPEN)
        .select_related("organisation")
        .prefetch_related(Prefetch("topics", topics))
        .order_by("starts_at", "id")
    )
    rounds = list(rows)
    stops = _stops(rounds)
    ids = {stop.person_id for stop in stops if stop.person_id}
    private = people.homes_of(ids, by=by) if ids else {}
    homes = {home.person_id: home for home in Home.objects.filter(person_id__in=ids)}
    carry = neighbours.to_carry(stops, by=by)
    return {
        "day": today.isoformat(),
        "now": clock.now().isoformat(),
        "expires": clock.day_bounds(today)[1].isoformat(),
        "rounds": [
            _round(row, [s for s in stops if s.round_id == row.id], private, homes, carry)
            for row in rounds
        ],
        "next": _next(by, today),
    }


def _stops(rounds: Iterable[Round]) -> list[Stop]:
    found = Stop.objects.filter(round__in=rounds).exclude(state=StopState.DROPPED)
    return list(found.select_related("person", "branch", "pair__young").order_by("order", "id"))


def _next(by: Actor, today: date) -> Json | None:
    coming = own_rounds(by).filter(day__gt=today, state=RoundState.OPEN).order_by("day").first()
    return {"day": coming.day.isoformat(), "title": coming.title} if coming else None


def _round(
    row: Round,
    stops: list[Stop],
    private: dict[UUID, Private],
    homes: dict[UUID, Home],
    carry: dict[UUID, Any],
) -> Json:
    dots = sketch.dots([_point(homes, stop) for stop in stops])
    contact = organisations.contact_of(row.organisation.lft)
    owed = lacking.lacks_at(row, stops)
    lesson = {"title": row.lesson_title, "text": row.lesson_text, "audio": _audio(row)}
    return {
        "id": str(row.id),
        "title": row.title,
        "place": row.organisation.short_name,
        "kind": row.kind,
        "materials": row.materials,
        "call": contact.phone if contact else "",
        "lesson": lesson,
        "topics": [
            {"id": str(part.topic_id), "name": part.topic.short_name, "minutes": part.minutes}
            for part in row.topics.all()
        ],
        "stops": [
            _stop(stop, private, homes)
            | {"owed": lacking.in_words(owed.get(stop.id, ()))}
            | {"x": dot.x if dot else None, "y": dot.y if dot else None}
            | {
                "carry": [
                    {"line": str(line.line_id), "pack": line.pack, "quantity": line.quantity}
                    for line in carry.get(stop.id, [])
                ]
            }
            for stop, dot in zip(stops, dots, strict=True)
        ],
    }


def _audio(row: Round) -> str:
    """Return where a round's lesson is heard; another sound has another address."""
    if row.sound_id is None:
        return row.lesson_audio
    return f"{reverse('visits:sound', args=[row.id])}?v={row.sound_id.hex[-12:]}"


def _point(homes: dict[UUID, Home], stop: Stop) -> tuple[float, float] | None:
    home = homes.get(stop.person_id) if stop.person_id else None
    if home is None or home.latitude is None or home.longitude is None:
        return None
    return home.latitude, home.longitude


def _stop(stop: Stop, known: dict[UUID, Private], homes: dict[UUID, Home]) -> Json:
    private = known.get(stop.person_id) if stop.person_id else None
    home = homes.get(stop.person_id) if stop.person_id else None
    address = private.address if private else secret.unseal(stop.guest_address, ADDRESS)
    born = private.birth_year if private else None
    done = clock.local(stop.done_at) if stop.done_at else None
    return {
        "id": str(stop.id),
        "name": stop.person.name if stop.person else stop.guest,
        "branch": stop.branch.short_name,
        "age": clock.today().year - born if born else None,
        "address": address,
        "phone": private.phone if private else "",
        "note": secret.unseal(home.note, NOTE) if home else "",
        "goods": stop.goods,
        "pair": stop.pair.young.name if stop.pair else "",
        "window": "–".join(f"{at:%H:%M}" for at in (stop.starts_at, stop.ends_at) if at),
        "lat": home.latitude if home else None,
        "lon": home.longitude if home else None,
        "state": stop.state,
        "at": f"{done:%H:%M}" if done else "",
        "began": stop.began_at.isoformat() if stop.began_at else None,
    }
