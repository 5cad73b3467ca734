"""Addresses of this room."""

from django.urls import path

from dongxun.seasons.views import cohorts, goals, people, rules, season, tasks, topics

SEASON = "console/seasons/<uuid:season_id>/"
TOPIC = f"{SEASON}topics/<uuid:topic_id>/"
COURSE = f"{TOPIC}courses/<uuid:course_id>/"
COHORT = "console/cohorts/<uuid:cohort_id>/"
DAY = "console/study-days/<uuid:study_day_id>/"

app_name = "seasons"
urlpatterns = [
    path("console/seasons/", season.settings, name="settings"),
    path("console/seasons/new/", season.new, name="new"),
    path(SEASON, season.frame, name="frame"),
    path(f"{SEASON}settings/", rules.settings_of, name="settings_of"),
    path(f"{SEASON}requirements/", rules.requirements, name="requirements"),
    path(f"{SEASON}credit/", rules.credit_table, name="credit_table"),
    path(f"{SEASON}credit/new/", rules.new_credit, name="new_credit"),
    path(f"{SEASON}credit/<slug:code>/", rules.credit, name="credit"),
    path(f"{SEASON}credit/<slug:code>/remove/", rules.remove_credit, name="remove_credit"),
    path(f"{SEASON}versions/", season.versions, name="versions"),
    path(f"{SEASON}start/", season.start, name="start"),
    path(f"{SEASON}copy/", season.copy, name="copy"),
    path(f"{SEASON}close/", season.close, name="close"),
    path("console/topics/", topics.topics, name="topics"),
    path(f"{SEASON}topics/new/", topics.topic, name="new_topic"),
    path(TOPIC, topics.topic, name="topic"),
    path(f"{TOPIC}courses/new/", topics.course, name="new_course"),
    path(COURSE, topics.course, name="course"),
    path(f"{COURSE}move/", topics.move_course, name="move_course"),
    path(f"{COURSE}remove/", topics.remove_course, name="remove_course"),
    path("console/tasks/new/", tasks.new_task, name="new_task"),
    path("console/tasks/<uuid:task_id>/change/", tasks.edit_task, name="edit_task"),
    path("console/tasks/<uuid:task_id>/end/", tasks.end_task, name="end_task"),
    path("console/campaigns/new/", goals.new_campaign, name="new_campaign"),
    path("console/campaigns/<uuid:campaign_id>/change/", goals.campaign, name="campaign"),
    path(
        "console/campaigns/<uuid:campaign_id>/remove/",
        goals.remove_campaign,
        name="remove_campaign",
    ),
    path("console/study-days/", goals.study_days, name="study_days"),
    path("console/study-days/new/", goals.study_day, name="new_study_day"),
    path(DAY, goals.study_day, name="study_day"),
    path(f"{DAY}remove/", goals.remove_study_day, name="remove_study_day"),
    path("console/cohorts/", cohorts.cohorts, name="cohorts"),
    path("console/cohorts/new/", cohorts.new_cohort, name="new_cohort"),
    path(COHORT, cohorts.cohort, name="cohort"),
    path(f"{COHORT}add/", cohorts.add_people, name="add_people"),
    path(f"{COHORT}paste/", cohorts.paste_names, name="paste_names"),
    path(f"{COHORT}out/", cohorts.take_out_people, name="take_out_people"),
    path(f"{COHORT}remove/", cohorts.remove_cohort, name="remove_cohort"),
    path("console/participation/", people.participation, name="participation"),
    path("console/participation/change/", people.change_participation, name="change_participation"),
    path("console/participation/<uuid:person_id>/", people.person_mode, name="person_mode"),
]
