"""Forms about people: how they learn, who is in a cohort."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.seasons.contracts import HomeReason, StudyMode

MOST_NAMES = 500
_HAN = "\u3400-\u9fff"
_WIDE = re.compile(f"(?<![{_HAN}])([{_HAN}])[ \u3000]+([{_HAN}])(?![{_HAN}])")
"""A name of two characters set wide, as rosters do: 张　三."""
_BREAK = re.compile(r"[\s,，、;；\t]+")


class ModeForm(forms.Form):
    """How chosen people learn, or why they do not count."""

    mode = forms.ChoiceField(
        label=_("How they learn"), choices=StudyMode.choices, initial=StudyMode.GROUP
    )
    reason = forms.ChoiceField(
        label=_("Reason, for study at home"),
        choices=[("", "—"), *HomeReason.choices],
        required=False,
    )
    excluded = forms.CharField(
        label=_("Why they do not count"),
        max_length=80,
        required=False,
        help_text=_("For example: sent to another province. It stands beside the name."),
    )


class CohortForm(forms.Form):
    """A cohort's name and whose people it takes."""

    organisation_id = forms.ChoiceField(
        label=_("Whose people"), help_text=_("Its people come from here and below.")
    )
    name = forms.CharField(
        label=_("Name of the cohort"),
        max_length=80,
        help_text=_("For example 机关党员干部班, 村居干部班, 年轻干部班"),
    )

    def __init__(
        self, data: Any = None, *, units: Iterable[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["organisation_id"].choices = list(units)  # type: ignore[attr-defined]


class RenameForm(forms.Form):
    """A cohort's other name."""

    name = forms.CharField(label=_("Name of the cohort"), max_length=80)


class NamesForm(forms.Form):
    """Names as they are pasted: one a line, or with spaces and commas between."""

    names = forms.CharField(
        label=_("Names"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("From a table or a message: one a line, or separated by 、 or spaces."),
    )

    def clean_names(self) -> list[str]:
        """Return each name once, in their order."""
        text = _WIDE.sub(r"\1\2", self.cleaned_data["names"])
        found = [word for word in _BREAK.split(text) if word]
        names = list(dict.fromkeys(found))
        if len(names) > MOST_NAMES:
            words = _("At most %(most)d names at once; these are %(n)d.")
            raise forms.ValidationError(words % {"most": MOST_NAMES, "n": len(names)})
        if long := next((name for name in names if len(name) > 60), ""):
            words = _("“%(name)s…” is too long for a name.")
            raise forms.ValidationError(words % {"name": long[:20]})
        return names
