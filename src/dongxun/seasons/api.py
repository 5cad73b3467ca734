"""The door of seasons."""

from dongxun.seasons.parameters import parameters_of
from dongxun.seasons.queries.goals import (
    CourseLine,
    Named,
    StudyDate,
    Task,
    campaign_ids,
    campaigns,
    cohort_ids,
    cohorts,
    courses,
    credit_labels,
    study_dates,
    task,
    tasks,
)
from dongxun.seasons.queries.participation import (
    eligible_counts,
    eligible_ids,
    eligible_on,
    every_part,
    participation_of,
    parts_of,
    people_after,
    standing_in,
    valid_on,
)
from dongxun.seasons.queries.rules import rules
from dongxun.seasons.queries.season import (
    current_season,
    may_manage,
    season,
    season_of_day,
    seasons,
)
from dongxun.seasons.queries.versions import versions
from dongxun.seasons.queries.zones import taking_part, zones
from dongxun.seasons.services.goals import (
    add_campaign,
    add_cascade_task,
    set_study_day,
    write_cohort,
)
from dongxun.seasons.services.participation import (
    enrol_season,
    set_excluded,
    set_mode,
    set_up_season,
)
from dongxun.seasons.services.season import (
    close_season,
    copy_season,
    create_season,
    edit_season,
    start_season,
)
from dongxun.seasons.services.topics import add_topic, default_topics, edit_topic, write_course

__all__ = [
    "CourseLine",
    "Named",
    "StudyDate",
    "Task",
    "add_campaign",
    "add_cascade_task",
    "add_topic",
    "campaign_ids",
    "campaigns",
    "close_season",
    "cohort_ids",
    "cohorts",
    "copy_season",
    "courses",
    "create_season",
    "credit_labels",
    "current_season",
    "default_topics",
    "edit_season",
    "edit_topic",
    "eligible_counts",
    "eligible_ids",
    "eligible_on",
    "enrol_season",
    "every_part",
    "may_manage",
    "parameters_of",
    "participation_of",
    "parts_of",
    "people_after",
    "rules",
    "season",
    "season_of_day",
    "seasons",
    "set_excluded",
    "set_mode",
    "set_study_day",
    "set_up_season",
    "standing_in",
    "start_season",
    "study_dates",
    "taking_part",
    "task",
    "tasks",
    "valid_on",
    "versions",
    "write_cohort",
    "write_course",
    "zones",
]
