"""Tables of coverage: standings of people and counters of organisations."""

from django.db import models

from dongxun.coverage.contracts import SEASON_ROW, EndState
from dongxun.kernel.ids import new_id

_ORG = "organisations.Organisation"


class PersonStanding(models.Model):
    """Where one person stands in one season; one row for each who ever took part."""

    id = models.BigAutoField(primary_key=True)
    season_id = models.UUIDField()
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8)
    eligible = models.BooleanField(default=True)
    reached = models.BooleanField(default=False)
    rigor = models.BooleanField(default=False)
    effect = models.BooleanField(default=False)
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    hours_by_year = models.JSONField(default=dict)
    met_topics = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=EndState, default=EndState.UNTRAINED)
    overlapping = models.BooleanField(default=False)
    recheck_on = models.DateField(null=True, blank=True, db_index=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season_id", "person"], name="coverage_one_standing")
        ]
        indexes = [
            models.Index(fields=["season_id", "branch", "state"], name="coverage_standing_names")
        ]


class TopicStanding(models.Model):
    """Where one person stands in one topic; only for those with a fact on it.

    ``branch`` and ``eligible`` repeat the person's standing, so that lists and
    sums need one table.
    """

    id = models.BigAutoField(primary_key=True)
    season_id = models.UUIDField()
    topic_id = models.UUIDField()
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    group_s = models.PositiveIntegerField(default=0)
    makeup_s = models.PositiveIntegerField(default=0)
    home_s = models.PositiveIntegerField(default=0)
    online_s = models.PositiveIntegerField(default=0)
    external_s = models.PositiveIntegerField(default=0)
    eligible = models.BooleanField(default=True)
    reached = models.BooleanField(default=False)
    effect = models.BooleanField(default=False)
    met = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=EndState, default=EndState.UNTRAINED)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season_id", "topic_id", "person"], name="coverage_one_topic_standing"
            )
        ]
        indexes = [
            models.Index(fields=["topic_id", "branch", "state"], name="coverage_topic_names"),
            models.Index(fields=["person", "season_id"], name="coverage_topics_of_person"),
        ]


class Counts(models.Model):
    """The counters of one organisation and topic (``SEASON_ROW``: the season itself).

    People, not person-times: each has one home branch, so sums up the tree are
    exact. ``met`` counts topic met, or season met for the season row; the six
    state counters sum to ``eligible``.
    """

    id = models.BigAutoField(primary_key=True)
    season_id = models.UUIDField()
    organisation = models.ForeignKey(_ORG, on_delete=models.CASCADE, related_name="+")
    topic_id = models.UUIDField(default=SEASON_ROW)
    eligible = models.IntegerField(default=0)
    expected_group = models.IntegerField(default=0)
    reached = models.IntegerField(default=0)
    rigor = models.IntegerField(default=0)
    effect = models.IntegerField(default=0)
    met = models.IntegerField(default=0)
    started = models.IntegerField(default=0)
    s_group = models.IntegerField(default=0)
    s_makeup = models.IntegerField(default=0)
    s_home = models.IntegerField(default=0)
    s_online = models.IntegerField(default=0)
    s_leave = models.IntegerField(default=0)
    s_untrained = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Cell(Counts):
    """Live counters, kept at every level of the tree."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season_id", "organisation", "topic_id"],
                name="coverage_one_cell",
            )
        ]


class Snapshot(models.Model):
    """Counters frozen at the end of a day, 'as known then'; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season_id = models.UUIDField()
    as_of = models.DateField()
    taken_at = models.DateTimeField()
    label = models.CharField(max_length=80, blank=True)
    definition_version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season_id", "as_of"], name="coverage_one_snapshot")
        ]


class SnapshotCell(Counts):
    """A frozen counter."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="cells")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "organisation", "topic_id"],
                name="coverage_one_snapshot_cell",
            )
        ]


class Upkeep(models.Model):
    """What coverage itself still owes a season; the worker pays it in bounded steps.

    ``rebuild_after`` is the last person whom the running rebuild has done.
    """

    season_id = models.UUIDField(primary_key=True)
    rebuild_requested_at = models.DateTimeField(null=True, blank=True)
    rebuild_after = models.UUIDField(null=True, blank=True)
    rolled_on = models.DateField(null=True, blank=True)
