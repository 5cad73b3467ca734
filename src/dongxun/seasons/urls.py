"""Addresses of this room."""

from django.urls import path

from dongxun.seasons import views

app_name = "seasons"
urlpatterns = [
    path("console/seasons/", views.settings, name="settings"),
    path("console/seasons/new/", views.new, name="new"),
    path("console/seasons/<uuid:season_id>/", views.settings_of, name="settings_of"),
    path("console/seasons/<uuid:season_id>/credit/<slug:code>/", views.credit, name="credit"),
    path("console/topics/", views.topics, name="topics"),
    path("console/seasons/<uuid:season_id>/topics/new/", views.topic, name="new_topic"),
    path("console/seasons/<uuid:season_id>/topics/<uuid:topic_id>/", views.topic, name="topic"),
    path(
        "console/seasons/<uuid:season_id>/topics/<uuid:topic_id>/courses/new/",
        views.course,
        name="new_course",
    ),
    path("console/tasks/new/", views.new_task, name="new_task"),
    path("console/participation/", views.participation, name="participation"),
    path("console/participation/change/", views.change_participation, name="change_participation"),
]
