"""Addresses of this room."""

from django.urls import path

from dongxun.reports.views import documents, home, papers

app_name = "reports"
urlpatterns = [
    path("console/reports/", home.home, name="home"),
    path("console/reports/weekly/", home.weekly, name="weekly"),
    path("console/reports/print/", home.print_paper, name="print"),
    path("console/reports/activation-slips/", papers.activation_slips, name="activation_slips"),
    path("console/reports/link-slips/", papers.link_slips, name="link_slips"),
    path("console/reports/documents/", documents.attach, name="attach"),
    path("console/reports/documents/<uuid:document_id>/", documents.document, name="document"),
    path("console/reports/documents/<uuid:document_id>/remove/", documents.remove, name="remove"),
    path(
        "console/sessions/<uuid:session_id>/sign-in-sheet.pdf",
        papers.sign_in_sheet,
        name="sign_in_sheet",
    ),
    path("console/sessions/<uuid:session_id>/poster.pdf", papers.poster, name="poster"),
    path(
        "console/sessions/<uuid:session_id>/attendance.xlsx",
        papers.attendance_book,
        name="attendance_book",
    ),
    path("console/notices/<uuid:notice_id>/errands.pdf", papers.errands, name="errands"),
]
