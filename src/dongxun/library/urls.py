"""Addresses of this room."""

from django.urls import path

from dongxun.library.views import console, files, parts, phone, platforms, shelves, targets

app_name = "library"
urlpatterns = [
    path("console/library/", shelves.lessons, name="lessons"),
    path("console/library/new/", console.new_lesson, name="new_lesson"),
    path("console/library/<uuid:lesson_id>/", console.lesson, name="lesson"),
    path("console/library/<uuid:lesson_id>/edit/", console.edit_lesson, name="edit_lesson"),
    path("console/library/<uuid:lesson_id>/chapters/", parts.chapters, name="chapters"),
    path("console/library/<uuid:lesson_id>/questions/", parts.questions, name="questions"),
    path("console/library/<uuid:lesson_id>/preview/", console.preview, name="preview"),
    path("console/library/<uuid:lesson_id>/do/", console.do, name="do_lesson"),
    path("console/library/courses/<uuid:course_id>/", shelves.course, name="console_course"),
    path("console/library/tracks/", shelves.tracks, name="tracks"),
    path("console/library/targets/", targets.targets, name="targets"),
    path("console/library/targets/new/", targets.new_target, name="new_target"),
    path("console/library/targets/<uuid:target_id>/", targets.edit_target, name="edit_target"),
    path("console/platforms/", platforms.platforms, name="platforms"),
    path("console/platforms/<uuid:platform_id>/", platforms.platform, name="platform"),
    path("learn/", phone.learn, name="learn"),
    path("learn/kept/", phone.kept, name="kept"),
    path("learn/courses/<uuid:course_id>/", phone.course, name="learn_course"),
    path("learn/<uuid:lesson_id>/", phone.lesson, name="learn_lesson"),
    path("learn/<uuid:lesson_id>/step/", phone.step, name="step"),
    path("learn/<uuid:lesson_id>/check/", phone.check, name="check"),
    path("learn/files/<uuid:media_id>/<str:name>", files.play, name="play"),
]
