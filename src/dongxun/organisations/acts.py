"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.organisations.contracts import Tier

audit.describe(
    acts={
        "organisations.create_organisation": _("Added a unit"),
        "organisations.update_organisation": _("Corrected a unit"),
        "organisations.move_organisation": _("Moved a unit"),
        "organisations.close_organisation": _("Closed a unit"),
        "organisations.save_kind": _("Saved a kind of unit"),
        "organisations.found": _("Founded the tree"),
        "organisations.load_divisions": _("Loaded towns and villages"),
        "organisations.import_organisations": _("Imported units"),
        "organisations.save_pairing": _("Saved a pairing"),
        "organisations.end_pairing": _("Ended a pairing"),
        "organisations.save_guides": _("Wrote guides for tiers"),
        "organisations.save_alliance": _("Saved an alliance"),
        "organisations.end_alliance": _("Ended an alliance"),
        "organisations.save_place": _("Saved a place"),
        "organisations.close_place": _("Closed a place"),
        "organisations.save_zone_set": _("Divided into zones"),
        "organisations.put_into_zone": _("Put a unit into another zone"),
    },
    things={
        "organisation": _("unit"),
        "pairing": _("pairing"),
        "alliance": _("alliance"),
        "place": _("meeting place"),
        "zone_set": _("division into zones"),
    },
    details={
        "name": _("name"),
        "short_name": _("short name"),
        "type_id": _("type"),
        "tier": _("tier"),
        "brand": _("brand"),
        "situation": _("situation of the unit"),
        "zone": _("zone"),
    },
    values={
        "tier": {code: label for code, label in Tier.choices if code},
        "fields": {
            "code": _("unit code"),
            "secretary_name": _("name of the secretary"),
            "contact_name": _("contact"),
            "contact_phone": _("phone number of the contact"),
            "latitude": _("place on the map"),
            "longitude": _("place on the map"),
        },
    },
)
