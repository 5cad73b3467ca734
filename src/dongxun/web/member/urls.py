"""Addresses of the phone pages; :mod:`dongxun.web.urls` gives them their name."""

from django.urls import path

from dongxun.web.member import branch, home, record

urlpatterns = [
    path("me/", home.me, name="me"),
    path("me/record/", record.record, name="record"),
    path("me/record/correct/", record.correct, name="correct"),
    path("me/record/take-out/", record.take_out, name="take_out"),
    path("me/forget/", record.forget, name="forget"),
    path("branch/", branch.branch, name="branch"),
    path("branch/call/", branch.call, name="call"),
    path("branch/link/", branch.link, name="link"),
    path("branch/corrections/<uuid:correction_id>/", branch.answer_correction, name="answer"),
    path("branch/texts/<int:text_id>/", branch.pasted, name="pasted"),
]
