"""Tables of home visits. What identifies a home beyond the roster is sealed."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.visits.contracts import (
    Language,
    Outcome,
    RoundKind,
    RoundState,
    SignedHow,
    Source,
    Step,
    StopState,
    Target,
)

_ORG = "organisations.Organisation"
_PERSON = "people.Person"
VISITORS = ("round__visitors", "earlier__visitors")
"""What is fetched with a stop to know who may record there."""


class Round(models.Model):
    """A day's route: who goes, in which order, with what in the bag.

    ``materials`` and ``goods`` are words; packs with stock are the room packs'. ``sound`` is
    the lesson to be played at a door, ``lesson_audio`` the address of one kept elsewhere here.
    ``opened_at`` is when it was made known: nothing can have happened before.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=RoundKind, default=RoundKind.STUDY)
    title = models.CharField(max_length=80)
    day = models.DateField()
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    lesson_title = models.CharField(max_length=120, blank=True)
    lesson_text = models.TextField(blank=True)
    lesson_audio = models.CharField(max_length=200, blank=True)
    sound = models.ForeignKey(
        "files.Upload", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    materials = models.CharField(max_length=200, blank=True)
    goods = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=RoundState, default=RoundState.OPEN)
    state_reason = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["season", "day"], name="visits_rounds_of_day")]


class RoundTopic(models.Model):
    """A topic that a round teaches and how many minutes of a visit it usually takes."""

    id = models.BigAutoField(primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "topic"], name="visits_topic_once")]


class Visitor(models.Model):
    """Somebody who goes on a round: an account holder, or a person by personal link.

    The link is for this row (``LinkPurpose.VISITOR``, object id), so a phone knows
    both the round and whose it is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="visitors")
    account = models.ForeignKey(
        "access.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=Q(gone_at=None),
                name="visits_person_visits_once",
            ),
            models.UniqueConstraint(
                fields=["round", "account"],
                condition=Q(gone_at=None),
                name="visits_account_visits_once",
            ),
        ]


class Pair(models.Model):
    """结对: an elder and a young member, one to one, until somebody ends it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    elder = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    young = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "elder", "young"],
                condition=Q(until=None),
                name="visits_one_open_pair",
            )
        ]


class Home(models.Model):
    """How to find and how to behave at somebody's home; never a diagnosis.

    ``note`` is sealed: 说话慢一点，坐在他右手边. ``weekdays`` are digits from Monday's 1 on on which
    a visit may be, none for every day; ``opens`` and ``closes`` the hours.
    """

    person = models.OneToOneField(
        _PERSON, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    note = models.CharField(max_length=400, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    weekdays = models.CharField(max_length=7, blank=True, default="")
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    language = models.CharField(max_length=8, choices=Language, blank=True, default="")
    two = models.BooleanField(default=False)
    updated_at = models.DateTimeField()


class Stop(models.Model):
    """One door of a round, and what all claims about it add up to.

    From ``state`` on everything is computed from the claims, so the order in
    which phones and papers arrive makes no difference. ``generation`` counts
    decisions at the desk. ``earlier`` are the rounds on which it stood before it was
    moved: their visitors' phones may still hold what was seen there. ``guest`` and ``guest_address`` (sealed) name somebody
    who is not on the roster.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="stops")
    earlier = models.ManyToManyField(Round, related_name="+")
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    guest_address = models.CharField(max_length=400, blank=True)
    target = models.CharField(max_length=12, choices=Target, blank=True)
    order = models.PositiveSmallIntegerField()
    starts_at = models.TimeField(null=True, blank=True)
    ends_at = models.TimeField(null=True, blank=True)
    goods = models.CharField(max_length=200, blank=True)
    pair = models.ForeignKey(
        Pair, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=StopState, default=StopState.WAITING)
    began_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    words = models.TextField(blank=True)
    signed = models.CharField(max_length=8, choices=SignedHow, blank=True)
    why_unsigned = models.CharField(max_length=120, blank=True)
    disputed = models.BooleanField(default=False)
    generation = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person"],
                condition=~Q(state=StopState.DROPPED),
                name="visits_person_once_a_round",
            )
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="visits_stops_of_person"),
            models.Index(fields=["branch", "done_at"], name="visits_stops_of_branch"),
        ]

    @property
    def rounds(self) -> list[Round]:
        """The rounds on which it stands and stood; wants ``VISITORS`` fetched."""
        return [self.round, *self.earlier.all()]

    @property
    def opened_at(self) -> datetime:
        """When it was first made known to a visitor: nothing can have happened before."""
        return min(row.opened_at for row in self.rounds)


class Claim(models.Model):
    """One statement about a door, as it reached us; append-only.

    ``id`` is the item id that the phone or the sheet minted. ``waits`` marks one
    that a person has to look at before it counts: a clock that cannot be right.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="claims")
    step = models.CharField(max_length=10, choices=Step)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    occurred_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    topics = models.JSONField(default=list)
    words = models.TextField(blank=True)
    signed = models.CharField(max_length=8, choices=SignedHow, blank=True)
    why_unsigned = models.CharField(max_length=120, blank=True)
    generation = models.PositiveSmallIntegerField(default=0)
    settled = models.BooleanField(default=False)
    waits = models.BooleanField(default=False)
    skewed = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    source = models.CharField(max_length=6, choices=Source, default=Source.PHONE)
    visitor = models.ForeignKey(
        Visitor, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_by = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()


class Photo(models.Model):
    """A picture taken at a door with the word of who is on it; sealed once it is whole."""

    id = models.UUIDField(primary_key=True, editable=False)
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, related_name="photos")
    taken_at = models.DateTimeField()
    consent = models.BooleanField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    path = models.CharField(max_length=40, blank=True)
    begun_at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True, blank=True)


class PhotoPart(models.Model):
    """A piece of a picture that is still on its way."""

    id = models.BigAutoField(primary_key=True)
    photo = models.ForeignKey(Photo, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    body = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["photo", "offset"], name="visits_part_once")]
