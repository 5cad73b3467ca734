"""Tables of seasons."""

from django.db import models
from django.db.models import F, Q

from dongxun.kernel.ids import new_id
from dongxun.seasons.contracts import (
    CreditMethod,
    GivenBy,
    HomeReason,
    Owing,
    SeasonState,
    StudyMode,
)

_ORG = "organisations.Organisation"


class Season(models.Model):
    """One season of winter training; it may span two calendar years.

    ``timetables`` are those accepted by planning, by the organisation they are of: when, how
    many sessions and groups. ``wordings`` are the office's own words for what figures mean: by
    definition and its part, Chinese and English.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8, choices=SeasonState, default=SeasonState.DRAFT)
    parameters = models.JSONField(default=dict)
    timetables = models.JSONField(default=dict)
    wordings = models.JSONField(default=dict)
    geo_zones = models.ForeignKey(
        "organisations.ZoneSet",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    joint_zones = models.ForeignKey(
        "organisations.ZoneSet",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    definition_version = models.PositiveSmallIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on")), name="seasons_season_lasts"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SeasonOrganisation(models.Model):
    """A town or agency that takes part; its subtree's members are expected."""

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="organisations")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "organisation"], name="seasons_part_once")
        ]


class Topic(models.Model):
    """专题: what everybody should learn, how long, and between which days.

    The plan line rises linearly from 0 on ``opens_on`` to ``target`` (percent)
    on ``due_on``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="topics")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=8)
    minutes = models.PositiveIntegerField()
    required = models.BooleanField(default=True)
    opens_on = models.DateField()
    due_on = models.DateField()
    target = models.PositiveSmallIntegerField(default=95)
    tags = models.JSONField(default=list)
    added_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "number"], name="seasons_topic_number"),
            models.CheckConstraint(
                condition=Q(opens_on__lt=F("due_on")), name="seasons_topic_lasts"
            ),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """What is taught inside a topic; its material lives in library, later."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="courses")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    minutes = models.PositiveIntegerField(default=60)
    summary = models.TextField(blank=True)
    audience = models.CharField(max_length=80, blank=True)


class Requirement(models.Model):
    """Hours that a category of people owes in the season and in a calendar year."""

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="requirements")
    category = models.CharField(max_length=16, choices=Owing)
    season_hours = models.DecimalField(max_digits=6, decimal_places=2)
    year_hours = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "category"], name="seasons_one_requirement")
        ]


class CreditRule(models.Model):
    """One row of the season's credit table."""

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="credit_rules")
    format = models.CharField(max_length=16)
    label_zh = models.CharField(max_length=40)
    label_en = models.CharField(max_length=60)
    method = models.CharField(max_length=12, choices=CreditMethod)
    hours = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    minutes_an_hour = models.PositiveSmallIntegerField(default=60)
    steps = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "format"], name="seasons_one_rule_a_format")
        ]


class Campaign(models.Model):
    """主题活动: a theme that many sessions share."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="campaigns")
    name = models.CharField(max_length=120)
    theme = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "name"], name="seasons_campaign_once")
        ]


class StudyDay(models.Model):
    """固定学习日: a day that returns each week or month, for an organisation's subtree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="study_days")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    every = models.CharField(max_length=6, choices=[("week", "week"), ("month", "month")])
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    day = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=90)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="seasons_study_day_once"
            )
        ]


class CascadeTask(models.Model):
    """One template session that each branch below ``organisation`` holds on its own.

    ``is_first_lesson`` marks 第一课, taught by the secretary; ``target`` is how
    many sessions each holds; from ``ended_on`` on nobody is asked any longer.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="cascade_tasks")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    activity_type = models.CharField(max_length=24)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveSmallIntegerField(default=60)
    due_on = models.DateField()
    is_first_lesson = models.BooleanField(default=False)
    given_by = models.CharField(max_length=12, choices=GivenBy, blank=True)
    target = models.PositiveSmallIntegerField(default=1)
    ended_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()


class Cohort(models.Model):
    """班次: a named group of people: 机关党员干部, 村居干部, 年轻干部."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="cohorts")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    people = models.ManyToManyField("people.Person", related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "name"], name="seasons_cohort_once"
            )
        ]


class Participation(models.Model):
    """A person's part in a season from one day to another.

    Eligible on day d means valid on d, counted category, status not excluded
    and ``excluded_reason`` empty. A transfer closes one row and opens the next;
    so does a new ``category``, the one whose hours the person owes.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="participations")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8, choices=StudyMode, default=StudyMode.GROUP)
    reason = models.CharField(max_length=12, choices=HomeReason, blank=True)
    category = models.CharField(max_length=16, choices=Owing, default=Owing.FULL)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    excluded_reason = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "person"],
                condition=Q(valid_to=None),
                name="seasons_one_open_participation",
            )
        ]
        indexes = [
            models.Index(fields=["season", "branch"], name="seasons_part_of_branch"),
            models.Index(fields=["season", "mode"], name="seasons_part_by_mode"),
        ]


class PlanVersion(models.Model):
    """The plan as it stood, and why it changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=200)
    snapshot = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "number"], name="seasons_version_number")
        ]
