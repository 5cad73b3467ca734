"""Forms of coverage."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.coverage.definitions import PARTS
from dongxun.coverage.wording import IN_LANGUAGE, LANGUAGES, LONGEST


class WordingForm(forms.Form):
    """The words of one definition in both languages, the usual ones beside them."""

    def __init__(
        self, data: Any = None, *, usual: Mapping[str, str], own: Mapping[str, str]
    ) -> None:
        super().__init__(data, initial={**usual, **own})
        for part, label in PARTS.items():
            for language in LANGUAGES:
                name = f"{part}_{language}"
                words = _("Usually: %(words)s") % {"words": usual[name]}
                self.fields[name] = forms.CharField(
                    label=f"{label} · {IN_LANGUAGE[language]}",
                    help_text=words,
                    required=False,
                    max_length=LONGEST,
                    widget=forms.Textarea(attrs={"rows": 3}),
                )
