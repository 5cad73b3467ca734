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
        "library.reweigh": _("Let a lesson be worth what the class it repeats is"),
        "library.add_track": _("Added a track of lessons"),
        "library.remove_track": _("Removed a track of lessons"),
        "library.write_target": _("Wrote how many lessons are to be made"),
        "library.remove_target": _("Removed how many lessons are to be made"),
        "library.add_platform": _("Named an outside platform"),
        "library.remove_platform": _("Removed an outside platform"),
        "library.map_course": _("Said to which topic a platform's course belongs"),
        "library.import_outside": _("Brought in records of an outside platform"),
        "library.strike_outside": _("Struck a record of an outside platform out"),
    },
    things={
        "lesson": _("lesson"),
        "media": _("file for lessons"),
        "track": _("track"),
        "target": _("lessons to be made"),
        "platform": _("outside platform"),
        "outside": _("record of an outside platform"),
    },
)
