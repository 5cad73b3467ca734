"""Tables of publishing: notes with their writings, discussions, thanks."""

from uuid import UUID, uuid5

from django.db import models
from django.db.models import Q

from dongxun.kernel.ids import new_id
from dongxun.publishing.contracts import Audience, Decision, Kept, NoteKind, NoteState, SoundState

_ORG = "organisations.Organisation"
_PERSON = "people.Person"


class Thread(models.Model):
    """专题讨论: a question put to the members of an organisation and all below it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        "seasons.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    question = models.CharField(max_length=500, blank=True)
    opened_by = models.CharField(max_length=120)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "organisation", "title"], name="publishing_thread_once"
            )
        ]


class Note(models.Model):
    """What a member wrote, as its last writing says it.

    ``heads`` counts writings of which none knew the other: more than one means that two phones
    wrote at the same time, both are kept, and the author chooses. ``decided`` names the writing
    that was looked at, so a later one waits anew. A pledge is asked about on ``follow_on``.
    ``picture`` is the first of several; the others are in ``more_pictures`` as
    ``[upload, sha256]``. ``sound`` holds a recording, which may be a short video (``is_video``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        "seasons.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    thread = models.ForeignKey(
        Thread, on_delete=models.PROTECT, null=True, blank=True, related_name="notes"
    )
    reply_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replies"
    )
    about_kind = models.CharField(max_length=20, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=12, choices=NoteKind)
    text = models.TextField()
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.OWN)
    state = models.CharField(max_length=10, choices=NoteState, default=NoteState.PRIVATE)
    current = models.UUIDField()
    heads = models.PositiveSmallIntegerField(default=1)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    picture = models.ForeignKey(
        "files.Upload", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    more_pictures = models.JSONField(default=list)
    sound = models.ForeignKey(
        "files.Upload", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sound_state = models.CharField(max_length=8, choices=SoundState, blank=True)
    sound_words = models.CharField(max_length=200, blank=True)
    sound_sha256 = models.CharField(max_length=64, blank=True)
    is_video = models.BooleanField(default=False)
    follow_on = models.DateField(null=True, blank=True)
    kept = models.CharField(max_length=8, choices=Kept, blank=True)
    kept_words = models.CharField(max_length=300, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.CharField(max_length=120, blank=True)
    need_code = models.CharField(max_length=8, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["season", "state", "-written_at"], name="publishing_by_state"),
            models.Index(fields=["person", "-written_at"], name="publishing_own"),
            models.Index(
                fields=["season", "follow_on"],
                condition=Q(kind="pledge", kept="", removed_at=None),
                name="publishing_pledges_open",
            ),
        ]
        ordering = ["-written_at", "-id"]

    @property
    def pictures(self) -> list[UUID]:
        """Return the uploads of its pictures, in their order."""
        first = [self.picture_id] if self.picture_id else []
        return [*first, *(UUID(key) for key, _digest in self.more_pictures)]

    @property
    def seen(self) -> UUID:
        """Return the name of what a moderator has before them: words, picture, recording."""
        beside = [key for key in (*self.pictures, self.sound_id) if key]
        return uuid5(self.current, " ".join(map(str, beside))) if beside else self.current


class Writing(models.Model):
    """One writing of a note; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="writings")
    bases = models.JSONField(default=list)
    kind = models.CharField(max_length=12, choices=NoteKind)
    topic = models.ForeignKey(
        "seasons.Topic", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField()
    audience = models.CharField(max_length=8, choices=Audience)
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="publishing_writing_says_something")
        ]
        ordering = ["written_at", "id"]


class Thank(models.Model):
    """赞: one of a person for a note, and only the count is shown."""

    id = models.BigAutoField(primary_key=True)
    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="thanks")
    person = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="publishing_thank_once")
        ]
