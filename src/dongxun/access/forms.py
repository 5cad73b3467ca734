"""What people type to come in and to manage accounts."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dongxun.access.contracts import ROLE_NAMES
from dongxun.kernel import audit
from dongxun.kernel.actors import Role
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations

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


class _AtUnit(forms.Form):
    """A form about a unit, typed by name; ``reach`` says which units may be meant."""

    organisation = organisations.UnitField(label=_("Unit"), max_length=240)

    def __init__(self, *args: Any, reach: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, organisations.UnitField)  # noqa: S101 - for the type
        field.reach = reach


class AccountForm(_AtUnit):
    """Who gets an account, and where."""

    display_name = forms.CharField(label=_("Name"), max_length=80)
    field_order = ("display_name", "organisation")


class GrantForm(_AtUnit):
    """Which role, where, and until when."""

    role = forms.ChoiceField(label=_("Role"))
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Empty: until somebody ends it."),
        widget=DayInput(),
    )

    field_order = ("role", "organisation", "until")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type
        field.choices = [(role.value, ROLE_NAMES[role]) for role in roles]


PARTS = {
    "access": _("Accounts and phones"),
    "people": _("Rosters"),
    "organisations": _("Units"),
    "files": _("Files"),
    "seasons": _("Seasons"),
    "activities": _("Activities"),
    "ledger": _("Record of learning"),
    "coverage": _("Figures"),
    "notices": _("Notices"),
    "reports": _("Papers"),
}
"""What the log is about, by the first word of an act's code."""


def act_choices() -> list[tuple[str | Promise, str | Promise | list[tuple[str, str | Promise]]]]:
    """Return every act by its words, in groups; "room." is all that a room writes."""
    acts = audit.acts()
    found: list[tuple[str | Promise, str | Promise | list[tuple[str, str | Promise]]]] = [
        ("", _("All acts"))
    ]
    for room, name in PARTS.items():
        mine: list[tuple[str, str | Promise]] = [
            (code, words) for code, words in acts.items() if code.startswith(f"{room}.")
        ]
        found.append((name, [(f"{room}.", format_lazy("{}：{}", name, _("all"))), *mine]))
    return found


class AuditForm(forms.Form):
    """What to look for in the audit log."""

    action = forms.ChoiceField(label=_("Act"), required=False, choices=act_choices)
    actor = forms.CharField(label=_("Who"), required=False, max_length=80)
    first = forms.DateField(label=_("From"), required=False, widget=DayInput())
    last = forms.DateField(label=_("To"), required=False, widget=DayInput())
    organisation = forms.UUIDField(required=False, widget=forms.HiddenInput)
