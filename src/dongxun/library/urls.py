"""Addresses of this room."""

from django.urls import path

from dongxun.library.views import console, files, phone, platforms

app_name = "library"
urlpatterns = [
    path("console/library/", console.lessons, name="lessons"),
    path("console/library/new/", console.new_lesson, name="new_lesson"),
    path("console/library/<uuid:lesson_id>/", console.lesson, name="lesson"),
    path("console/library/<uuid:lesson_id>/edit/", console.edit_lesson, name="edit_lesson"),
    path("console/library/<uuid:lesson_id>/chapters/", console.chapters, name="chapters"),
    path("console/library/<uuid:lesson_id>/questions/", console.questions, name="questions"),
    path("console/library/<uuid:lesson_id>/preview/", console.preview, name="preview"),
    path("console/library/<uuid:lesson_id>/do/", console.do, name="do_lesson"),
    path("console/platforms/", platforms.platforms, name="platforms"),
    path("console/platforms/<uuid:platform_id>/", platforms.platform, name="platform"),
    path("learn/", phone.learn, name="learn"),
    path("learn/<uuid:lesson_id>/", phone.lesson, name="learn_lesson"),
    path("learn/<uuid:lesson_id>/step/", phone.step, name="step"),
    path("learn/<uuid:lesson_id>/check/", phone.check, name="check"),
    path("learn/files/<uuid:media_id>/<str:name>", files.play, name="play"),
]
