"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "visits.open_round": _("Opened a round of visits"),
        "visits.add_stops": _("Added homes to a round"),
        "visits.move_stop": _("Changed the order of a round"),
        "visits.edit_stop": _("Changed a home's time or goods"),
        "visits.drop_stop": _("Took a home off a round"),
        "visits.split_round": _("Split a round"),
        "visits.merge_rounds": _("Joined two rounds"),
        "visits.cancel_round": _("Called a round off"),
        "visits.close_round": _("Closed a round"),
        "visits.add_visitor": _("Sent a visitor"),
        "visits.remove_visitor": _("Sent somebody else"),
        "visits.save_home": _("Noted how to behave at a home"),
        "visits.save_pair": _("Paired an elder with a young member"),
        "visits.end_pair": _("Ended a pair"),
        "visits.take": _("Took records from the door"),
        "visits.settle": _("Decided between two records of a visit"),
        "visits.see_refused": _("Looked at a refused record of a visit"),
        "visits.save_sound": _("Put a lesson's sound on a round"),
        "visits.remove_sound": _("Took a lesson's sound off a round"),
        "visits.enter_sheet": _("Entered a visit record sheet"),
        "visits.keep_photo": _("Kept a photo taken at a door"),
        "visits.open_photo": _("Looked at a photo taken at a door"),
    },
    things={
        "round": _("round of visits"),
        "visit": _("visit"),
        "pair": _("pair"),
    },
)
