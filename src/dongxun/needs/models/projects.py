"""Tables of projects: what is to be reached, measured, reviewed and shown."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.needs.contracts import Milestone, PictureMoment, ProjectState
from dongxun.needs.models.tickets import Need, Step

_ORG = "organisations.Organisation"


class Project(models.Model):
    """项目. Target, amount, unit, day and responsible person are there, or it is not handed in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="projects"
    )
    title = models.CharField(max_length=120)
    target = models.CharField(max_length=200, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True, blank=True)
    responsible = models.CharField(max_length=60, blank=True)
    partners = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=ProjectState, default=ProjectState.DRAFT)
    reason = models.CharField(max_length=300, blank=True)
    written_by = models.UUIDField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=120, blank=True)
    returns = models.PositiveSmallIntegerField(default=0)
    reached_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ProjectState.DRAFT)
                | (
                    ~Q(target="")
                    & Q(amount__isnull=False, amount__gt=0)
                    & ~Q(unit="")
                    & Q(due_on__isnull=False)
                    & ~Q(responsible="")
                ),
                name="needs_project_is_measurable",
            ),
        ]
        indexes = [models.Index(fields=["season", "state", "due_on"], name="needs_projects")]


class ProjectMilestone(models.Model):
    """开工, 竣工, 投产: when it was planned, and when it came."""

    id = models.BigAutoField(primary_key=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=10, choices=Milestone)
    planned_on = models.DateField()
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "kind"], name="needs_milestone_once"),
        ]


class ProjectReading(models.Model):
    """How much of the amount was reached by a day; the latest reading of a day stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="readings")
    on = models.DateField()
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["project", "on"], name="needs_one_reading_a_day"),
        ]


class Voice(models.Model):
    """What somebody said of a need instead of typing it, and what a person heard in it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="voices")
    upload = models.ForeignKey("files.Upload", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    words = models.TextField(blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    heard_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["need", "sha256"], name="needs_voice_once_a_need"),
        ]


class Picture(models.Model):
    """A picture of a need or a project, before or after; never required."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    need = models.ForeignKey(
        Need, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, null=True, blank=True, related_name="pictures"
    )
    moment = models.CharField(max_length=6, choices=PictureMoment)
    words = models.CharField(max_length=120, blank=True)
    upload = models.ForeignKey("files.Upload", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["moment", "added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False, project=None) | Q(need=None, project__isnull=False),
                name="needs_picture_of_one",
            ),
            models.UniqueConstraint(
                fields=["need", "sha256"],
                condition=Q(need__isnull=False),
                name="needs_picture_once_a_need",
            ),
            models.UniqueConstraint(
                fields=["project", "sha256", "moment"],
                condition=Q(project__isnull=False),
                name="needs_picture_once_a_project",
            ),
        ]
