"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.needs.contracts import NeedAct, NeedSource, NeedState

audit.describe(
    acts={
        "needs.raise_need": _("Wrote a need down"),
        "needs.move_need": _("Moved a need on"),
        "needs.sort_need": _("Sorted a need"),
        "needs.show_contact": _("Opened a requester's contact"),
        "needs.add_picture": _("Added a picture to a need"),
        "needs.add_voice": _("Added a recording to a need"),
        "needs.write_down": _("Wrote down what a recording says"),
        "needs.save_theme": _("Changed a theme"),
        "needs.close_theme": _("Closed a theme"),
        "needs.save_service": _("Changed the service catalogue"),
        "needs.close_service": _("Closed a line of the service catalogue"),
        "needs.save_project": _("Changed a project"),
        "needs.hand_in": _("Handed a project in"),
        "needs.review_project": _("Reviewed a project"),
        "needs.set_milestone": _("Set a milestone"),
        "needs.read_off": _("Read a project's figure off"),
        "needs.save_enterprise": _("Changed an assisted enterprise"),
        "needs.remove_enterprise": _("Took an enterprise off the list"),
        "needs.note_stage": _("Noted an enterprise's stage"),
        "needs.freeze_enterprises": _("Froze the list of enterprises"),
        "needs.save_book": _("Changed a question book"),
        "needs.write_entry": _("Wrote a question and its answer"),
        "needs.move_entry": _("Moved a question in the book"),
        "needs.remove_entry": _("Took a question out of the book"),
        "needs.publish_book": _("Published a question book"),
    },
    things={
        "need": _("need"),
        "picture": _("picture"),
        "theme": _("theme"),
        "service": _("service"),
        "project": _("project"),
        "enterprise": _("enterprise"),
        "snapshot": _("frozen list"),
        "book": _("question book"),
    },
    details={
        "source": _("how it was heard"),
        "act": _("what was done"),
    },
    values={
        "source": dict(NeedSource.choices),
        "act": dict(NeedAct.choices),
        "state": dict(NeedState.choices),
    },
)
