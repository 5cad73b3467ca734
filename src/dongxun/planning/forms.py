"""What people type to have something planned."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kit.widgets import DayInput
from dongxun.planning.contracts import SeasonSettings

Choices = Iterable[tuple[str, str]]
TIMES = (
    (10, _("10 seconds")),
    (30, _("30 seconds")),
    (60, _("1 minute")),
    (120, _("2 minutes")),
    (300, _("5 minutes")),
)


class SeasonForm(forms.Form):
    """What a season timetable is to keep to."""

    unit = forms.ChoiceField(label=_("Whose season"))
    topics = forms.MultipleChoiceField(
        label=_("Which topics"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Branches that learn together do so for all of these, in one hall."),
    )
    first = forms.DateField(label=_("From which day"), widget=DayInput)
    last = forms.DateField(
        label=_("Until which day"),
        widget=DayInput,
        help_text=_("Working days only; holidays are left out."),
    )
    within_km = forms.FloatField(
        label=_("At most so many km to the hall"), min_value=1, max_value=100
    )
    load = forms.IntegerField(
        label=_("At most so many sessions for one lecturer"), min_value=1, max_value=200
    )
    lecturer_a_week = forms.IntegerField(label=_("Of these a week"), min_value=1, max_value=14)
    cohort_a_week = forms.IntegerField(
        label=_("At most so many sessions a week for one branch"), min_value=1, max_value=7
    )
    seconds = forms.TypedChoiceField(
        label=_("How long to search"),
        coerce=int,
        choices=TIMES,
        help_text=_("It can be ended at any time and keeps the best plan found."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("Another number makes another attempt."),
    )

    def __init__(self, *args: Any, units: Choices, topics: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["topics"].choices = list(topics)  # type: ignore[attr-defined]

    def asked(self) -> SeasonSettings:
        """Return what was typed."""
        typed = dict(self.cleaned_data)
        typed.pop("unit")
        topics = tuple(UUID(key) for key in typed.pop("topics"))
        return SeasonSettings(topic_ids=topics, **typed)


class ReasonForm(forms.Form):
    """Why a plan is accepted."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("It is kept with the plan and told to people.")
    )


class AcceptForm(ReasonForm):
    """The same, and whether people are told at once."""

    publish = forms.BooleanField(
        label=_("Publish new sessions and tell their people"), required=False, initial=True
    )


def settings_of(stored: dict[str, Any]) -> SeasonSettings:
    """Return the settings of an earlier search."""
    given = {key: value for key, value in stored.items() if key != "work"}
    return SeasonSettings(
        **given
        | {
            "topic_ids": tuple(UUID(key) for key in stored["topic_ids"]),
            "first": date.fromisoformat(stored["first"]),
            "last": date.fromisoformat(stored["last"]),
        }
    )
