"""What people type about people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import CellProblem
from dongxun.kit.widgets import DayInput
from dongxun.organisations.contracts import Node
from dongxun.people.contracts import Category, Details, Status

SEXES = [("", "—"), ("m", _("male")), ("f", _("female"))]


class PersonForm(forms.Form):
    """What is known of a person; private fields left empty stay as they are."""

    name = forms.CharField(label=_("Name"), max_length=40)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices)
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    joined_on = forms.DateField(label=_("Joined"), required=False, widget=DayInput)
    full_on = forms.DateField(label=_("Full member since"), required=False, widget=DayInput)
    duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, help_text=_("Empty: it stays as it is.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_phone(self) -> str:
        """Return the number as it is kept."""
        try:
            return values.phone_or_landline(self.cleaned_data["phone"]) or ""
        except CellProblem as problem:
            raise forms.ValidationError(str(problem.message)) from problem

    def details(self) -> Details:
        """Return what is to be written."""
        data = self.cleaned_data
        return Details(
            name=data["name"],
            sex=data["sex"],
            category=data["category"],
            status=data["status"],
            joined_on=data["joined_on"],
            full_on=data["full_on"],
            duty=data["duty"],
            phone=data["phone"] or None,
            emptied=tuple(name for name in ("joined_on", "full_on") if data[name] is None),
        )


class RowForm(forms.Form):
    """The few fields that can be changed in the table itself."""

    category = forms.ChoiceField(label=_("Category"), choices=Category.choices)
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class BranchField(forms.ChoiceField):
    """One of the branches of a subtree."""

    def __init__(self, branches: list[Node], **kwargs: Any) -> None:
        pairs = [(str(branch.id), branch.name) for branch in branches]
        super().__init__(choices=[("", "—"), *pairs], **kwargs)


class TransferForm(forms.Form):
    """To which branch, and from when."""

    on = forms.DateField(label=_("From which day"), widget=DayInput)

    def __init__(self, *args: Any, branches: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["branch"] = BranchField(branches, label=_("New branch"))
        self.order_fields(["branch", "on"])


class TagForm(forms.Form):
    """A word to put on somebody."""

    word = forms.CharField(label=_("Tag"), max_length=30)


class LecturerForm(forms.Form):
    """Somebody who teaches."""

    name = forms.CharField(label=_("Name"), max_length=40)
    kind = forms.ChoiceField(label=_("Kind of lecturer"), choices=[])
    title = forms.CharField(label=_("Position"), max_length=120, required=False)
    subjects = forms.CharField(
        label=_("Subjects"), required=False, help_text=_("Several: with a comma between them.")
    )
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    active = forms.BooleanField(label=_("Can be booked"), required=False, initial=True)

    def __init__(self, *args: Any, nodes: list[Node], kinds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds.items())  # type: ignore[attr-defined]
        self.fields["organisation"] = BranchField(
            nodes, label=_("Organisation"), initial=str(nodes[0].id) if nodes else ""
        )


class LecturerKindForm(forms.Form):
    """The name of a kind of lecturer."""

    name = forms.CharField(label=_("Name"), max_length=20)
    retired = forms.BooleanField(label=_("Offer it no more"), required=False)
