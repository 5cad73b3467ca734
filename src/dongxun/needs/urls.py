"""Addresses of this room."""

from django.urls import path

from dongxun.needs.views import (
    books,
    catalogue,
    console,
    enterprises,
    phone,
    projects,
    raising,
    shared,
    sheet,
)

app_name = "needs"
urlpatterns = [
    path("console/needs/", console.needs, name="list"),
    path("console/needs/new/", raising.new, name="new"),
    path("console/needs/sheet/", sheet.sheet, name="sheet"),
    path("console/needs/rates/", catalogue.rates, name="figures"),
    path("console/needs/catalogue/", catalogue.catalogue, name="catalogue"),
    path("console/needs/themes/<uuid:theme_id>/close/", catalogue.close_theme, name="close_theme"),
    path(
        "console/needs/services/<uuid:service_id>/close/",
        catalogue.close_service,
        name="close_service",
    ),
    path("console/needs/pictures/<uuid:picture_id>/", console.picture, name="picture"),
    path("console/needs/<uuid:need_id>/", console.need, name="need"),
    path("console/needs/<uuid:need_id>/contact/", console.contact, name="contact"),
    path("console/needs/<uuid:need_id>/sort/", catalogue.sort, name="sort"),
    path("console/needs/<uuid:need_id>/<slug:act>/", console.move, name="move"),
    path("console/projects/", projects.listed, name="projects"),
    path("console/projects/new/", projects.new, name="new_project"),
    path("console/projects/<uuid:project_id>/", projects.project, name="project"),
    path("console/projects/<uuid:project_id>/edit/", projects.edit, name="edit_project"),
    path("console/projects/<uuid:project_id>/<slug:what>/", projects.act, name="project_act"),
    path("console/enterprises/", enterprises.listed, name="enterprises"),
    path("console/enterprises/<uuid:enterprise_id>/", enterprises.enterprise, name="enterprise"),
    path("console/enterprises/lists/<uuid:snapshot_id>/", enterprises.snapshot, name="snapshot"),
    path("console/questions/", books.listed, name="books"),
    path("console/questions/<uuid:book_id>/", books.book, name="book"),
    path("console/questions/<uuid:book_id>/pick/", books.pick, name="pick"),
    path("console/questions/<uuid:book_id>/entry/", books.entry, name="entry"),
    path("console/questions/<uuid:book_id>/publish/", books.publish, name="publish"),
    path("console/questions/entries/<uuid:entry_id>/", books.arrange, name="arrange"),
    path("branch/needs/", phone.branch_raise, name="branch_raise"),
    path("need/", phone.raise_need, name="raise"),
    path("need/units/", shared.units, name="units"),
    path("need/look/", phone.look_up, name="look_up"),
    path("need/of/<uuid:need_id>/", phone.arrived, name="arrived"),
    path("need/of/<uuid:need_id>/picture/", phone.add_picture, name="add_picture"),
    path("need/<slug:code>/", phone.state, name="state"),
    path("need/<slug:code>/word/", phone.word, name="word"),
    path("questions/<slug:code>/", books.read, name="read"),
]
