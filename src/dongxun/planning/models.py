"""The one table of planning."""

from django.db import models

from dongxun.kernel.ids import new_id
from dongxun.planning.contracts import OVER, RunKind, RunState


class Run(models.Model):
    """One search: what was asked, the problem as it stood, how it went, what came of it.

    ``problem`` is never written again, ``digest`` its SHA-256; ``about`` holds what its
    pages say besides: rows of the timeline, minutes of topics, what was left out. ``steps``
    are (seconds, cost, bound). ``pins`` are plan lines to be kept when it is solved again.
    ``stops`` asks the search to end with what it has.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=RunKind)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settings = models.JSONField(default=dict)
    problem = models.JSONField()
    digest = models.CharField(max_length=64)
    about = models.JSONField(default=dict)
    pins = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    stops = models.BooleanField(default=False)
    phase = models.CharField(max_length=80, blank=True)
    steps = models.JSONField(default=list)
    plan = models.JSONField(null=True, blank=True)
    outcome = models.JSONField(default=dict)
    error = models.CharField(max_length=400, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    asked_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.CharField(max_length=120, blank=True)
    accept_reason = models.CharField(max_length=200, blank=True)
    accept_job_id = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["season", "kind", "created_at"], name="planning_runs_of_season")
        ]

    @property
    def is_over(self) -> bool:
        """Whether the search has ended."""
        return self.state in OVER
