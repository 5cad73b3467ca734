"""All addresses: each room brings its own."""

from django.urls import include, path

from dongxun.web import errors, sync
from dongxun.web.member.urls import urlpatterns as member
from dongxun.web.views import overview

web = (
    [
        path("", overview.way_in, name="way_in"),
        path("console/", overview.home, name="home"),
        *member,
    ],
    "web",
)
urlpatterns = [
    path("", include(web)),
    path("", include("dongxun.kit.urls")),
    path("", include("dongxun.files.urls")),
    path("", include("dongxun.access.urls")),
    path("", include("dongxun.organisations.urls")),
    path("", include("dongxun.people.urls")),
    path("", include("dongxun.seasons.urls")),
    path("", include("dongxun.activities.urls")),
    path("", include("dongxun.notices.urls")),
    path("", include("dongxun.coverage.urls")),
    path("", include("dongxun.reports.urls")),
    path("sync", sync.receive, name="sync"),
]

handler404 = errors.not_found
handler500 = errors.server_error
