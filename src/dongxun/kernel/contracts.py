"""Words and shapes of the kernel that its tables and callers share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a long job stands."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class SyncAnswer(models.TextChoices):
    """What the server says of one item that a phone sent."""

    STORED = "stored", _("stored")
    DUPLICATE = "duplicate", _("already there")
    MERGED = "merged", _("merged")
    CONFLICT = "conflict", _("a person decides")
    REJECTED = "rejected", _("not accepted")
