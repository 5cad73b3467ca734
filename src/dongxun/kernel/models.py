"""Tables of the kernel: outbox, jobs, audit, sync inbox, idempotency keys."""

from django.db import models

from dongxun.kernel.contracts import JobState, SyncAnswer
from dongxun.kernel.ids import new_id


class Event(models.Model):
    """One outbox row: something that happened, to be told to rooms above.

    Written in the transaction of its cause, delivered after commit, at least
    once, in order of ``id``. Handlers recompute, so repetition is harmless.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=40)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["parked_at", "id"], name="kernel_event_due")]


class Job(models.Model):
    """A long job that a person waits for: import, export, rebuild.

    ``cursor`` is where to go on after a kill; the worker holds a lease by
    writing ``heartbeat_at``; whoever finds a stale lease takes the job up.
    ``actor`` is whoever started it, frozen as they were.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    owner_id = models.UUIDField(null=True, blank=True)
    owner_label = models.CharField(max_length=120, blank=True)
    actor = models.JSONField(default=dict)
    done_count = models.PositiveIntegerField(default=0)
    total_count = models.PositiveIntegerField(null=True, blank=True)
    cursor = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    lease = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "created_at"], name="kernel_job_queue"),
            models.Index(fields=["owner_id", "-created_at"], name="kernel_job_of_owner"),
        ]


class AuditEntry(models.Model):
    """Who did what to what, one row a service call. Never edited, never deleted."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True, blank=True)
    actor_label = models.CharField(max_length=120, blank=True)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    organisation_id = models.UUIDField(null=True, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["organisation_id", "-id"], name="kernel_audit_by_org"),
            models.Index(fields=["subject_id", "-id"], name="kernel_audit_by_subject"),
        ]


class SyncItem(models.Model):
    """One item from a phone, kept as received before it is answered.

    An id once seen never creates again, even after its effect was voided. ``settled_at`` is
    when a person decided about one answered ``conflict``, or has seen one that was refused, with
    ``settled_by`` and what they did about it in ``settled_words``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=40)
    device = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    body_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=SyncAnswer, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    skew_s = models.IntegerField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    settled_words = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["kind", "received_at"],
                condition=models.Q(answer="conflict", settled_at=None),
                name="kernel_open_conflicts",
            ),
            models.Index(
                fields=["kind", "received_at"],
                condition=models.Q(answer="rejected", settled_at=None),
                name="kernel_open_refusals",
            ),
            models.Index(
                fields=["settled_at"],
                condition=models.Q(answer="rejected", settled_at__isnull=False),
                name="kernel_seen_refusals",
            ),
        ]


class SyncPassed(models.Model):
    """That an item was refused with a word that hangs on who sent it, or on a fault of ours.

    The item itself stays unanswered. ``units`` are those to which the sender belonged;
    ``settled_at`` is when somebody there dealt with it.
    """

    item = models.OneToOneField(
        SyncItem, on_delete=models.CASCADE, primary_key=True, related_name="passed"
    )
    reason = models.CharField(max_length=200)
    sent_by = models.CharField(max_length=120, blank=True)
    units = models.JSONField(default=list)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_words = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["settled_at", "at"], name="kernel_open_passed")]


class SyncVariant(models.Model):
    """Another body that came under an id already kept: nothing of it is lost, a person looks.

    ``settled_at`` is when somebody did; the first body stands unless they took this one too.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    device = models.CharField(max_length=64, blank=True)
    body = models.JSONField()
    body_hash = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    sent_by = models.CharField(max_length=120, blank=True)
    skew_s = models.IntegerField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item_id", "body_hash"], name="kernel_variant_once")
        ]
        indexes = [models.Index(fields=["settled_at", "kind"], name="kernel_open_variants")]


class IdempotencyKey(models.Model):
    """The first answer to a POST that may be sent twice; kept seven days."""

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=64)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    response = models.TextField(blank=True)
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="kernel_one_answer_per_key")
        ]
