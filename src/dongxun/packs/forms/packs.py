"""Forms of packs, lists, stock and leaflets."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel import clock
from dongxun.kernel.errors import Invalid
from dongxun.kernel.ids import new_id, read_number
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.organisations.contracts import Node
from dongxun.packs.contracts import (
    OUTSIDE,
    ArticleKind,
    Content,
    LeafletKind,
    LineKind,
    Outsider,
    PackKind,
    ReceiptHow,
    Route,
)
from dongxun.seasons.contracts import StudyMode

Choices = Iterable[tuple[str, str]]
BETWEEN = re.compile(r"[|｜\t]")
_NAMES = re.compile(r"[,，、;；\n]+")
_MOST_OUTSIDERS = 500


def small(n: int = 3) -> forms.Textarea:
    """Return a box of so many lines."""
    return forms.Textarea(attrs={"rows": n})


class ItemForm(forms.Form):
    """A form that is sent under an id of its own, so that twice is once."""

    item = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class PackForm(forms.Form):
    """A pack: name, kind, and what lies in it, one article a line."""

    organisation = forms.ChoiceField(label=gettext_lazy("Handed out by"))
    name = forms.CharField(label=gettext_lazy("Name of the pack"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of thing"), choices=PackKind.choices)
    spec = forms.CharField(label=gettext_lazy("Size or make-up"), max_length=80, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note for whoever hands it over"), max_length=300, required=False
    )

    def __init__(self, *args: Any, units: Choices, articles: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.articles = list(articles)

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield (id, words, number typed) of each article that may lie in the pack."""
        known = self.initial.get("contents", {})
        for key, words in self.articles:
            typed = self.data.get(f"n-{key}", "") if self.is_bound else str(known.get(key, ""))
            yield key, words, typed

    def contents(self) -> list[Content]:
        """Return what was typed; a number that is none counts as too many, and is refused."""
        found = []
        for key, _words, typed in self.rows():
            if typed.strip() in {"", "0"}:
                continue
            number = read_number(typed, 1_000_000)
            found.append(Content(UUID(key), -1 if number is None else number))
        return found


class ListForm(forms.Form):
    """Who is to have a pack: members by a rule, branches, and others by name."""

    title = forms.CharField(label=gettext_lazy("Title of the list"), max_length=120)
    organisation = forms.ChoiceField(label=gettext_lazy("Handed out by"))
    place = forms.ChoiceField(label=gettext_lazy("Out of the store of"))
    whom = forms.ChoiceField(
        label=gettext_lazy("Given to"),
        choices=[
            ("members", gettext_lazy("members by a rule")),
            ("branches", gettext_lazy("every branch")),
            ("named", gettext_lazy("only those named below")),
        ],
    )
    veteran_years = forms.IntegerField(
        label=gettext_lazy("Members of so many years and more"),
        min_value=0,
        max_value=90,
        required=False,
        help_text=gettext_lazy("By the day of joining; empty means everybody."),
    )
    mode = forms.ChoiceField(
        label=gettext_lazy("Way of learning"),
        choices=[("", gettext_lazy("all")), *StudyMode.choices],
        required=False,
    )
    tag = forms.ChoiceField(label=gettext_lazy("Tag"), required=False)
    cohort = forms.ChoiceField(label=gettext_lazy("Cohort"), required=False)
    units = forms.CharField(
        label=gettext_lazy("Only in these units"),
        required=False,
        widget=small(2),
        help_text=gettext_lazy("Names of towns or branches, with commas between; empty means all."),
    )
    each = forms.IntegerField(
        label=gettext_lazy("Packs each"), min_value=1, max_value=1000, initial=1
    )
    outsiders = forms.CharField(
        label=gettext_lazy("Others, by name"),
        required=False,
        widget=small(4),
        help_text=gettext_lazy(
            "One a line: kind | name | packs | note. Kinds: cooperative, family farm, household,"
            " enterprise, other. Nothing else about them is needed."
        ),
    )
    route = forms.ChoiceField(label=gettext_lazy("How it gets there"), choices=Route.choices)
    due_on = forms.DateField(label=gettext_lazy("By when"), required=False, widget=DayInput())

    def __init__(
        self,
        *args: Any,
        units: Choices,
        places: Choices,
        tags: Choices,
        cohorts: Choices,
        reach: Q,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        every = ("", _("all"))
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
        self.fields["tag"].choices = [every, *tags]  # type: ignore[attr-defined]
        self.fields["cohort"].choices = [every, *cohorts]  # type: ignore[attr-defined]
        self.reach = reach

    def clean_units(self) -> tuple[UUID, ...]:
        """Return the units that were named."""
        words = _NAMES.split(self.cleaned_data["units"])
        return tuple(_unit(word, self.reach).id for word in words if word.strip())

    def clean_outsiders(self) -> tuple[Outsider, ...]:
        """Return who was named, or say which line is not understood."""
        lines = [line.strip() for line in self.cleaned_data["outsiders"].splitlines()]
        named = [(number, line) for number, line in enumerate(lines, 1) if line]
        if len(named) > _MOST_OUTSIDERS:
            raise forms.ValidationError(_("At most 500 names on one list."))
        return tuple(_outsider(number, line) for number, line in named)

    def clean(self) -> dict[str, Any]:
        """Ask for names where only the named are meant."""
        found = super().clean() or self.cleaned_data
        if found.get("whom") == "named" and not found.get("outsiders", ("?",)):
            self.add_error("outsiders", _("Name at least one, or choose a rule above."))
        return found


def _unit(words: str, reach: Q) -> Node:
    try:
        return organisations.named(words, reach)
    except Invalid as error:
        raise forms.ValidationError(str(error)) from error


def _kinds() -> dict[str, LineKind]:
    """Return the kinds of outsiders by what they are called in either language."""
    found = {str(kind.label): kind for kind in OUTSIDE} | {kind.value: kind for kind in OUTSIDE}
    return found | {
        "合作社": LineKind.COOPERATIVE,
        "家庭农场": LineKind.FARM,
        "农户": LineKind.HOUSEHOLD,
        "企业": LineKind.ENTERPRISE,
        "其他": LineKind.OTHER,
    }


def _outsider(number: int, line: str) -> Outsider:
    kind, name, packs, *note = [*(part.strip() for part in BETWEEN.split(line)), "", "", ""][:4]
    known = _kinds().get(kind)
    if known is None:
        words = _("Line %(n)d: begin with the kind, then | and the name.") % {"n": number}
        raise forms.ValidationError(words)
    if not name:
        raise forms.ValidationError(_("Line %(n)d: the name is missing.") % {"n": number})
    count = read_number(packs or "1", 1_000_000)
    if count is None:
        raise forms.ValidationError(_("Line %(n)d: packs are a number.") % {"n": number})
    return Outsider(known, name, "".join(note), count)


class SignForm(ItemForm):
    """A receipt: how, when, and who took it if it was somebody else."""

    how = forms.ChoiceField(label=gettext_lazy("How"), choices=ReceiptHow.choices)
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput(), initial=clock.today)
    received_by = forms.CharField(
        label=gettext_lazy("Taken by, if somebody else"), max_length=80, required=False
    )
    relation = forms.CharField(label=gettext_lazy("Relation"), max_length=30, required=False)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class CourierForm(forms.Form):
    """Who carries the lines that are ticked: somebody of the roster, or an account."""

    courier = forms.CharField(
        label=gettext_lazy("Carried by"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "Name of a member of your roster; they find the names on their own link."
        ),
        widget=forms.TextInput(attrs={"list": "couriers", "autocomplete": "off"}),
    )
    account = forms.ChoiceField(label=gettext_lazy("Or an account"), required=False)

    def __init__(self, *args: Any, accounts: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        none = ("", _("nobody with an account"))
        self.fields["account"].choices = [none, *accounts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        found = super().clean() or self.cleaned_data
        name, account = found.get("courier", "").strip(), found.get("account")
        if not name and not account:
            self.add_error("courier", _("Say who carries them."))
        if name and account:
            self.add_error("account", _("Either a name or an account, not both."))
        return found


class ArticleForm(forms.Form):
    """A book, a document, goods."""

    organisation = forms.ChoiceField(label=gettext_lazy("Belongs to"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of thing"), choices=ArticleKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    spec = forms.CharField(label=gettext_lazy("Size or make"), max_length=80, required=False)
    unit = forms.CharField(label=gettext_lazy("Counted in"), max_length=8, initial="册")

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]


class MoveForm(ItemForm):
    """Something comes in, moves on, or is lost."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=[
            ("receipt", gettext_lazy("came in")),
            ("transfer", gettext_lazy("moved to another place")),
            ("loss", gettext_lazy("lost or spoilt")),
        ],
    )
    article = forms.ChoiceField(label=gettext_lazy("Article"))
    place = forms.ChoiceField(label=gettext_lazy("Place"))
    to = forms.ChoiceField(label=gettext_lazy("Moved to"), required=False)
    quantity = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=1_000_000)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)

    def __init__(self, *args: Any, articles: Choices, places: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        every = list(places)
        self.fields["article"].choices = list(articles)  # type: ignore[attr-defined]
        self.fields["place"].choices = every  # type: ignore[attr-defined]
        self.fields["to"].choices = [("", "—"), *every]  # type: ignore[attr-defined]


class EditionForm(forms.Form):
    """What is new in the edition that comes out."""

    what_is_new = forms.CharField(label=gettext_lazy("What is new"), max_length=200)


class LeafletForm(ItemForm):
    """Copies and households of an area on a day."""

    organisation = forms.ChoiceField(label=gettext_lazy("Handed out by"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of thing"), choices=LeafletKind.choices)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    copies = forms.IntegerField(label=gettext_lazy("Copies"), min_value=1, max_value=1_000_000)
    households = forms.IntegerField(
        label=gettext_lazy("Households"), min_value=0, max_value=1_000_000, initial=0
    )
    area = forms.CharField(label=gettext_lazy("Area"), max_length=120)
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput(), initial=clock.today)
    article = forms.ChoiceField(label=gettext_lazy("Out of the store: article"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Out of the store: place"), required=False)

    def __init__(
        self, *args: Any, units: Choices, articles: Choices, places: Choices, **more: Any
    ) -> None:
        super().__init__(*args, **more)
        none = ("", _("not from a store"))
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["article"].choices = [none, *articles]  # type: ignore[attr-defined]
        self.fields["place"].choices = [none, *places]  # type: ignore[attr-defined]
