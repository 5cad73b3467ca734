"""Forms of donations and of what is wanted."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dongxun.kernel import clock
from dongxun.kit.widgets import DayInput
from dongxun.organisations import api as organisations
from dongxun.packs.contracts import DonationKind, GoodsLine
from dongxun.packs.forms.packs import BETWEEN, Choices, ItemForm, small


class DriveForm(forms.Form):
    """What is wanted, for whom."""

    organisation = forms.ChoiceField(label=gettext_lazy("Looked after by"))
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    wanted = forms.CharField(label=gettext_lazy("What is wanted, and how much"), max_length=400)
    consignee = organisations.UnitField(
        label=gettext_lazy("Goes to"),
        max_length=240,
        help_text=gettext_lazy("Name of the unit that receives it."),
    )
    need = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, units: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]


class DonationForm(ItemForm):
    """What somebody gives; goods one kind a line."""

    organisation = forms.ChoiceField(label=gettext_lazy("Looked after by"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of thing"), choices=DonationKind.choices)
    drive = forms.ChoiceField(label=gettext_lazy("Answers"), required=False)
    donor = forms.CharField(
        label=gettext_lazy("Donor"),
        max_length=120,
        help_text=gettext_lazy(
            "Name of a unit, also one outside the district, or of an enterprise."
        ),
    )
    consignee = organisations.UnitField(label=gettext_lazy("Goes to"), max_length=240)
    lines = forms.CharField(
        label=gettext_lazy("Goods"),
        required=False,
        widget=small(4),
        help_text=gettext_lazy("One kind a line: name | sets | boxes | size. Only for goods."),
    )
    amount_yuan = forms.IntegerField(
        label=gettext_lazy("Amount in yuan, for money"),
        required=False,
        min_value=1,
        max_value=10**10,
    )
    people = forms.IntegerField(
        label=gettext_lazy("How many gave blood"), required=False, min_value=1, max_value=100_000
    )
    on = forms.DateField(label=gettext_lazy("Day"), widget=DayInput(), initial=clock.today)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)

    def __init__(self, *args: Any, units: Choices, drives: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        none = ("", _("nothing in particular"))
        self.fields["organisation"].choices = list(units)  # type: ignore[attr-defined]
        self.fields["drive"].choices = [none, *drives]  # type: ignore[attr-defined]

    def clean_lines(self) -> tuple[GoodsLine, ...]:
        """Return the goods, or say which line is not understood."""
        lines = [line.strip() for line in self.cleaned_data["lines"].splitlines()]
        return tuple(_goods(number, line) for number, line in enumerate(lines, 1) if line)


class ChangeDonationForm(DonationForm):
    """What was promised, put right with a reason."""

    why = forms.CharField(label=gettext_lazy("Why it is changed"), max_length=200)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, units=(), drives=(), **more)
        for name in ("organisation", "drive", "item"):
            del self.fields[name]


def typed_goods(lines: Iterable[Any]) -> str:
    """Return goods as they are typed, a line each."""
    return "\n".join(f"{one.title} | {one.sets} | {one.boxes} | {one.spec}" for one in lines)


def _goods(number: int, line: str) -> GoodsLine:
    title, sets, boxes, spec = [*(p.strip() for p in BETWEEN.split(line)), "", "", ""][:4]
    wrong = not sets.isdecimal() or (boxes and not boxes.isdecimal())
    if wrong or len(sets) > 7 or len(boxes) > 7:
        words = _("Line %(n)d: name | sets | boxes, with numbers for both.") % {"n": number}
        raise forms.ValidationError(words)
    return GoodsLine(title=title, sets=int(sets), boxes=int(boxes or 0), spec=spec)


class ShipForm(forms.Form):
    """The goods leave."""

    on = forms.DateField(label=gettext_lazy("Left on"), widget=DayInput(), initial=clock.today)
    carrier = forms.CharField(
        label=gettext_lazy("Carrier and number"), max_length=120, required=False
    )


class ArriveForm(forms.Form):
    """The goods arrive and are counted."""

    place = forms.ChoiceField(label=gettext_lazy("Into the store of"))
    on = forms.DateField(label=gettext_lazy("Arrived on"), widget=DayInput(), initial=clock.today)
    accepted_by = forms.CharField(label=gettext_lazy("Counted by"), max_length=60)
    remark = forms.CharField(
        label=gettext_lazy("Remark on what came"),
        max_length=150,
        required=False,
        help_text=gettext_lazy("Needed where more came than was promised."),
    )

    def __init__(self, *args: Any, places: Choices, lines: Iterable[Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
        for line in lines:
            self.fields[f"accepted-{line.id}"] = forms.IntegerField(
                label=_("%(title)s: good ones") % {"title": line.title},
                min_value=0,
                max_value=9_999_999,
                initial=line.sets,
            )
        self.order_fields([*(name for name in self.fields if name != "remark"), "remark"])

    def accepted(self) -> dict[int, int]:
        """Return the sets found, by id of the line."""
        return {
            int(name.removeprefix("accepted-")): n
            for name, n in self.cleaned_data.items()
            if name.startswith("accepted-")
        }


class ThankForm(forms.Form):
    """The letter of thanks."""

    on = forms.DateField(
        label=gettext_lazy("Date of the letter"), widget=DayInput(), initial=clock.today
    )
    number = forms.CharField(
        label=gettext_lazy("Number of the letter"), max_length=40, required=False
    )
    words = forms.CharField(
        label=gettext_lazy("Words of thanks"), max_length=600, required=False, widget=small(3)
    )


class ShowForm(forms.Form):
    """Where it is shown inside the unit."""

    on = forms.DateField(label=gettext_lazy("Shown since"), widget=DayInput(), initial=clock.today)
    where = forms.CharField(label=gettext_lazy("Shown where"), max_length=120)
