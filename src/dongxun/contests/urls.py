"""Addresses of this room."""

from django.urls import path

from dongxun.contests.views import console, desk, meetings, phone, points, running

app_name = "contests"
urlpatterns = [
    path("console/contests/", console.contests, name="list"),
    path("console/contests/new/", console.new_contest, name="new_contest"),
    path("console/contests/<uuid:contest_id>/", console.contest, name="contest"),
    path("console/contests/<uuid:contest_id>/edit/", console.edit_contest, name="edit_contest"),
    path("console/contests/<uuid:contest_id>/rules/", console.rules, name="rules"),
    path("console/contests/<uuid:contest_id>/do/", console.do, name="do_contest"),
    path("console/contests/<uuid:contest_id>/take-back/", console.take_back, name="take_back"),
    path("console/contests/<uuid:contest_id>/call-off/", console.call_off, name="call_off"),
    path("console/contests/<uuid:contest_id>/enter/", desk.enter, name="enter_at_desk"),
    path("console/contests/entries/<uuid:entry_id>/", desk.entry, name="entry"),
    path("console/contests/<uuid:contest_id>/judges/", desk.judges, name="judges"),
    path("console/contests/judges/<uuid:judge_id>/", desk.paper, name="paper"),
    path("console/contests/<uuid:contest_id>/rounds/", running.rounds, name="rounds"),
    path("console/contests/rounds/<uuid:round_id>/", running.one_round, name="round"),
    path("console/contests/debates/<uuid:match_id>/", running.debate, name="debate"),
    path("console/contests/<uuid:contest_id>/meeting/", meetings.of_contest, name="meeting"),
    path(
        "console/contests/debates/<uuid:match_id>/meeting/", meetings.of_match, name="match_meeting"
    ),
    path("console/points/", points.progress, name="points"),
    path("console/points/take-back/", points.take_back, name="take_month_back"),
    path("console/points/rules/", points.rules, name="point_rules"),
    path("points/", points.own, name="own_points"),
    path("points/consent/", points.consent, name="consent"),
    path("contests/", phone.contests, name="own"),
    path("contests/<uuid:contest_id>/", phone.contest, name="take"),
    path("contests/<uuid:contest_id>/works/", phone.works, name="works"),
    path("contests/<uuid:contest_id>/enter/", phone.enter, name="enter"),
    path("contests/entries/<uuid:entry_id>/withdraw/", phone.withdraw, name="withdraw"),
    path("contests/judging/<uuid:judge_id>/", phone.judging, name="judging"),
    path("contests/judging/<uuid:judge_id>/<uuid:entry_id>/", phone.score, name="score"),
]
