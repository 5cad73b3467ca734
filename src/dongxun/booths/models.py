"""Tables of booths: the card, its booths, stamps given by hand or to guests, prizes."""

from django.db import models
from django.db.models import Q

from dongxun.booths.contracts import CardState, Source
from dongxun.kernel.ids import new_id, spoken_code


class StampCard(models.Model):
    """集章卡: some booths; with ``needed`` of their stamps it is full.

    It belongs to one session, a fair, or to the whole season. ``stock`` counts prizes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    session = models.ForeignKey(
        "activities.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=60)
    needed = models.PositiveSmallIntegerField()
    prize = models.CharField(max_length=60, blank=True)
    stock = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=6, choices=CardState, default=CardState.DRAFT)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="booths_card_once"
            ),
            models.CheckConstraint(condition=Q(needed__gte=1), name="booths_needs_a_stamp"),
        ]

    def __str__(self) -> str:
        return self.title


class Booth(models.Model):
    """摊位: ``code`` is printed and typed; whoever passes its quiz has its stamp."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    card = models.ForeignKey(StampCard, on_delete=models.CASCADE, related_name="booths")
    code = models.CharField(max_length=6, unique=True, default=spoken_code)
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=60)
    place = models.CharField(max_length=60, blank=True)
    task = models.CharField(max_length=200, blank=True)
    quiz = models.OneToOneField(
        "quizzes.Quiz", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["card", "title"], name="booths_booth_once")]
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.title


class Stamp(models.Model):
    """A stamp given by hand, or to a guest who answered; never edited, only voided.

    A member's pass of a booth's quiz is a stamp too and is written nowhere again. ``guest``
    is the number of a browser that speaks for nobody we know.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    booth = models.ForeignKey(Booth, on_delete=models.PROTECT, related_name="stamps")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=6, choices=Source)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["booth", "person"],
                condition=Q(voided_at=None, person__isnull=False),
                name="booths_one_live_stamp",
            ),
            models.UniqueConstraint(
                fields=["booth", "guest"],
                condition=Q(voided_at=None) & ~Q(guest=""),
                name="booths_one_live_stamp_of_a_guest",
            ),
            models.CheckConstraint(
                condition=Q(person=None) & ~Q(guest="") | Q(person__isnull=False, guest=""),
                name="booths_stamp_is_somebodys",
            ),
        ]


class Prize(models.Model):
    """What was handed out for a full card, once to each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    card = models.ForeignKey(StampCard, on_delete=models.PROTECT, related_name="prizes")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guest = models.CharField(max_length=8, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["card", "person"],
                condition=Q(person__isnull=False),
                name="booths_one_prize",
            ),
            models.UniqueConstraint(
                fields=["card", "guest"],
                condition=~Q(guest=""),
                name="booths_one_prize_of_a_guest",
            ),
        ]
