"""Addresses of this room."""

from django.urls import path

from dongxun.organisations.views import kinds, places, tiers, ties, unit, zones

app_name = "organisations"
urlpatterns = [
    path("organisations/find/", unit.find, name="find"),
    path("organisations/places/", places.places, name="places"),
    path("organisations/places/new/", places.place, name="new_place"),
    path("organisations/places/<uuid:place_id>/", places.place, name="place"),
    path("organisations/places/<uuid:place_id>/close/", places.close, name="close_place"),
    path("organisations/zones/", zones.zone_sets, name="zone_sets"),
    path("organisations/zones/new/", zones.zone_set, name="new_zone_set"),
    path("organisations/zones/<uuid:zone_set_id>/", zones.zone_set, name="zone_set"),
    path("organisations/tiers/", tiers.by_tier, name="by_tier"),
    path("organisations/kinds/", kinds.unit_kinds, name="kinds"),
    path("organisations/alliances/", ties.alliances, name="alliances"),
    path("organisations/alliances/new/", ties.alliance, name="new_alliance"),
    path("organisations/alliances/<uuid:alliance_id>/", ties.alliance, name="alliance"),
    path("organisations/alliances/<uuid:alliance_id>/end/", ties.end_alliance, name="end_alliance"),
    path("organisations/<uuid:organisation_id>/", unit.unit, name="organisation"),
    path("organisations/<uuid:organisation_id>/below/", unit.add_below, name="add_below"),
    path("organisations/<uuid:organisation_id>/move/", unit.move, name="move"),
    path("organisations/<uuid:organisation_id>/close/", unit.close, name="close"),
    path("organisations/pairings/", ties.pairings, name="pairings"),
    path("organisations/<uuid:organisation_id>/pairings/", ties.add_pairing, name="add_pairing"),
    path(
        "organisations/<uuid:organisation_id>/pairings/<uuid:pairing_id>/end/",
        ties.end_pairing,
        name="end_pairing",
    ),
]
