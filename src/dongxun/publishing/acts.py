"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "publishing.write_note": _("Wrote a few words"),
        "publishing.add_picture": _("Added a picture to their words"),
        "publishing.remove_picture": _("Took a picture out of their words"),
        "publishing.add_sound": _("Added a recording to their words"),
        "publishing.remove_note": _("Took their words back"),
        "publishing.publish": _("Published a member's words"),
        "publishing.return": _("Returned a member's words"),
        "publishing.hide": _("Hid a member's words"),
        "publishing.open_thread": _("Opened a discussion"),
        "publishing.close_thread": _("Closed a discussion"),
        "publishing.say_kept": _("Noted what became of a pledge"),
        "publishing.make_need": _("Made a need of a suggestion"),
    },
    things={"note": _("a member's words"), "thread": _("discussion among members")},
)
