"""Tables of packs: what there is, where it lies, who is to have it, and who received it."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.packs.contracts import (
    ArticleKind,
    DonationKind,
    DonationState,
    LeafletKind,
    LineKind,
    ListState,
    MovementKind,
    PackKind,
    ReceiptHow,
    Route,
)

_ORG = "organisations.Organisation"
_PLACE = "organisations.Place"


class Article(models.Model):
    """A book, a document, goods: what is stocked and handed out.

    A new edition of a document is a row of its own that ``replaces`` the last;
    ``edition`` counts them. Whoever received the old one is thereby known.
    ``batch`` names the donation that goods came with, so that they stay apart.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=ArticleKind)
    title = models.CharField(max_length=120)
    spec = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=8, default="册")
    edition = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    what_is_new = models.CharField(max_length=200, blank=True)
    batch = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "title", "spec", "edition", "batch"],
                name="packs_article_once",
            )
        ]

    def __str__(self) -> str:
        return self.title


class Pack(models.Model):
    """加油包: what lies together in one bag, made for a season."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PackKind, default=PackKind.FUEL)
    name = models.CharField(max_length=80)
    spec = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "name"], name="packs_pack_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class PackContent(models.Model):
    """How many of an article lie in one pack."""

    id = models.BigAutoField(primary_key=True)
    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="contents")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pack", "article"], name="packs_content_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="packs_content_of_some"),
        ]
        ordering = ["order", "id"]


class Stock(models.Model):
    """How many of an article lie in a place: the sum of its movements, never below zero."""

    id = models.BigAutoField(primary_key=True)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+")
    quantity = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "place"], name="packs_stock_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="packs_stock_not_negative"),
        ]


class Movement(models.Model):
    """One change of a stock; append-only. ``cause`` groups what happened at once.

    ``id`` is derived from the cause, the article and the place, so the same cause
    sent twice moves nothing twice.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    cause = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=12, choices=MovementKind)
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+")
    change = models.IntegerField()
    on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(change=0), name="packs_moves_some")]
        indexes = [models.Index(fields=["place", "article"], name="packs_movements_of")]


class IssueList(models.Model):
    """发放清单: who is to have a pack. Frozen when it is issued: then the goods leave ``place``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pack = models.ForeignKey(Pack, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(_PLACE, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    rule = models.JSONField(default=dict)
    route = models.CharField(max_length=8, choices=Route, default=Route.COURIER)
    state = models.CharField(max_length=8, choices=ListState, default=ListState.DRAFT)
    due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.CharField(max_length=120, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["pack", "state"], name="packs_lists_of_pack")]


class ListContent(models.Model):
    """What lay in one pack when the list was issued: frozen with it."""

    id = models.BigAutoField(primary_key=True)
    list = models.ForeignKey(IssueList, on_delete=models.CASCADE, related_name="contents")
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["list", "article"], name="packs_list_content_once")
        ]


class IssueLine(models.Model):
    """One recipient of a list; a person once, a branch once, a named outsider once.

    ``branch`` is the person's home at the time, the branch itself, or the unit in
    which an outsider lives; it says who may see the line. ``received_at`` and ``how``
    are the merged effect of the receipts that stand: the earliest moment, whatever
    the order in which they came.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    list = models.ForeignKey(IssueList, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=LineKind)
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=200, blank=True)
    quantity = models.PositiveIntegerField(default=1)
    courier = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    courier_account = models.UUIDField(null=True, blank=True)
    courier_name = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=10, choices=ReceiptHow, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["list", "person"],
                condition=Q(person__isnull=False),
                name="packs_person_once_a_list",
            ),
            models.UniqueConstraint(
                fields=["list", "kind", "branch", "name"],
                condition=Q(person__isnull=True),
                name="packs_unit_or_outsider_once",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="packs_line_of_some"),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(returned_at=None),
                name="packs_received_or_returned",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "received_at"], name="packs_lines_of_person"),
            models.Index(fields=["branch", "received_at"], name="packs_lines_of_branch"),
            models.Index(fields=["list", "received_at"], name="packs_lines_of_list"),
        ]


class Receipt(models.Model):
    """签收: one statement that a line was received; append-only, withdrawn and never edited.

    ``id`` is what the phone or the sheet minted. ``received_by`` and ``relation`` are
    the 代领人's when somebody else took it. A second receipt of a line is kept too.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    line = models.ForeignKey(IssueLine, on_delete=models.CASCADE, related_name="receipts")
    how = models.CharField(max_length=10, choices=ReceiptHow)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120, blank=True)
    received_by = models.CharField(max_length=80, blank=True)
    relation = models.CharField(max_length=30, blank=True)
    note = models.CharField(max_length=200, blank=True)
    skewed = models.BooleanField(default=False)
    from_sheet = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)


class Leaflet(models.Model):
    """宣传资料发放: copies and households of an area on a day; counts, no names."""

    id = models.UUIDField(primary_key=True, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LeafletKind, default=LeafletKind.LEAFLET)
    title = models.CharField(max_length=120)
    copies = models.PositiveIntegerField()
    households = models.PositiveIntegerField(default=0)
    area = models.CharField(max_length=120)
    on = models.DateField()
    article = models.ForeignKey(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.ForeignKey(
        _PLACE, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(copies__gte=1), name="packs_leaflet_of_some")
        ]


class Drive(models.Model):
    """What is wanted where: a need looks for a donor inside the house; never a public appeal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    wanted = models.CharField(max_length=400)
    need_id = models.UUIDField(null=True, blank=True, db_index=True)
    consignee = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)


class Donation(models.Model):
    """One donor's gift, from promise to thanks. Money and blood are numbers only."""

    id = models.UUIDField(primary_key=True, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    drive = models.ForeignKey(
        Drive, on_delete=models.PROTECT, null=True, blank=True, related_name="donations"
    )
    kind = models.CharField(max_length=6, choices=DonationKind, default=DonationKind.GOODS)
    state = models.CharField(max_length=10, choices=DonationState, default=DonationState.PROMISED)
    donor = models.ForeignKey(
        _ORG, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    donor_name = models.CharField(max_length=120)
    consignee = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    amount_yuan = models.PositiveBigIntegerField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    shipped_on = models.DateField(null=True, blank=True)
    carrier = models.CharField(max_length=120, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    accepted_by = models.CharField(max_length=60, blank=True)
    place = models.ForeignKey(
        _PLACE, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    thanked_on = models.DateField(null=True, blank=True)
    letter_number = models.CharField(max_length=40, blank=True)
    letter_words = models.CharField(max_length=600, blank=True)
    shown_on = models.DateField(null=True, blank=True)
    shown_where = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="money") | Q(amount_yuan=None), name="packs_amounts_of_money"
            ),
            models.CheckConstraint(
                condition=Q(kind="blood") | Q(people=None), name="packs_people_of_blood"
            ),
        ]
        indexes = [models.Index(fields=["season", "on"], name="packs_donations_by_day")]


class DonationLine(models.Model):
    """One kind of goods: boxes and sets as sent, sets as accepted, and the article it became."""

    id = models.BigAutoField(primary_key=True)
    donation = models.ForeignKey(Donation, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=120)
    spec = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=8, default="套")
    boxes = models.PositiveIntegerField(default=0)
    sets = models.PositiveIntegerField()
    accepted = models.PositiveIntegerField(null=True, blank=True)
    article = models.OneToOneField(
        Article, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sets__gte=1), name="packs_goods_of_some"),
        ]
        ordering = ["order", "id"]
