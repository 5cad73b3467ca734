"""What is typed about exchanges and what came of them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.exchanges.contracts import (
    ExchangeDraft,
    ExchangeKind,
    GapState,
    OutcomeKind,
    PledgeState,
    Side,
)
from dongxun.exchanges.models import Exchange
from dongxun.kernel import clock
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.organisations.api import UnitField
from dongxun.organisations.contracts import Node

Choices = list[tuple[str, str]]
AGAIN = timedelta(days=30)


class UnitsField(forms.CharField):
    """Units typed by name, with commas between them."""

    def clean(self, value: Any) -> list[Node]:
        """Return the units, or say which name fits none."""
        words = super().clean(value)
        for mark in "，、;；\n":
            words = words.replace(mark, ",")
        found = []
        for name in filter(None, (word.strip() for word in words.split(","))):
            try:
                found.append(organisations.named(name))
            except organisations.NoUnit as error:
                raise forms.ValidationError(str(error)) from error
        return found


class ExchangeForm(forms.Form):
    """An exchange: who visits whom, when, with which programme."""

    kind = forms.ChoiceField(label=_("Kind of exchange"), choices=ExchangeKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    day = forms.DateField(label=_("Day"), widget=DayInput)
    host = UnitField(label=_("Host"))
    guests = UnitsField(
        label=_("Guests"),
        required=False,  # joint work may have partners only
        help_text=_("Names of units, also outside ones of an alliance."),
    )
    partners = UnitsField(label=_("Partners"), required=False)
    place = forms.CharField(label=_("At what place"), max_length=160, required=False)
    programme = forms.CharField(
        label=_("Programme"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One step a line."),
    )
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def first(row: Exchange) -> dict[str, Any]:
        """Return what the form shows of an exchange."""
        sides: dict[str, list[str]] = {}
        for party in row.parties.all():
            sides.setdefault(party.side, []).append(party.organisation.name)
        return {
            "kind": row.kind,
            "title": row.title,
            "day": row.day,
            "host": "".join(sides.get(Side.HOST, [])),
            "guests": "、".join(sides.get(Side.GUEST, [])),
            "partners": "、".join(sides.get(Side.PARTNER, [])),
            "place": row.place,
            "programme": "\n".join(row.programme),
            "note": row.note,
            "version": row.version,
        }

    def draft(self) -> ExchangeDraft:
        """Return the exchange as it is to be."""
        data = self.cleaned_data
        return ExchangeDraft(
            kind=data["kind"],
            title=data["title"],
            day=data["day"],
            host_id=data["host"].id,
            guest_ids=tuple(dict.fromkeys(node.id for node in data["guests"])),
            partner_ids=tuple(dict.fromkeys(node.id for node in data["partners"])),
            place=data["place"],
            programme=tuple(data["programme"].splitlines()),
            note=data["note"],
        )


class _WithUnits(forms.Form):
    """A form whose units are chosen from a few."""

    def __init__(self, *args: Any, units: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("organisation", "model", "host"):
            if name in self.fields:
                self.fields[name].choices = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Return the units as ids."""
        data = super().clean() or self.cleaned_data
        for name in ("organisation", "model", "host"):
            if data.get(name):
                data[f"{name}_id"] = UUID(data.pop(name))
        return data


class GapForm(_WithUnits):
    """What a unit lacks beside the model it saw."""

    organisation = forms.ChoiceField(label=_("Whose gap"))
    gap = forms.CharField(label=_("The gap"), max_length=300)
    model = forms.ChoiceField(label=_("Model unit"))
    practice = forms.CharField(label=_("What the model does"), max_length=300, required=False)
    measure = forms.CharField(label=_("How it will be closed"), max_length=300)
    person = forms.CharField(label=_("Who does it"), max_length=60)
    due_on = forms.DateField(label=_("Due on"), widget=DayInput)


class FollowGapForm(forms.Form):
    """How far a gap is closed."""

    state = forms.ChoiceField(label=_("How far"), choices=GapState.choices)
    result = forms.CharField(label=_("What has changed"), max_length=300, required=False)


class PledgeForm(_WithUnits):
    """What somebody pledged."""

    organisation = forms.ChoiceField(label=_("Unit"))
    speaker = forms.CharField(
        label=_("Who said it"),
        max_length=60,
        required=False,
        help_text=_("A person; empty for the unit."),
    )
    words = forms.CharField(label=_("The pledge"), max_length=300)
    follow_on = forms.DateField(label=_("Ask again on"), widget=DayInput)
    session_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    exchange_id = forms.UUIDField(required=False, widget=forms.HiddenInput)


class FollowPledgeForm(forms.Form):
    """What became of a pledge."""

    state = forms.ChoiceField(label=_("What became of it"), choices=PledgeState.choices)
    outcome = forms.CharField(label=_("What came of it"), max_length=300, required=False)
    again_on = forms.DateField(label=_("Ask again on"), widget=DayInput, required=False)


class OutcomeForm(_WithUnits):
    """What study turned into."""

    organisation = forms.ChoiceField(label=_("Unit"))
    kind = forms.ChoiceField(label=_("What kind of result"), choices=OutcomeKind.choices)
    title = forms.CharField(label=_("Title"), max_length=120)
    person = forms.CharField(
        label=_("Whose deed"),
        max_length=60,
        required=False,
        help_text=_("For a good deed: the person's name."),
    )
    evidence = forms.CharField(
        label=_("Evidence"),
        max_length=500,
        help_text=_("A document, a place, a number: how one can see it."),
    )
    on = forms.DateField(label=_("Day"), widget=DayInput)


class WithdrawForm(forms.Form):
    """Why something that was noted is taken back."""

    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)


class StationForm(_WithUnits):
    """Where a master lecturer teaches regularly."""

    lecturer_id = forms.TypedChoiceField(label=_("Lecturer"), coerce=UUID)
    host = forms.ChoiceField(label=_("Host"))
    place_id = forms.TypedChoiceField(
        label=_("Place"), coerce=UUID, empty_value=None, required=False
    )
    note = forms.CharField(label=_("Remark"), max_length=200, required=False)
    exchange_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lecturers: Choices, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_id"].choices = places  # type: ignore[attr-defined]
        self.fields["lecturer_id"].choices = lecturers  # type: ignore[attr-defined]


class ChecklistForm(forms.Form):
    """What visits of a season do."""

    items = forms.CharField(
        label=_("Items"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line; visits planned from now on get them."),
    )


def soon() -> dict[str, Any]:
    """Return what the forms begin with."""
    today = clock.today()
    return {"on": today, "day": today, "due_on": today + AGAIN, "follow_on": today + AGAIN}
