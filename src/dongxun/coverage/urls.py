"""Addresses of this room."""

from django.urls import path

from dongxun.coverage import views

app_name = "coverage"
urlpatterns = [
    path("console/names/", views.names, name="names"),
    path("console/statistics/", views.statistics, name="statistics"),
    path("definitions/", views.definitions, name="definitions"),
]
