"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "lecturers.nominate": _("Nominated a lecturer"),
        "lecturers.vet": _("Vetted a nomination"),
        "lecturers.appoint": _("Appointed a lecturer"),
        "lecturers.renew": _("Renewed a lecturer's term"),
        "lecturers.end_term": _("Ended a lecturer's term"),
        "lecturers.set_free_parts": _("Noted when a lecturer can teach"),
        "lecturers.add_away": _("Noted days on which a lecturer cannot come"),
        "lecturers.remove_away": _("Took away days on which a lecturer could not come"),
        "lecturers.place_order": _("Ordered a lesson"),
        "lecturers.withdraw_order": _("Withdrew an order"),
        "lecturers.refuse_order": _("Said that an order cannot be met"),
        "lecturers.dispatch": _("Dispatched a lecturer"),
        "lecturers.rate": _("Rated an ordered lesson"),
        "lecturers.rate_lesson": _("Rated a lecturer of a session"),
    },
    things={"order": _("order of a lesson"), "candidate": _("nomination")},
    details={"passed": _("passed")},
    values={"passed": {"True": _("yes"), "False": _("no")}},
)
