"""Tables of assisted enterprises: how far each has come, and lists frozen as of a day."""

from django.db import models

from dongxun.kernel.ids import new_id
from dongxun.needs.contracts import Stage

_ORG = "organisations.Organisation"


class Enterprise(models.Model):
    """帮扶企业. ``stage`` is that of its latest note."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    scale = models.CharField(max_length=40, blank=True)
    helper = models.CharField(max_length=60, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.STOPPED)
    stage_on = models.DateField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "name"], name="needs_enterprise_once"
            ),
        ]
        indexes = [models.Index(fields=["season", "stage"], name="needs_enterprises")]


class EnterpriseNote(models.Model):
    """帮扶记录: what was done for an enterprise on a day, and where it stood then.

    A visit also says who ``went``, who ``sat`` at the table and the ``topic``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="notes")
    on = models.DateField()
    stage = models.CharField(max_length=10, choices=Stage)
    words = models.CharField(max_length=500, blank=True)
    went = models.CharField(max_length=200, blank=True, default="", db_default="")
    sat = models.CharField(max_length=200, blank=True, default="", db_default="")
    topic = models.CharField(max_length=120, blank=True, default="", db_default="")
    by_label = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-recorded_at"]


class EnterpriseSnapshot(models.Model):
    """The list as it stood on a day. Never changed: a later one is another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    counts = models.JSONField(default=dict)
    rows = models.JSONField(default=list)
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["-as_of"]
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "as_of"], name="needs_snapshot_once"
            ),
        ]
