"""Tables of points: what earns them, what people did, and the branches of a month."""

from django.db import models
from django.db.models import Q

from dongxun.contests.contracts import Earns
from dongxun.kernel.ids import new_id

_ORG = "organisations.Organisation"
_PERSON = "people.Person"


class PointScheme(models.Model):
    """积分 of a season: whether it has any, and whether people are ranked in their branch."""

    season = models.OneToOneField(
        "seasons.Season", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    is_on = models.BooleanField(default=False)
    ranks_people = models.BooleanField(default=False)
    fill_requested_at = models.DateTimeField(null=True, blank=True)
    fill_after = models.UUIDField(null=True, blank=True)


class PointRule(models.Model):
    """What earns how many points, and how many a day at most."""

    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=10, choices=Earns)
    points = models.PositiveSmallIntegerField()
    day_cap = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "what"], name="contests_point_rule_once")
        ]


class Earned(models.Model):
    """How often a person did something on a day; derived, and thrown away without loss.

    It holds counts and no points, so a changed rule changes nothing here.
    """

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=10, choices=Earns)
    n = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "person", "day", "what"], name="contests_earned_once"
            )
        ]


class RankConsent(models.Model):
    """A person lets their branch see their place."""

    id = models.BigAutoField(primary_key=True)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season", "person"], name="contests_consent_once")
        ]


class MonthAward(models.Model):
    """月度评优: a branch that stood among the first of a month, with its mean as it was then.

    One that was taken back (``void_at``) stays, with the reason; the month may be awarded anew.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField()
    points = models.PositiveIntegerField()
    people = models.PositiveIntegerField()
    decided_at = models.DateTimeField()
    void_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "month", "branch"],
                condition=Q(void_at=None),
                name="contests_month_award_stands_once",
            )
        ]
        ordering = ["-month", "rank", "branch_id"]
