"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit

audit.describe(
    acts={
        "planning.ask_season": _("Had a season timetable planned"),
        "planning.ask_repair": _("Had a repair of the timetable sought"),
        "planning.accept_repair": _("Accepted a repair of the timetable"),
        "planning.ask_zones": _("Had a division into zones sought"),
        "planning.accept_zones": _("Accepted a division into zones"),
        "planning.ask_rounds": _("Had rounds of visits sought"),
        "planning.accept_rounds": _("Accepted rounds of visits"),
        "planning.ask_areas": _("Had joint zones sought"),
        "planning.accept_areas": _("Accepted joint zones"),
        "planning.ask_hubs": _("Had halls for villages sought"),
        "planning.ask_pairs": _("Had pairs of villages and enterprises sought"),
        "planning.accept_pairs": _("Accepted pairs of villages and enterprises"),
        "planning.ask_roster": _("Had a duty roster sought"),
        "planning.accept_roster": _("Accepted a duty roster"),
        "planning.stop_run": _("Ended a search"),
        "planning.pin": _("Chose what a new plan keeps"),
        "planning.accept_season": _("Accepted a season timetable"),
        "planning.publish_drafts": _("Had the drafts of an accepted timetable published"),
        "planning.end_accepting": _("Wrote an accepted timetable into the schedule"),
    },
    things={"run": _("search for a plan")},
    details={
        "kept": _("kept"),
        "moved": _("moved"),
        "sent": _("sent to make-up"),
        "called_off": _("called off"),
    },
)
