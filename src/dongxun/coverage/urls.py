"""Addresses of this room."""

from django.urls import path

from dongxun.coverage.views import figures, past, person, wording

app_name = "coverage"
urlpatterns = [
    path("console/names/", figures.names, name="names"),
    path("console/people/<uuid:person_id>/season/", person.person_part, name="person_part"),
    path("console/statistics/", figures.statistics, name="statistics"),
    path("console/statistics/past/", past.reckon, name="reckon"),
    path("console/statistics/past/<uuid:reckoning_id>/", past.reckoning, name="reckoning"),
    path(
        "console/seasons/<uuid:season_id>/definitions/<slug:key>/", wording.wording, name="wording"
    ),
    path("definitions/", wording.definitions, name="definitions"),
]
