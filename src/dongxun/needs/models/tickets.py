"""Tables of needs themselves: themes, services, tickets and their steps."""

from django.db import models
from django.db.models import F, Q

from dongxun.kernel.ids import new_id, spoken_code
from dongxun.needs.contracts import (
    AidKind,
    NeedAct,
    NeedSource,
    NeedState,
    Satisfaction,
    Urgency,
)

_ORG = "organisations.Organisation"


class Theme(models.Model):
    """What needs are about: 饮水, 道路, 用工. Data of the organisation at a season's root."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    order = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="needs_theme_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """服务目录: something that can be had within a theme, from whom and how."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="services")
    name = models.CharField(max_length=80)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    expert = models.ForeignKey(
        "people.LecturerProfile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    how = models.TextField(blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["theme", "organisation", "name"], name="needs_service_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Need(models.Model):
    """诉求, a ticket from the word of mouth to the word that it is done.

    ``lead`` received it first and answers for it; ``worker`` does the work; ``holder`` is
    whose turn it is.

    ``due_on`` is the day by which the next thing is owed: the first reply, then the end of
    the work, for a suspended one the day it is looked at again. ``requester`` is sealed.
    ``raised_by`` and ``done_by`` are ids of actors; the database itself refuses that one
    of them closes it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.CharField(max_length=6, unique=True, default=spoken_code)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    worker = models.ForeignKey(
        _ORG, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    theme = models.ForeignKey(
        Theme, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expert = models.ForeignKey(
        "people.LecturerProfile", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    place = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=10, choices=NeedSource)
    urgency = models.CharField(max_length=8, choices=Urgency, default=Urgency.USUAL)
    about_kind = models.CharField(max_length=20, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    requester = models.TextField(blank=True)
    raised_by = models.UUIDField(null=True, blank=True)
    for_self = models.BooleanField(default=False)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=14, choices=NeedState, default=NeedState.REGISTERED)
    is_open = models.BooleanField(default=True)
    since = models.DateTimeField()
    reply_by = models.DateField()
    replied_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    responsible = models.CharField(max_length=60, blank=True)
    measures = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(max_length=120, blank=True)
    satisfaction = models.CharField(max_length=12, choices=Satisfaction, blank=True)
    word = models.CharField(max_length=300, blank=True)
    hand_ons = models.PositiveSmallIntegerField(default=0)
    redos = models.PositiveSmallIntegerField(default=0)
    suspended_from = models.CharField(max_length=14, blank=True)
    closed_by = models.UUIDField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=NeedState.CLOSED)
                | (
                    Q(is_open=False)
                    & ~Q(evidence="")
                    & Q(satisfaction__in=[Satisfaction.SATISFIED, Satisfaction.BASIC])
                ),
                name="needs_closed_with_a_word",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(done_by=None) | ~Q(closed_by=F("done_by")),
                name="needs_not_closed_by_worker",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None)
                | Q(for_self=False)
                | Q(raised_by=None)
                | ~Q(closed_by=F("raised_by")),
                name="needs_not_closed_by_raiser",
            ),
        ]
        indexes = [
            models.Index(fields=["season", "is_open", "due_on", "id"], name="needs_by_deadline"),
            models.Index(
                fields=["season", "is_open", "state", "due_on", "id"], name="needs_by_state"
            ),
            models.Index(
                fields=["season", "is_open", "theme", "due_on", "id"], name="needs_by_theme"
            ),
            models.Index(
                fields=["season", "is_open", "source", "due_on", "id"], name="needs_by_source"
            ),
            models.Index(fields=["holder", "is_open", "due_on", "id"], name="needs_of_holder"),
            models.Index(fields=["lead", "is_open", "due_on", "id"], name="needs_of_lead"),
            models.Index(fields=["organisation", "due_on", "id"], name="needs_raised_at"),
            models.Index(fields=["about_id"], name="needs_heard_at"),
            models.Index(
                fields=["season", "is_open", "state", "due_on", "id"],
                condition=Q(replied_on=None) | Q(replied_on__gt=F("reply_by")),
                name="needs_answered_late",
            ),
            models.Index(
                fields=["season", "due_on", "id"],
                condition=Q(replied_on=None) | Q(replied_on__gt=F("reply_by")),
                name="needs_late_by_deadline",
            ),
            models.Index(
                fields=["season", "is_open", "state", "due_on", "id"],
                condition=Q(redos__gt=0),
                name="needs_done_again",
            ),
            models.Index(
                fields=["season", "due_on", "id"],
                condition=Q(redos__gt=0),
                name="needs_again_by_deadline",
            ),
        ]


class Step(models.Model):
    """One step of a need's timeline; written once, never changed.

    ``holder`` is whose turn it is from here on; ``key`` is minted by the form, so sending
    it twice is one step.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    key = models.UUIDField()
    act = models.CharField(max_length=10, choices=NeedAct)
    state = models.CharField(max_length=14, choices=NeedState)
    holder = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    by_id = models.UUIDField(null=True, blank=True)
    by_label = models.CharField(max_length=120, blank=True)
    due_on = models.DateField()
    occurred_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="needs_step_in_order"),
            models.UniqueConstraint(fields=["need", "key"], name="needs_step_once"),
        ]


class NeedHelper(models.Model):
    """配合单位: another organisation that helps with a need."""

    id = models.BigAutoField(primary_key=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="helpers")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["need", "organisation"], name="needs_helper_once"),
        ]


class NeedAid(models.Model):
    """An errand or a search for a donor that a need set going, and where it stands by now.

    ``id`` is the errand's or the drive's own; its room tells what becomes of it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="aids")
    kind = models.CharField(max_length=8, choices=AidKind)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    words = models.CharField(max_length=300)
    is_over = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["told_at"]
