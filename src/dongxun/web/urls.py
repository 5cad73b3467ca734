"""All addresses: each room brings its own."""

from django.urls import include, path

from dongxun.web import errors, sync
from dongxun.web.member.urls import urlpatterns as member
from dongxun.web.views import differences, overview, refused

web = (
    [
        path("", overview.way_in, name="way_in"),
        path("console/", overview.home, name="home"),
        path("console/differences/", differences.page, name="differences"),
        path("console/refused/", refused.page, name="refused"),
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
    path("", include("dongxun.packs.urls")),
    path("", include("dongxun.quizzes.urls")),
    path("", include("dongxun.library.urls")),
    path("", include("dongxun.booths.urls")),
    path("", include("dongxun.publishing.urls")),
    path("", include("dongxun.visits.urls")),
    path("", include("dongxun.exchanges.urls")),
    path("", include("dongxun.lecturers.urls")),
    path("", include("dongxun.needs.urls")),
    path("", include("dongxun.notices.urls")),
    path("", include("dongxun.coverage.urls")),
    path("", include("dongxun.live.urls")),
    path("", include("dongxun.volunteers.urls")),
    path("", include("dongxun.contests.urls")),
    path("", include("dongxun.reports.urls")),
    path("", include("dongxun.planning.urls")),
    path("sync", sync.receive, name="sync"),
]

handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
