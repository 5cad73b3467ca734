"""Forms of the import wizard."""

from django import forms
from django.utils.translation import gettext_lazy as _


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
