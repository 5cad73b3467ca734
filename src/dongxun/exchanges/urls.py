"""Addresses of this room."""

from django.urls import path

from dongxun.exchanges.floating import console, phone, sheet
from dongxun.exchanges.views import changing, exchanges, following

app_name = "exchanges"
urlpatterns = [
    path("console/floating/", console.floating, name="floating"),
    path("console/floating/new/<uuid:person_id>/", console.new_stay, name="new_stay"),
    path("console/floating/sheet/", sheet.sheet, name="floating_sheet"),
    path("console/floating/<uuid:stay_id>/", console.stay, name="stay"),
    path("console/floating/<uuid:stay_id>/station/", console.choose_station, name="choose_station"),
    path("console/floating/<uuid:stay_id>/note/<slug:what>/", console.note_stay, name="note_stay"),
    path("console/floating/reports/<uuid:report_id>/", console.answer, name="answer_report"),
    path("console/floating/reports/<uuid:report_id>/phone/", console.left_phone, name="left_phone"),
    path("branch/floating/", phone.branch_floating, name="branch_floating"),
    path("branch/floating/<uuid:stay_id>/call/", phone.call, name="call"),
    path("branch/floating/<uuid:stay_id>/spoke/", phone.spoke, name="spoke"),
    path("console/exchanges/", exchanges.exchanges, name="list"),
    path("console/exchanges/new/", exchanges.edit, name="new_exchange"),
    path("console/exchanges/checklist/", exchanges.checklist, name="checklist"),
    path("console/exchanges/follow/", following.follow, name="follow"),
    path("console/exchanges/follow/pledge/", following.add_pledge, name="add_pledge"),
    path("console/exchanges/follow/outcome/", following.add_outcome, name="add_outcome"),
    path("console/exchanges/gaps/<uuid:gap_id>/", following.follow_gap, name="follow_gap"),
    path(
        "console/exchanges/pledges/<uuid:pledge_id>/", following.follow_pledge, name="follow_pledge"
    ),
    path("console/exchanges/follow/<slug:kind>/<uuid:thing_id>/", changing.change, name="change"),
    path("console/exchanges/lecturers/", following.master_stations, name="master_stations"),
    path(
        "console/exchanges/lecturers/<uuid:station_id>/end/",
        following.end_station,
        name="end_station",
    ),
    path("console/exchanges/stops/", following.stops, name="stops"),
    path("console/exchanges/items/<int:slot_id>/", exchanges.evidence, name="evidence"),
    path(
        "console/exchanges/items/<int:slot_id>/file/", exchanges.evidence_file, name="evidence_file"
    ),
    path("console/exchanges/items/<int:slot_id>/picture/", exchanges.add_picture, name="add_file"),
    path("console/exchanges/words/<uuid:word_id>/file/", exchanges.word_file, name="word_file"),
    path("console/exchanges/<uuid:exchange_id>/", exchanges.exchange, name="exchange"),
    path("console/exchanges/<uuid:exchange_id>/edit/", exchanges.edit, name="edit_exchange"),
    path("console/exchanges/<uuid:exchange_id>/gaps/", following.add_gap, name="add_gap"),
    path("console/exchanges/<uuid:exchange_id>/do/<slug:what>/", exchanges.act, name="act"),
    path("report-in/", phone.stations, name="stations"),
    path("report-in/branches/", phone.branches, name="branches"),
    path("report-in/<uuid:place_id>/", phone.report, name="report"),
    path("report-in/<uuid:place_id>/<uuid:report_id>/", phone.noted, name="noted"),
]
