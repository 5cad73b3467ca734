"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "exchanges.save_exchange": _("Saved an exchange"),
        "exchanges.give_evidence": _("Gave evidence of an exchange"),
        "exchanges.complete_exchange": _("Completed an exchange"),
        "exchanges.cancel_exchange": _("Called an exchange off"),
        "exchanges.plan_session": _("Planned a session of an exchange"),
        "exchanges.set_checklist": _("Changed the checklist of visits"),
        "exchanges.open_station": _("Opened a master lecturer's station"),
        "exchanges.end_station": _("Ended a master lecturer's station"),
        "exchanges.save_gap": _("Noted a gap"),
        "exchanges.follow_gap": _("Followed a gap up"),
        "exchanges.save_pledge": _("Noted a pledge"),
        "exchanges.follow_pledge": _("Followed a pledge up"),
        "exchanges.save_outcome": _("Noted an outcome"),
        "exchanges.change_followed": _("Put right what is followed up"),
        "exchanges.withdraw_followed": _("Took back what was followed up"),
        "exchanges.teach_at_stop": _("Planned a session at a stop"),
    },
    things={
        "exchange": _("exchange"),
        "gap": _("gap"),
        "pledge": _("pledge"),
        "outcome": _("outcome"),
        "master_station": _("master lecturer's station"),
    },
)
