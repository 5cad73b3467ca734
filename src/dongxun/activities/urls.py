"""Addresses of this room."""

from django.urls import path

from dongxun.activities.attendance.views import (
    branches,
    check_in,
    enter,
    makeup,
    roll,
    screen,
    sheet,
    walk_ins,
)
from dongxun.activities.own import views as own
from dongxun.activities.sessions.urls import urlpatterns as sessions

app_name = "activities"
urlpatterns = [
    *sessions,
    path("console/sessions/<uuid:session_id>/screen/", screen.screen, name="screen"),
    path("console/sessions/<uuid:session_id>/live/", screen.live, name="live"),
    path("console/sessions/<uuid:session_id>/codes/", screen.codes_ahead, name="codes"),
    path("console/sessions/<uuid:session_id>/roll/", roll.roll, name="roll"),
    path("console/sessions/<uuid:session_id>/roll/mark/", roll.mark, name="mark"),
    path("console/sessions/<uuid:session_id>/roll/confirm/", roll.confirm, name="confirm"),
    path("console/sessions/<uuid:session_id>/sheet/", sheet.sheet, name="sheet"),
    path("console/sessions/<uuid:session_id>/walk-ins/", walk_ins.note, name="note_walk_in"),
    path("console/sheets/", sheet.find, name="find_sheet"),
    path("console/walk-ins/", walk_ins.waiting, name="walk_ins"),
    path("console/walk-ins/<uuid:walk_in_id>/", walk_ins.answer, name="answer_walk_in"),
    path("console/makeup/", makeup.makeup, name="makeup"),
    path("console/makeup/withdraw/", makeup.withdraw, name="withdraw_makeup"),
    path("branch/makeup/", makeup.branch_makeup, name="branch_makeup"),
    path("me/activities/", own.mine, name="mine"),
    path("me/activities/<uuid:session_id>/", own.session, name="my_session"),
    path("me/activities/<uuid:session_id>/sign-up/", own.sign_up, name="sign_up"),
    path("me/activities/<uuid:session_id>/feedback/", own.feedback, name="feedback"),
    path("s/", enter.enter, name="enter_code"),
    path("s/<str:code>/", check_in.check_in, name="check_in"),
    path("s/<str:code>/code/", check_in.type_code, name="type_code"),
    path("s/<str:code>/me/", check_in.take_own, name="take_own"),
    path("s/<str:code>/who/", check_in.introduce, name="introduce"),
    path("s/<str:code>/walk-in/", check_in.walk_in, name="walk_in"),
    path("s/<str:code>/branches/", branches.branches, name="branches"),
    path("p/<str:code>/", check_in.declare, name="declare"),
    path("p/<str:code>/me/", check_in.take_own, name="declare_own"),
    path("p/<str:code>/who/", check_in.introduce, name="declare_who"),
    path("p/<str:code>/walk-in/", check_in.walk_in, name="declare_walk_in"),
]
