"""Addresses of this room."""

from django.urls import path

from dongxun.packs.views import (
    donations,
    gifts,
    leaflets,
    lines,
    lists,
    members,
    packs,
    phone,
    sheet,
    stock,
)

app_name = "packs"
urlpatterns = [
    path("console/packs/", packs.overview, name="overview"),
    path("console/packs/members/", members.members, name="members"),
    path("console/packs/new/", packs.new_pack, name="new_pack"),
    path("console/packs/stock/", stock.stock, name="stock"),
    path("console/packs/stock/articles/<uuid:article_id>/", stock.article, name="article"),
    path("console/packs/leaflets/", leaflets.leaflets, name="leaflets"),
    path(
        "console/packs/leaflets/<uuid:leaflet_id>/withdraw/",
        leaflets.withdraw,
        name="withdraw_leaflets",
    ),
    path("console/packs/donations/", donations.donations, name="donations"),
    path("console/packs/donations/new/", donations.new_donation, name="new_donation"),
    path("console/packs/donations/ledger/", gifts.sheet, name="gifts"),
    path("console/packs/donations/wanted/", donations.new_drive, name="new_drive"),
    path("console/packs/donations/wanted/<uuid:drive_id>/", donations.close, name="close_drive"),
    path("console/packs/donations/<uuid:donation_id>/", donations.donation, name="donation"),
    path("console/packs/lists/<uuid:list_id>/", lists.issue_list, name="list"),
    path("console/packs/lists/<uuid:list_id>/do/", lists.do, name="do_list"),
    path("console/packs/lists/<uuid:list_id>/courier/", lists.courier, name="courier"),
    path("console/packs/lists/<uuid:list_id>/sheet/", sheet.sheet, name="sheet"),
    path("console/packs/lines/<uuid:line_id>/", lines.line, name="line"),
    path("console/packs/<uuid:pack_id>/", packs.pack, name="pack"),
    path("console/packs/<uuid:pack_id>/edit/", packs.edit_pack, name="edit_pack"),
    path("console/packs/<uuid:pack_id>/list/", lists.new_list, name="new_list"),
    path("branch/packs/", phone.branch, name="branch"),
    path("me/deliveries/", phone.deliveries, name="deliveries"),
    path("me/deliveries/<uuid:line_id>/", phone.hand_over, name="hand_over"),
]
