"""Tables of lecturers: how they come to be, when they can teach, who orders them."""

from django.db import models
from django.db.models import F, Q

from dongxun.kernel.ids import new_id
from dongxun.lecturers.contracts import CandidateState, DayPart

_ORG = "organisations.Organisation"
_LECTURER = "people.LecturerProfile"


class Candidate(models.Model):
    """Somebody nominated as a lecturer: vetted with a word, then appointed or not.

    ``phone`` is sealed; it moves to the profile with the appointment.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    title = models.CharField(max_length=120, blank=True)
    subjects = models.JSONField(default=list)
    phone = models.CharField(max_length=160, blank=True)
    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=CandidateState, default=CandidateState.NOMINATED
    )
    nominated_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    vetted_by = models.CharField(max_length=120, blank=True)
    vetted_at = models.DateTimeField(null=True, blank=True)
    vet_words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(state__in=["nominated", "passed"]),
                name="lecturers_nominated_once",
            )
        ]
        indexes = [models.Index(fields=["state"], name="lecturers_candidates")]


class Appointment(models.Model):
    """聘任: a lecturer's term, with the letter's number. One may follow another.

    ``ended_on`` is the first day that a term ended early no longer covers. A profile without one was entered by hand; nothing ends for it by itself.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lecturer = models.ForeignKey(_LECTURER, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    candidate = models.OneToOneField(
        Candidate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="appointment",
    )
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    since = models.DateField()
    until = models.DateField()
    issued_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lecturer", "since"],
                condition=Q(ended_on=None),
                name="lecturers_term_begins_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "year", "sequence"], name="lecturers_letter_number"
            ),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="lecturers_term_lasts"),
        ]


class FreePart(models.Model):
    """A part of a weekday at which a lecturer can usually teach."""

    id = models.BigAutoField(primary_key=True)
    lecturer = models.ForeignKey(_LECTURER, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=9, choices=DayPart)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lecturer", "weekday", "part"], name="lecturers_free_once"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="lecturers_seven_days"),
        ]


class UnwantedPart(models.Model):
    """A part of a weekday at which a lecturer would rather not teach, whether they can or not."""

    id = models.BigAutoField(primary_key=True)
    lecturer = models.ForeignKey(_LECTURER, on_delete=models.CASCADE, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=9, choices=DayPart)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lecturer", "weekday", "part"], name="lecturers_unwanted_once"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="lecturers_unwanted_days"),
        ]


class Away(models.Model):
    """Days on which a lecturer cannot come at all."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lecturer = models.ForeignKey(_LECTURER, on_delete=models.CASCADE, related_name="+")
    first = models.DateField()
    last = models.DateField()
    words = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lecturer", "first", "last"], name="lecturers_away_once"
            ),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="lecturers_away_lasts"),
        ]


class Order(models.Model):
    """点单: a unit asks for a lesson; dispatched, it has a session with a lecturer asked.

    Where it stands follows from the session (``queries.orders.state_of``). ``rounds``
    counts sessions that were called off, each of which needs another.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        "seasons.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lecturer = models.ForeignKey(
        _LECTURER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    wish = models.CharField(max_length=160)
    wanted_from = models.DateField()
    wanted_until = models.DateField()
    part = models.CharField(max_length=9, choices=DayPart, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place_text = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    session = models.ForeignKey(
        "activities.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    rounds = models.PositiveSmallIntegerField(default=0)
    ordered_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    closed_words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "wish", "wanted_from"],
                condition=Q(withdrawn_at=None, refused_at=None),
                name="lecturers_ordered_once",
            ),
            models.CheckConstraint(
                condition=Q(wanted_from__lte=F("wanted_until")), name="lecturers_days_wanted"
            ),
        ]
        indexes = [models.Index(fields=["season", "organisation"], name="lecturers_orders_of")]

    def __str__(self) -> str:
        return self.wish


class Rating(models.Model):
    """评单: what the unit that heard a lesson says afterwards. ``words`` are for the desk alone.

    It speaks of ``session``; once its order has another one, it counts no more. Of a session that
    nobody ordered the host speaks, of each lecturer, without ``order``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(
        Order, on_delete=models.PROTECT, null=True, blank=True, related_name="rating"
    )
    session = models.ForeignKey(
        "activities.Session", on_delete=models.PROTECT, null=True, related_name="+"
    )
    lecturer = models.ForeignKey(_LECTURER, on_delete=models.PROTECT, related_name="+")
    stars = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=300, blank=True)
    written_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(stars__gte=1, stars__lte=5), name="lecturers_stars_of_five"
            ),
            models.UniqueConstraint(
                fields=["session", "lecturer"],
                condition=Q(order=None),
                name="lecturers_rated_once_without_an_order",
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | Q(session__isnull=False),
                name="lecturers_rated_for_something",
            ),
        ]
        indexes = [models.Index(fields=["lecturer"], name="lecturers_ratings_of")]
