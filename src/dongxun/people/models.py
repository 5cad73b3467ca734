"""Tables of people. What is private stands apart and is read only through the door."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.people.contracts import Category, LecturerKind, Status


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
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="private"
    )
    phone = models.CharField(max_length=120, blank=True)
    phone_hash = models.CharField(max_length=32, blank=True, db_index=True)
    match = models.CharField(max_length=32, blank=True, db_index=True)
    id_number = models.CharField(max_length=160, blank=True)
    id_hash = models.CharField(max_length=32, blank=True, db_index=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(null=True, blank=True)
    health_code = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=400, blank=True)


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
    tag = models.CharField(max_length=30, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "tag"], name="people_tag_once")]


class LecturerProfile(models.Model):
    """Somebody who teaches: a member of the tree or an outsider (then ``person`` is None)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=LecturerKind)
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    subjects = models.JSONField(default=list)
    phone = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)
