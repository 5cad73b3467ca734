"""Forms of seasons."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import DomainError
from dongxun.seasons.contracts import CreditMethod, HomeReason, Parameters, StudyMode, TopicLine
from dongxun.seasons.parameters import LABELS, LIMITS

DAY = {"type": "date"}
USUAL_TOPICS = (
    "党的创新理论",
    "党章党规党纪",
    "形势与政策",
    "乡村全面振兴",
    "基层治理与法治",
    "安全生产与应急",
    "身边榜样",
)


def put_error(form: forms.BaseForm, error: DomainError) -> None:
    """Write a refusal beside the field it is about, else above the form."""
    for where, words in error.details or ((error.where, error.message),):
        form.add_error(where if where in form.fields else None, str(words))


class SeasonForm(forms.Form):
    """A new season: name, days, topics one a line."""

    name = forms.CharField(label=_("Name of the season"), max_length=80)
    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs=DAY))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs=DAY))
    season_hours = forms.DecimalField(label=_("Hours owed in the season"), initial=8, min_value=0)
    topics = forms.CharField(
        label=_("Topics"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line; each gets 60 minutes and a third of the season. Change it later."),
        initial="\n".join(USUAL_TOPICS),
    )

    def topic_names(self) -> list[str]:
        """Return the typed names, without empty lines and repetitions."""
        lines = (line.strip() for line in self.cleaned_data["topics"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def season_days(today: date) -> dict[str, date]:
    """Return the days a season usually has: mid-December to mid-March."""
    year = today.year if today.month >= 4 else today.year - 1
    return {"starts_on": date(year, 12, 14), "ends_on": date(year, 12, 14) + timedelta(days=90)}


class ReasonField(forms.CharField):
    """Why a running plan changes."""

    def __init__(self) -> None:
        super().__init__(label=_("Why does the plan change?"), max_length=200, required=False)


class ParametersForm(forms.Form):
    """All settings of a season, each a field of its own name."""

    reason = ReasonField()

    def __init__(self, data: Any = None, *, parameters: Parameters) -> None:
        super().__init__(data, initial={name: getattr(parameters, name) for name in LABELS})
        fields: dict[str, forms.Field] = {}
        for name, text in LABELS.items():
            label = str(text)
            if name in LIMITS:
                low, high = LIMITS[name]
                fields[name] = forms.DecimalField(label=label, min_value=low, max_value=high)
            else:
                fields[name] = forms.BooleanField(label=label, required=False)
        self.fields = fields | {"reason": self.fields["reason"]}

    def typed(self) -> dict[str, Any]:
        """Return the settings as ``edit_season`` takes them."""
        data = self.cleaned_data
        return {
            name: data[name] if isinstance(data[name], bool) else str(data[name]) for name in LABELS
        }


class CreditForm(forms.Form):
    """One row of the credit table."""

    method = forms.ChoiceField(label=_("How minutes become hours"), choices=CreditMethod.choices)
    hours = forms.DecimalField(label=_("Hours each"), required=False, min_value=0, max_value=100)
    minutes_an_hour = forms.IntegerField(label=_("Minutes an hour"), min_value=1, max_value=240)
    steps = forms.CharField(
        label=_("Steps"),
        required=False,
        max_length=200,
        help_text=_("Least minutes = hours, for example 15=0.5 30=1"),
    )
    reason = ReasonField()


class TopicForm(forms.Form):
    """A topic, its minutes and its plan line."""

    name = forms.CharField(label=_("Name of the topic"), max_length=120)
    short_name = forms.CharField(
        label=_("Short name"), max_length=8, required=False, help_text=_("At most 8 characters.")
    )
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=6000, initial=60)
    opens_on = forms.DateField(label=_("Opens on"), widget=forms.DateInput(attrs=DAY))
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs=DAY))
    target = forms.IntegerField(
        label=_("Target on that day, percent"), min_value=0, max_value=100, initial=95
    )
    required = forms.BooleanField(label=_("Everybody must learn it"), required=False, initial=True)
    reason = ReasonField()

    def line(self) -> TopicLine:
        """Return what was typed."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "reason"}
        return TopicLine(**data)


class CourseForm(forms.Form):
    """A course of a topic."""

    title = forms.CharField(label=_("Title of the course"), max_length=160)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=60)


class TaskForm(forms.Form):
    """A session that each organisation below holds on its own."""

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
    topic_id = forms.ChoiceField(label=_("Topic"), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=600, initial=60)
    due_on = forms.DateField(label=_("Due on"), widget=forms.DateInput(attrs=DAY))
    is_first_lesson = forms.BooleanField(
        label=_("This is the first lesson, by the secretary"), required=False
    )


class ModeForm(forms.Form):
    """How chosen people learn."""

    mode = forms.ChoiceField(label=_("How they learn"), choices=StudyMode.choices)
    reason = forms.ChoiceField(
        label=_("Reason, for study at home"),
        choices=[("", "—"), *HomeReason.choices],
        required=False,
    )
