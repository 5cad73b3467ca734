"""Addresses of planning."""

from django.urls import path

from dongxun.planning.views import gathering, repair, roster, rounds, season, zones

app_name = "planning"
urlpatterns = [
    path("console/planning/", season.home, name="home"),
    path("console/planning/season/new/", season.new_season, name="new_season"),
    path("console/planning/zones/new/", zones.new_zones, name="new_zones"),
    path("console/planning/<uuid:run_id>/zones/", zones.zones, name="zones"),
    path("console/planning/rounds/new/", rounds.new_rounds, name="new_rounds"),
    path("console/planning/<uuid:run_id>/rounds/", rounds.rounds, name="rounds"),
    path("console/planning/posts/<uuid:post_id>/roster/", roster.new_roster, name="new_roster"),
    path("console/planning/<uuid:run_id>/roster/", roster.roster, name="roster"),
    path("console/planning/repair/", repair.new_repair, name="new_repair"),
    path("console/planning/<uuid:run_id>/repair/", repair.repair, name="repair"),
    *(
        path(
            f"console/planning/{kind}/new/", gathering.new_gathering, {"kind": kind}, f"new_{kind}"
        )
        for kind in gathering.QUESTIONS
    ),
    *(
        path(f"console/planning/<uuid:run_id>/{kind}/", gathering.gathered, {"kind": kind}, kind)
        for kind in gathering.QUESTIONS
    ),
    path("console/planning/<uuid:run_id>/", season.run, name="run"),
    path("console/planning/<uuid:run_id>/live/", season.live, name="live"),
]
