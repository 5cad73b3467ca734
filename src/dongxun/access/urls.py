"""Addresses of this room."""

from django.urls import path

from dongxun.access.views import accounts, audit, links, sign_in

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
    path("settings/accounts/", accounts.accounts, name="accounts"),
    path("settings/accounts/new/", accounts.new_account, name="new_account"),
    path("settings/accounts/units/", accounts.find_unit, name="find_unit"),
    path("settings/accounts/slips/", accounts.print_slips, name="print_slips"),
    path("settings/accounts/<uuid:account_id>/", accounts.account, name="account"),
    path("settings/accounts/<uuid:account_id>/roles/", accounts.give_role, name="give_role"),
    path("settings/accounts/<uuid:account_id>/disable/", accounts.disable, name="disable"),
    path("settings/accounts/<uuid:account_id>/enable/", accounts.enable, name="enable"),
    path("settings/accounts/<uuid:account_id>/reset/", accounts.reset, name="reset"),
    path(
        "settings/accounts/<uuid:account_id>/reset-second/",
        accounts.reset_second_factor,
        name="reset_second_factor",
    ),
    path("settings/grants/", accounts.grant_list, name="grants"),
    path("settings/grants/<uuid:grant_id>/end/", accounts.end_grant, name="end_grant"),
    path("settings/audit/", audit.audit_log, name="audit_log"),
    path("settings/audit/export/", audit.export, name="export_audit"),
]
