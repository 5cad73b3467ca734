"""Tables of the book: every line an entry, which is a fact or a void."""

from django.db import models

from dongxun.ledger.contracts import FactKind, Mode


class Entry(models.Model):
    """One line. ``seq`` is the order of storing; ``raw`` a foreign statement as received."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, editable=False)
    stored_at = models.DateTimeField()
    raw = models.TextField(null=True, blank=True)


class Fact(models.Model):
    """A learning fact. No tree position and no voided flag, so it never changes.

    ``season_id`` and ``topic_id`` are bare: their room stands above this one.
    """

    entry = models.OneToOneField(
        Entry, to_field="id", primary_key=True, on_delete=models.PROTECT, related_name="fact"
    )
    kind = models.CharField(max_length=10, choices=FactKind)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    season_id = models.UUIDField()
    topic_id = models.UUIDField(null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    mode = models.CharField(max_length=8, choices=Mode, blank=True)
    format = models.CharField(max_length=16, blank=True)
    occurred_at = models.DateTimeField()
    object_kind = models.CharField(max_length=20)
    object_id = models.UUIDField()
    source = models.CharField(max_length=40)
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "season_id"], name="ledger_of_person"),
            models.Index(fields=["object_id"], name="ledger_of_object"),
        ]


class Void(models.Model):
    """The line that strikes another line out; at most one for each."""

    entry = models.OneToOneField(
        Entry, to_field="id", primary_key=True, on_delete=models.PROTECT, related_name="void"
    )
    target = models.OneToOneField(Fact, on_delete=models.PROTECT, related_name="voided_by")
    reason = models.CharField(max_length=200)
