"""Addresses of this room."""

from django.urls import path

from dongxun.lecturers.views import candidates, lessons, orders, profiles

app_name = "lecturers"
urlpatterns = [
    path("console/lecturers/orders/", orders.orders, name="orders"),
    path("console/lecturers/orders/new/", orders.new_order, name="new_order"),
    path("console/lecturers/orders/<uuid:order_id>/", orders.order, name="order"),
    path("console/lecturers/orders/<uuid:order_id>/do/", orders.do_order, name="do_order"),
    path("console/lecturers/orders/<uuid:order_id>/dispatch/", orders.dispatch, name="dispatch"),
    path("console/lecturers/sessions/<uuid:session_id>/", lessons.lesson, name="lesson"),
    path("console/lecturers/candidates/", candidates.candidates, name="candidates"),
    path("console/lecturers/candidates/new/", candidates.nominate, name="nominate"),
    path(
        "console/lecturers/candidates/<uuid:candidate_id>/",
        candidates.candidate,
        name="candidate",
    ),
    path("console/lecturers/<uuid:lecturer_id>/", profiles.lecturer, name="lecturer"),
    path("console/lecturers/<uuid:lecturer_id>/link/", profiles.link, name="link"),
    path("lessons/<uuid:lecturer_id>/times/", profiles.mine, name="mine"),
]
