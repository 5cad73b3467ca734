"""What people type to come in and to manage accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_PASSWORD = {"autocomplete": "current-password"}
_NEW = {"autocomplete": "new-password"}
_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "8"}


class SignInForm(forms.Form):
    """Name and password."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )


class CodeForm(forms.Form):
    """Six digits of the authenticator app."""

    code = forms.CharField(
        label=_("6-digit code"), max_length=8, widget=forms.TextInput(attrs=_CODE)
    )


class _NewPassword(forms.Form):
    """A password, typed twice."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least 10 characters; a short sentence is easy to remember."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
    )
    again = forms.CharField(
        label=_("New password once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW),
    )

    def clean(self) -> dict[str, Any]:
        """Both must be the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") != cleaned.get("again"):
            self.add_error("again", _("The two passwords differ."))
        return cleaned


class ActivationForm(_NewPassword):
    """What the slip says, and a password."""

    username = forms.CharField(
        label=_("Account name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    code = forms.CharField(
        label=_("One-time code"),
        max_length=20,
        help_text=_("It stands on the printed slip."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ("username", "code", "password", "again")


class PasswordForm(_NewPassword):
    """The password in use, and another."""

    old = forms.CharField(
        label=_("Password in use"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs=_PASSWORD),
    )
    field_order = ("old", "password", "again")
