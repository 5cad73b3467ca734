"""The form of a filled donation ledger: one line a gift, many at once."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import DonationDraft, DonationKind, GoodsLine
from dongxun.packs.forms.packs import Choices

LINES = 10
MOST = {DonationKind.GOODS: 10**7, DonationKind.MONEY: 10**10, DonationKind.BLOOD: 100_000}
FIELDS = {"amount_yuan": "number", "people": "number", "lines": "title"}
"""What a line calls differently from the service."""


class LedgerForm(forms.Form):
    """Who looks after all the gifts of the sheet."""

    organisation = forms.ChoiceField(label=gettext_lazy("Looked after by"))

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]


class GiftLine(forms.Form):
    """One gift; a line without a word in it is empty. ``id`` is minted with the page."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    donor = forms.CharField(label=gettext_lazy("Donor"), max_length=120, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind of thing"), choices=DonationKind.choices, required=False
    )
    title = forms.CharField(label=gettext_lazy("Goods"), max_length=120, required=False)
    spec = forms.CharField(label=gettext_lazy("Size or make-up"), max_length=80, required=False)
    number = forms.IntegerField(
        label=gettext_lazy("Sets, yuan or people"), min_value=1, required=False
    )
    boxes = forms.IntegerField(
        label=gettext_lazy("Boxes"), min_value=0, max_value=10**7, required=False
    )
    consignee = organisations.UnitField(
        label=gettext_lazy("Goes to"), max_length=240, required=False
    )
    on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, field in self.fields.items():
            if name != "id":
                words = f"{field.label} {self.prefix}"
                field.widget.attrs |= {"aria-label": words, "class": "input"}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written on this line."""
        typed = ("donor", "title", "spec", "number", "boxes", "consignee", "note")
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in typed)

    def clean(self) -> dict[str, Any]:
        """Ask for what a gift needs where anything at all was written."""
        found = super().clean() or self.cleaned_data
        if self.is_empty:
            return found
        kind = DonationKind(found.get("kind") or DonationKind.GOODS)
        if "donor" in found and not found["donor"]:
            self.add_error("donor", _("Say who gives."))
        if "consignee" in found and not found["consignee"]:
            self.add_error("consignee", _("Say where it goes."))
        number = found.get("number")
        if number is None and "number" not in self.errors:
            self.add_error("number", _("How many? Sets of goods, yuan, or people."))
        elif number and number > MOST[kind]:
            self.add_error("number", _("That is too many; look at the number again."))
        if kind == DonationKind.GOODS and "title" in found and not found["title"]:
            self.add_error("title", _("Say what is given."))
        return found

    def draft(self, donor_id: UUID | None) -> DonationDraft:
        """Return what this line says; a line without a day is of today."""
        data = self.cleaned_data
        kind = DonationKind(data["kind"] or DonationKind.GOODS)
        number = data["number"]
        goods = GoodsLine(
            title=data["title"], sets=number, boxes=data["boxes"] or 0, spec=data["spec"]
        )
        return DonationDraft(
            id=data["id"],
            kind=kind,
            donor_name=data["donor"],
            donor_id=donor_id,
            consignee_id=data["consignee"].id,
            lines=(goods,) if kind == DonationKind.GOODS else (),
            amount_yuan=number if kind == DonationKind.MONEY else None,
            people=number if kind == DonationKind.BLOOD else None,
            on=data["on"] or clock.today(),
            note=data["note"],
        )
