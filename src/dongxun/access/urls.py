"""Addresses of this room."""

from django.urls import path

from dongxun.access.views import links, sign_in

app_name = "access"
urlpatterns = [
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/second/", sign_in.second_factor, name="second_factor"),
    path("sign-in/app/", sign_in.enrol, name="enrol"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("activate/", sign_in.activate, name="activate"),
    path("account/", sign_in.my_account, name="my_account"),
    path("account/password/", sign_in.change_password, name="change_password"),
    path("account/end-sessions/", sign_in.end_my_sessions, name="end_my_sessions"),
    path("l/<slug:code>/", links.open_link, name="open_link"),
]
