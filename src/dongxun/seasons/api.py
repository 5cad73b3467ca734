"""The door of seasons."""

from dongxun.seasons.parameters import parameters_of
from dongxun.seasons.queries.cohorts import (
    CohortView,
    cohort,
    cohort_ids,
    cohort_list,
    cohort_people,
    cohorts,
    cohorts_with,
    organisations_with_cohorts,
)
from dongxun.seasons.queries.frame import (
    Frame,
    frame,
)
from dongxun.seasons.queries.goals import (
    CampaignView,
    CourseLine,
    Named,
    Task,
    campaign,
    campaign_ids,
    campaigns,
    courses,
    credit_labels,
    credit_names,
    task,
    tasks,
)
from dongxun.seasons.queries.participation import (
    eligible_counts,
    eligible_ids,
    eligible_in_cohorts,
    eligible_on,
    eligible_rows,
    participation_of,
    parts_of,
    people_after,
    people_count,
    standing_counts,
    standing_in,
    valid_on,
)
from dongxun.seasons.queries.rules import rules, rules_of
from dongxun.seasons.queries.season import (
    closed_at,
    current_season,
    may_manage,
    season,
    season_asked,
    season_at,
    season_of_topic,
    seasons,
    seasons_of_day,
)
from dongxun.seasons.queries.study_days import (
    StudyDate,
    StudyDayView,
    study_dates,
    study_day,
    study_days,
)
from dongxun.seasons.queries.versions import versions
from dongxun.seasons.queries.zones import part_intervals, taking_part, zones
from dongxun.seasons.services.cascade import (
    add_cascade_task,
    edit_cascade_task,
    end_cascade_task,
)
from dongxun.seasons.services.cohorts import (
    begin_cohort,
    change_cohort,
    remove_cohort,
    rename_cohort,
    write_cohort,
)
from dongxun.seasons.services.copying import a_year_on, copy_season
from dongxun.seasons.services.courses import (
    move_course,
    remove_course,
    write_course,
)
from dongxun.seasons.services.credit import remove_credit_row, write_credit_row
from dongxun.seasons.services.frame import (
    set_frame,
)
from dongxun.seasons.services.goals import (
    add_campaign,
    edit_campaign,
    remove_campaign,
)
from dongxun.seasons.services.participation import (
    begin_season,
    enrol_season,
    set_excluded,
    set_mode,
    set_up_season,
)
from dongxun.seasons.services.requirements import (
    set_requirements,
)
from dongxun.seasons.services.season import (
    close_season,
    create_season,
    edit_season,
    start_season,
)
from dongxun.seasons.services.study_days import (
    remove_study_day,
    set_study_day,
)
from dongxun.seasons.services.timetable import choose_zones, note_timetable
from dongxun.seasons.services.topics import add_topic, default_topics, edit_topic
from dongxun.seasons.services.wording import set_wordings
from dongxun.seasons.uses import credit_uses, tell_uses

__all__ = [
    "CampaignView",
    "CohortView",
    "CourseLine",
    "Frame",
    "Named",
    "StudyDate",
    "StudyDayView",
    "Task",
    "a_year_on",
    "add_campaign",
    "add_cascade_task",
    "add_topic",
    "begin_cohort",
    "begin_season",
    "campaign",
    "campaign_ids",
    "campaigns",
    "change_cohort",
    "choose_zones",
    "close_season",
    "closed_at",
    "cohort",
    "cohort_ids",
    "cohort_list",
    "cohort_people",
    "cohorts",
    "cohorts_with",
    "copy_season",
    "courses",
    "create_season",
    "credit_labels",
    "credit_names",
    "credit_uses",
    "current_season",
    "default_topics",
    "edit_campaign",
    "edit_cascade_task",
    "edit_season",
    "edit_topic",
    "eligible_counts",
    "eligible_ids",
    "eligible_in_cohorts",
    "eligible_on",
    "eligible_rows",
    "end_cascade_task",
    "enrol_season",
    "frame",
    "may_manage",
    "move_course",
    "note_timetable",
    "organisations_with_cohorts",
    "parameters_of",
    "part_intervals",
    "participation_of",
    "parts_of",
    "people_after",
    "people_count",
    "remove_campaign",
    "remove_cohort",
    "remove_course",
    "remove_credit_row",
    "remove_study_day",
    "rename_cohort",
    "rules",
    "rules_of",
    "season",
    "season_asked",
    "season_at",
    "season_of_topic",
    "seasons",
    "seasons_of_day",
    "set_excluded",
    "set_frame",
    "set_mode",
    "set_requirements",
    "set_study_day",
    "set_up_season",
    "set_wordings",
    "standing_counts",
    "standing_in",
    "start_season",
    "study_dates",
    "study_day",
    "study_days",
    "taking_part",
    "task",
    "tasks",
    "tell_uses",
    "valid_on",
    "versions",
    "write_cohort",
    "write_course",
    "write_credit_row",
    "zones",
]
