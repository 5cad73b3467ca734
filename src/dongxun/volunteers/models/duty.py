"""Tables of this room. Names, addresses and plates that strangers left are sealed."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from dongxun.kernel.ids import new_id
from dongxun.volunteers.contracts import (
    HoursState,
    Source,
    TeamState,
)

_ORG, _PERSON = "organisations.Organisation", "people.Person"
SEALED = "volunteers"
"""The purpose under which this room seals what strangers left."""


class Volunteer(models.Model):
    """A person who has volunteered: their number, and the row that is locked while they choose."""

    person = models.OneToOneField(
        _PERSON, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    number = models.CharField(max_length=12, unique=True)
    since = models.DateField()


class Team(models.Model):
    """志愿服务队; ``self_formed`` ones were asked for by members on their phones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=300, blank=True)
    leader = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    self_formed = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=TeamState, default=TeamState.APPROVED)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(state__in=["asked", "approved"]),
                name="volunteers_team_named_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """A person in a team, until they leave."""

    id = models.BigAutoField(primary_key=True)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"],
                condition=Q(left_at=None),
                name="volunteers_in_a_team_once",
            )
        ]


class ServiceType(models.Model):
    """A kind of service, as data: 义诊, 保洁, 代购; ``takes_results`` for 抽检 and its like."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40, unique=True)
    takes_results = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """志愿服务活动: volunteers for somebody, at a time and place; perhaps of several units."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    partners: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        _ORG, related_name="+", blank=True
    )
    type = models.ForeignKey(ServiceType, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="services"
    )
    title = models.CharField(max_length=120)
    place_text = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needed = models.PositiveSmallIntegerField(null=True, blank=True)
    for_whom = models.CharField(max_length=80, blank=True)
    tags = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="volunteers_service_lasts"
            )
        ]
        indexes = [models.Index(fields=["season", "starts_at"], name="volunteers_services")]

    def __str__(self) -> str:
        return self.title


class ServiceResult(models.Model):
    """What a service task found: the sample or thing looked at, and the result."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="results")
    sample = models.CharField(max_length=120)
    result = models.CharField(max_length=200)
    passed = models.BooleanField(null=True)
    written_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class Post(models.Model):
    """岗点: a place that is watched; ``starts`` are the local times at which shifts begin."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    from_day = models.DateField()
    until_day = models.DateField()
    starts = models.JSONField(default=list)
    needed = models.PositiveSmallIntegerField(default=1)
    keeps_register = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "name"],
                condition=Q(closed_at=None),
                name="volunteers_post_named_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """班次: a stretch of time at a post, and how many it needs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    needed = models.PositiveSmallIntegerField()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post", "starts_at", "ends_at"],
                condition=Q(cancelled_at=None),
                name="volunteers_shift_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="volunteers_shift_lasts"
            ),
        ]
        indexes = [models.Index(fields=["post", "starts_at"], name="volunteers_roster")]


class Turn(models.Model):
    """One person's turn at a shift, a service or an errand: from taking it to hours approved.

    ``starts_at`` and ``ends_at`` repeat what was planned, so that two turns of one
    person can be compared. Given back, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    shift = models.ForeignKey(
        Shift, on_delete=models.PROTECT, null=True, blank=True, related_name="turns"
    )
    service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="turns"
    )
    errand = models.ForeignKey(
        "Errand", on_delete=models.PROTECT, null=True, blank=True, related_name="turns"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=120, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    given_back_at = models.DateTimeField(null=True, blank=True)
    give_back_reason = models.CharField(max_length=200, blank=True)
    on_at = models.DateTimeField(null=True, blank=True)
    on_source = models.CharField(max_length=8, choices=Source, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_source = models.CharField(max_length=8, choices=Source, blank=True)
    skewed = models.BooleanField(default=False)
    travel_minutes = models.PositiveSmallIntegerField(default=0)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    hours_state = models.CharField(max_length=10, choices=HoursState, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    certified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "person"],
                condition=Q(given_back_at=None),
                name="volunteers_one_turn_a_shift",
            ),
            models.UniqueConstraint(
                fields=["service", "person"],
                condition=Q(given_back_at=None),
                name="volunteers_one_turn_a_service",
            ),
            models.UniqueConstraint(
                fields=["errand"], condition=Q(given_back_at=None), name="volunteers_one_runner"
            ),
            models.CheckConstraint(
                condition=Q(shift__isnull=False, service=None, errand=None)
                | Q(shift=None, service__isnull=False, errand=None)
                | Q(shift=None, service=None, errand__isnull=False),
                name="volunteers_turn_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(off_at=None) | Q(on_at__lt=F("off_at")), name="volunteers_on_then_off"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="volunteers_turns_of"),
            models.Index(fields=["hours_state", "organisation"], name="volunteers_hours_open"),
        ]


class DutyClaim(models.Model):
    """A phone's word that somebody came or went; kept as it was said, see ``services.coming``."""

    id = models.UUIDField(primary_key=True, editable=False)
    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="claims")
    coming = models.BooleanField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    skewed = models.BooleanField(default=False)

    class Meta:
        ordering = ["occurred_at", "id"]


class Handover(models.Model):
    """交接: what one shift leaves to the next; read by whoever follows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="handovers")
    turn = models.ForeignKey(Turn, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    read_turn = models.ForeignKey(
        Turn, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)


class DutyEntry(models.Model):
    """出入登记: one line at a post; deleted when the season's days are over."""

    id = models.UUIDField(primary_key=True, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="entries")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    direction = models.CharField(max_length=3, default="in")
    plate = models.CharField(max_length=200, blank=True)
    person_note = models.CharField(max_length=500, blank=True)
    remark = models.CharField(max_length=200, blank=True)
    written_by = models.CharField(max_length=120, blank=True)
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    skewed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["post", "occurred_at"], name="volunteers_register"),
            models.Index(fields=["occurred_at"], name="volunteers_register_age"),
        ]
