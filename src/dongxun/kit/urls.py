"""Addresses of the kit."""

from django.urls import path

from dongxun.kit import views

app_name = "kit"
urlpatterns = [
    path("preferences/<slug:name>/", views.set_preference, name="preference"),
    path("token/", views.token, name="token"),
    path("offline/", views.offline, name="offline"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", views.styleguide, name="styleguide_page"),
]
