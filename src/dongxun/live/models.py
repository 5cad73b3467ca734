"""Tables of live classes: the class, what is said in it, what pages are told, who watches."""

from django.db import models

from dongxun.kernel.ids import new_id
from dongxun.live.contracts import ClassState, EventKind, SaidKind, SaidState, Source


class LiveClass(models.Model):
    """直播课: one session seen from afar; sub-venues see the class of their main session.

    ``key`` is what an encoder shows, sealed; ``last_seq`` counts the events, without a gap.
    ``quiz`` is the short check of who watches alone, once it is over.
    ``picture_at`` is since when the encoder sends, ``picture_lost_at`` since when it is missed.
    ``again_at`` is when it went on air once more after it had been ended.
    ``replay_media`` are the files that we put into the replay; the rest of it is its writers'.
    ``replay_worth`` is what its session was worth then: ``[topic, minutes]``, by number.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.OneToOneField("activities.Session", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=8, choices=Source, default=Source.LINK)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=160, blank=True)
    key_hash = models.CharField(max_length=32, blank=True, db_index=True)
    state = models.CharField(max_length=6, choices=ClassState, default=ClassState.READY)
    pinned = models.CharField(max_length=120, blank=True)
    is_moderated = models.BooleanField(default=True)
    is_talking = models.BooleanField(default=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    encoder = models.CharField(max_length=40, blank=True)
    encoder_seen_at = models.DateTimeField(null=True, blank=True)
    picture_at = models.DateTimeField(null=True, blank=True)
    picture_lost_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    again_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    recordings = models.JSONField(default=list)
    replay_job_id = models.UUIDField(null=True, blank=True)
    replay_media = models.JSONField(default=list)
    replay_worth = models.JSONField(default=list)
    replay = models.ForeignKey(
        "library.Lesson", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    quiz = models.OneToOneField(
        "quizzes.Quiz", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()


class Said(models.Model):
    """One word or question; ``id`` is minted on the page, so sending twice is once.

    ``name`` is what others read: a name inside the branch's own town, 张* elsewhere.
    ``need_code`` is set once it was taken on as a need.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    live = models.ForeignKey(LiveClass, on_delete=models.CASCADE, related_name="said")
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    branch = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=8, choices=SaidKind, default=SaidKind.CHAT)
    text = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=SaidState, default=SaidState.WAITING)
    said_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120, blank=True)
    need_code = models.CharField(max_length=12, blank=True)

    class Meta:
        indexes = [models.Index(fields=["live", "state", "said_at"], name="live_said_by_state")]
        ordering = ["said_at", "id"]


class Event(models.Model):
    """What open pages are told, numbered without a gap in each class.

    Append-only, but for words that were hidden: their event then says only that.
    """

    id = models.BigAutoField(primary_key=True)
    live = models.ForeignKey(LiveClass, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8, choices=EventKind)
    body = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["live", "seq"], name="live_event_once")]
        ordering = ["seq"]


class Presence(models.Model):
    """A person who watched on a phone of their own, once a class however often they came."""

    id = models.BigAutoField(primary_key=True)
    live = models.ForeignKey(LiveClass, on_delete=models.CASCADE, related_name="presences")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["live", "person"], name="live_present_once")]
