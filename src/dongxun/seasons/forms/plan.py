"""Forms of what a plan is made of: topics, courses, campaigns, study days, tasks."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from dongxun.kit.forms import Seen
from dongxun.kit.widgets import ClockInput, DayInput
from dongxun.seasons.contracts import GivenBy, StudyDayLine, TaskLine, TopicLine
from dongxun.seasons.forms.shared import ReasonField


class TopicForm(Seen):
    """A topic, its minutes and its plan line."""

    name = forms.CharField(label=_("Name of the topic"), max_length=120)
    short_name = forms.CharField(
        label=_("Short name"), max_length=8, required=False, help_text=_("At most 8 characters.")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=6000, initial=60)
    opens_on = forms.DateField(label=_("Opens on"), widget=DayInput())
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    target = forms.IntegerField(
        label=_("Target on that day, percent"), min_value=0, max_value=100, initial=95
    )
    required = forms.BooleanField(label=_("Everybody must learn it"), required=False, initial=True)
    reason = ReasonField()

    def line(self) -> TopicLine:
        """Return what was typed."""
        data = dict(self.cleaned_data)
        del data["reason"], data["version"]
        return TopicLine(**data)


class CourseForm(Seen):
    """A course of a topic."""

    title = forms.CharField(label=_("Title of the course"), max_length=160)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=60)
    audience = forms.CharField(
        label=_("For whom"), max_length=80, required=False, help_text=_("Empty: for everybody.")
    )
    summary = forms.CharField(
        label=_("What it teaches"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class TaskForm(forms.Form):
    """A session that each organisation below holds on its own.

    Args:
        topics: those of the season to choose from, as (id, name).
    """

    title = forms.CharField(label=_("What is to be held"), max_length=160)
    level = forms.ChoiceField(
        label=_("Held by each"),
        choices=[
            ("town", _("town")),
            ("agency", _("agency")),
            ("village", _("village")),
            ("branch", _("branch")),
        ],
        initial="branch",
    )
    given_by = forms.ChoiceField(label=_("Who speaks"), choices=GivenBy.choices, required=False)
    target = forms.IntegerField(
        label=_("How many sessions each"), min_value=1, max_value=99, initial=1
    )
    topic_id = forms.ChoiceField(label=_("Topic"), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=60)
    due_on = forms.DateField(label=_("Due on"), widget=DayInput())
    is_first_lesson = forms.BooleanField(
        label=_("This is the first lesson, by the secretary"), required=False
    )

    def __init__(
        self, data: Any = None, *, topics: Iterable[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["topic_id"].choices = [("", "—"), *topics]  # type: ignore[attr-defined]

    def line(self, activity_type: str) -> TaskLine:
        """Return what was typed; a first lesson is a party lecture."""
        data = dict(self.cleaned_data)
        topic_id = data.pop("topic_id")
        if data["is_first_lesson"]:
            activity_type = "party_lecture"
        topic = UUID(topic_id) if topic_id else None
        return TaskLine(topic_id=topic, activity_type=activity_type, **data)


class CampaignForm(forms.Form):
    """A campaign: a theme that many sessions share."""

    name = forms.CharField(label=_("Name of the campaign"), max_length=120)
    theme = forms.CharField(
        label=_("What it is about"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = ReasonField()


class StudyDayForm(forms.Form):
    """A day that returns each week or month."""

    organisation_id = forms.ChoiceField(
        label=_("For which unit"), help_text=_("It holds for everything below as well.")
    )
    title = forms.CharField(label=_("Title"), max_length=80, initial=_("Fixed study day"))
    every = forms.ChoiceField(
        label=_("It returns"),
        choices=[("week", _("every week")), ("month", _("every month"))],
        widget=forms.RadioSelect,
        initial="week",
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        choices=[("", "—"), *WEEKDAYS.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )
    day = forms.IntegerField(
        label=_("Day of the month"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_("A 31st falls on the last day of a shorter month."),
    )
    at = forms.TimeField(label=_("Begins at"), widget=ClockInput(), initial="14:00")
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=90)

    def __init__(
        self, data: Any = None, *, units: Iterable[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["organisation_id"].choices = list(units)  # type: ignore[attr-defined]

    def line(self) -> StudyDayLine:
        """Return what was typed."""
        data = self.cleaned_data
        return StudyDayLine(
            title=data["title"],
            every=data["every"],
            at=data["at"],
            minutes=data["minutes"],
            weekday=data["weekday"],
            day=data["day"],
        )

    def organisation(self) -> UUID:
        """Return the organisation chosen."""
        return UUID(self.cleaned_data["organisation_id"])
