"""Addresses of this room."""

from django.urls import path

from dongxun.visits.views import app, desk, more, sheet
from dongxun.visits.views import round as one

app_name = "visits"
urlpatterns = [
    path("console/visits/", desk.rounds, name="rounds"),
    path("console/visits/disputes/", more.disputes, name="disputes"),
    path("console/visits/pairs/", more.pairs, name="pairs"),
    path("console/visits/homes/<uuid:person_id>/", more.home, name="home"),
    path("console/visits/<uuid:round_id>/", one.round_page, name="round"),
    path("console/visits/<uuid:round_id>/do/", one.act, name="act"),
    path("console/visits/<uuid:round_id>/sound/", one.sound, name="save_sound"),
    path("console/visits/<uuid:round_id>/sheet/", sheet.sheet, name="sheet"),
    path("console/visits/stops/<uuid:stop_id>/", one.stop, name="stop"),
    path("console/visits/visitors/<uuid:visitor_id>/", one.visitor, name="visitor"),
    path("console/visits/photos/<uuid:photo_id>/", more.photo, name="photo"),
    path("v/", app.app, name="app"),
    path("v/running/", app.running, name="running"),
    path("v/manifest.webmanifest", app.manifest, name="manifest"),
    path("v/data/", app.data, name="data"),
    path("v/list/", app.plain, name="plain"),
    path("v/door/<uuid:stop_id>/", app.door, name="door"),
    path("v/photos/<uuid:photo_id>/", app.photo, name="keep_photo"),
    path("v/sounds/<uuid:round_id>/", app.sound, name="sound"),
    path("v/<uuid:visitor_id>/", app.my_round, name="my_round"),
]
