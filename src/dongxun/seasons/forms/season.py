"""Forms of a season: set up, frame, settings, requirements, credit, closing, copying."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from dongxun.kernel.errors import Text
from dongxun.kernel.ids import read_number
from dongxun.kit.widgets import DayInput
from dongxun.organisations.contracts import ZoneSetView
from dongxun.seasons.api import Frame
from dongxun.seasons.contracts import CreditMethod, Owing, Parameters, RequirementLine, SeasonRules
from dongxun.seasons.forms.shared import ReasonField
from dongxun.seasons.parameters import GROUPS, HOURS, LABELS, LIMITS
from dongxun.seasons.queries.frame import Offer

SHOWN = {name: text for name, text in LABELS.items() if name not in HOURS}
USUAL_TOPICS = (
    "党的创新理论",
    "党章党规党纪",
    "形势与政策",
    "乡村全面振兴",
    "基层治理与法治",
    "安全生产与应急",
    "身边榜样",
)


class SeasonForm(forms.Form):
    """A new season: name, days, topics one a line."""

    name = forms.CharField(label=_("Name of the season"), max_length=80)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    season_hours = forms.DecimalField(label=_("Hours owed in the season"), initial=8, min_value=0)
    topics = forms.CharField(
        label=_("Topics"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One a line; each gets 60 minutes and a third of the season. Change it later."),
        initial="\n".join(USUAL_TOPICS),
    )

    def topic_names(self) -> list[str]:
        """Return the typed names, without empty lines and repetitions."""
        lines = (line.strip() for line in self.cleaned_data["topics"].splitlines())
        return list(dict.fromkeys(line for line in lines if line))


def season_days(today: date) -> dict[str, date]:
    """Return the days a season usually has: mid-December to mid-March."""
    year = today.year if today.month >= 4 else today.year - 1
    return {"starts_on": date(year, 12, 14), "ends_on": date(year, 12, 14) + timedelta(days=90)}


class FrameForm(forms.Form):
    """Name, days, zone sets; the organisations stand in a table of their own (``rows``)."""

    name = forms.CharField(label=_("Name of the season"), max_length=80)
    starts_on = forms.DateField(label=_("First day"), widget=DayInput())
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput())
    geo_zones = forms.ChoiceField(label=_("Division into zones"), required=False)
    joint_zones = forms.ChoiceField(label=_("Division into joint zones"), required=False)
    reason = ReasonField()

    def __init__(self, data: Any = None, *, frame: Frame) -> None:
        self.frame = frame
        initial = {
            "name": frame.name,
            "starts_on": frame.starts_on,
            "ends_on": frame.ends_on,
            "geo_zones": str(frame.geo_zones_id or ""),
            "joint_zones": str(frame.joint_zones_id or ""),
        }
        super().__init__(data, initial=initial)
        for name, sets in (("geo_zones", frame.geo_sets), ("joint_zones", frame.joint_sets)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
            field.choices = [
                ("", _("no division")),
                *((str(one.id), _set_words(one)) for one in sets),
            ]

    def rows(self) -> list[tuple[Offer, bool, str]]:
        """Return each organisation on offer, whether it is ticked, and its place as typed."""
        if not self.is_bound:
            return [(one, bool(one.place), str(one.place or "")) for one in self.frame.offers]
        ticked = set(self.data.getlist("part"))  # type: ignore[attr-defined]
        return [
            (one, str(one.id) in ticked, str(self.data.get(f"place_{one.id}", "")))
            for one in self.frame.offers
        ]

    def chosen(self) -> list[UUID]:
        """Return who is ticked, by place; those without a place come last, as shown."""
        ticked = [(one.id, place) for one, is_ticked, place in self.rows() if is_ticked]
        far = len(ticked) + 10_000
        return [
            key
            for _place, _number, key in sorted(
                (far if place is None else place, number, key)
                for number, (key, place) in enumerate(
                    (key, read_number(typed, 9999)) for key, typed in ticked
                )
            )
        ]

    def zones(self) -> tuple[UUID | None, UUID | None]:
        """Return the zone sets chosen."""
        geo, joint = (self.cleaned_data[name] for name in ("geo_zones", "joint_zones"))
        return (UUID(geo) if geo else None, UUID(joint) if joint else None)


def _set_words(view: ZoneSetView) -> Text:
    about = {"name": view.name, "n": len(view.zones), "day": view.valid_from.isoformat()}
    return _("%(name)s, %(n)d zones, since %(day)s") % about


class RequirementsForm(forms.Form):
    """The table of hours: a row a category, a column for the season and one for the year."""

    reason = ReasonField()

    def __init__(self, data: Any = None, *, rules: SeasonRules) -> None:
        super().__init__(data)
        fields: dict[str, forms.Field] = {}
        for each in Owing:
            line = rules.owed(each.value)
            for name, label in (
                ("season_hours", _("%(who)s, hours in the season")),
                ("year_hours", _("%(who)s, hours a year")),
            ):
                fields[f"{each.value}.{name}"] = forms.DecimalField(
                    label=label % {"who": each.label},
                    min_value=0,
                    max_digits=6,
                    decimal_places=2,
                    initial=f"{getattr(line, name).normalize():f}",
                )
        self.fields = fields | {"reason": self.fields["reason"]}

    def rows(self) -> list[tuple[Text, forms.BoundField, forms.BoundField]]:
        """Return each category with its two fields."""
        return [
            (each.label, self[f"{each.value}.season_hours"], self[f"{each.value}.year_hours"])
            for each in Owing
        ]

    def lines(self) -> list[RequirementLine]:
        """Return what was typed."""
        data = self.cleaned_data
        return [
            RequirementLine(
                each.value, data[f"{each.value}.season_hours"], data[f"{each.value}.year_hours"]
            )
            for each in Owing
        ]


class CopyForm(forms.Form):
    """What next year's season is called."""

    name = forms.CharField(label=_("Name of the new season"), max_length=80)


class CloseForm(forms.Form):
    """Closing is said twice: the name is typed once more."""

    name = forms.CharField(
        label=_("Type the name of the season to close it"), max_length=80, strip=True
    )

    def __init__(self, data: Any = None, *, expected: str) -> None:
        self.expected = expected
        super().__init__(data)

    def clean_name(self) -> str:
        """Accept the season's own name alone."""
        name = str(self.cleaned_data["name"])
        if "".join(name.split()) != "".join(self.expected.split()):
            raise forms.ValidationError(_("This is not the name of the season."))
        return name


def next_name(name: str, years: Sequence[int]) -> str:
    """Return a season's name with its years one later; the last year first, so none is met twice.

    ``2026—2027 年度冬训`` becomes ``2027—2028 年度冬训``.
    """
    for year in sorted(set(years), reverse=True):
        name = name.replace(str(year), str(year + 1))
    return name


class ParametersForm(forms.Form):
    """All settings of a season, each a field of its own name."""

    reason = ReasonField()

    def __init__(self, data: Any = None, *, parameters: Parameters) -> None:
        super().__init__(data, initial={name: getattr(parameters, name) for name in LABELS})
        fields: dict[str, forms.Field] = {}
        for name, text in SHOWN.items():
            label = str(text)
            if name in LIMITS:
                low, high = LIMITS[name]
                fields[name] = forms.DecimalField(label=label, min_value=low, max_value=high)
            else:
                fields[name] = forms.BooleanField(label=label, required=False)
        self.fields = fields | {"reason": self.fields["reason"]}

    def groups(self) -> list[tuple[Text, list[forms.BoundField]]]:
        """Return the fields by what they are about; the reason stands apart."""
        grouped = frozenset[str]().union(*(names for _title, names in GROUPS))
        others = frozenset(SHOWN) - grouped
        found = [
            (title, [self[name] for name in SHOWN if name in names])
            for title, names in (*GROUPS, (_("Others"), others))
        ]
        return [(title, fields) for title, fields in found if fields]

    def typed(self) -> dict[str, Any]:
        """Return the settings as ``edit_season`` takes them."""
        data = self.cleaned_data
        return {
            name: data[name] if isinstance(data[name], bool) else str(data[name]) for name in SHOWN
        }


class CreditForm(forms.Form):
    """One row of the credit table."""

    method = forms.ChoiceField(
        label=_("How minutes become hours"),
        choices=CreditMethod.choices,
        initial=CreditMethod.PER_MINUTE,
    )
    hours = forms.DecimalField(
        label=_("Hours each"), required=False, min_value=0, max_value=100, decimal_places=2
    )
    minutes_an_hour = forms.IntegerField(
        label=_("Minutes an hour"), min_value=1, max_value=240, initial=60
    )
    steps = forms.CharField(
        label=_("Steps"),
        required=False,
        max_length=200,
        help_text=_("Least minutes = hours, for example 15=0.5 30=1"),
    )
    reason = ReasonField()


class OwnCreditForm(CreditForm):
    """A row that the office added, with its names."""

    label_zh = forms.CharField(label=_("Name in Chinese"), max_length=40)
    label_en = forms.CharField(
        label=_("Name in English"),
        max_length=60,
        required=False,
        help_text=_("Left empty, the Chinese name is shown."),
    )
    field_order = ("label_zh", "label_en")


class RemoveForm(forms.Form):
    """Why something goes; nothing else is asked."""

    reason = ReasonField()
