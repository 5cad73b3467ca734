"""What people type to have agencies, villages and enterprises gathered."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kit.widgets import DayInput
from dongxun.organisations.contracts import PlaceType
from dongxun.planning.contracts import AreaSettings, HubSettings, PairSettings
from dongxun.planning.snapshots.zones import NOT_SHARED

Choices = Iterable[tuple[str, str]]
KINDS = [(str(kind), kind.label) for kind in PlaceType if kind not in NOT_SHARED]


class AreasForm(forms.Form):
    """Agencies into joint zones."""

    areas = forms.IntegerField(label=_("How many joint zones"), min_value=1, max_value=60)
    least = forms.IntegerField(label=_("At least so many agencies in each"), min_value=1)
    most = forms.IntegerField(label=_("At most so many agencies in each"), min_value=1)
    units = forms.MultipleChoiceField(
        label=_("Which agencies"), widget=forms.CheckboxSelectMultiple
    )
    leads = forms.MultipleChoiceField(
        label=_("Who may lead one"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("None ticked: any of them."),
    )

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        every = list(units)
        for name in ("units", "leads"):
            self.fields[name].choices = every  # type: ignore[attr-defined]

    def asked(self) -> AreaSettings:
        """Return what was typed."""
        typed = self.cleaned_data
        return AreaSettings(
            unit_ids=tuple(UUID(key) for key in typed["units"]),
            lead_ids=tuple(UUID(key) for key in typed["leads"]),
            **{name: typed[name] for name in ("areas", "least", "most")},
        )


class _UnitForm(forms.Form):
    """Of which unit; a longest way."""

    unit = forms.ChoiceField(label=_("Whose villages"))
    within_km = forms.FloatField(
        label=_("At most so many km"),
        min_value=0.1,
        max_value=200,
        required=False,
        help_text=_("Empty: however far. As the bird flies."),
    )

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].choices = list(units)  # type: ignore[attr-defined]


class HubsForm(_UnitForm):
    """Villages to halls and stations."""

    hubs = forms.IntegerField(label=_("How many places are opened"), min_value=1, max_value=300)
    types = forms.MultipleChoiceField(
        label=_("Which kinds of places"), widget=forms.CheckboxSelectMultiple, choices=KINDS
    )
    seats = forms.BooleanField(
        label=_("No more people than seats"),
        required=False,
        help_text=_("All people of its villages at once; places without known seats are left out."),
    )
    field_order = ("unit", "hubs", "types", "within_km", "seats")

    def asked(self) -> HubSettings:
        """Return what was typed."""
        typed = self.cleaned_data
        names = ("hubs", "within_km", "seats")
        return HubSettings(types=tuple(typed["types"]), **{name: typed[name] for name in names})


class PairsForm(_UnitForm):
    """Villages with enterprises."""

    takes = forms.IntegerField(
        label=_("At most so many villages for one enterprise"), min_value=1, max_value=100
    )
    field_order = ("unit", "takes", "within_km")

    def asked(self) -> PairSettings:
        """Return what was typed."""
        return PairSettings(self.cleaned_data["takes"], self.cleaned_data["within_km"])


class AcceptPairsForm(forms.Form):
    """Which pairs are accepted, from when, what they agreed on."""

    villages = forms.MultipleChoiceField(
        label=_("Which pairs"), widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label=_("Paired since"), widget=DayInput)
    agreement = forms.CharField(label=_("What they agree on"), max_length=200, required=False)

    def __init__(self, *args: Any, pairs: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["villages"].choices = list(pairs)  # type: ignore[attr-defined]
