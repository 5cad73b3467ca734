"""What the acts of this room are called in the audit log."""

from django.utils.translation import gettext_lazy as _

from dongxun.kernel import audit
from dongxun.seasons.contracts import HomeReason, Owing, StudyMode

audit.describe(
    acts={
        "seasons.note_timetable": _("Kept an accepted timetable in the plan"),
        "seasons.choose_zones": _("Chose the zones of the season"),
        "seasons.create_season": _("Created a season"),
        "seasons.edit_season": _("Changed a season"),
        "seasons.start_season": _("Started a season"),
        "seasons.set_frame": _("Changed who takes part"),
        "seasons.set_requirements": _("Changed the hours owed"),
        "seasons.write_credit_row": _("Saved a way of learning and what it is worth"),
        "seasons.remove_credit_row": _("Took a way of learning out"),
        "seasons.set_wordings": _("Reworded what a figure means"),
        "seasons.close_season": _("Closed a season"),
        "seasons.enrol_season": _("Enrolled people into a season"),
        "seasons.add_topic": _("Added a topic"),
        "seasons.edit_topic": _("Changed a topic"),
        "seasons.write_course": _("Saved a course"),
        "seasons.move_course": _("Put courses in another order"),
        "seasons.remove_course": _("Took a course out"),
        "seasons.add_campaign": _("Added a campaign"),
        "seasons.edit_campaign": _("Changed a campaign"),
        "seasons.remove_campaign": _("Took a campaign out"),
        "seasons.add_cascade_task": _("Set a task for branches"),
        "seasons.edit_cascade_task": _("Changed a task for branches"),
        "seasons.end_cascade_task": _("Ended a task for branches"),
        "seasons.resume_cascade_task": _("Took a task for branches up again"),
        "seasons.set_study_day": _("Set a study day"),
        "seasons.remove_study_day": _("Took a study day out"),
        "seasons.write_cohort": _("Saved a cohort"),
        "seasons.begin_cohort": _("Began a cohort"),
        "seasons.rename_cohort": _("Renamed a cohort"),
        "seasons.change_cohort": _("Changed who is in a cohort"),
        "seasons.remove_cohort": _("Dissolved a cohort"),
        "seasons.set_mode": _("Changed a study mode"),
        "seasons.set_excluded": _("Left somebody out or took them back"),
    },
    things={
        "season": _("season"),
        "topic": _("topic"),
        "course": _("course"),
        "campaign": _("campaign"),
        "cascade_task": _("task for branches"),
        "study_day": _("study day"),
        "cohort": _("cohort"),
    },
    values={
        "mode": dict(StudyMode.choices),
        "reason": dict(HomeReason.choices),
        "hours": dict(Owing.choices),
    },
)
