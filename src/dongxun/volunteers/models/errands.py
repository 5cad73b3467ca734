"""Tables of errands, and of certificates; addresses and numbers are sealed."""

from django.db import models

from dongxun.kernel.ids import new_id
from dongxun.volunteers.contracts import Asker, ErrandKind, ErrandState, Receipt

_ORG, _PERSON = "organisations.Organisation", "people.Person"


class Word(models.TextChoices):
    """What somebody may say of an errand: they take it, it is done, it arrived."""

    TAKE = "take"
    DONE = "done"
    RECEIVED = "received"


class Errand(models.Model):
    """跑腿: something to be fetched or done for somebody who cannot go out."""

    id = models.UUIDField(primary_key=True, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8, unique=True)
    kind = models.CharField(max_length=10, choices=ErrandKind)
    words = models.CharField(max_length=500)
    asker = models.CharField(max_length=8, choices=Asker)
    for_name = models.CharField(max_length=300)
    address = models.CharField(max_length=600)
    phone = models.CharField(max_length=300, blank=True)
    asker_name = models.CharField(max_length=300, blank=True)
    asker_phone = models.CharField(max_length=300, blank=True)
    wanted_by = models.DateTimeField(null=True, blank=True)
    about_kind = models.CharField(max_length=40, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ErrandState, default=ErrandState.WAITING)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    runner = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_words = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    received_how = models.CharField(max_length=8, choices=Receipt, blank=True)
    received_note = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "state"], name="volunteers_errands_open")]


class ErrandWord(models.Model):
    """A word about an errand, kept as it was said, see :mod:`dongxun.volunteers.services.running`.

    ``id`` is the phone's item's. ``persons`` are those of the phone from which a receipt came;
    ``how`` it is known that it arrived. Given back, the words before are no longer ``live``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="said")
    what = models.CharField(max_length=8, choices=Word)
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    persons = models.JSONField(default=list)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)
    how = models.CharField(max_length=8, blank=True)
    by_hand = models.BooleanField(default=False)
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["occurred_at", "id"]


class Certificate(models.Model):
    """志愿服务记录证明: what was certified on a day, as it was printed; replaced, never edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    responsible = models.CharField(max_length=60)
    handler = models.CharField(max_length=60)
    phone = models.CharField(max_length=40)
    issued_on = models.DateField()
    hours = models.DecimalField(max_digits=8, decimal_places=1)
    lines = models.JSONField(default=list)
    turns = models.JSONField(default=list)
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "sequence"], name="volunteers_certificate_number"
            )
        ]
