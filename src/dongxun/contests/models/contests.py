"""Tables of contests: the call, who enters and judges, rounds, debates, awards."""

from django.db import models
from django.db.models import F, Q

from dongxun.contests.contracts import EntryState, Kind, Source, State, Tie
from dongxun.kernel.ids import new_id

_ORG = "organisations.Organisation"
_PERSON = "people.Person"


class Contest(models.Model):
    """竞赛: of an organisation, for the members of it and of all below it.

    ``off_from`` is where it stood when it was called off, and goes on from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    call = models.TextField(blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    team = models.PositiveSmallIntegerField(default=1)
    tie = models.CharField(max_length=10, choices=Tie, default=Tie.CRITERIA)
    trimmed = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    meets_at = models.DateTimeField(null=True, blank=True)
    meets_where = models.CharField(max_length=120, blank=True)
    meets_link = models.URLField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    off_from = models.CharField(max_length=8, blank=True)
    off_at = models.DateTimeField(null=True, blank=True)
    off_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"],
                condition=~Q(state=State.OFF),
                name="contests_contest_stands_once",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether nothing more is written: the results are out, or it was called off."""
        return self.state in {State.DECIDED, State.OFF}


class Criterion(models.Model):
    """One scale of the judges."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    most = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "order"], name="contests_criterion_once")
        ]
        ordering = ["order"]


class Prize(models.Model):
    """One prize, and for how many places."""

    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="prizes")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    places = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "order"], name="contests_prize_once")
        ]
        ordering = ["order"]


class Entry(models.Model):
    """参赛作品, 参赛队: what judges know by its number alone.

    ``number`` is dealt at random when judging begins, so that it says nothing of who came
    first. ``rank`` and ``score`` stand once the results are published. ``household`` is all that
    is known of who brought it where they are on no roster; it then has no entrants.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="entries")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    team_name = models.CharField(max_length=40, blank=True)
    household = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    recording = models.URLField(max_length=300, blank=True)
    media = models.ForeignKey(
        "library.Media", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=4, choices=EntryState, default=EntryState.IN)
    source = models.CharField(max_length=6, choices=Source)
    entered_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    score = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "number"], name="contests_number_once")
        ]
        ordering = ["entered_at", "id"]


class Entrant(models.Model):
    """One person of an entry; in one contest they stand in one entry at most."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="entrants")
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    is_in = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "person"], condition=Q(is_in=True), name="contests_entrant_once"
            ),
            models.UniqueConstraint(fields=["entry", "person"], name="contests_in_entry_once"),
        ]
        ordering = ["order", "id"]


class Judge(models.Model):
    """评委: somebody of a roster, who scores on their own phone, or an outsider on paper."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="judges")
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=60)
    dismissed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "person"], name="contests_judge_once"),
            models.UniqueConstraint(
                fields=["contest", "name"],
                condition=Q(person=None),
                name="contests_outside_judge_once",
            ),
        ]
        ordering = ["id"]


class Recusal(models.Model):
    """回避: a judge said why they do not judge one entry."""

    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="recusals")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="recusals")
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="contests_recusal_once")
        ]


class Score(models.Model):
    """What one judge gave one entry: points in the order of the scales."""

    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="scores")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="scores")
    points = models.JSONField()
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=6, choices=Source)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="contests_score_once")
        ]


class Round(models.Model):
    """One round of a knowledge contest: a quiz, or points written down on the spot."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="rounds")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    quiz = models.ForeignKey(
        "quizzes.Quiz", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    advance = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "order"], name="contests_round_once")
        ]
        ordering = ["order"]


class RoundResult(models.Model):
    """What an entry reached in one round; ``place`` once it was counted."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="results")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="round_results")
    points = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    place = models.PositiveSmallIntegerField(null=True, blank=True)
    goes_on = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "entry"], name="contests_result_once")
        ]
        ordering = ["place", "id"]


class Match(models.Model):
    """One debate of the bracket. ``place`` counts in its round; its winner goes to ``place // 2``.

    ``first`` speaks for the motion, ``second`` against it; only a bye lacks one for good.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.CASCADE, related_name="matches")
    round = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    first = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    second = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    motion = models.CharField(max_length=120, blank=True)
    meets_at = models.DateTimeField(null=True, blank=True)
    meets_where = models.CharField(max_length=120, blank=True)
    meets_link = models.URLField(max_length=300, blank=True)
    winner = models.ForeignKey(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "round", "place"], name="contests_match_once"
            ),
            models.CheckConstraint(
                condition=Q(winner=None) | Q(winner=F("first")) | Q(winner=F("second")),
                name="contests_winner_debated",
            ),
        ]
        ordering = ["round", "place"]


class Vote(models.Model):
    """For whom one judge voted in a debate."""

    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="votes")
    judge = models.ForeignKey(Judge, on_delete=models.CASCADE, related_name="votes")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["match", "judge"], name="contests_vote_once")
        ]


class Award(models.Model):
    """获奖: one person, or a household, of an entry and a prize, with the certificate's number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="awards")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="awards")
    person = models.ForeignKey(
        _PERSON, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    prize = models.CharField(max_length=40)
    prize_order = models.PositiveSmallIntegerField()
    issuer = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    decided_at = models.DateTimeField()
    void_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "year", "sequence"], name="contests_certificate_once"
            ),
            models.UniqueConstraint(
                fields=["entry", "person"], condition=Q(void_at=None), name="contests_award_once"
            ),
        ]
        ordering = ["prize_order", "sequence"]

    @property
    def number(self) -> str:
        """Return the number on the certificate."""
        return f"冬训〔{self.year}〕{self.sequence}号"
