"""Addresses of this room."""

from django.urls import path

from dongxun.live.views import console, hall, hooks, phone, picture

app_name = "live"
urlpatterns = [
    path("console/live/", console.classes, name="list"),
    path("console/live/<uuid:session_id>/", console.console, name="console"),
    path("console/live/<uuid:session_id>/set/", console.prepare, name="prepare"),
    path("console/live/<uuid:session_id>/do/", console.do, name="do"),
    path("live/<uuid:session_id>/", phone.watch, name="watch"),
    path("live/<uuid:session_id>/hall/", hall.hall, name="hall"),
    path("live/<uuid:session_id>/say/", phone.say, name="say"),
    path("live/<uuid:session_id>/open/", phone.go, name="go"),
    path("live/<uuid:session_id>/check/", phone.check, name="check"),
    path("live/<uuid:session_id>/events/", phone.events, name="events"),
    path("live/<uuid:session_id>/picture/<str:ticket>/<str:name>", picture.picture, name="picture"),
    path("live/gateway/<str:password>/<str:what>", hooks.told, name="gateway"),
]
