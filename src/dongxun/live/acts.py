"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "live.save_class": _("Prepared a live class"),
        "live.start_class": _("Started a live class"),
        "live.end_class": _("Ended a live class"),
        "live.go_on_air_again": _("Put an ended live class on air again"),
        "live.pin": _("Pinned a notice in a live class"),
        "live.judge": _("Decided on words in a live class"),
        "live.take_on": _("Took words of a live class on as needs"),
        "live.renew_key": _("Made a new stream key"),
        "live.make_replay_again": _("Had the replay of a live class made again"),
        "live.make_replay": _("Made a replay of a live class"),
    },
    things={"live_class": _("live class")},
)
