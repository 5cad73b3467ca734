"""Addresses of this room."""

from django.urls import path

from dongxun.publishing.views import console, phone, pledges, shown, works

app_name = "publishing"
urlpatterns = [
    path("console/words/", console.queue, name="queue"),
    path("console/words/decide/", console.decide, name="decide"),
    path("console/words/pledges/", pledges.pledges, name="pledges"),
    path("console/words/pledges/<uuid:note_id>/", pledges.answer, name="answer_pledge"),
    path("console/words/threads/", console.threads, name="threads"),
    path("console/words/threads/<uuid:thread_id>/", console.thread, name="collected"),
    path("console/words/threads/<uuid:thread_id>/close/", console.close, name="close_thread"),
    path("words/", phone.said, name="said"),
    path("words/write/", phone.write, name="write"),
    path("words/mine/", phone.mine, name="mine"),
    path("words/works/", works.works, name="works"),
    path("words/<uuid:note_id>/", phone.note, name="note"),
    path("words/<uuid:note_id>/do/", phone.do, name="do"),
    path("words/<uuid:note_id>/picture/", shown.picture, name="picture"),
    path("words/<uuid:note_id>/sound/", shown.sound, name="sound"),
    path("words/threads/", phone.threads, name="own_threads"),
    path("words/threads/<uuid:thread_id>/", phone.thread, name="thread"),
    path("topics/<uuid:topic_id>/words/", shown.topic, name="topic"),
]
