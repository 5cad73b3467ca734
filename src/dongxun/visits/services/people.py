"""Two rows of one person become one: homes on rounds, notes, pairs and visitors follow."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from dongxun.kernel import clock
from dongxun.kernel.actors import Actor
from dongxun.visits.contracts import StopState
from dongxun.visits.models import Claim, Home, Pair, Photo, Stop, Visitor
from dongxun.visits.services.doors import lock_stops
from dongxun.visits.services.records import refresh


@transaction.atomic
def follow_merge(kept_id: UUID, merged_id: UUID) -> None:
    """Move everything of ``merged_id`` to ``kept_id``. Safe to repeat."""
    _stops(kept_id, merged_id)
    _home(kept_id, merged_id)
    _pairs(kept_id, merged_id)
    twice = Visitor.objects.filter(person_id=kept_id, gone_at=None).values("round_id")
    theirs = Visitor.objects.filter(person_id=merged_id)
    theirs.exclude(gone_at=None, round__in=twice).update(person_id=kept_id)


def _stops(kept_id: UUID, merged_id: UUID) -> None:
    """Give the survivor the homes; on one round both were one door, with all that was said of it."""
    stops = list(lock_stops(person_id__in=[kept_id, merged_id]).select_related("round"))
    live = [stop for stop in stops if stop.state != StopState.DROPPED]
    own = {stop.round_id: stop for stop in live if stop.person_id == kept_id}
    both = [s for s in live if s.person_id == merged_id and s.round_id in own]
    for stop in both:
        twin = own[stop.round_id]
        Claim.objects.filter(stop=stop).update(stop=twin)
        Photo.objects.filter(stop=stop).update(stop=twin)
        Stop.objects.filter(id=stop.id).update(state=StopState.DROPPED)
        stop.state = StopState.DROPPED
    Stop.objects.filter(person_id=merged_id).update(person_id=kept_id)
    touched = {stop.id for pair in both for stop in (pair, own[pair.round_id])}
    again = Stop.objects.filter(id__in=touched).order_by("id").select_related("round")
    refresh(list(again), by=Actor.system("person_merged"))


def _home(kept_id: UUID, merged_id: UUID) -> None:
    theirs = Home.objects.filter(person_id=merged_id).first()
    if theirs is None:
        return
    mine, _created = Home.objects.get_or_create(
        person_id=kept_id, defaults={"updated_at": theirs.updated_at}
    )
    mine.note = mine.note or theirs.note
    if mine.latitude is None:
        mine.latitude, mine.longitude = theirs.latitude, theirs.longitude
    if not (mine.weekdays or mine.opens or mine.closes):
        mine.weekdays, mine.opens, mine.closes = theirs.weekdays, theirs.opens, theirs.closes
    mine.language, mine.two = mine.language or theirs.language, mine.two or theirs.two
    mine.save()
    theirs.delete()


def _pairs(kept_id: UUID, merged_id: UUID) -> None:
    """Give the survivor the pairs; one that is there already, or of one person alone, is ended."""
    for pair in Pair.objects.filter(Q(elder_id=merged_id) | Q(young_id=merged_id)).order_by(
        "since"
    ):
        pair.elder_id = kept_id if pair.elder_id == merged_id else pair.elder_id
        pair.young_id = kept_id if pair.young_id == merged_id else pair.young_id
        same = Pair.objects.filter(
            season=pair.season_id, elder=pair.elder_id, young=pair.young_id, until=None
        ).exclude(id=pair.id)
        if pair.until is None and (pair.elder_id == pair.young_id or same.exists()):
            pair.until = clock.today()
        pair.save(update_fields=["elder", "young", "until"])
