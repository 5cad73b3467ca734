"""What several forms of seasons need."""

from django import forms
from django.utils.translation import gettext_lazy as _


def ask_why(form: forms.BaseForm, *, running: bool) -> None:
    """Ask for the reason of a running plan; one that is drawn up needs none."""
    if running:
        form.fields["reason"].required = True
    else:
        form.fields["reason"].widget = forms.HiddenInput()


class ReasonField(forms.CharField):
    """Why a running plan changes."""

    def __init__(self) -> None:
        super().__init__(label=_("Why does the plan change?"), max_length=200, required=False)
