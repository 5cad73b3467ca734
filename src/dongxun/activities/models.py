"""Tables of sessions: what, when, where, by whom, for whom."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dongxun.activities.contracts import (
    ActivityType,
    Audience,
    CorrectionState,
    Method,
    Part,
    RemarkKind,
    SessionState,
)
from dongxun.kernel.ids import new_id, spoken_code
from dongxun.people.contracts import Status

_ORG = "organisations.Organisation"


class Session(models.Model):
    """场次. ``credit_minutes`` is the sum of its topics' minutes and locks at the first check-in.

    ``code`` is spoken and printed; ``online_url`` is set when it moved online.
    ``others_count`` are those who came besides members and the public, as counts
    by kind (网格员, 企业代表 …): no names. ``clash_reason`` says why it stays although
    something is wanted twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=6, unique=True, default=spoken_code)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        "seasons.Campaign", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cascade_task = models.ForeignKey(
        "seasons.CascadeTask", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cohort = models.ForeignKey(
        "seasons.Cohort", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    main_session = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="sub_sessions"
    )
    title = models.CharField(max_length=160)
    type = models.CharField(max_length=16, choices=ActivityType)
    host = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(
        "organisations.Place", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    place_text = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    format = models.CharField(max_length=16, default="hall")
    credit_minutes = models.PositiveIntegerField(default=0)
    credit_locked_at = models.DateTimeField(null=True, blank=True)
    credit_version = models.PositiveSmallIntegerField(default=1)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.ALL)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    sign_up = models.BooleanField(default=False)
    open_to_all = models.BooleanField(default=False)
    mask_names = models.BooleanField(default=False)
    is_first_lesson = models.BooleanField(default=False)
    is_group_viewing = models.BooleanField(default=False)
    online_url = models.CharField(max_length=300, blank=True)
    went_online_reason = models.CharField(max_length=200, blank=True)
    public_count = models.PositiveIntegerField(null=True, blank=True)
    minors_count = models.PositiveIntegerField(null=True, blank=True)
    others_count = models.JSONField(default=dict)
    organiser_name = models.CharField(max_length=60, blank=True)
    tags = models.JSONField(default=list)
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.DRAFT)
    state_reason = models.CharField(max_length=200, blank=True)
    clash_reason = models.CharField(max_length=200, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    plan_line = models.CharField(max_length=120, null=True, blank=True, unique=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="activities_session_lasts"
            )
        ]
        indexes = [models.Index(fields=["season", "starts_at"], name="activities_calendar")]

    def __str__(self) -> str:
        return self.title


class SessionTopic(models.Model):
    """How many of a session's credit minutes belong to a topic."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "topic"], name="activities_topic_once")
        ]


class SessionOrganisation(models.Model):
    """An organisation's part in a session; the host has a row too."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=8, choices=Part)
    quota = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "organisation"], name="activities_organisation_once"
            )
        ]


class RunStep(models.Model):
    """One step of the run-sheet: 升旗, 宣誓, 参观, 讨论; or a stand of a fair."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.CharField(max_length=60, blank=True)
    is_oath = models.BooleanField(default=False)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["order"]


class Booking(models.Model):
    """A lecturer asked to teach at a session, and the answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings")
    lecturer = models.ForeignKey(
        "people.LecturerProfile", on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(max_length=160, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[("asked", "asked"), ("confirmed", "confirmed"), ("declined", "declined")],
        default="asked",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "lecturer"], name="activities_booked_once")
        ]


class SignUp(models.Model):
    """A person named as delegate or signed up by themselves."""

    id = models.BigAutoField(primary_key=True)
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="sign_ups")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(
        _ORG, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="activities_signed_up_once")
        ]


class Draft(models.Model):
    """What somebody typed so far in the step list, saved at each step.

    ``session`` is set when an existing session is being changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_id = models.UUIDField(db_index=True)
    season = models.ForeignKey("seasons.Season", on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey(
        Session, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    typed = models.JSONField(default=dict)
    updated_at = models.DateTimeField()


class Claim(models.Model):
    """One statement that somebody was present, as it reached us; append-only.

    ``id`` is the item id that the phone, the sheet or the workbook row minted.
    ``late``: it waited on a phone until the session was archived or its season
    closed, or speaks of a moment at which check-in was not open.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="claims")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8, choices=Method)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=120, blank=True)
    device_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    skewed = models.BooleanField(default=False)
    late = models.BooleanField(default=False)


class CheckIn(models.Model):
    """One person present at one session: the merged effect of all claims.

    At most one live row per person and session; the database itself says so.
    ``confirmed`` is False for printed codes until somebody confirms them.
    ``generation`` counts corrections and is part of the fact's id.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="check_ins")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=8, choices=Method)
    occurred_at = models.DateTimeField()
    confirmed = models.BooleanField(default=True)
    is_guest = models.BooleanField(default=False)
    is_makeup = models.BooleanField(default=False)
    generation = models.PositiveSmallIntegerField(default=1)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(voided_at=None),
                name="activities_one_live_check_in",
            )
        ]
        indexes = [models.Index(fields=["person"], name="activities_check_ins_of")]


class Leave(models.Model):
    """请假: approved absence with a window in which it is to be made up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="leaves")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200)
    approved = models.BooleanField(default=True)
    approved_by = models.CharField(max_length=120, blank=True)
    window_until = models.DateField()
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(withdrawn_at=None),
                name="activities_one_leave",
            )
        ]


class WalkIn(models.Model):
    """Somebody who came unexpected; their home secretary confirms, then the fact is written."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="walk_ins")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    digits = models.CharField(max_length=120)
    person = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    method = models.CharField(max_length=8, choices=Method)
    occurred_at = models.DateTimeField()
    device_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[("pending", "pending"), ("confirmed", "confirmed"), ("refused", "refused")],
        default="pending",
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.CharField(max_length=200, blank=True)


class MakeupItem(models.Model):
    """补学: a topic that a person missed, until when, and how it was offered.

    ``done_at`` ends it; ``closed_reason`` says why, when it was not learned: in
    words, or the code of a status, or ``merged``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    season = models.ForeignKey("seasons.Season", on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey("seasons.Topic", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    missed_session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    offered_session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="makeup_items"
    )
    reason = models.CharField(max_length=200, blank=True)
    window_until = models.DateField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["season", "topic", "person"],
                condition=Q(done_at=None),
                name="activities_one_open_makeup",
            )
        ]
        indexes = [models.Index(fields=["branch", "done_at"], name="activities_makeup_owed")]

    @property
    def closed_words(self) -> str:
        """Return why it was closed, in words."""
        known = {**dict(Status.choices), "merged": _("two rows of one person")}
        return str(known.get(self.closed_reason, self.closed_reason))


class CorrectionRequest(models.Model):
    """有误，去更正: what a person says is wrong in their record, and the home secretary's answer.

    ``id`` is derived from person, session, words and day, so sending it twice is one request.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    branch = models.ForeignKey(_ORG, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    words = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    answer = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["branch", "state"], name="activities_corrections")]


class Remark(models.Model):
    """What was said at or after a session: feedback, a contribution, a gap found on a tour.

    ``speaker`` is a kind of participant (企业家党员代表), never a name; ``people`` is
    how many said so; ``score`` is theirs, one to five. Taken back, never edited;
    only what a member says on the phone is replaced when the same member says it anew,
    later than ``said_at``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="remarks")
    kind = models.CharField(max_length=10, choices=RemarkKind)
    speaker = models.CharField(max_length=60, blank=True)
    people = models.PositiveIntegerField(default=1)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    words = models.CharField(max_length=500, blank=True)
    written_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=1, score__lte=5),
                name="activities_score_of_five",
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="activities_somebody_said_it"),
        ]
