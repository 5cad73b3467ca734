"""Forms of single needs: raising one, and each act of the table."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import DomainError
from dongxun.kit.forms import listed
from dongxun.kit.widgets import DayInput
from dongxun.needs.contracts import NeedAct, NeedReceipt, NeedSource, Satisfaction, Urgency
from dongxun.needs.services import Move
from dongxun.organisations import api as organisations
from dongxun.organisations.api import UnitField

DESK_SOURCES = [
    (source.value, source.label)
    for source in NeedSource
    if source not in (NeedSource.PUBLIC, NeedSource.BRANCH)
]

REQUESTER = {"requester_phone": "phone", "requester_name": "name"}
"""What the forms call differently from the service."""


class RaiseForm(forms.Form):
    """What is needed, where, and how to reach whoever needs it; ``id`` is minted with the page."""

    receipt: NeedReceipt | None = None
    id = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What is needed?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    organisation = UnitField(label=_("Which village, street or unit?"), max_length=200)
    place = forms.CharField(label=_("Where exactly"), max_length=120, required=False)
    theme = forms.ChoiceField(label=_("What is it about?"), required=False)
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        help_text=_("Only whoever handles this sees it, to ring back."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    picture = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )

    def __init__(self, *args: Any, reach: Q, themes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit = self.fields["organisation"]
        theme = self.fields["theme"]
        assert isinstance(unit, UnitField)  # noqa: S101 - declared above
        assert isinstance(theme, forms.ChoiceField)  # noqa: S101 - declared above
        unit.reach = reach
        theme.choices = [("", _("not sure")), *themes]

    def theme_id(self) -> UUID | None:
        """Return the theme chosen, if any."""
        chosen = self.cleaned_data["theme"]
        return UUID(chosen) if chosen else None


class HeardForm(forms.Form):
    """What a person hears in a recording."""

    words = forms.CharField(
        label=_("What you hear"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class BehalfForm(RaiseForm):
    """The same for somebody else, with how it was heard and how soon it is wanted."""

    source = forms.ChoiceField(label=_("How was it heard?"), choices=DESK_SOURCES)
    urgency = forms.ChoiceField(label=_("How soon?"), choices=Urgency.choices)


class MoveForm(forms.Form):
    """One act; ``key`` is minted with the page, ``version`` is what the page showed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("Remark"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    act = NeedAct.BEGIN
    label_of_words: Any = None
    words_wanted = False

    def __init__(self, *args: Any, reach: Q, experts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.label_of_words:
            self.fields["words"].label = self.label_of_words
        self.fields["words"].required = self.words_wanted
        unit, expert = self.fields.get("organisation"), self.fields.get("expert")
        if isinstance(unit, UnitField):
            unit.reach = reach
        if isinstance(expert, forms.ChoiceField):
            expert.choices = [("", _("nobody named")), *experts]

    def move(self) -> Move:
        """Return the act as it was typed."""
        data = self.cleaned_data
        unit, expert = data.get("organisation"), data.get("expert")
        return Move(
            act=self.act,
            words=data["words"],
            key=data["key"],
            version=data["version"],
            organisation_id=unit.id if unit else None,
            helper_ids=tuple(data.get("helpers") or ()),
            responsible=data.get("responsible", ""),
            expert_id=UUID(expert) if expert else None,
            until=data.get("until"),
            satisfaction=data.get("satisfaction", ""),
        )


class AcceptForm(MoveForm):
    """受理 with the first reply."""

    act, label_of_words, words_wanted = NeedAct.ACCEPT, _("First reply to the requester"), True


class DispatchForm(MoveForm):
    """派单: who does it, who helps, what is to be done."""

    act, label_of_words = NeedAct.DISPATCH, _("What is to be done")
    organisation = UnitField(label=_("Who does it"), max_length=200, required=False)
    responsible = forms.CharField(label=_("Responsible person"), max_length=60, required=False)
    helpers = forms.CharField(
        label=_("Who helps"),
        max_length=300,
        required=False,
        help_text=_("Names of units, with commas between them."),
    )
    field_order = ["organisation", "responsible", "helpers", "words"]

    def clean_helpers(self) -> list[UUID]:
        """Return the units that help, by their names."""
        found = []
        for word in listed(str(self.cleaned_data["helpers"])):
            try:
                found.append(UUID(str(organisations.named(word).id)))
            except DomainError as error:
                raise forms.ValidationError(str(error)) from error
        return found


class BeginForm(MoveForm):
    """开始办理."""


class HandOnForm(MoveForm):
    """转办 with the reason."""

    act, label_of_words, words_wanted = NeedAct.HAND_ON, _("Why is it handed on?"), True
    organisation = UnitField(label=_("Who gets it"), max_length=200)
    responsible = forms.CharField(label=_("Responsible person"), max_length=60, required=False)
    field_order = ["organisation", "responsible", "words"]


class GuideForm(MoveForm):
    """一对一指导 by a named expert."""

    act, label_of_words, words_wanted = NeedAct.GUIDE, _("What was advised"), True
    expert = forms.ChoiceField(label=_("Expert"), required=False)
    field_order = ["expert", "words"]


class FinishForm(MoveForm):
    """办结 with what was done, and a picture if there is one."""

    act, label_of_words, words_wanted = NeedAct.FINISH, _("What was done, and how it is now"), True
    picture = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )


class CheckForm(MoveForm):
    """核实办结."""

    act = NeedAct.CHECK


class CallBackForm(MoveForm):
    """回访 with the requester's word."""

    act, label_of_words = NeedAct.CALL_BACK, _("What they said, or why not reached")
    satisfaction = forms.ChoiceField(
        label=_("The requester says"),
        choices=[("", _("could not be reached")), *Satisfaction.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    field_order = ["satisfaction", "words"]


class RedoForm(MoveForm):
    """退回重办 with the reason."""

    act, label_of_words, words_wanted = NeedAct.REDO, _("What is still missing?"), True


class EscalateForm(MoveForm):
    """提级 with the reason."""

    act, label_of_words, words_wanted = NeedAct.ESCALATE, _("Why can it not be solved here?"), True


class SuspendForm(MoveForm):
    """挂账 with the reason and a new day."""

    act, label_of_words, words_wanted = NeedAct.SUSPEND, _("Why does it wait?"), True
    until = forms.DateField(label=_("Looked at again on"), widget=DayInput())
    field_order = ["until", "words"]


class ResumeForm(MoveForm):
    """恢复办理."""

    act = NeedAct.RESUME


class CloseForm(MoveForm):
    """销号."""

    act = NeedAct.CLOSE


FORMS: dict[NeedAct, type[MoveForm]] = {
    form.act: form
    for form in (
        AcceptForm,
        DispatchForm,
        BeginForm,
        HandOnForm,
        GuideForm,
        FinishForm,
        CheckForm,
        CallBackForm,
        RedoForm,
        EscalateForm,
        SuspendForm,
        ResumeForm,
        CloseForm,
    )
}


class CodeForm(forms.Form):
    """The six letters somebody was given."""

    code = forms.CharField(
        label=_("Code of the need"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
    )


class WordForm(forms.Form):
    """Whether it is solved, in the requester's own word."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    satisfaction = forms.ChoiceField(
        label=_("Is it solved?"), choices=Satisfaction.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("What is missing"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
