"""What is chosen before printing, and what is put into the dossier."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.reports.contracts.documents import DocumentKind
from dongxun.seasons.contracts import SeasonCard


class ScopeForm(forms.Form):
    """Which season, unit and period the papers speak of."""

    season = forms.ChoiceField(label=_("Season"))
    unit = forms.ChoiceField(label=_("Unit"))
    first = forms.DateField(label=_("From"), required=False, widget=DayInput())
    last = forms.DateField(label=_("Until"), required=False, widget=DayInput())

    def __init__(
        self, *args: Any, seasons: list[SeasonCard], units: list[Node], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("season", [(str(card.id), card.name) for card in seasons]),
            ("unit", organisations.choices(units)),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("last", _("The last day is before the first."))
        return cleaned


class PrintForm(forms.Form):
    """One paper: hidden fields of its button."""

    season = forms.UUIDField()
    unit = forms.UUIDField()
    paper = forms.SlugField()
    form = forms.SlugField()
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)
    about = forms.UUIDField(required=False)


class SheetForm(forms.Form):
    """What a link to a sign-in sheet may ask for."""

    branch = forms.UUIDField(required=False)
    blank = forms.IntegerField(required=False, min_value=0, max_value=100)

    def branch_id(self) -> UUID | None:
        """Return the branch asked for."""
        found: UUID | None = self.cleaned_data.get("branch")
        return found


class ChosenForm(forms.Form):
    """Whose make-up notices are printed; nobody ticked means everybody."""

    people = forms.TypedMultipleChoiceField(coerce=UUID, required=False)
    topic = forms.UUIDField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].valid_value = lambda _value: True  # type: ignore[attr-defined]


class DocumentForm(forms.Form):
    """A file for the dossier."""

    season = forms.UUIDField(widget=forms.HiddenInput)
    unit = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=_("What it is"), choices=DocumentKind)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, Word, Excel, OFD or a picture, up to 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.doc,.docx,.xlsx,.ofd,.jpg,.jpeg,.png"}),
    )
