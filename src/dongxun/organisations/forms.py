"""What people type about organisations."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dongxun.kernel import clock
from dongxun.kit.widgets import DayInput
from dongxun.organisations import picking, queries
from dongxun.organisations.contracts import (
    League,
    Node,
    PairingKind,
    PlaceDraft,
    PlaceType,
    StopDraft,
    Tier,
    ZoneDraft,
    ZoneKind,
)
from dongxun.organisations.models import Place
from dongxun.organisations.picking import UnitField

_STOP = re.compile(
    r"^(\d{4}-\d{1,2}-\d{1,2})\s+(\d{1,2}:\d{2})\s*(?:[-—–~至到]\s*)(\d{1,2}:\d{2})\s+(\S.*?)"
    r"(?:\s+(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?))?$"
)


class UnitForm(forms.Form):
    """Name, tier and contacts of a unit."""

    name = forms.CharField(label=_("Full name"), max_length=120)
    short_name = forms.CharField(label=_("Short name"), max_length=40)
    tier = forms.ChoiceField(label=_("Tier"), choices=Tier.choices, required=False)
    brand = forms.CharField(
        label=_("Brand"),
        max_length=60,
        required=False,
        help_text=_("The name under which this unit's winter training is known."),
    )
    situation = forms.CharField(
        label=_("The unit it stands in"),
        max_length=120,
        required=False,
        help_text=_("For example: 行政村, or formed jointly by three firms."),
    )
    secretary_name = forms.CharField(label=_("Secretary"), max_length=60, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=60, required=False)
    contact_phone = forms.CharField(label=_("Office telephone"), max_length=40, required=False)
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, help_text="WGS 84"
    )
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False
    )

    def __init__(self, *args: Any, types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"] = forms.ChoiceField(
            label=_("Kind of unit"), choices=types, required=False
        )
        self.order_fields(["name", "short_name", "type"])

    def changes(self) -> dict[str, object]:
        """Return what is to be written; without a kind it stays as it is."""
        data = dict(self.cleaned_data)
        kind = data.pop("type")
        return data | ({"type_id": kind} if kind else {})


class MoveForm(forms.Form):
    """Below which unit another is to stand."""

    parent = UnitField(label=_("Unit above"), max_length=240)

    def __init__(self, *args: Any, reach: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parent = self.fields["parent"]
        assert isinstance(parent, UnitField)  # noqa: S101 - for the type
        parent.reach = reach & Q(external=False)


class KindForm(forms.Form):
    """A kind of unit."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=60, required=False)
    rank = forms.IntegerField(
        label=_("Place in lists"),
        min_value=1,
        max_value=99,
        initial=50,
        help_text=_("From the top down: 30 a district, 40 a town, 50 a village, 70 a branch."),
    )
    has_members = forms.BooleanField(label=_("Has members of its own"), required=False)


class BelowForm(forms.Form):
    """A unit to add below another."""

    name = forms.CharField(label=_("Full name"), max_length=120)

    def __init__(self, *args: Any, types: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"] = forms.ChoiceField(
            label=_("Kind of unit"), choices=types, initial="branch"
        )


class PairingForm(forms.Form):
    """A tie to another unit."""

    kind = forms.ChoiceField(label=_("Kind of tie"), choices=PairingKind.choices)
    other = forms.CharField(label=_("Other unit"), max_length=120)
    outside = forms.BooleanField(label=_("It is outside the district"), required=False)
    location = forms.CharField(
        label=_("Where it is"),
        max_length=120,
        required=False,
        help_text=_("Only for a unit outside."),
    )
    since = forms.DateField(label=_("Since"), widget=DayInput)
    agreement = forms.CharField(
        label=_("What was agreed"), required=False, widget=forms.Textarea, max_length=2000
    )


class AllianceForm(forms.Form):
    """A league: own units by name, units outside with their place, a line each."""

    name = forms.CharField(label=_("What it is called"), max_length=120)
    owner = UnitField(label=_("Led by"), max_length=240)
    members = forms.CharField(
        label=_("Units of the district"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("By name, with a comma or a new line between them."),
    )
    outside = forms.CharField(
        label=_("Units outside"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("A line a unit: name, place. For example: 顾山镇，无锡江阴"),
    )
    since = forms.DateField(label=_("Since"), widget=DayInput)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput)
    purpose = forms.CharField(
        label=_("What for"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
    )

    def __init__(self, *args: Any, reach: Q, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = self.fields["owner"]
        assert isinstance(owner, UnitField)  # noqa: S101 - for the type
        owner.reach = reach

    @staticmethod
    def first(league: League) -> dict[str, object]:
        """Return what an alliance says of itself, for the form."""
        inside = [unit for unit in league.members if not unit.external]
        outside = [unit for unit in league.members if unit.external]
        return {
            "name": league.name,
            "owner": picking.typed([league.owner])[league.owner],
            "members": "\n".join(picking.typed(inside).values()),
            "outside": "\n".join(
                f"{unit.name}，{unit.location}" if unit.location else unit.name for unit in outside
            ),
            "since": league.since,
            "until": league.until,
            "purpose": league.purpose,
        }

    def clean_members(self) -> list[UUID]:
        """Return the units; a name that fits none or several is said."""
        found: list[UUID] = []
        refused: list[str] = []
        for words in picking.words_in(self.cleaned_data["members"]):
            try:
                found.append(picking.named(words, Q(external=False)).id)
            except picking.NoUnit as error:
                refused.append(str(error))
        if refused:
            raise forms.ValidationError(refused)
        return found

    def clean_outside(self) -> list[tuple[str, str]]:
        """Return name and place of each unit outside."""
        lines = (line.strip() for line in self.cleaned_data["outside"].splitlines())
        pairs = (re.split(r"\s*[,，（(、\t]\s*", line, maxsplit=1) for line in lines if line)
        return [(name[:120], (rest[0] if rest else "").rstrip("）)")) for name, *rest in pairs]

    def clean(self) -> dict[str, Any]:
        """Whoever leads it belongs to it."""
        data = super().clean() or {}
        owner, members = data.get("owner"), data.get("members")
        if owner and members is not None and owner.id not in members:
            data["members"] = [owner.id, *members]
        return data


class GuidesForm(forms.Form):
    """What units are asked to do, by tier."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tier in Tier:
            if tier:
                self.fields[tier.value] = forms.CharField(
                    label=tier.label,
                    required=False,
                    max_length=2000,
                    widget=forms.Textarea(attrs={"rows": 4}),
                )


class PlaceForm(forms.Form):
    """A place to meet; for a vehicle a line a stop."""

    name = forms.CharField(label=_("What it is called"), max_length=120)
    type = forms.ChoiceField(label=_("Kind of place"), choices=PlaceType.choices)
    address = forms.CharField(label=_("Address"), max_length=200, required=False)
    hours = forms.CharField(
        label=_("When somebody is there"),
        help_text=_("In words, such as Monday to Friday 9:00 to 17:00."),
        max_length=80,
        required=False,
    )
    latitude = forms.FloatField(
        label=_("Latitude"), min_value=-90, max_value=90, required=False, help_text="WGS 84"
    )
    longitude = forms.FloatField(
        label=_("Longitude"), min_value=-180, max_value=180, required=False
    )
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=100_000, required=False)
    facilities = forms.CharField(
        label=_("Facilities"), required=False, help_text=_("Several: with a comma between them.")
    )
    public = forms.BooleanField(label=_("Anybody may see this place"), required=False, initial=True)
    stops = forms.CharField(
        label=_("Stops of a vehicle"),
        required=False,
        widget=forms.Textarea,
        help_text=_("A line a stop: 2026-12-09 9:00-11:00 place 32.09,120.86"),
    )

    def __init__(
        self, *args: Any, nodes: list[Node], above: Iterable[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ChoiceField(
            label=_("Belongs to"), choices=picking.choices(nodes)
        )
        self.fields["parent"] = forms.ChoiceField(
            label=_("Part of"),
            choices=[("", "—"), *above],
            required=False,
            help_text=_("A station belongs to its institute, an institute to the centre."),
        )
        self.order_fields(["name", "type", "organisation", "parent"])

    @staticmethod
    def first(place: Place | None) -> dict[str, object]:
        """Return what a place says of itself, for the form."""
        if place is None:
            return {"public": True}
        names = ("name", "type", "address", "hours", "latitude", "longitude", "capacity", "public")
        zone = clock.zone()
        lines = []
        for stop in place.stops.order_by("starts_at"):
            starts, ends = stop.starts_at.astimezone(zone), stop.ends_at.astimezone(zone)
            point = "" if stop.latitude is None else f" {stop.latitude},{stop.longitude}"
            lines.append(f"{starts:%Y-%m-%d %H:%M}-{ends:%H:%M} {stop.name}{point}")
        return {name: getattr(place, name) for name in names} | {
            "organisation": str(place.organisation_id),
            "parent": str(place.parent_id or ""),
            "facilities": "、".join(place.facilities),
            "stops": "\n".join(lines),
        }

    def clean(self) -> dict[str, Any]:
        """Refuse half a point."""
        data = super().clean() or {}
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            self.add_error("longitude", gettext("Give latitude and longitude, or neither."))
        return data

    def clean_stops(self) -> tuple[StopDraft, ...]:
        """Return the stops, and say which line does not fit."""
        found = []
        for number, line in enumerate(self.cleaned_data["stops"].splitlines(), start=1):
            if line.strip():
                found.append(_stop(line.strip(), number))
        return tuple(found)

    def draft(self) -> PlaceDraft:
        """Return what is to be written."""
        data = self.cleaned_data
        words = re.split(r"[,，、;；\s]+", data["facilities"])
        has_point = data["latitude"] is not None
        return PlaceDraft(
            organisation_id=UUID(data["organisation"]),
            name=data["name"],
            type=PlaceType(data["type"]),
            address=data["address"],
            hours=data["hours"],
            point=(data["latitude"], data["longitude"]) if has_point else None,
            capacity=data["capacity"],
            facilities=tuple(word for word in words if word),
            public=data["public"],
            stops=data["stops"],
            parent_id=UUID(data["parent"]) if data["parent"] else None,
        )


def _stop(line: str, number: int) -> StopDraft:
    match = _STOP.match(line)
    refusal = gettext("Line %(number)s does not fit: %(line)s") % {"number": number, "line": line}
    if match is None:
        raise forms.ValidationError(refusal)
    day, start, end, name, latitude, longitude = match.groups()
    try:
        starts, ends = (
            datetime.strptime(f"{day} {at}", "%Y-%m-%d %H:%M").replace(tzinfo=clock.zone())
            for at in (start, end)
        )
    except ValueError:
        raise forms.ValidationError(refusal) from None
    if ends <= starts:
        raise forms.ValidationError(refusal)
    point = (float(latitude), float(longitude)) if latitude else None
    return StopDraft(name, starts, ends, point)


class ZoneSetForm(forms.Form):
    """A division into zones, a line a zone: 西片：平潮镇、五接镇."""

    name = forms.CharField(label=_("What it is called"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of zone"), choices=ZoneKind.choices)
    valid_from = forms.DateField(label=_("Valid from"), widget=DayInput)
    lines = forms.CharField(
        label=_("Zones"), widget=forms.Textarea, help_text=_("A line a zone: name：unit、unit")
    )

    def __init__(self, *args: Any, root: Node, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.root = root

    def clean_lines(self) -> list[ZoneDraft]:
        """Return the zones; names are looked up below the root, highest first."""
        known: dict[str, UUID] = {}
        for node in sorted(queries.subtree(self.root.interval), key=lambda n: -n.depth):
            known |= {node.name: node.id, node.short_name: node.id}
        lines = [line for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        return [_zone(line, known) for line in lines]


def _zone(line: str, known: Mapping[str, UUID]) -> ZoneDraft:
    name, _colon, rest = line.replace(":", "：").partition("：")
    words = [word for word in re.split(r"[,，、;；\s]+", rest) if word]
    unknown = [word for word in words if word not in known]
    if unknown:
        raise forms.ValidationError(
            gettext("There is no unit called %(names)s here.") % {"names": "、".join(unknown)}
        )
    return ZoneDraft(name.strip(), tuple(known[word] for word in words))
