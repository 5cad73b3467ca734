"""The form of a filled sheet of problems: one line a problem, many at once."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel import clock
from dongxun.kernel.ids import new_id
from dongxun.kit.widgets import DayInput
from dongxun.needs.contracts import NeedDraft, NeedSource, Urgency
from dongxun.needs.forms.tickets import DESK_SOURCES
from dongxun.organisations.api import UnitField

LINES = 10
NOON = time(12)


class SheetForm(forms.Form):
    """What all lines of the sheet share: who receives them, and how they were heard."""

    organisation = UnitField(label=gettext_lazy("Which village, street or unit?"), max_length=200)
    source = forms.ChoiceField(label=gettext_lazy("How was it heard?"), choices=DESK_SOURCES)

    def __init__(self, *args: Any, reach: Q, **more: Any) -> None:
        super().__init__(*args, **more)
        unit = self.fields["organisation"]
        assert isinstance(unit, UnitField)  # noqa: S101 - declared above
        unit.reach = reach


class LineForm(forms.Form):
    """One line; a line without a word in it is empty. ``id`` is minted with the page."""

    id = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    text = forms.CharField(label=gettext_lazy("What is needed?"), max_length=2000, required=False)
    on = forms.DateField(label=gettext_lazy("Heard on"), required=False, widget=DayInput())
    place = forms.CharField(label=gettext_lazy("Where exactly"), max_length=120, required=False)
    theme = forms.ChoiceField(label=gettext_lazy("What is it about?"), required=False)
    urgent = forms.BooleanField(label=Urgency.URGENT.label, required=False)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone number"), max_length=30, required=False)

    def __init__(self, *args: Any, themes: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ChoiceField)  # noqa: S101 - declared above
        theme.choices = [("", "—"), *themes]
        for name, field in self.fields.items():
            if name != "id":
                words = f"{field.label} {self.prefix}"
                field.widget.attrs |= {"aria-label": words, "class": "input"}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written on this line."""
        data = getattr(self, "cleaned_data", {})
        return not any(data.get(name) for name in ("text", "place", "name", "phone"))

    def clean(self) -> dict[str, Any]:
        """Ask what is needed where anything else was written, and for a day that has come."""
        found = super().clean() or self.cleaned_data
        if not self.is_empty and not found.get("text"):
            self.add_error("text", _("Say what is needed."))
        if found.get("on") and found["on"] > clock.today():
            self.add_error("on", _("That day has not come yet."))
        return found

    def draft(self, organisation_id: UUID, source: NeedSource) -> NeedDraft:
        """Return what this line says; a day without a time is taken at noon, not after now."""
        data = self.cleaned_data
        now = clock.now()
        day = data["on"] or clock.today()
        heard = datetime.combine(day, NOON, tzinfo=clock.zone())
        return NeedDraft(
            id=data["id"],
            text=data["text"],
            source=source,
            organisation_id=organisation_id,
            theme_id=UUID(data["theme"]) if data["theme"] else None,
            requester_name=data["name"],
            requester_phone=data["phone"],
            occurred_at=min(heard, now),
            place=data["place"],
            urgency=Urgency.URGENT if data["urgent"] else Urgency.USUAL,
        )
