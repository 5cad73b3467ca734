"""Tables of the library: lessons in chapters, their files, progress, and what was learned elsewhere."""

from django.db import models
from django.db.models import Q

from dongxun.files.contracts import MediaKind
from dongxun.kernel.ids import new_id
from dongxun.library.contracts import Form, LessonState, MediaState

_ORG = "organisations.Organisation"


class Media(models.Model):
    """A file that was brought, and what was made of it for phones.

    ``source`` is the sealed original; ``made`` what phones open of its folder, ``poster`` the
    picture that a video shows before it begins. The same
    content of one organisation is one row. Rooms above bring files that are not ``for_lessons``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=MediaKind, blank=True)
    state = models.CharField(max_length=12, choices=MediaState, default=MediaState.WAITING)
    words = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made = models.CharField(max_length=80, blank=True)
    made_size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=40, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    poster = models.CharField(max_length=40, blank=True)
    job_id = models.UUIDField(null=True, blank=True)
    for_lessons = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sha256"], name="library_media_content_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Lesson(models.Model):
    """一节课: what is learned in one go inside a topic, worth ``minutes`` when finished.

    Seen by the members of ``organisation`` and below who take part in the season; with a
    ``cohort`` by its people only. ``edition`` counts what was published, and
    ``published`` holds what the last one says: members read that while the next is written.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(
        "seasons.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cohort = models.ForeignKey(
        "seasons.Cohort", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField(default=0)
    form = models.CharField(max_length=10, choices=Form)
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, blank=True)
    track = models.CharField(max_length=30, blank=True)
    lecturer = models.CharField(max_length=60, blank=True)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=LessonState, default=LessonState.DRAFT)
    edition = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    published_version = models.PositiveIntegerField(default=0)
    published = models.JSONField(null=True, blank=True)
    made_as = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "topic", "title"], name="library_lesson_once"
            ),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="library_lesson_lasts"),
        ]
        ordering = ["order", "created_at", "id"]

    def __str__(self) -> str:
        return self.title


class Share(models.Model):
    """How many minutes of what a lesson repeats belong to a topic; none where it has one only."""

    id = models.BigAutoField(primary_key=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="shares")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "topic"], name="library_share_once")
        ]
        ordering = ["topic__number"]


class Chapter(models.Model):
    """A part of a lesson: one sound, one text, one video or one picture."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="chapters")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField(blank=True)
    media = models.ForeignKey(
        Media, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["order", "id"]


class Question(models.Model):
    """One question of a lesson's short check, with why the right answer is right."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="questions")
    order = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    options = models.JSONField()
    right = models.PositiveSmallIntegerField()
    why = models.CharField(max_length=300)

    class Meta:
        ordering = ["order", "id"]


class Edition(models.Model):
    """What was published when, and what is new in it; append-only.

    ``asks`` is what finishes it: ``{"chapters": [id], "right": {question: option}}``; None for
    editions older than this record, but the last.
    """

    id = models.BigAutoField(primary_key=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField()
    what_is_new = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=120)
    asks = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "number"], name="library_edition_once")
        ]
        ordering = ["-number"]


class Progress(models.Model):
    """How far one person is in one lesson: the sum of what their phones said, in any order.

    ``places`` holds ``{chapter: [second, moment]}``, the latest moment wins; ``ended``
    ``{chapter: moment}``, the earliest; ``answered`` likewise for questions answered right.
    ``made_on`` holds the earliest edition on which each of these was done, by chapter or question.
    ``seconds`` is what finishing it is worth; None until then, or as long as only the ledger knows.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="progress")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    places = models.JSONField(default=dict)
    ended = models.JSONField(default=dict)
    answered = models.JSONField(default=dict)
    made_on = models.JSONField(default=dict)
    edition = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "person"], name="library_progress_once")
        ]
        indexes = [models.Index(fields=["person", "-touched_at"], name="library_person_touched")]


class Place(models.Model):
    """Where somebody is in a chapter, as their phone says every few seconds while it plays.

    Kept by the edge, many in one commit; what a phone keeps and sends later is in ``Progress``.
    One index, for it is written often: that of the constraint, which begins with the person.
    """

    id = models.BigAutoField(primary_key=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+", db_index=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    chapter_id = models.UUIDField()
    second = models.PositiveIntegerField()
    moment = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "chapter_id"], name="library_place_once")
        ]


class Track(models.Model):
    """课堂: a name of its own under which a unit offers lessons, beside those that all have."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="library_track_once")
        ]
        ordering = ["organisation__lft", "name"]

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """开发任务: how many lessons a unit means to have made by a day, and who sees to it.

    Lessons of the unit and below count, of ``course`` and ``track`` only where those are named.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey(
        "seasons.Course", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    track = models.CharField(max_length=30, blank=True)
    title = models.CharField(max_length=60)
    wanted = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=40, blank=True)
    due_on = models.DateField()
    note = models.CharField(max_length=200, blank=True)
    made_as = models.CharField(max_length=16, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="library_target_once"
            ),
            models.CheckConstraint(condition=Q(wanted__gte=1), name="library_target_wants"),
        ]
        ordering = ["due_on", "created_at", "id"]

    def __str__(self) -> str:
        return self.title


class Platform(models.Model):
    """An outside platform (先锋E家) whose records an organisation and those below bring in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="library_platform_once")
        ]
        ordering = ["name", "created_at"]

    def __str__(self) -> str:
        return self.name


class PlatformCourse(models.Model):
    """What a platform calls a course, and the topic of a season that it belongs to."""

    id = models.BigAutoField(primary_key=True)
    platform = models.ForeignKey(Platform, on_delete=models.CASCADE, related_name="courses")
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=120)
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "season", "words"], name="library_platform_course_once"
            )
        ]
        ordering = ["words"]


class OutsideRecord(models.Model):
    """What somebody learned on a platform on one day, as its workbook says; credited once.

    ``version`` goes up with each change, and with it the fact's id: what was struck out in the
    ledger never comes back under its old one. ``branch`` is the home when it was brought in.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    platform = models.ForeignKey(Platform, on_delete=models.PROTECT, related_name="records")
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    course = models.CharField(max_length=120)
    learned_on = models.DateField()
    seconds = models.PositiveIntegerField()
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    stored_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "person", "course", "learned_on"], name="library_outside_once"
            )
        ]
        ordering = ["-learned_on", "id"]
