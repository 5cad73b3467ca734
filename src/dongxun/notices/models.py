"""Tables of notices."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.notices.contracts import Channel, DeliveryState


class Notice(models.Model):
    """One thing to tell. ``key`` makes queueing it again harmless."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=30)
    season_id = models.UUIDField(null=True, blank=True, db_index=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    url = models.CharField(max_length=200, blank=True)
    object_id = models.UUIDField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)


class Delivery(models.Model):
    """One person's copy."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.QUEUED)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "person"], name="notices_once_a_person")
        ]
        indexes = [models.Index(fields=["branch", "state"], name="notices_of_branch")]


class GroupText(models.Model):
    """A text ready to paste into a branch's group; pasting it counts as handed out.

    At most one of a branch waits; those handed out stay as they were read.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="texts")
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    text = models.TextField()
    copied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "branch"],
                condition=Q(copied_at=None),
                name="notices_one_text_waits",
            )
        ]
