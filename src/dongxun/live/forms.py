"""Forms of live classes."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import video
from dongxun.kernel.errors import Text
from dongxun.kit.forms import Seen, want
from dongxun.live.contracts import MOST_PINNED, MOST_WORDS, SaidKind, Source


class ClassForm(Seen):
    """Where the picture of a class comes from, and how people talk in it."""

    source = forms.ChoiceField(
        label=_("Where the picture comes from"),
        choices=Source.choices,
    )
    url = forms.CharField(
        label=_("Link of the other platform"),
        max_length=300,
        required=False,
        help_text=_("People open it there; nothing has to be installed here."),
    )
    quiz = forms.ChoiceField(
        label=_("Short check of who watches alone"),
        required=False,
        help_text=_(
            "A quiz nobody has answered yet. It opens on the phones of those who watched live when"
            " the class ends; passed, the class counts. Without one, only its replay does."
        ),
    )
    is_talking = forms.BooleanField(label=_("People may write"), required=False, initial=True)
    is_moderated = forms.BooleanField(
        label=_("Somebody looks at words before others see them"), required=False, initial=True
    )

    def __init__(self, *args: Any, quizzes: Iterable[tuple[str, str]], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["source"].help_text = str(_of_source())
        want(self, "url")
        choices = [("", _("no short check")), *quizzes]
        self.fields["quiz"].choices = choices  # type: ignore[attr-defined]


def _of_source() -> Text:
    """Return how many phones may watch which way, as things are here."""
    if video.is_handed_out():
        return _(
            "Our own camera is for as many phones as this machine's line carries, 1 to 2 Mbit/s each; a"
            " link of another platform for any number."
        )
    return _(
        "Our own camera is for about 200 phones at once; a link of another platform for any number."
    )


class PinForm(Seen):
    """A notice above what is said."""

    words = forms.CharField(label=_("Pinned notice"), max_length=MOST_PINNED, required=False)


class RecordingForm(forms.Form):
    """The recording of a class that was shown on another platform."""

    file = forms.FileField(
        label=_("Recording of the class"),
        help_text=_("A video file. It becomes a lesson in the library, as a draft to look at."),
    )


class SayForm(forms.Form):
    """A word or a question; the id is minted with the form, so sending twice is once."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=SaidKind.choices, required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=_("Ask or say something"), max_length=MOST_WORDS)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].widget.attrs |= {"autocomplete": "off", "enterkeyhint": "send"}
