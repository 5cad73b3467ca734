"""Forms of projects, enterprises, books, themes and services."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dongxun.kit.widgets import DayInput
from dongxun.needs.contracts import Milestone, Stage
from dongxun.organisations.api import UnitField


class WithUnit(forms.Form):
    """A form with one unit in it, typed by name."""

    organisation = UnitField(label=_("Unit"), max_length=200)

    def __init__(self, *args: Any, reach: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["organisation"]
        assert isinstance(unit, UnitField)  # noqa: S101 - declared above
        unit.reach = reach


class ProjectForm(WithUnit):
    """What is to be reached, how much of it, by when and by whom."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Project"), max_length=120)
    target = forms.CharField(
        label=_("What is to be reached"),
        max_length=200,
        required=False,
        help_text=_("Something that can be counted, for example: stations with hot water."),
    )
    amount = forms.DecimalField(
        label=_("How much"), max_digits=12, decimal_places=2, required=False
    )
    unit = forms.CharField(label=_("Counted in"), max_length=20, required=False)
    due_on = forms.DateField(label=_("Reached by"), widget=DayInput(), required=False)
    responsible = forms.CharField(label=_("Responsible person"), max_length=60, required=False)
    partners = forms.CharField(label=_("Works with"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ["title", "organisation"]


class ReviewForm(forms.Form):
    """Approve, or return with the reason."""

    reason = forms.CharField(
        label=_("What has to be changed"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReadingForm(forms.Form):
    """How much is reached by a day."""

    amount = forms.DecimalField(label=_("Reached so far"), max_digits=12, decimal_places=2)
    on = forms.DateField(label=_("On"), widget=DayInput(), required=False)
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)


class MilestoneForm(forms.Form):
    """When a milestone is planned, and when it came."""

    kind = forms.ChoiceField(label=_("Milestone"), choices=Milestone.choices)
    planned_on = forms.DateField(label=_("Planned for"), widget=DayInput(), required=False)
    reached_on = forms.DateField(label=_("Came on"), widget=DayInput(), required=False)


class PictureForm(forms.Form):
    """A picture, before or after."""

    moment = forms.ChoiceField(
        label=_("What it shows"), choices=[("before", _("before")), ("after", _("after"))]
    )
    picture = forms.FileField(
        label=_("Photo"), widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"})
    )
    words = forms.CharField(label=_("Remark"), max_length=120, required=False)


class EnterpriseForm(WithUnit):
    """An enterprise on the list."""

    name = forms.CharField(label=_("Enterprise"), max_length=120)
    scale = forms.CharField(label=_("Size"), max_length=40, required=False)
    helper = forms.CharField(label=_("Who assists it"), max_length=60, required=False)
    field_order = ["name", "organisation"]


class StageForm(forms.Form):
    """What was done for an enterprise, and where it stands."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=_("Where it stands"), choices=Stage.choices)
    on = forms.DateField(label=_("On"), widget=DayInput(), required=False)
    went = forms.CharField(
        label=_("Who went there"),
        max_length=200,
        required=False,
        help_text=_("Of a visit: who went, who sat at the table, what was talked about."),
    )
    sat = forms.CharField(label=_("Who sat at the table"), max_length=200, required=False)
    topic = forms.CharField(label=_("Topic of the talk"), max_length=120, required=False)
    words = forms.CharField(
        label=_("What was done"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FreezeForm(forms.Form):
    """As of which day the list is frozen."""

    as_of = forms.DateField(label=_("As of"), widget=DayInput())


class BookForm(WithUnit):
    """A book's title and introduction."""

    title = forms.CharField(label=_("Title"), max_length=80)
    intro = forms.CharField(
        label=_("Introduction"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ["title", "organisation", "intro"]


class EntryForm(forms.Form):
    """A question and its answer, for everybody to read."""

    question = forms.CharField(label=_("Question"), max_length=200)
    answer = forms.CharField(
        label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ChoiceField)  # noqa: S101 - declared above
        theme.choices = [("", _("not sorted yet")), *themes]

    def theme_id(self) -> UUID | None:
        """Return the theme chosen, if any."""
        chosen = self.cleaned_data["theme"]
        return UUID(chosen) if chosen else None


class ThemeForm(forms.Form):
    """The name of a theme."""

    name = forms.CharField(label=_("Theme"), max_length=40)


class ServiceForm(WithUnit):
    """An entry of the service catalogue."""

    theme = forms.ChoiceField(label=_("Theme"))
    name = forms.CharField(label=_("Service"), max_length=80)
    expert = forms.ChoiceField(label=_("Expert"), required=False)
    how = forms.CharField(
        label=_("How to get it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["theme", "name", "organisation", "expert", "how"]

    def __init__(
        self,
        *args: Any,
        themes: list[tuple[str, str]],
        experts: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        theme, expert = self.fields["theme"], self.fields["expert"]
        assert isinstance(theme, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(expert, forms.ChoiceField)  # noqa: S101 - declared above
        theme.choices = themes
        expert.choices = [("", _("nobody named")), *experts]
