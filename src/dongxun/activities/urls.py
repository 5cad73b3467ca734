"""Addresses of this room."""

from django.urls import path

from dongxun.activities.attendance.views import branches, check_in, screen

app_name = "activities"
urlpatterns = [
    path("console/sessions/<uuid:session_id>/screen/", screen.screen, name="screen"),
    path("console/sessions/<uuid:session_id>/live/", screen.live, name="live"),
    path("console/sessions/<uuid:session_id>/codes/", screen.codes_ahead, name="codes"),
    path("s/<slug:code>/", check_in.check_in, name="check_in"),
    path("s/<slug:code>/code/", check_in.type_code, name="type_code"),
    path("s/<slug:code>/me/", check_in.take_own, name="take_own"),
    path("s/<slug:code>/who/", check_in.introduce, name="introduce"),
    path("s/<slug:code>/walk-in/", check_in.walk_in, name="walk_in"),
    path("s/<slug:code>/branches/", branches.branches, name="branches"),
    path("p/<slug:code>/", check_in.declare, name="declare"),
    path("p/<slug:code>/me/", check_in.take_own, name="declare_own"),
    path("p/<slug:code>/who/", check_in.introduce, name="declare_who"),
    path("p/<slug:code>/walk-in/", check_in.walk_in, name="declare_walk_in"),
]
