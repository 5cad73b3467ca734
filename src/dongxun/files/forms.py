"""Forms of the import wizard."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.files.contracts import Ask


class UploadForm(forms.Form):
    """Choose a workbook."""

    file = forms.FileField(
        label=_("Workbook"),
        allow_empty_file=True,  # the reader says it in the same words as everything else
        help_text=_(".xlsx or .csv, up to 20 MB. Nothing is written before the last step."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.txt"}),
    )
    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)
    season = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks: Iterable[Ask] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        self.asked = {f"ask_{ask.key}": ask.key for ask in asks}
        for ask in asks:
            self.fields[f"ask_{ask.key}"] = forms.ChoiceField(
                label=str(ask.label), choices=[("", "—"), *ask.choices]
            )
        self.order_fields([*self.asked])

    def options(self) -> dict[str, str]:
        """Return what was answered, by the questions' keys."""
        return {key: self.cleaned_data[name] for name, key in self.asked.items()}
