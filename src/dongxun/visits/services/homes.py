"""What is known of a home, and who is paired with whom."""

from dataclasses import asdict, dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dongxun.kernel import audit, clock, secret
from dongxun.kernel.actors import Actor
from dongxun.kernel.errors import Invalid, NotFound
from dongxun.people import api as people
from dongxun.visits.contracts import Wishes
from dongxun.visits.models import Home, Pair
from dongxun.visits.sealing import NOTE


@dataclass(frozen=True, slots=True)
class HomeDraft:
    """What is typed of a home; latitude and longitude are WGS 84."""

    note: str = ""
    latitude: float | None = None
    longitude: float | None = None
    wishes: Wishes = field(default_factory=Wishes)


@transaction.atomic
def save_home(*, by: Actor, person_id: UUID, draft: HomeDraft) -> None:
    """Write down how to behave at somebody's home, where it is, when to come. Safe to repeat.

    Raises:
        NotFound: the person is not this actor's.
        Invalid: half a point, or one that is nowhere; hours that end before they begin.
    """
    card = people.card(person_id, by=by)
    if (draft.latitude is None) != (draft.longitude is None):
        raise Invalid(_("Give both latitude and longitude, or neither."), where="latitude")
    if draft.latitude is not None and not -90 <= draft.latitude <= 90:
        raise Invalid(
            _("Between %(low)s and %(high)s.") % {"low": -90, "high": 90}, where="latitude"
        )
    if draft.longitude is not None and not -180 <= draft.longitude <= 180:
        words = _("Between %(low)s and %(high)s.") % {"low": -180, "high": 180}
        raise Invalid(words, where="longitude")
    wishes = draft.wishes
    if wishes.opens and wishes.closes and wishes.closes <= wishes.opens:
        raise Invalid(_("It ends before it starts."), where="closes")
    Home.objects.update_or_create(
        person_id=person_id,
        defaults={
            "note": secret.seal(draft.note.strip()[:80], NOTE),
            "latitude": draft.latitude,
            "longitude": draft.longitude,
            **asdict(wishes),
            "updated_at": clock.now(),
        },
    )
    audit.write(
        "visits.save_home", by=by, subject=("person", person_id), organisation_id=card.branch_id
    )


@transaction.atomic
def save_pair(*, by: Actor, season_id: UUID, elder_id: UUID, young_id: UUID) -> UUID:
    """Pair an elder with a young member. Safe to repeat.

    Raises:
        NotFound: one of them is not this actor's.
        Invalid: one and the same person.
    """
    elder, young = people.card(elder_id, by=by), people.card(young_id, by=by)
    if elder.id == young.id:
        raise Invalid(_("A pair is two people."), where="young")
    row, created = Pair.objects.get_or_create(
        season_id=season_id,
        elder_id=elder.id,
        young_id=young.id,
        until=None,
        defaults={"since": clock.today()},
    )
    if created:
        audit.write(
            "visits.save_pair", by=by, subject=("pair", row.id), organisation_id=elder.branch_id
        )
    return row.id


@transaction.atomic
def end_pair(*, by: Actor, pair_id: UUID) -> None:
    """End a pair; what it has done stays. Safe to repeat.

    Raises:
        NotFound: not this actor's.
    """
    row = Pair.objects.filter(id=pair_id).first()
    if row is None:
        raise NotFound
    card = people.card(row.elder_id, by=by)
    if Pair.objects.filter(id=pair_id, until=None).update(until=clock.today()):
        audit.write(
            "visits.end_pair", by=by, subject=("pair", row.id), organisation_id=card.branch_id
        )
