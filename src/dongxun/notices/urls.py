"""Addresses of this room."""

from django.urls import path

from dongxun.notices import views

app_name = "notices"
urlpatterns = [
    path("console/notices/", views.all_notices, name="messages"),
    path("console/notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("console/notices/<uuid:notice_id>/texts/<int:text_id>/", views.pasted, name="pasted"),
    path("console/notices/<uuid:notice_id>/told/", views.told, name="told"),
    path("notices/", views.inbox, name="inbox"),
]
