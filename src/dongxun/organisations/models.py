"""Tables of the tree, its zones, ties and places."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from dongxun.kernel.ids import new_id
from dongxun.organisations.contracts import PairingKind, PlaceType, Tier, ZoneKind


class OrganisationType(models.Model):
    """A kind of organisation: data, not code. ``rank`` orders kinds from the top."""

    code = models.CharField(max_length=24, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()
    has_members = models.BooleanField(default=False)

    @property
    def label(self) -> str:
        """The name in the language of whoever reads."""
        is_english = (get_language() or "").startswith("en")
        return (is_english and self.name_en) or self.name_zh


class Organisation(models.Model):
    """A node of the tree; a subtree is ``lft <= x.lft <= rgt``, one indexed range.

    ``situation`` is 所在单位情况: how the organisation stands in its employer or village.

    Only ``organisations.services`` writes ``lft``, ``rgt`` and ``depth``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, null=True, blank=True, unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=40)
    pinyin = models.CharField(max_length=60, blank=True, db_index=True)
    type = models.ForeignKey(OrganisationType, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    lft = models.BigIntegerField(db_index=True, default=0)
    rgt = models.BigIntegerField(default=0)
    depth = models.PositiveSmallIntegerField(default=0)
    order = models.PositiveIntegerField(default=0)
    tier = models.CharField(max_length=10, choices=Tier, blank=True, default=Tier.NONE)
    brand = models.CharField(max_length=60, blank=True)
    situation = models.CharField(max_length=120, blank=True)
    external = models.BooleanField(default=False)
    location = models.CharField(max_length=120, blank=True)
    secretary_name = models.CharField(max_length=60, blank=True)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lft__lte=F("rgt")), name="organisations_interval")
        ]
        indexes = [models.Index(fields=["parent", "order"], name="organisations_children")]

    def __str__(self) -> str:
        return self.name


class TreeVersion(models.Model):
    """One row; ``number`` is raised with every change of positions that stand already.

    Whoever keeps intervals longer than a request keeps this number with them.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)


class ZoneSet(models.Model):
    """A dated division of a root's organisations into zones of one kind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=ZoneKind)
    name = models.CharField(max_length=80)
    valid_from = models.DateField()


class Zone(models.Model):
    """One zone: 西片, 党建第二联创区."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    zone_set = models.ForeignKey(ZoneSet, on_delete=models.PROTECT, related_name="zones")
    name = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    lead = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["zone_set", "name"], name="organisations_zone_name")
        ]


class ZoneMember(models.Model):
    """An organisation in a zone; at most one zone of a set. Descendants inherit."""

    id = models.BigAutoField(primary_key=True)
    zone_set = models.ForeignKey(ZoneSet, on_delete=models.PROTECT, related_name="+")
    zone = models.ForeignKey(Zone, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["zone_set", "organisation"], name="organisations_one_zone_per_set"
            )
        ]


class Pairing(models.Model):
    """A typed tie of two organisations: 结对共建. ``a`` sorts before ``b`` by id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=20, choices=PairingKind)
    a = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    b = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    agreement = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "a", "b"], name="organisations_one_pairing"),
            models.CheckConstraint(condition=~Q(a=F("b")), name="organisations_pair_of_two"),
        ]


class Alliance(models.Model):
    """A league of organisations, some perhaps outside the district: 冬训联盟."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    purpose = models.TextField(blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    members = models.ManyToManyField(Organisation, related_name="+")


class TierGuide(models.Model):
    """What the units of a tier are asked to do, said by the organisation above them."""

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=10, choices=Tier)
    text = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "tier"], name="organisations_one_guide_per_tier"
            )
        ]


class Place(models.Model):
    """Somewhere to meet. ``latitude`` and ``longitude`` are WGS 84."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=120)
    type = models.CharField(max_length=16, choices=PlaceType)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    hours = models.CharField(max_length=80, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    facilities = models.JSONField(default=list)
    public = models.BooleanField(default=True)
    closed_on = models.DateField(null=True, blank=True)


class Stop(models.Model):
    """Where a mobile vehicle stands, and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="stops")
    name = models.CharField(max_length=120)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="organisations_stop_lasts"
            )
        ]
