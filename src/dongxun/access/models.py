"""Tables of accounts, grants, devices and links. Tokens are stored as hashes only."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Q

from dongxun.access.contracts import ROLE_NAMES, LinkPurpose
from dongxun.kernel.ids import new_id


class Account(AbstractBaseUser):
    """An organiser or administrator. Members have none.

    ``epoch`` is written into each session; raising it ends them all at once.
    """

    USERNAME_FIELD = "username"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=80)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    epoch = models.PositiveIntegerField(default=1)
    totp_secret = models.CharField(max_length=160, blank=True)
    totp_last_step = models.BigIntegerField(default=0)
    theme = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField()


class GrantRow(models.Model):
    """A role over a subtree for a time; ``valid_to`` is the first day without it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16, choices=[(r.value, n) for r, n in ROLE_NAMES.items()])
    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "organisation"],
                condition=Q(valid_to=None),
                name="access_one_open_grant",
            )
        ]


class Activation(models.Model):
    """A one-time code, printed on a slip, with which an account gets its first password."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Device(models.Model):
    """A phone that has shown whom it belongs to; it holds the token, we hold its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_hash = models.CharField(max_length=32, unique=True)
    season_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class DevicePerson(models.Model):
    """One of the people a phone speaks for; level 1 by name and digits, 2 by personal link."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="persons")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=1)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "person"], name="access_person_once_a_device")
        ]


class PersonalLink(models.Model):
    """A link or QR for one person and one purpose, bound to the first device that opens it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    purpose = models.CharField(max_length=10, choices=LinkPurpose)
    code_hash = models.CharField(max_length=32, unique=True)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    object_id = models.UUIDField(null=True, blank=True)
    device = models.ForeignKey(
        Device, on_delete=models.PROTECT, null=True, blank=True, related_name="opened"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


class Throttle(models.Model):
    """A counter of tries in a window, by what is tried and from where."""

    key = models.CharField(max_length=120, primary_key=True)
    window_start = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
