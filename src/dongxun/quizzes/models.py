"""Tables of the item bank and of quizzes."""

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.quizzes.contracts import Difficulty, Kind, Paper, QuizState

_ORG = "organisations.Organisation"


class Item(models.Model):
    """One question of an organisation's bank; what it says stands in its versions.

    Quizzes of the organisation and of all below it may draw it. ``key`` is made of the
    question and its options, so the same question is in a bank once. ``tags`` are kept as
    ``|粮食|党史|``, to be found by one condition in either database.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=0)
    topic = models.CharField(max_length=60, blank=True)
    difficulty = models.CharField(max_length=6, choices=Difficulty)
    tags = models.CharField(max_length=200, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "key"], name="quizzes_item_once")
        ]
        indexes = [
            models.Index(
                fields=["organisation", "difficulty"],
                condition=Q(retired_at=None),
                name="quizzes_item_to_draw",
            )
        ]

    @property
    def tag_list(self) -> list[str]:
        """Return the tags one by one."""
        return [tag for tag in self.tags.split("|") if tag]


class Version(models.Model):
    """What a question said at one time; never changed. An attempt keeps the one it saw."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500)
    options = models.JSONField(default=list)
    right = models.JSONField(default=list)
    why = models.CharField(max_length=500, blank=True)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="quizzes_version_once")
        ]
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.text


class Quiz(models.Model):
    """测试: questions to answer, within a window, for the members of an organisation and below.

    ``paused_at`` is when it was closed for now, and ``ends_after_pause`` the end it had then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        "seasons.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    paper = models.CharField(max_length=8, choices=Paper)
    pass_mark = models.PositiveSmallIntegerField()
    tries = models.PositiveSmallIntegerField(default=0)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=QuizState, default=QuizState.DRAFT)
    invited_only = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    ends_after_pause = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="quizzes_quiz_once"
            ),
            models.CheckConstraint(
                condition=Q(pass_mark__gte=1, pass_mark__lte=100), name="quizzes_mark_of_hundred"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_closed_for_now(self) -> bool:
        """Return whether what asks it has closed it, and alone may open it again."""
        return self.invited_only and self.paused_at is not None


class Invited(models.Model):
    """Somebody who may answer a quiz that is for the invited only."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="invited")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quiz", "person"], name="quizzes_invited_once")
        ]


class Part(models.Model):
    """One rule of a random paper."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="parts")
    order = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()
    tag = models.CharField(max_length=20, blank=True)
    topic = models.CharField(max_length=60, blank=True)
    difficulty = models.CharField(max_length=6, choices=Difficulty, blank=True)

    class Meta:
        ordering = ["order", "id"]


class Listed(models.Model):
    """One question of a fixed paper."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="listed")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quiz", "item"], name="quizzes_listed_once")]
        ordering = ["order", "id"]


class Attempt(models.Model):
    """One try of one person. At most one is open; at most one counts, the first that passed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    begun_at = models.DateTimeField()
    handed_in_at = models.DateTimeField(null=True, blank=True)
    whole = models.PositiveSmallIntegerField()
    right = models.PositiveSmallIntegerField(default=0)
    score = models.PositiveSmallIntegerField(default=0)
    passed = models.BooleanField(default=False)
    counts = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "person", "number"], name="quizzes_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["quiz", "person"],
                condition=Q(handed_in_at=None),
                name="quizzes_one_open_attempt",
            ),
            models.UniqueConstraint(
                fields=["quiz", "person"], condition=Q(counts=True), name="quizzes_passed_once"
            ),
        ]


class Asked(models.Model):
    """One question of an attempt, in the version that was asked, and the answer to it.

    ``answered_at`` is when a phone says it was given, which is enough for being in time;
    ``arrived_at`` is when it was here, which alone decides who was quicker.
    """

    id = models.BigAutoField(primary_key=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="asked")
    place = models.PositiveSmallIntegerField()
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    given = models.JSONField(null=True)
    is_right = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "place"], name="quizzes_asked_once")
        ]
        ordering = ["place"]


class Survey(models.Model):
    """需求调查: a few questions on one screen, for the members of an organisation and below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    lead = models.CharField(max_length=200, blank=True)
    questions = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=QuizState, default=QuizState.DRAFT)
    closes_on = models.DateField()
    made_as = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="quizzes_survey_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class Reply(models.Model):
    """What one person or one paper answered. Nobody can read from it who it was.

    ``key`` is the keyed hash of survey and person, or the id of a paper sheet: one reply each.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="replies")
    key = models.CharField(max_length=64)
    is_paper = models.BooleanField(default=False)
    answers = models.JSONField(default=list)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["survey", "key"], name="quizzes_reply_once")]


class Papers(models.Model):
    """How many papers of a survey were entered for the people of a unit; a count alone.

    Which replies these are is written nowhere, for a paper of a small unit would say who wrote it.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="papers")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "organisation"], name="quizzes_papers_once")
        ]
