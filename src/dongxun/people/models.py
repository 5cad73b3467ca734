"""Tables of people. What is private stands apart and is read only through the door."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.people.contracts import (
    AwayReason,
    Category,
    ContactWay,
    LostReason,
    Status,
    StayState,
    StayStep,
)


class Person(models.Model):
    """Somebody by name and branch; plain data that organisers of the branch may see.

    ``version`` grows with every write, so an undo can tell later writes.
    A merged duplicate keeps its row and points to the survivor.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80)
    pinyin = models.CharField(max_length=40, blank=True)
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    sex = models.CharField(max_length=1, blank=True, choices=[("m", "男"), ("f", "女")])
    category = models.CharField(max_length=12, choices=Category, default=Category.FULL)
    status = models.CharField(max_length=12, choices=Status, default=Status.ACTIVE)
    joined_on = models.DateField(null=True, blank=True)
    full_on = models.DateField(null=True, blank=True)
    duty = models.CharField(max_length=60, blank=True)
    is_secretary = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["branch", "status"], name="people_of_branch"),
            models.Index(fields=["name"], name="people_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PersonPrivate(models.Model):
    """Phone, ID, birth and health reason: sealed or hashed, opened only by the door, logged.

    ``match`` is the keyed hash of name and the phone's last four digits, for
    the first check-in on a phone; ``id_hash`` matches rosters.

    The indexes stand in ``Meta``: of a field of text that is indexed itself PostgreSQL keeps
    a second one, for beginnings, which no hash is ever asked for.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    phone = models.CharField(max_length=120, blank=True)
    phone_hash = models.CharField(max_length=32, blank=True)
    match = models.CharField(max_length=32, blank=True)
    id_number = models.CharField(max_length=160, blank=True)
    id_hash = models.CharField(max_length=32, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    health_code = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["match"], name="people_private_by_match"),
            models.Index(fields=["id_hash"], name="people_private_by_id_hash"),
        ]


class Membership(models.Model):
    """Which branch a person belonged to, and since when. One open row a person."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(until=None), name="people_one_branch_at_a_time"
            )
        ]


class PersonTag(models.Model):
    """A free word on a person: 网格员, 民兵, 快递员."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tags")
    tag = models.CharField(max_length=30)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "tag"], name="people_tag_once")]
        indexes = [models.Index(fields=["tag"], name="people_by_tag")]


class LecturerCategory(models.Model):
    """A kind of lecturer that the office added, renamed or offers no more.

    Those of ``LecturerKind`` need no row; a row with the code of one changes its
    name, or, nameless, says only whether it is offered.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=20)
    retired = models.BooleanField(default=False)


class LecturerProfile(models.Model):
    """Somebody who teaches: a member of the tree or an outsider (then ``person`` is None).

    One that was another's of the same person points to it, and is listed nowhere.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    subjects = models.JSONField(default=list)
    phone = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class Stay(models.Model):
    """One line of 流动党员登记表: somebody who lives elsewhere, from leaving to coming back.

    One open line a person. ``is_confirmed`` is False while only the member has said so;
    from the home branch's word on, the season counts them as floating. ``state`` follows
    from the other columns, and is kept so that lists can ask for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    state = models.CharField(max_length=8, choices=StayState, default=StayState.AWAY)
    is_confirmed = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=10, choices=AwayReason, blank=True)
    direction = models.CharField(max_length=120, blank=True)
    host_words = models.CharField(max_length=120, blank=True)
    host_contact = models.CharField(max_length=120, blank=True)
    education = models.CharField(max_length=30, blank=True)
    card_number = models.CharField(max_length=40, blank=True)
    study = models.CharField(max_length=200, blank=True)
    dues = models.CharField(max_length=60, blank=True)
    review = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    contacted_on = models.DateField(null=True, blank=True)
    contacted_by = models.CharField(max_length=8, choices=ContactWay, blank=True)
    lost_on = models.DateField(null=True, blank=True)
    lost_reason = models.CharField(max_length=10, choices=LostReason, blank=True)
    back_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(back_on=None), name="people_one_stay_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["state"], name="people_stays_by_state")]


class ReportIn(models.Model):
    """报到: somebody living elsewhere says where they are; host and home both confirm.

    At most one open line a stay. ``phone`` is what they leave for the host, sealed.
    ``last_at`` is when they last said it again at the same host, where they did;
    ``phone_at`` when they said the number that is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="reports")
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    host = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    phone = models.CharField(max_length=120, blank=True)
    phone_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True, blank=True)
    host_at = models.DateTimeField(null=True, blank=True)
    home_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.CharField(max_length=4, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stay"], condition=Q(closed_at=None), name="people_one_open_report"
            )
        ]
        indexes = [models.Index(fields=["host", "closed_at"], name="people_reports_at")]


class StayNote(models.Model):
    """One line of the timeline of a stay; append-only."""

    id = models.BigAutoField(primary_key=True)
    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="notes")
    at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=StayStep)
    who = models.CharField(max_length=120, blank=True)
    place = models.CharField(max_length=160, blank=True)
    words = models.CharField(max_length=200, blank=True)
