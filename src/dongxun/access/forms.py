"""What people type to come in and to manage accounts."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dongxun.access.contracts import ROLE_NAMES
from dongxun.kernel.actors import Role
from dongxun.organisations.contracts import Node

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


def unit_choices(units: list[Node]) -> list[tuple[str, str]]:
    """Return organisations as choices, indented by their depth."""
    top = min((unit.depth for unit in units), default=0)
    return [(str(unit.id), "　" * (unit.depth - top) + unit.name) for unit in units]


class AccountForm(forms.Form):
    """Who gets an account, and where."""

    display_name = forms.CharField(label=_("Name"), max_length=80)
    organisation = forms.ChoiceField(label=_("Unit"))

    def __init__(self, *args: Any, units: list[Node], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = unit_choices(units)


class GrantForm(forms.Form):
    """Which role, where, and until when."""

    role = forms.ChoiceField(label=_("Role"))
    organisation = forms.ChoiceField(label=_("Unit"))
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until somebody ends it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, units: list[Node], roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names: list[tuple[str, str | Promise]] = [(r.value, ROLE_NAMES[r]) for r in roles]
        for name, choices in (("role", names), ("organisation", unit_choices(units))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
            field.choices = choices


class AuditForm(forms.Form):
    """What to look for in the audit log."""

    action = forms.CharField(label=_("Act begins with"), required=False, max_length=60)
    actor = forms.CharField(label=_("Who"), required=False, max_length=80)
    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)
