"""What is typed about members who live elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import CellProblem
from dongxun.kernel import clock
from dongxun.kit.widgets import DayInput
from dongxun.organisations.api import UnitField
from dongxun.organisations.contracts import Node
from dongxun.people.api import StayDraft, StayLine
from dongxun.people.contracts import AwayReason, ContactWay, LostReason

CHOOSE = [("", "—")]


class StayForm(forms.Form):
    """One line of the register."""

    left_on = forms.DateField(label=_("Away since"), required=False, widget=DayInput)
    reason = forms.ChoiceField(
        label=_("Why away"), choices=[*CHOOSE, *AwayReason.choices], required=False
    )
    direction = forms.CharField(
        label=_("Where to"),
        max_length=120,
        required=False,
        help_text=_("Province, city, county; inside the district the town."),
    )
    host_words = forms.CharField(
        label=_("Party organisation there"), max_length=120, required=False
    )
    host_contact = forms.CharField(
        label=_("Contact there and telephone"), max_length=120, required=False
    )
    education = forms.CharField(label=_("Education"), max_length=30, required=False)
    card_number = forms.CharField(label=_("Activity card number"), max_length=40, required=False)
    study = forms.CharField(label=_("How they learn"), max_length=200, required=False)
    dues = forms.CharField(label=_("Dues"), max_length=60, required=False)
    review = forms.CharField(label=_("Yearly review"), max_length=60, required=False)
    note = forms.CharField(label=_("Remark"), max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def first(cls, line: StayLine) -> dict[str, Any]:
        """Return what the form shows of a line."""
        return {name: getattr(line, name) for name in cls.base_fields}

    def draft(self) -> StayDraft:
        """Return what is to be written."""
        data = dict(self.cleaned_data)
        data.pop("version")
        return StayDraft(**data)


class ContactForm(forms.Form):
    """A word with somebody who lives elsewhere."""

    on = forms.DateField(label=_("Spoke on"), widget=DayInput)
    way = forms.ChoiceField(label=_("How"), choices=ContactWay.choices)
    words = forms.CharField(label=_("What was said"), max_length=200, required=False)


class LostForm(forms.Form):
    """Nobody reaches them any more."""

    on = forms.DateField(label=_("Not reached since"), widget=DayInput)
    reason = forms.ChoiceField(label=_("Reason"), choices=[*CHOOSE, *LostReason.choices])
    words = forms.CharField(label=_("What was tried"), max_length=200, required=False)


class BackForm(forms.Form):
    """They live at home again."""

    on = forms.DateField(label=_("Back since"), widget=DayInput)


class PhoneField(forms.CharField):
    """A telephone number as people write it; empty is allowed."""

    def clean(self, value: Any) -> str:
        """Return the number as it is kept."""
        try:
            return values.phone_or_landline(super().clean(value)) or ""
        except CellProblem as problem:
            raise forms.ValidationError(str(problem.message)) from problem


class ReportForm(forms.Form):
    """Who reports in: branch, name, last four digits; a number to be reached at, if they like."""

    branch = UnitField(label=_("Your branch at home"))
    name = forms.CharField(label=_("Name"), max_length=80)
    digits = forms.RegexField(
        label=_("Last four digits of your phone number"),
        regex=r"^\d{4}$",
        error_messages={"invalid": _("Four digits, please.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    phone = PhoneField(
        label=_("Number the station may call"),
        max_length=30,
        required=False,
        help_text=_("Only if you like; only the station sees it."),
    )

    def clean_branch(self) -> Node:
        """Return a branch, not a unit without members."""
        node: Node = self.cleaned_data["branch"]
        if not node.has_members:
            raise forms.ValidationError(_("Only a branch has members. Choose a branch."))
        return node


def today() -> dict[str, Any]:
    """Return what the short forms begin with."""
    return {"on": clock.today()}
