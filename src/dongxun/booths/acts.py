"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "booths.write_card": _("Wrote a stamp card"),
        "booths.write_booth": _("Wrote a booth"),
        "booths.remove_booth": _("Removed a booth"),
        "booths.open_card": _("Opened a stamp card"),
        "booths.close_card": _("Closed a stamp card"),
        "booths.stamp": _("Gave stamps at a booth"),
        "booths.enter_paper": _("Entered a paper stamp card"),
        "booths.stamp_guest": _("A guest earned a stamp"),
        "booths.give_prize": _("Gave the prize for a full stamp card"),
    },
    things={"stamp_card": _("stamp card"), "booth": _("booth")},
)
