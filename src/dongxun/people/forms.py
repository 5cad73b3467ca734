"""What people type about people."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.files.api import values
from dongxun.files.contracts import CellProblem
from dongxun.kit.widgets import DayInput
from dongxun.organisations.contracts import Node
from dongxun.people.contracts import NOTHING_KNOWN, Category, Details, Month, OnRecord, Status
from dongxun.people.roster import columns, wishes

REMOVALS = {
    "phone": _("Remove the phone number on record"),
    "id_number": _("Remove the ID number on record"),
    "born": _("Remove the birth on record"),
    "address": _("Remove the address on record"),
}
"""What is private, and how a form calls taking it out."""
SEXES = [("", "—"), ("m", _("male")), ("f", _("female"))]


def _off(name: str) -> str:
    return f"{name}_off"


class PersonForm(forms.Form):
    """What is known of a person; private fields left empty stay as they are.

    What is on record has a tick beside it with which it is removed.

    Args:
        known: what is on record of what is private, of which the form shows nothing.
    """

    name = forms.CharField(label=_("Name"), max_length=40)
    sex = forms.ChoiceField(label=_("Sex"), choices=SEXES, required=False)
    category = forms.ChoiceField(label=_("Category"), choices=Category.choices)
    status = forms.ChoiceField(label=_("Status"), choices=Status.choices)
    joined_on = forms.DateField(label=_("Joined"), required=False, widget=DayInput)
    full_on = forms.DateField(label=_("Full member since"), required=False, widget=DayInput)
    duty = forms.CharField(label=_("Duty"), max_length=60, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    id_number = forms.CharField(label=_("ID number"), max_length=40, required=False)
    born = forms.CharField(
        label=_("Born"), max_length=20, required=False, help_text=_("Year and month: 1991-05.")
    )
    address = forms.CharField(label=_("Address"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, known: OnRecord = NOTHING_KNOWN, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known = known
        self.notes: list[str] = []
        """What is seldom so, for whoever has saved it."""
        order: list[str] = []
        for name in list(self.fields):
            order.append(name)
            if name not in REMOVALS:
                continue
            self.fields[name].widget.attrs["autocomplete"] = "off"
            if name in known.fields:
                self.fields[name].help_text = _("On record. Empty: it stays as it is.")
                self.fields[_off(name)] = forms.BooleanField(label=REMOVALS[name], required=False)
                order.append(_off(name))
        self.order_fields(order)

    def _read(self, name: str, parse: Callable[[Any], Any]) -> Any:
        """Return what was typed as an import would read it."""
        try:
            return parse(self.cleaned_data[name])
        except CellProblem as problem:
            raise forms.ValidationError(str(problem.message)) from problem

    def clean_phone(self) -> str:
        """Return the number as it is kept."""
        return self._read("phone", values.phone_or_landline) or ""

    def clean_id_number(self) -> str:
        """Return the number with its check digit right."""
        return self._read("id_number", values.id_number) or ""

    def clean_born(self) -> Month | None:
        """Return year and month."""
        said = self._read("born", columns.past)
        return wishes.month_of(said) if said else None

    def clean_joined_on(self) -> date | None:
        """Refuse a day still to come."""
        return self._day("joined_on")

    def clean_full_on(self) -> date | None:
        """Refuse a day still to come."""
        return self._day("full_on")

    def _day(self, name: str) -> date | None:
        self._read(name, columns.past)
        found: date | None = self.cleaned_data[name]
        return found

    def clean(self) -> dict[str, Any]:
        """Say what cannot be between ID number, birth and joining; the number tells the birth."""
        data = super().clean() or {}
        for name in REMOVALS:
            if data.get(_off(name)) and data.get(name):
                words = gettext("Either another one is typed, or this one is removed; not both.")
                self.add_error(_off(name), words)
        if number := data.get("id_number"):
            birth, sex = wishes.of_id_number(number)
            if data.get(_off("born")):
                words = gettext("The ID number says the birth, so it cannot be removed as well.")
                self.add_error(_off("born"), words)
            if data.get("born") not in {None, birth}:
                self.add_error("born", gettext("This is another month than the ID number says."))
            data["born"], data["sex"] = birth, data.get("sex") or sex
        typed = {"born", "id_number", "joined_on"}.intersection(self.changed_data)
        joined = data.get("joined_on")
        before = None if data.get(_off("born")) else self._known.birth
        known: Month | None = data.get("born") or before
        for problem in wishes.day_problems(known, (joined.year, joined.month) if joined else None):
            if not problem.note:
                self.add_error(
                    "born" if problem.column == "birth" else "joined_on", str(problem.message)
                )
            elif typed:
                self.notes.append(gettext("Not yet 18 when joining. Look whether a year is wrong."))
        return data

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
            id_number=data["id_number"] or None,
            birth_year=data["born"][0] if data["born"] else None,
            birth_month=data["born"][1] if data["born"] else None,
            address=data["address"].strip() or None,
            emptied=self._emptied(),
        )

    def _emptied(self) -> tuple[str, ...]:
        """Return the days left empty, and what is private where removing it was ticked."""
        data = self.cleaned_data
        off = [name for name in REMOVALS if data.get(_off(name))]
        days = [name for name in ("joined_on", "full_on") if data[name] is None]
        birth = ["birth_year", "birth_month"] if "born" in off else []
        return (*days, *(name for name in off if name != "born"), *birth)


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

    name = forms.CharField(label=_("Name of the kind"), max_length=20)
    retired = forms.BooleanField(label=_("Offer it no more"), required=False)
