"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "library.write_lesson": _("Wrote a lesson"),
        "library.move_lesson": _("Changed the order of lessons"),
        "library.write_chapters": _("Wrote the chapters of a lesson"),
        "library.write_questions": _("Wrote the short check of a lesson"),
        "library.publish_lesson": _("Published a lesson"),
        "library.withdraw_lesson": _("Withdrew a lesson"),
        "library.keep_media": _("Brought a file for lessons"),
        "library.speak_chapter": _("Let a chapter be read out"),
        "library.finish_lesson": _("Finished a lesson"),
    },
    things={"lesson": _("lesson"), "media": _("file for lessons")},
)
