"""Tables of exchanges, and of what was brought home from them."""

import hashlib
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from dongxun.exchanges.contracts import (
    ExchangeKind,
    ExchangeState,
    GapState,
    OutcomeKind,
    PledgeState,
    Side,
)
from dongxun.kernel.ids import new_id

_ORG = "organisations.Organisation"
_SEASON = "seasons.Season"
_PERSON = "people.Person"


def _member() -> models.ForeignKey[Any, Any]:
    """Return a column for the member of the unit whose name was written, if exactly one fits."""
    return models.ForeignKey(
        _PERSON, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )


class ChecklistItem(models.Model):
    """One of the things that a visit does (六个一); data of the season."""

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey(_SEASON, on_delete=models.CASCADE, related_name="+")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12, blank=True)
    label = models.CharField(max_length=60)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["season", "order"], name="exchanges_item_order")
        ]


class Exchange(models.Model):
    """A visit, a study tour, or joint work of units; one day, perhaps with a session."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey(_SEASON, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ExchangeKind)
    title = models.CharField(max_length=120)
    day = models.DateField(db_index=True)
    place = models.CharField(max_length=160, blank=True)
    programme = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=ExchangeState, default=ExchangeState.PLANNED)
    state_reason = models.CharField(max_length=200, blank=True)
    session = models.ForeignKey(
        "activities.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Party(models.Model):
    """A unit's part in an exchange; units outside the district may be one."""

    id = models.BigAutoField(primary_key=True)
    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=Side)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["exchange", "organisation"], name="exchanges_party_once"
            )
        ]


class Slot(models.Model):
    """One item of an exchange and its evidence: words, perhaps with a file.

    ``typed`` are the words last written on a page; what phones said since follows them, see
    ``services.evidence``.
    """

    id = models.BigAutoField(primary_key=True)
    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="slots")
    order = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12, blank=True)
    label = models.CharField(max_length=60)
    words = models.CharField(max_length=500, blank=True)
    typed = models.CharField(max_length=500, blank=True, default="", db_default="")
    upload = models.ForeignKey(
        "files.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["exchange", "order"], name="exchanges_slot_once")
        ]

    @property
    def beside(self) -> list["EvidenceWord"]:
        """Phones' words whose file is kept and not the one that is shown."""
        known = [word for word in self.said.all() if word.upload_id not in {None, self.upload_id}]
        return [word for word in known if word.upload and word.upload.removed_at is None]


class EvidenceWord(models.Model):
    """What a phone said was done for an item, kept as it was said; ``before`` are words it knew.

    Once somebody writes on the page, the words before are no longer ``live``.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    slot = models.ForeignKey(Slot, on_delete=models.CASCADE, related_name="said")
    words = models.CharField(max_length=500)
    before = models.CharField(max_length=500, blank=True)
    occurred_at = models.DateTimeField()
    said_by = models.CharField(max_length=120, blank=True)
    upload = models.ForeignKey(
        "files.Upload", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["occurred_at", "id"]


class MasterStation(models.Model):
    """名师分站: a lecturer who teaches regularly at a unit's place. One open row a pair."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lecturer = models.ForeignKey(
        "people.LecturerProfile", on_delete=models.PROTECT, related_name="+"
    )
    host = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    exchange = models.ForeignKey(
        Exchange, on_delete=models.SET_NULL, null=True, blank=True, related_name="stations"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lecturer", "host"],
                condition=Q(until=None),
                name="exchanges_one_station",
            )
        ]


class Followed(models.Model):
    """What is followed up; ``withdrawn_at`` is when it was taken back, and it counts no more."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation: models.ForeignKey[Any, Any]
    organisation_id: UUID
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    objects: ClassVar[models.Manager[Any]] = models.Manager()
    told: ClassVar[tuple[str, ...]] = ()
    """The columns that are typed of it."""
    became: ClassVar[tuple[str, ...]] = ()
    """The columns that say what became of it."""

    class Meta:
        abstract = True

    @property
    def version(self) -> str:
        """What is typed of it, as a short digest: another write since makes it another."""
        return self._digest(self.told)

    @property
    def standing(self) -> str:
        """What became of it, in the same way."""
        return self._digest(self.became)

    def _digest(self, names: tuple[str, ...]) -> str:
        said = "\x1f".join(str(getattr(self, name)) for name in names)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


class Gap(Followed):
    """对标找差: what a unit saw elsewhere and lacks, who closes it and by when."""

    exchange = models.ForeignKey(Exchange, on_delete=models.CASCADE, related_name="gaps")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    gap = models.CharField(max_length=300)
    model = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    practice = models.CharField(max_length=300, blank=True)
    measure = models.CharField(max_length=300)
    person = models.CharField(max_length=60)
    member = _member()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=GapState, default=GapState.OPEN)
    result = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    told = ("organisation_id", "gap", "model_id", "practice", "measure", "person", "due_on")
    became = ("state", "result")

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="exchanges_gaps_due")]


class Pledge(Followed):
    """承诺: what a person or a unit said they would do, and what became of it."""

    season = models.ForeignKey(_SEASON, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    exchange = models.ForeignKey(
        Exchange, on_delete=models.SET_NULL, null=True, blank=True, related_name="pledges"
    )
    session = models.ForeignKey(
        "activities.Session", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    speaker = models.CharField(max_length=60, blank=True)
    member = _member()
    words = models.CharField(max_length=300)
    follow_on = models.DateField()
    state = models.CharField(max_length=8, choices=PledgeState, default=PledgeState.OPEN)
    outcome = models.CharField(max_length=300, blank=True)
    followed_on = models.DateField(null=True, blank=True)
    told = ("organisation_id", "speaker", "words", "follow_on")
    became = ("state", "outcome", "follow_on")

    class Meta:
        indexes = [models.Index(fields=["state", "follow_on"], name="exchanges_pledges_due")]


class Outcome(Followed):
    """What study turned into, with the evidence for it in words."""

    season = models.ForeignKey(_SEASON, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    exchange = models.ForeignKey(
        Exchange, on_delete=models.SET_NULL, null=True, blank=True, related_name="outcomes"
    )
    kind = models.CharField(max_length=8, choices=OutcomeKind)
    title = models.CharField(max_length=120)
    person = models.CharField(max_length=60, blank=True)
    member = _member()
    evidence = models.CharField(max_length=500)
    on = models.DateField()
    told = ("organisation_id", "kind", "title", "person", "evidence", "on")


class StopSession(models.Model):
    """流动课堂: the session that was planned for a stop of a vehicle; one a stop."""

    id = models.BigAutoField(primary_key=True)
    place = models.ForeignKey("organisations.Place", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    session = models.ForeignKey("activities.Session", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "starts_at"], name="exchanges_stop_once")
        ]
