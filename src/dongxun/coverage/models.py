"""Tables of coverage: standings of people and counters of organisations."""

from django.db import models

from dongxun.coverage.contracts import SEASON_ROW, EndState
from dongxun.kernel.ids import new_id
from dongxun.seasons.contracts import Owing

_ORG = "organisations.Organisation"


class PersonInSeason(models.Model):
    """How one person stands in one season, on whatever day it is asked."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=8)
    eligible = models.BooleanField(default=True)
    reached = models.BooleanField(default=False)
    rigor = models.BooleanField(default=False)
    effect = models.BooleanField(default=False)
    hours = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    met_topics = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=EndState, default=EndState.UNTRAINED)
    overlapping = models.BooleanField(default=False)

    class Meta:
        abstract = True


class PersonInTopic(models.Model):
    """How one person stands in one topic; seconds are credited seconds."""

    id = models.BigAutoField(primary_key=True)
    topic_id = models.UUIDField()
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="+", db_index=False
    )
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
        abstract = True


class PersonStanding(PersonInSeason):
    """Where one person stands in one season; one row for each who ever took part."""

    season_id = models.UUIDField()
    category = models.CharField(max_length=16, default=Owing.FULL)
    hours_by_year = models.JSONField(default=dict)
    recheck_on = models.DateField(null=True, blank=True, db_index=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["season_id", "person"], name="coverage_one_standing")
        ]
        indexes = [
            models.Index(fields=["season_id", "branch", "state"], name="coverage_standing_names")
        ]


class TopicStanding(PersonInTopic):
    """Where one person stands in one topic; only for those with a fact on it.

    ``branch`` and ``eligible`` repeat the person's standing, so that lists and
    sums need one table.
    """

    season_id = models.UUIDField()

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
    """Counters frozen at the end of a day, 'as known then'; never changed.

    ``known_at`` is the moment up to which facts went in: ``taken_at`` where it is
    empty, later where an installation began with past figures.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season_id = models.UUIDField()
    as_of = models.DateField()
    taken_at = models.DateTimeField()
    known_at = models.DateTimeField(null=True, blank=True)
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


class Reckoning(models.Model):
    """A day's figures from all that the ledger held at ``known_at``: 'as known now'.

    A job fills its rows; ``computed_at`` is set with the last of them. ``snapshot``
    is what was known then, if that day was frozen. One at a time for a place and day.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season_id = models.UUIDField()
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    known_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    definition_version = models.PositiveSmallIntegerField(default=1)
    snapshot = models.ForeignKey(
        Snapshot, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    job_id = models.UUIDField(null=True, blank=True)
    asked_by = models.CharField(max_length=120, blank=True)
    has_names = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season_id", "organisation", "as_of"],
                condition=models.Q(computed_at=None),
                name="coverage_one_reckoning_at_work",
            )
        ]


class ReckonedPerson(PersonInSeason):
    """Where a person stood that day; ``late`` and ``struck`` count facts unknown then, or undone since."""

    reckoning = models.ForeignKey(Reckoning, on_delete=models.CASCADE, related_name="+")
    late = models.PositiveIntegerField(default=0)
    struck = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reckoning", "person"], name="coverage_one_reckoned_person"
            )
        ]


class ReckonedTopic(PersonInTopic):
    """Where a person stood that day in a topic."""

    reckoning = models.ForeignKey(
        Reckoning, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    late = models.PositiveIntegerField(default=0)
    struck = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reckoning", "topic_id", "person"], name="coverage_one_reckoned_topic"
            )
        ]
        indexes = [models.Index(fields=["person"], name="coverage_reckoned_of_person")]


class ReckonedCell(Counts):
    """A counter of that day, with the facts that were late or struck out since."""

    reckoning = models.ForeignKey(Reckoning, on_delete=models.CASCADE, related_name="cells")
    late = models.IntegerField(default=0)
    struck = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reckoning", "organisation", "topic_id"],
                name="coverage_one_reckoned_cell",
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
