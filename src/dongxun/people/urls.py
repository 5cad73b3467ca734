"""Addresses of this room."""

from django.urls import path

from dongxun.people.views import grid, lecturers, person, roster

app_name = "people"
urlpatterns = [
    path("people/", roster.roster, name="roster"),
    path("people/cells/", grid.save_cells, name="save_cells"),
    path("people/duplicates/", person.duplicates, name="duplicates"),
    path("people/merge/", person.merge, name="merge"),
    path("people/new/<uuid:branch_id>/", person.new_person, name="new_person"),
    path("people/<uuid:person_id>/", person.person_page, name="person"),
    path("people/<uuid:person_id>/row/", roster.edit_row, name="edit_row"),
    path("people/<uuid:person_id>/row/save/", roster.save_row, name="save_row"),
    path("people/<uuid:person_id>/private/", person.show_private, name="show_private"),
    path("people/<uuid:person_id>/transfer/", person.transfer, name="transfer"),
    path("people/<uuid:person_id>/tags/", person.change_tags, name="change_tags"),
    path("lecturers/", lecturers.lecturers, name="lecturers"),
    path("lecturers/kinds/", lecturers.lecturer_kinds, name="lecturer_kinds"),
    path("lecturers/<uuid:lecturer_id>/", lecturers.lecturer, name="lecturer"),
]
