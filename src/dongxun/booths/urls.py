"""Addresses of this room."""

from django.urls import path

from dongxun.booths.views import console, desk, phone

app_name = "booths"
urlpatterns = [
    path("console/booths/", console.cards, name="list"),
    path("console/booths/new/", console.new_card, name="new_card"),
    path("console/booths/<uuid:card_id>/", console.card, name="card"),
    path("console/booths/<uuid:card_id>/edit/", console.edit_card, name="edit_card"),
    path("console/booths/<uuid:card_id>/do/", console.do, name="do"),
    path("console/booths/<uuid:card_id>/add/", console.new_booth, name="new_booth"),
    path("console/booths/<uuid:card_id>/papers/", desk.papers, name="papers"),
    path("console/booths/<uuid:card_id>/people/<uuid:person_id>/", desk.paper, name="paper"),
    path("console/booths/booth/<uuid:booth_id>/edit/", console.edit_booth, name="edit_booth"),
    path("console/booths/booth/<uuid:booth_id>/roll/", desk.roll, name="roll"),
    path("stamps/", phone.own, name="own"),
    path("booth/", phone.enter, name="enter"),
    path("booth/<str:code>/", phone.booth, name="booth"),
    path("booth/<str:code>/begin/", phone.begin, name="begin"),
    path("booth/<str:code>/guest/", phone.guest, name="guest"),
]
